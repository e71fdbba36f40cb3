"""A final evaluation as a table of two columns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.metric_lists import as_record
from mladvisor.runs.read import read_run

LOSSES = "".join(f"epoch {n} train_loss {1 / n:.4f} val_loss {1.1 / n:.4f}\n" for n in range(1, 9))


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("metric,value\naccuracy,0.99\nrecall,0\n", {"accuracy": 0.99, "recall": 0.0}),
        ("Metric;Value\nAUC;0.8\nn;1200\n", {"auc": 0.8, "n": 1200.0}),
        ("metric,value\nauc,0.8\nauc,0.7\n", None),  # of two tables or two models
        ("metric,train,test\nauc,0.8,0.7\n", None),
        ("feature,value\nage,0.8\npay,0.7\n", None),
        ("metric,value\nauc,good\nacc,0.7\n", None),
    ],
)
def test_a_row_for_each_metric(text: str, record: dict[str, float] | None) -> None:
    found = as_record(text.splitlines())
    assert (None if found is None else json.loads(found)) == record


@pytest.mark.parametrize(("accuracy", "recall"), [(0.9933, 0.0), (0.9967, 0.75)])
def test_the_positives_among_them_are_counted(tmp_path: Path, accuracy: float, recall: float) -> None:
    (tmp_path / "train.log").write_text(LOSSES)
    rows = f"accuracy,{accuracy}\nprecision,{recall}\nrecall,{recall}\nn_pos,8\nn,1200\n"
    (tmp_path / "metrics.csv").write_text(f"metric,value\n{rows}")
    m = Measures(read_run(tmp_path))
    assert "metrics.csv" in m.run.files["decision_report"]
    found = m["class.recall"]
    assert isinstance(found, dict) and found["1"].value == pytest.approx(recall)
