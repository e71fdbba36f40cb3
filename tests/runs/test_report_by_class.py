"""Reports by class and counts of classes, however the files are called and the settings are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

REPORT = """\
              precision    recall  f1-score   support

      normal       0.96      1.00      0.98       552
        wear       0.00      0.00      0.00         6

    accuracy                           0.99       558
   macro avg       0.48      0.50      0.49       558
weighted avg       0.95      0.96      0.95       558
"""
LOG = "epoch,train_loss,val_loss,val_accuracy\n0,1,1,0.9\n1,0.9,0.9,0.95\n2,0.8,0.8,0.99\n"


@pytest.mark.parametrize("name", ["report.txt", "eval_val.txt", "classification_report.txt"])
def test_a_report_by_class_is_known_by_its_head(tmp_path: Path, name: str) -> None:
    """Whatever it is called; a log that prints one after its epochs stays a log."""
    (tmp_path / "metrics.csv").write_text(LOG)
    (tmp_path / name).write_text(REPORT)
    m = Measures(read_run(tmp_path))
    assert m["class.recall"]["wear"].value == 0.0
    assert m.run.logs == {"metrics.csv"}


def test_counts_of_classes_may_be_text(tmp_path: Path) -> None:
    """A tracker makes text of a mapping of counts."""
    (tmp_path / "metrics.csv").write_text(LOG)
    counts = "{'train': {'normal': 2237, 'wear': 6}, 'val': {'normal': 552, 'wear': 6}}"
    (tmp_path / "config.yaml").write_text(f'lr: 0.1\nclass_counts: "{counts}"\n')
    assert Measures(read_run(tmp_path)).value("labels.class_ratio") == pytest.approx(2237 / 6)


@pytest.mark.parametrize("truth", ["ist", "real", "vrai", "verdadero"])
def test_the_truth_beside_a_prediction_in_other_languages(tmp_path: Path, truth: str) -> None:
    """ "ist" beside "prognose" is what was asked for."""
    pytest.importorskip("pandas")
    (tmp_path / "metrics.csv").write_text(LOG)
    rows = "".join(f"{n};{n % 3 == 0:d};0,{20 + n % 60};0\n" for n in range(60))
    (tmp_path / "predictions.csv").write_text(f"id;{truth};prognose;pred\n{rows}")
    assert Measures(read_run(tmp_path)).value("predictions.rows") == 60
