"""Hold the sample consultation of the docs: `python scripts/make_sample_consultation.py`.

Writes docs/sample-consultation.jsonl (its journal) and docs/sample-consultation.md (what was said), from a real
consultation over a sample run. `tests/consultation/test_sample.py` keeps it true but for the numbers.
"""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUN = "sample_runs/digits-cnn-adam"
SAYS = (
    "I don't shuffle, and the labels are fine",
    "why not overfitting?",
    "not sure",
    "none of these",
    "no",
    "what if a layer returned zero for every row?",
    "I guess the learning rate is 0.003",
    "undo",
)
"""What the person says; "not sure", "none of these" and "no" answer what is then asked."""
JOURNAL, PAGE = "docs/sample-consultation.jsonl", "docs/sample-consultation.md"


def hold(folder: Path) -> tuple[Path, str]:
    """Hold the consultation with its journal in `folder`; the journal and what was said, as Markdown."""
    from mladvisor.consultation.cases import consult
    from mladvisor.report.case import markdown

    before = Path.cwd()
    os.chdir(ROOT)  # so that the journal names the run as the docs do
    try:
        session = consult(RUN)
    finally:
        os.chdir(before)
    journal = session.save(folder / Path(JOURNAL).name)
    dialogue = session.dialogue
    dialogue.ask()
    for text in SAYS:
        turn = dialogue.say(text)
        if turn.kind in ("noted", "undone", "ruled-out"):
            dialogue.ask()
    dialogue.finish()
    return journal, markdown(session)


def main() -> None:
    """Write both files."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        journal, page = hold(Path(folder))
        (ROOT / JOURNAL).write_bytes(journal.read_bytes())
    (ROOT / PAGE).write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
