"""What alpha weighs for the estimators of scikit-learn that are trained by steps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.model import Place, Run, Script, Setting
from mladvisor.runs.read import read_run

from .fakes import measures


def _measured(**called: Any) -> Measures:
    """A script that makes an estimator with these arguments."""
    settings = {key.replace("__", "."): Setting(value, Place("train.py", "", 3)) for key, value in called.items()}
    return Measures(Run(measures().run.path, "run", script=Script("train.py", None, called=settings)))


@pytest.mark.parametrize(
    ("called", "l1", "l2"),
    [
        ({"model": "SGDClassifier", "params__alpha": 1.0}, 0.0, 1.0),
        ({"model": "SGDRegressor", "params__alpha": 0.2, "params__penalty": "l1"}, 0.2, 0.0),
        ({"model": "SGDClassifier", "params__alpha": 1.0, "params__penalty": "elasticnet"}, 0.15, 0.85),
        ({"model": "SGDClassifier", "params__alpha": 1.0, "params__penalty": None}, None, None),
        ({"model": "Perceptron", "params__alpha": 1.0}, None, None),
        ({"model": "Ridge", "params__alpha": 1.0}, None, None),
        ({"model": "SGDClassifier"}, None, None),
    ],
)
def test_alpha_of_estimators(called: dict[str, Any], l1: float | None, l2: float | None) -> None:
    """It is parted as the penalty says; of Ridge it grows with the rows and means something else."""
    m = _measured(**called)
    assert m.value("config.l1") == (None if l1 is None else pytest.approx(l1))
    assert m.value("config.l2") == (None if l2 is None else pytest.approx(l2))


@pytest.mark.parametrize(
    ("called", "l1", "l2"),
    [
        ({"model": "LogisticRegression", "params__C": 0.01}, 0.0, 0.1),
        ({"model": "LogisticRegression", "params__C": 0.01, "params__penalty": "l1"}, 0.1, 0.0),
        ({"model": "LogisticRegression", "params__C": 0.01, "params__l1_ratio": 0.25}, 0.025, 0.075),
        ({"model": "LogisticRegression", "params__C": 0.01, "params__penalty": None}, None, None),
        ({"model": "SVC", "params__C": 0.01}, 0.0, 0.1),
        ({"model": "NuSVC", "params__C": 0.01}, None, None),
        ({"model": "LogisticRegression"}, None, None),
    ],
)
def test_c_of_linear_models(called: dict[str, Any], l1: float | None, l2: float | None) -> None:
    """C weighs the sum of the losses: with 1,000 rows the penalty weighs 1 / (1000 C) beside their mean."""
    m = _measured(**called)
    m.run.config["train_rows"] = Setting(1000, Place("config.yaml", "train_rows"))
    assert m.value("config.linear_l1") == (None if l1 is None else pytest.approx(l1))
    assert m.value("config.linear_l2") == (None if l2 is None else pytest.approx(l2))


@pytest.mark.parametrize(
    ("params", "left"),
    [
        ({"solver": "sgd", "learning_rate": "invscaling", "power_t": 1.5}, 100.0**-1.5),
        ({"solver": "sgd", "learning_rate": "invscaling"}, 0.1),
        ({"solver": "adam", "learning_rate": "invscaling"}, None),  # Adam takes no notice
        ({"solver": "sgd", "learning_rate": "constant"}, None),
    ],
)
def test_what_is_left_of_a_rate_divided_by_rows(tmp_path: Path, params: dict[str, Any], left: float | None) -> None:
    """By the power, or by the default of it."""
    (tmp_path / "fit.json").write_text(
        json.dumps({"estimator": "MLPRegressor", "n_train": 99, "params": {"max_iter": 50, **params}, "val_score": 0.1})
    )
    found = Measures(read_run(tmp_path)).value("lr.left_after_a_pass")
    assert found == (pytest.approx(left) if left is not None else None)
