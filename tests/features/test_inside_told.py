"""What notes beside a log tell of the inside of a model counts as evidence; sound notes accuse nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor import diagnose

FLAT = "epoch,train_loss,val_loss\n" + "".join(
    f"{at},{1.0986 + at % 3 / 1000},{1.1 + at % 2 / 1000}\n" for at in range(12)
)
FALLS = "epoch,train_loss,val_loss\n" + "".join(f"{at},{0.8**at + 0.05},{0.8**at + 0.08}\n" for at in range(40))


def causes(folder: Path, log: str, note: str, name: str = "note.txt") -> tuple[str, float]:
    (folder / "metrics.csv").write_text(log, encoding="utf-8")
    (folder / name).write_text(note, encoding="utf-8")
    found = diagnose(folder)
    return found.hypotheses[0].cause, found.hypotheses[0].probability


@pytest.mark.parametrize(
    ("log", "note", "cause"),
    [
        (FLAT, "gradient norms: layer 1 2e-10, layer 4 3e-6, head 0.2", "vanishing-gradients"),
        (FLAT, "250 of 256 units of layer 1 never fire, 128 of 128 of layer 2", "dead-units"),
        (FLAT, "distinct values in W1: 1", "poor-initialization"),
        (FALLS, "val accuracy 0.96 with model.train(), 0.41 with model.eval()", "batch-norm-misuse"),
        (FLAT, "hidden activation: identity", "wrong-hidden-activation"),
    ],
)
def test_notes_name_the_cause(tmp_path: Path, log: str, note: str, cause: str) -> None:
    assert causes(tmp_path, log, note)[0] == cause


@pytest.mark.parametrize(
    "note",
    [
        "gradient norms: layer 1 0.2, layer 4 0.3, head 0.2",
        "3 of 256 units of layer 1 never fire; on average 40 of 256 units are active per row",
        "# What to look for\n120 of 128 units never fire\ninitial loss 60 where chance is 2.3\nW1: distinct values: 1",
        "val accuracy 0.91 with model.train(), 0.93 with model.eval() (dropout)",
        "before the fix: gradient 1e-10 at layer 1 and 0.3 at the head",
        "first batch gives loss 2.31 where chance is 2.30",
    ],
)
def test_sound_notes_accuse_nobody(tmp_path: Path, note: str) -> None:
    assert causes(tmp_path, FALLS, note)[1] < 0.3


def test_a_note_alone_is_judged(tmp_path: Path) -> None:
    """A folder that holds nothing but a note on gradients."""
    (tmp_path / "mail.txt").write_text("grad norm at steps 0, 10, 20, 30: 1.0, 20, 4e3, 9e8\n", encoding="utf-8")
    assert diagnose(tmp_path).hypotheses[0].cause == "exploding-gradients"
