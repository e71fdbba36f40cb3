"""Whether another cut would decide better, by AUC, accuracy, precision and recall alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, precision_score, recall_score, roc_auc_score

from mladvisor.features.catalogue import Measures
from mladvisor.features.cut_and_ranking import best_accuracy, share_of_positives
from mladvisor.features.measured import Items, Measured
from mladvisor.runs.read import read_run

from .fakes import curve, measures


def scores(share: float, apart: float, cut: float) -> dict[str, float]:
    """What a hundred thousand rows of two normal classes score when they are cut there."""
    luck = np.random.default_rng(3)
    label = luck.random(100_000) < share
    score = luck.normal(size=label.size) + apart * label
    called = score > cut
    return {
        "auc": float(roc_auc_score(label, score)),
        "accuracy": float(accuracy_score(label, called)),
        "recall": float(recall_score(label, called)),
        "precision": float(precision_score(label, called, zero_division=0)),
    }


@pytest.mark.parametrize("share", [0.5, 0.2, 0.05])
@pytest.mark.parametrize("cut", [0.3, 0.8, 2.5])
def test_the_share_and_the_best_cut_follow_from_the_scores(share: float, cut: float) -> None:
    """They are those of the rows."""
    found = scores(share, 1.5, cut)
    told = share_of_positives(found["accuracy"], found["recall"], found["precision"])
    assert told == pytest.approx(share, abs=0.005)
    best = max(scores(share, 1.5, each)["accuracy"] for each in np.linspace(-1, 4, 26))
    assert best_accuracy(found["auc"], share) == pytest.approx(best, abs=0.006)


def test_scores_that_contradict_each_other_or_do_not_tell() -> None:
    """Nothing is called positive: the share is what accuracy leaves. All right, or all wrong: it is not known."""
    assert share_of_positives(0.9, 0.0, 0.0) == pytest.approx(0.1)
    assert share_of_positives(1.0, 1.0, 1.0) is None
    assert share_of_positives(0.5, 0.5, 0.0) is None
    assert share_of_positives(0.1, 0.9, 0.9) is None


def logged(each: list[dict[str, float]], **more: Any) -> Measured | Items:
    """What is lost to the cut, of a log with these scores at its evaluations."""
    curves = [curve(f"val_{name}", "metric", "val", [one[name] for one in each], metric=name) for name in each[0]]
    loss = curve("val_loss", "loss", "val", list(np.linspace(0.7, 0.5, len(each))))
    return measures(loss, *curves, **more)["threshold.lost_to_cut"]


@pytest.mark.parametrize(("cut", "lost"), [(0.75, 0.0), (2.5, 0.2)])
def test_what_is_lost_to_the_cut_is_measured_in_a_log(cut: float, lost: float) -> None:
    """Between two classes of one size a cut far beyond the middle loses."""
    found = [scores(0.5, apart, cut) for apart in (0.5, 1.0, 1.3, 1.5, 1.5, 1.5)]
    assert logged(found).value == pytest.approx(lost, abs=0.07)


def test_averages_over_many_classes_tell_no_cut() -> None:
    """Ten classes that are found equally well: precision, recall and accuracy are one number, and no share follows."""
    found = [{"auc": 0.9, "accuracy": right, "recall": right, "precision": right} for right in (0.4, 0.5, 0.6, 0.69)]
    assert logged(found).value is None
    assert logged(found, config={"num_classes": 10}).state == "not-applicable"


def test_without_auc_nothing_is_known_of_the_cut() -> None:
    """Accuracy by itself knows no ranking."""
    only = curve("val_accuracy", "metric", "val", [0.8] * 12, metric="accuracy")
    assert measures(only).value("threshold.lost_to_cut") is None


REPORT = """{area}
              precision    recall  f1-score   support

           0       0.97      0.47      0.63       558
           1       0.38      0.96      0.55       192

    accuracy                           0.59       750
   macro avg       0.68      0.71      0.59       750
weighted avg       0.82      0.59      0.61       750
"""


@pytest.mark.parametrize(
    ("area", "lost"),
    [("ROC AUC 0.866; cut-off 0.5", 0.23), ("test auc: 0.87", 0.23), ("train auc 0.99", None), ("PR-AUC 0.6", None)],
)
def test_counted_decisions_beside_a_printed_area(tmp_path: Path, area: str, lost: float | None) -> None:
    """Three in five rows are called positive, where one in four is."""
    (tmp_path / "report.txt").write_text(REPORT.format(area=area))
    found = Measures(read_run(tmp_path)).value("threshold.counted_lost_to_cut")
    assert found == (pytest.approx(lost, abs=0.02) if lost else None)


def test_a_calibration_curve_holds_no_answers(tmp_path: Path) -> None:
    bins = "".join(f"{n / 10 + 0.05},{n / 20}\n" for n in range(10))
    (tmp_path / "log.csv").write_text("epoch,loss\n1,0.5\n2,0.4\n3,0.3\n")
    (tmp_path / "calibration.csv").write_text("mean_predicted,observed\n" + bins)
    assert "predictions" not in read_run(tmp_path).files
