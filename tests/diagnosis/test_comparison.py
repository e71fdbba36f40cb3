"""Whether the fix worked: two diagnoses beside each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.diagnosis.api import diagnose_safely, rulebook_with
from mladvisor.diagnosis.comparison import Comparison, compare
from mladvisor.diagnosis.model import Diagnosis, FindingResult, Hypothesis
from mladvisor.report.comparison import page

CURVES = {
    "bounces": [(9.0, 9.5), (4.0, 7.9), (8.5, 3.2), (3.1, 8.8), (9.2, 4.1), (4.4, 9.3), (8.7, 3.9), (3.6, 8.2)] * 3,
    "falls": [(2.0 * 0.85**k + 0.1, 2.05 * 0.85**k + 0.12) for k in range(24)],
    "overfits": [(2.0 * 0.75**k, 1.2 + 0.9 * 0.6**k + 0.06 * k) for k in range(24)],
}


def _run(folder: Path, curve: str, rate: float) -> Path:
    folder.mkdir()
    rows = [f"{epoch},{a:.5f},{b:.5f}" for epoch, (a, b) in enumerate(CURVES[curve], 1)]
    (folder / "log.csv").write_text("epoch,train_loss,val_loss\n" + "\n".join(rows) + "\n")
    (folder / "config.yaml").write_text(f"optimizer: adam\nlearning_rate: {rate}\nbatch_size: 32\n")
    return folder


def _compared(before: Path, after: Path) -> Comparison:
    book = rulebook_with()
    (first, old), (second, new) = (diagnose_safely(str(path), book) for path in (before, after))
    return compare(first, second, (old, new))


def test_a_fix_that_worked(tmp_path: Path) -> None:
    """The cause is gone, its findings are cleared, the setting that was changed is named, and the loss is better."""
    made = _compared(_run(tmp_path / "a", "bounces", 0.5), _run(tmp_path / "b", "falls", 0.001))
    assert made.outcome == "fixed"
    assert [(pair.name, pair.before, pair.after) for pair in made.settings] == [("learning_rate", 0.5, 0.001)]
    loss = made.numbers[0]
    assert loss.name == "best validation loss" and loss.after < loss.before
    assert {change.finding for change in made.cleared} >= {"loss-fluctuates"}
    text = "\n".join("".join(cell.text for cell in row) for row in page(made, 80))
    assert "The fix worked" in text and "learning_rate" in text and "Cleared" in text


def test_a_fix_that_did_nothing_and_one_that_broke_something_else(tmp_path: Path) -> None:
    """The same again is still there; another fault is told as another."""
    bad = _run(tmp_path / "a", "bounces", 0.5)
    assert _compared(bad, _run(tmp_path / "b", "bounces", 0.5)).outcome == "remains"
    other = _compared(bad, _run(tmp_path / "c", "overfits", 0.001))
    assert other.outcome == "other" and "overfitting" in other.sentence
    assert _compared(tmp_path / "c", bad).outcome == "other"


def test_nothing_wrong_before_and_after(tmp_path: Path) -> None:
    """Two healthy runs need no fix; a new fault after a healthy run is new."""
    good = _run(tmp_path / "a", "falls", 0.001)
    assert _compared(good, _run(tmp_path / "b", "falls", 0.002)).outcome == "nothing"
    assert _compared(good, _run(tmp_path / "c", "overfits", 0.001)).outcome == "new"


@pytest.mark.parametrize("degree", [None, 0.2, 0.9])
def test_what_is_not_known_is_not_cleared(degree: float | None) -> None:
    """A finding that cannot be judged now is lost, not cleared."""

    def of(value: float | None) -> Diagnosis:
        state = "unknown" if value is None else "measured"
        found = FindingResult("a", "A", state, value, because="a is so")  # type: ignore[arg-type]
        return Diagnosis("run", healthy=0.1, hypotheses=[Hypothesis("c", "C", 0.9)], findings=[found], points=20)

    made = compare(of(1.0), of(degree))
    kinds = {None: made.lost, 0.2: made.cleared, 0.9: made.unchanged}
    assert [change.finding for change in kinds[degree]] == ["a"]
    assert len(made.lost) + len(made.cleared) + len(made.unchanged) == 1


def test_what_is_still_present_is_told_with_the_numbers_of_now() -> None:
    """Half of the fault is no failed fix: what is left is told as it stands in the second run, and as weaker."""

    def of(likely: float, because: str) -> Diagnosis:
        found = FindingResult("a", "A", "measured", 0.9, because=because)
        return Diagnosis("run", healthy=0.01, hypotheses=[Hypothesis("c", "C", likely)], findings=[found], points=20)

    made = compare(of(0.99, "696 times"), of(0.55, "4 times"))
    assert [change.because for change in made.unchanged] == ["4 times"]
    assert made.outcome == "remains" and "less to show" in made.sentence
    assert compare(of(0.99, ""), of(0.95, "")).sentence.startswith("It is still there:")


def test_a_run_without_a_verdict_leaves_it_open() -> None:
    """Nothing is called fixed because a run says nothing."""
    bad = Diagnosis("run", healthy=0.1, hypotheses=[Hypothesis("c", "C", 0.9)], points=20)
    assert compare(bad, Diagnosis("next", error="next: does not exist")).outcome == "unsure"


def test_what_was_not_measured_again_is_not_gone(tmp_path: Path) -> None:
    """A folder of tables beside a run of curves: nothing that showed the fault was looked at, so nothing is fixed."""
    bad = _run(tmp_path / "a", "overfits", 0.001)
    tables = tmp_path / "b"
    tables.mkdir()
    rows = "\n".join(f"{k % 7},{k % 5},{k % 2}" for k in range(60))
    (tables / "train.csv").write_text(f"a,b,label\n{rows}\n")
    made = _compared(bad, tables)
    assert made.outcome == "unsure"
    assert made.settings == [] and made.numbers == []


@pytest.mark.parametrize("degree", [None, 0.1])
def test_a_cause_is_gone_only_where_something_that_showed_it_was_judged_again(degree: float | None) -> None:
    """Its findings unknown: open. One of them absent: gone."""

    def of(value: float | None, probability: float, healthy: float) -> Diagnosis:
        state = "unknown" if value is None else "measured"
        found = FindingResult("a", "A", state, value, explained_by=["c"])  # type: ignore[arg-type]
        cause = Hypothesis("c", "C", probability)
        return Diagnosis("run", healthy=healthy, hypotheses=[cause], findings=[found], points=20)

    made = compare(of(1.0, 0.9, 0.1), of(degree, 0.05, 0.9))
    assert made.outcome == ("unsure" if degree is None else "fixed")
