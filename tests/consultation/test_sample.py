"""The sample consultation of the docs is a real one."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from mladvisor.consultation.cases import consult
from mladvisor.consultation.journal import read_journal

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("make_sample", ROOT / "scripts" / "make_sample_consultation.py")
assert _spec is not None and _spec.loader is not None
make_sample = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(make_sample)


def what_happens(path: Path) -> list[tuple[str, str]]:
    """The events with what was said; which question is asked, and every number, may change with the rules."""
    return [(event.event, event.text if event.event == "said" else "") for event in read_journal(path)]


def test_the_sample_can_be_held_again(tmp_path: Path) -> None:
    """`python scripts/make_sample_consultation.py` writes the same conversation, but for numbers and questions."""
    journal, page = make_sample.hold(tmp_path)
    assert what_happens(journal) == what_happens(ROOT / make_sample.JOURNAL)
    told = (ROOT / make_sample.PAGE).read_text(encoding="utf-8")
    assert re.findall(r"^\*\*You:.*", told, re.MULTILINE) == re.findall(r"^\*\*You:.*", page, re.MULTILINE)
    assert told.startswith("# Consultation: digits")


def test_words_against_the_log_are_told_what_it_says() -> None:
    """Who says the opposite of what was measured hears so; who says the same takes nothing away from it."""
    session = consult(ROOT / "sample_runs" / "churn-mlp-adamw")
    assert "The log says otherwise" in session.say("i don't shuffle").text
    assert "as the run has it" in session.say("lr 1").text
    session = consult(ROOT / "sample_runs" / "intents-gru-keras")
    present = next(name for name, judged in session.state.judged.items() if judged.present and judged.degree == 1.0)
    before = session.ranking[0].probability
    session.answer(present, "yes")
    assert session.ranking[0].probability >= before - 1e-9
