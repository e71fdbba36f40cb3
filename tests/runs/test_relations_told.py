"""How little features go with the label, by reports: linear models, importances around zero, trees of one column."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run


def run_of(folder: Path, **files: str) -> Measures:
    (folder / "metrics.csv").write_text("epoch,train_loss,val_loss\n0,1,1\n1,0.9,0.9\n2,0.8,0.8\n")
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return Measures(read_run(folder))


@pytest.mark.parametrize(("name", "known"), [("ridge", True), ("random_forest", False)])
def test_the_skill_of_a_linear_model(tmp_path: Path, name: str, known: bool) -> None:
    """Of others it is not said."""
    scores = {"constant_mean": {"r2": -0.001}, name: {"r2": -0.01}}
    m = run_of(tmp_path, baseline_scores__json=json.dumps(scores))
    assert (m.value("report.linear_skill") == pytest.approx(-0.01)) if known else not m.one("report.linear_skill").known


def test_importances_below_zero_tell_how_far_chance_goes(tmp_path: Path) -> None:
    """The largest beside the most negative; without any below zero nothing is said."""
    rows = {"a": 0.024, "b": 0.01, "c": -0.004, "d": -0.016}
    text = "column,permutation_importance\n" + "".join(f"{name},{value}\n" for name, value in rows.items())
    assert run_of(tmp_path, feature_importance__csv=text).value("report.importance_over_noise") == pytest.approx(1.5)
    text = text.replace("-", "")
    assert not run_of(tmp_path, feature_importance__csv=text).one("report.importance_over_noise").known


def test_the_power_of_a_tree_of_one_column(tmp_path: Path) -> None:
    """A score of predictive power is told apart from an area under the curve."""
    value = {"a": 0.09, "b": 0.02, "c": 0.0, "d": 0.0}
    suite = {"suite": "x", "results": [{"check": "Feature Label Correlation (PPS)", "value": value, "status": "PASS"}]}
    m = run_of(tmp_path, deepchecks_suite__json=json.dumps(suite))
    assert m.value("report.best_power") == pytest.approx(0.09)
