"""Metrics of stored predictions, and what is made of tables that are odd or broken."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures, catalogue
from mladvisor.features.measured import Measured

from .folders import measures, predictions, scores

MINE = (
    "predictions.",
    "class.",
    "threshold.",
    "calibration.",
    "slices.",
    "slice.",
    "labels.",
    "baseline.",
    "business.",
)


def every(m: Measures) -> dict[str, object]:
    """All measurements of evaluation, the heavy ones left out by the budget."""
    return {name: m[name] for name in catalogue() if name.startswith(MINE)}


def test_a_table_of_predictions_is_measured(tmp_path: Path) -> None:
    """Accuracy, AUC, recall and the threshold agree with the arrays that were written."""
    p, y = scores(1000)
    m = measures(tmp_path, predictions=predictions(1000))
    assert m.value("predictions.rows") == 1000
    assert m.value("predictions.split") == "test"
    assert m.value("predictions.accuracy") == pytest.approx(((p >= 0.5) == y).mean())
    assert m.value("predictions.recall") == pytest.approx((p >= 0.5)[y].mean())
    assert m.value("threshold.in_use") == 0.5
    assert m.value("task") == "binary"
    assert m.failures == {}


def test_the_judged_split_is_test_before_val_and_never_train_beside_them(tmp_path: Path) -> None:
    """Of three splits only test rows are judged; thresholds are chosen on validation rows."""
    table = predictions(900)
    table["split"] = np.repeat(["train", "valid", "test"], 300)
    m = measures(tmp_path, predictions=table)
    assert (m.value("predictions.split"), m.value("predictions.rows")) == ("test", 300)
    only_train = measures(tmp_path / "train", predictions={**table, "split": "train"})
    assert only_train.value("predictions.split") == "train"
    assert any("too good" in note for note in only_train.notes)


def test_the_threshold_is_read_off_the_decisions(tmp_path: Path) -> None:
    """Decisions at 0.8 without any configuration: the threshold in use lies between the scores around 0.8."""
    m = measures(tmp_path, predictions=predictions(1000, threshold=0.8))
    assert m.value("threshold.in_use") == pytest.approx(0.8, abs=0.02)


def test_decisions_that_do_not_follow_the_score_have_no_threshold(tmp_path: Path) -> None:
    """y_pred from another model: no threshold is made up."""
    table = predictions(300)
    table["y_pred"] = np.random.default_rng(5).integers(0, 2, 300)
    m = measures(tmp_path, predictions=table)
    assert m.one("threshold.in_use").state == "unknown"
    assert "does not follow" in m.one("threshold.f1_gain").note


def test_costs_of_the_configuration_are_used(tmp_path: Path) -> None:
    """A miss that costs nine false alarms moves the best threshold near a tenth."""
    (tmp_path / "config.yaml").write_text("cost_false_positive: 1\ncost_false_negative: 9\n")
    m = measures(tmp_path, predictions=predictions(5000))
    assert m.value("threshold.best_for_cost") < 0.25
    saved = m.one("threshold.cost_saved")
    assert saved.value > 3 * saved.se


def test_several_classes_by_name_each_and_on_average(tmp_path: Path) -> None:
    """Classes that are words: recall per class, the mean, and who is taken for whom."""
    rng = np.random.default_rng(0)
    names = np.array(["ash", "beech", "oak"])
    true = rng.integers(0, 3, 600)
    swapped = np.where(true == 2, 2, 1 - true)
    pred = np.where(rng.random(600) < 0.3, swapped, true)
    m = measures(tmp_path, predictions={"y_true": names[true], "y_pred": names[pred]})
    recall, taken = m["class.recall"], m["class.taken_for"]
    assert not isinstance(recall, Measured) and not isinstance(taken, Measured)
    assert recall["oak"].value == 1.0
    assert recall["ash"].value == pytest.approx((pred[true == 0] == 0).mean())
    assert taken["ash"].value == "beech"
    assert m.value("predictions.recall") == pytest.approx(np.mean([each.value for each in recall.values()]))
    assert m.one("threshold.in_use").state != "known"


def test_priority_classes_stand_apart(tmp_path: Path) -> None:
    """The manifest's names mark their classes, however numbers are spelt."""
    rng = np.random.default_rng(0)
    true = rng.integers(0, 3, 200)
    m = measures(tmp_path, manifest="priority_classes: [2]\n", predictions={"y_true": true, "y_pred": true})
    priority = m["class.priority"]
    assert not isinstance(priority, Measured)
    assert {name for name, each in priority.items() if each.value} == {"2"}


def test_numbers_are_judged_as_numbers(tmp_path: Path) -> None:
    """R2 and bias of a regression; nothing of classes applies."""
    rng = np.random.default_rng(0)
    true = rng.normal(50, 10, 400)
    m = measures(tmp_path, predictions={"y_true": true, "y_pred": true + rng.normal(5, 3, 400)})
    assert m.value("predictions.bias") == pytest.approx(0.5, abs=0.05)
    assert m.value("predictions.rmse") == pytest.approx((25 + 9) ** 0.5, rel=0.1)
    assert m.one("predictions.accuracy").state == "not-applicable"


N = 200
P, Y = scores(N)
BROKEN = {
    "no rows": ("split,y_true,y_pred\n", "has no rows"),
    "no truth": ({"y_pred": Y.astype(int)}, 'no column "y_true"'),
    "no predictions": ({"y_true": Y.astype(int), "region": "north"}, "neither y_pred nor scores"),
    "truth all blank": ({"y_true": [None] * N, "y_pred": Y.astype(int)}, "y_true"),
    "scores all blank": ({"y_true": Y.astype(int), "y_score": [None] * N}, "no finite score"),
    "scores outside 0..1": ({"y_true": Y.astype(int), "y_score": np.log(P / (1 - P))}, "no probabilities"),
    "some scores blank": (
        {"y_true": Y.astype(int), "y_score": np.where(np.arange(N) % 7 == 0, np.nan, P)},
        "no finite score and are left out",
    ),
    "infinite scores": (
        {"y_true": Y.astype(int), "y_score": np.where(np.arange(N) % 7 == 0, np.inf, P)},
        "no finite score and are left out",
    ),
    "probabilities as y_pred": ({"y_true": Y.astype(int), "y_pred": P}, "read as y_score"),
    "a hundred thousand classes": ({"y_true": [f"id{i}" for i in range(N * 2)], "y_pred": ["id1"] * N * 2}, "too many"),
    "binary": ("y_true,y_pred\n\0\0,1\n", "binary"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_predictions_give_a_clear_note_and_no_crash(name: str, tmp_path: Path) -> None:
    """Whatever is wrong is said in a sentence with the file's name, and every other measurement goes on."""
    content, said = BROKEN[name]
    m = measures(tmp_path, predictions=content)
    values = every(m)
    assert m.failures == {}
    words = [*m.notes, *(value.note for value in values.values() if isinstance(value, Measured))]
    assert any(said in text and "predictions.csv" in text for text in words), words[:5]


ODD = {
    "one class only": {"y_true": [1] * N, "y_pred": [1] * N, "y_score": P},
    "one row": {"y_true": [1], "y_pred": [0], "y_score": [0.4]},
    "classes as words": {"y_true": np.where(Y, "yes", "no"), "y_pred": np.where(P > 0.5, "yes", "no"), "y_score": P},
    "truth as flags": {"y_true": Y, "y_pred": P > 0.5, "y_score": P},
    "truth as floats": {"y_true": Y.astype(float), "y_pred": (P > 0.5).astype(int), "y_score": P},
    "a class that is only predicted": {"y_true": Y.astype(int), "y_pred": [2] * N},
    "scores all equal": {"y_true": Y.astype(int), "y_pred": [0] * N, "y_score": [0.3] * N},
    "score for each class": {"y_true": Y.astype(int), "y_pred": (P > 0.5).astype(int), "score_0": 1 - P, "score_1": P},
    "score for one class": {"y_true": Y.astype(int), "y_pred": (P > 0.5).astype(int), "score_1": P},
    "constant numbers": {"y_true": [1.5] * N, "y_pred": P},
}


@pytest.mark.parametrize("name", ODD)
def test_odd_predictions_are_measured_as_far_as_they_go(name: str, tmp_path: Path) -> None:
    """No measurement crashes; what cannot be told is unknown or not applicable, with words."""
    m = measures(tmp_path, predictions=ODD[name])
    values = every(m)
    assert m.failures == {}
    for feature, value in values.items():
        if isinstance(value, Measured) and not value.known:
            assert value.note, feature


def test_the_same_classes_in_other_spellings_are_the_same(tmp_path: Path) -> None:
    """1, 1.0 and True-like words: AUC is that of the scores, whichever way the truth is written."""
    found = set()
    for index, truth in enumerate((Y.astype(int), Y.astype(float), np.where(Y, "yes", "no"), Y)):
        m = measures(tmp_path / str(index), predictions={"y_true": truth, "y_score": P})
        found.add(round(m.value("predictions.auc"), 9))
    assert len(found) == 1
    assert found.pop() > 0.7


def test_a_lone_score_stands_for_the_class_that_high_scores_are_decided_for(tmp_path: Path) -> None:
    """Of "malignant" and "benign" nobody says which is the positive class: the decisions tell."""
    p, y = scores(1000)
    for first, second in (("benign", "malignant"), ("malignant", "benign")):
        words = {"y_true": np.where(y, second, first), "y_pred": np.where(p >= 0.5, second, first), "y_score": p}
        assert measures(tmp_path / second, predictions=words).value("predictions.auc") > 0.7


def test_the_positive_class_of_the_manifest_wins(tmp_path: Path) -> None:
    """With "no" as the positive class, scores for "yes" would rank backwards; a wrong name is told."""
    table = {"y_true": np.where(Y, "yes", "no"), "y_pred": np.where(P > 0.5, "yes", "no"), "y_score": 1 - P}
    m = measures(tmp_path, manifest="positive_class: 'no'\n", predictions=table)
    assert m.value("predictions.auc") > 0.7
    m = measures(tmp_path / "other", manifest="positive_class: maybe\n", predictions=table)
    m.value("predictions.auc")
    assert any('"maybe"' in note for note in m.notes)


def test_names_beside_numbers_of_classes_are_not_compared(tmp_path: Path) -> None:
    """Columns without a value in common say nothing of the model, which is told; one answer for all may be wrong."""
    names, numbers = np.tile(["c0", "c1"], 50), np.tile([0, 1], 50)
    m = measures(tmp_path, predictions={"y_true": names, "y_pred": numbers})
    assert not m.one("predictions.accuracy").known
    assert any("no value is in both" in note for note in m.notes)
    wrong = measures(tmp_path / "wrong", predictions={"y_true": np.tile([0, 1], 50), "y_pred": np.full(100, 1)})
    assert wrong.value("predictions.accuracy") == pytest.approx(0.5)


def test_scores_that_are_all_alike_contradict_no_label(tmp_path: Path) -> None:
    """A model that says .35 of every row is surest of none: the first rows of the file are no better known."""
    rng = np.random.default_rng(0)
    table = {"y_true": (rng.random(400) < 0.35).astype(int), "y_score": np.full(400, 0.35)}
    m = measures(tmp_path, predictions=table)
    assert m.one("labels.predicted_noise").state == "not-applicable"


def test_predictions_of_training_rows_beside_others(tmp_path: Path) -> None:
    """Right decisions of classes, errors of numbers; one split alone tells nothing."""
    split = ["training"] * 40 + ["validation"] * 40
    true = ["a", "b", "c", "b"] * 20
    guesses = true[:40] + ["a", "b", "b", "c"] * 10
    table = {"split": split, "label": true, "pred": guesses}
    assert measures(tmp_path / "classes", predictions=table)["predictions.train_gap"].value == 0.5
    values = np.arange(80.0)
    off = np.where(np.arange(80) < 40, 1.5, 6.0) * np.tile([1, -1], 40)
    numbers = {"split": split, "y_true": values + 0.25, "y_pred": values + 0.25 + off}
    m = measures(tmp_path / "numbers", predictions=numbers)
    assert m["predictions.train_error_ratio"].value == pytest.approx(4.0)
    assert not m["predictions.train_gap"].known
    one = measures(tmp_path / "one", predictions={**table, "split": "validation"})
    assert not one["predictions.train_gap"].known


def test_predictions_of_training_rows_in_a_file_of_their_own(tmp_path: Path) -> None:
    true = ["a", "b", "c", "b"] * 20
    wrong = ["b" if at % 2 else each for at, each in enumerate(true)]
    m = measures(
        tmp_path,
        predictions_val={"y_true": true, "y_pred": true},
        predictions_train={"y_true": wrong, "y_pred": true},
    )
    gap = sum(one == other for one, other in zip(true, wrong, strict=True)) / len(true) - 1
    assert m["predictions.train_gap"].value == pytest.approx(gap)
