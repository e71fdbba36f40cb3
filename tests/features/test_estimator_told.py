"""An estimator of scikit-learn by what was printed of it, or by settings beside its scores."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mladvisor.errors import MladvisorError
from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

NETWORK = {"hidden_layer_sizes": [20], "learning_rate_init": 2e-6, "max_iter": 25, "solver": "sgd", "alpha": 500.0}
RESULTS = {"n_train": 500, "train_score": 0.99, "val_score": 0.6, "baseline_val_score": 0.5}


def _measured(folder: Path, name: str, content: Any) -> Measures:
    (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))
    return Measures(read_run(folder))


def test_settings_beside_results(tmp_path: Path) -> None:
    """A block of parameters makes a file of results one of settings as well; its scores are still read."""
    m = _measured(tmp_path, "fit.json", {"estimator": "MLPClassifier", "params": NETWORK, **RESULTS})
    told = {name: m.value(f"config.{name}") for name in ("learning_rate", "epochs", "optimizer", "train_rows")}
    assert told == {"learning_rate": 2e-6, "epochs": 25, "optimizer": "sgd", "train_rows": 500}
    assert m.value("config.l2") == pytest.approx(500.0 / 2 / 200)
    assert m.value("report.train_gap") == pytest.approx(0.39)


def test_of_a_linear_model(tmp_path: Path) -> None:
    """C by the rows; a solver stops by itself."""
    params = {"C": 0.001, "penalty": "l1", "solver": "saga", "max_iter": 100}
    m = _measured(tmp_path, "fit.json", {"estimator": "LogisticRegression", "params": params, **RESULTS})
    assert m.value("config.linear_l1") == pytest.approx(2.0)
    assert m.value("model.solved") == "by-solver"


@pytest.mark.parametrize(
    "text",
    [
        "MLPClassifier(hidden_layer_sizes=(20,),\n              max_iter=25)\n",
        "Pipeline(steps=[('scale', StandardScaler()), ('net', MLPClassifier(hidden_layer_sizes=(20,), max_iter=25))])",
    ],
)
def test_as_it_was_printed(tmp_path: Path, text: str) -> None:
    """What is not shown is as scikit-learn has it."""
    (tmp_path / "log.csv").write_text("iteration,loss\n1,0.9\n2,0.8\n3,0.7\n")
    m = _measured(tmp_path, "estimator.txt", text)
    told = {name: m.value(f"config.{name}") for name in ("learning_rate", "epochs", "optimizer", "layers")}
    assert told == {"learning_rate": 0.001, "epochs": 25, "optimizer": "adam", "layers": 1}


@pytest.mark.parametrize(
    "content",
    [
        {"best_estimator": "SVC", "best_params": {"C": 1, "max_iter": 5, "solver": "x"}, "scores": 3},  # of a search
        {"name": "wine", "params": {"colour": "red"}, "score": 0.5},
    ],
)
def test_other_files_of_results_are_no_settings(tmp_path: Path, content: dict[str, Any]) -> None:
    """The best of a search was another run; two keys that are settings are asked for."""
    with pytest.raises(MladvisorError):
        _measured(tmp_path, "outcome.json", content)
