"""Whether the fix worked: two diagnoses beside each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.diagnosis.api import diagnose_safely, rulebook_with
from mladvisor.diagnosis.comparison import Comparison, compare
from mladvisor.diagnosis.model import Diagnosis, FindingResult, Hypothesis
from mladvisor.report.comparison import page
from mladvisor.rulebook import Rulebook
from mladvisor.runs.read import read_run

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


def _scored(folder: Path, levels: list[float], metric: str = "acc", **settings: object) -> Path:
    """A run of twelve sound epochs whose validation metric ends at the last of `levels`."""
    folder.mkdir()
    rows = [
        f"{epoch},{a:.5f},{b:.5f},{levels[epoch % len(levels)] * (1 - 0.5**epoch):.5f}"
        for epoch, (a, b) in enumerate(CURVES["falls"], 1)
    ]
    (folder / "log.csv").write_text(f"epoch,train_loss,val_loss,val_{metric}\n" + "\n".join(rows) + "\n")
    given = {"optimizer": "adam", "learning_rate": 0.001, **settings}
    (folder / "config.yaml").write_text("".join(f"{key}: {value}\n" for key, value in given.items()))
    return folder


def _diagnosis(path: Path, *, bad: bool, cause: str = "c") -> Diagnosis:
    found = FindingResult("a", "A", "measured", 0.9 if bad else 0.1, explained_by=[cause])
    likely = Hypothesis(cause, "C", 0.9 if bad else 0.01)
    healthy = 0.05 if bad else 0.95
    return Diagnosis(str(path), healthy=healthy, hypotheses=[likely], findings=[found], points=24)


def _judged(before: Path, after: Path, cause: str = "c", book: Rulebook | None = None) -> Comparison:
    pair = _diagnosis(before, bad=True, cause=cause), _diagnosis(after, bad=False, cause=cause)
    return compare(*pair, (read_run(str(before)), read_run(str(after))), book)


def test_a_model_that_got_worse_was_not_mended(tmp_path: Path) -> None:
    """The fault is gone, and so is a tenth of the right answers: told as worse, with the two values."""
    made = _judged(_scored(tmp_path / "a", [0.76]), _scored(tmp_path / "b", [0.66]))
    assert made.outcome == "worse"
    assert "accuracy got worse" in made.sentence and "0.76" in made.sentence and "0.66" in made.sentence
    text = "\n".join("".join(cell.text for cell in row) for row in page(made, 80))
    assert "worse" in text.partition("The numbers")[2]


@pytest.mark.parametrize(
    ("before", "after", "settings"),
    [
        ([0.76], [0.78], {}),
        ([0.76], [0.757], {}),  # another seed does that
        ([0.76, 0.70, 0.74], [0.74, 0.71, 0.73], {}),  # the noise of either curve is as large
        ([0.75], [0.70], {"val_rows": 40}),  # two rows of forty
    ],
)
def test_what_is_within_noise_is_not_worse(
    tmp_path: Path, before: list[float], after: list[float], settings: dict[str, object]
) -> None:
    """Better, or worse by no more than a seed, the evaluations' noise or the counting of few rows makes."""
    made = _judged(_scored(tmp_path / "a", before, **settings), _scored(tmp_path / "b", after, **settings))
    assert made.outcome == "fixed", made.numbers


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"dataset": "cifar10"}, {"dataset": "cifar100"}, "cifar100"),
        ({"num_classes": 5}, {"num_classes": 7}, "7 now"),
        ({"val_rows": 1000}, {"val_rows": 4000}, "4000 now"),
    ],
)
def test_values_of_other_data_are_not_compared(
    tmp_path: Path, before: dict[str, object], after: dict[str, object], told: str
) -> None:
    """A fault may be gone on other data, and a lower value says nothing of it: there is a warning instead."""
    made = _judged(_scored(tmp_path / "a", [0.76], **before), _scored(tmp_path / "b", [0.66], **after))
    assert made.outcome == "fixed" and told in made.warnings[0]
    assert [pair.worse for pair in made.numbers] == [None, None]


def test_the_same_data_in_another_folder_is_the_same(tmp_path: Path) -> None:
    """Paths differ between machines."""
    before = _scored(tmp_path / "a", [0.76], data_path="/mnt/sets/fruit")
    assert not _judged(before, _scored(tmp_path / "b", [0.77], data_path="/home/me/fruit/")).warnings


def test_runs_of_different_tasks_say_nothing_of_each_other(tmp_path: Path) -> None:
    """Nothing is fixed by a run of another task."""
    before = _scored(tmp_path / "a", [0.76], task="regression")
    made = _judged(before, _scored(tmp_path / "b", [0.66], task="classification"))
    assert made.outcome == "unsure" and "regression" in made.sentence


def test_a_fault_that_flattered_leaves_lower_values(tmp_path: Path) -> None:
    """Once a leak is closed the accuracy is the honest one, and no worse for it."""
    runs = _scored(tmp_path / "a", [0.99]), _scored(tmp_path / "b", [0.8])
    assert _judged(*runs, "overfitting", rulebook_with()).outcome == "worse"
    assert _judged(*runs, "label-leakage", rulebook_with()).outcome == "fixed"


def test_losses_of_different_scales_are_not_compared(tmp_path: Path) -> None:
    """Smoothed labels leave a floor under the loss; the accuracy still decides."""
    made = _judged(_scored(tmp_path / "a", [0.76]), _scored(tmp_path / "b", [0.66], label_smoothing=0.1))
    assert made.outcome == "worse" and "smoothed" in made.warnings[0]
    assert [pair.worse for pair in made.numbers] == [None, True]


@pytest.mark.parametrize(("metric", "worse"), [("acc", False), ("psnr", True)])
def test_a_score_that_is_no_share_counts_no_rows(tmp_path: Path, metric: str, worse: bool) -> None:
    """30 and 28 % of 40 rows are one and the same; 30 and 28 decibels are not, however few pictures there are."""
    before, after = (_scored(tmp_path / name, [top], metric, val_rows=40) for name, top in (("a", 30.0), ("b", 28.0)))
    scored = next(pair for pair in _judged(before, after).numbers if "loss" not in pair.name)
    assert scored.worse is worse
