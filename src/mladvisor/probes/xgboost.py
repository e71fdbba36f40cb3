"""A probe for XGBoost: `xgboost.train(..., evals=[...], callbacks=[XGBoostProbe("runs/x")])`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from xgboost.callback import TrainingCallback

from mladvisor.probes.boosting import BoostingProbe, column


class XGBoostProbe(TrainingCallback):
    """Curves of every evaluation set and the booster's parameters.

    Args:
        folder: the run folder.
        config: more hyper-parameters for `config.json`.
        names: evaluation set -> split, as `{"validation_0": "val"}`; by default the first set of the scikit-learn
            interface ("validation_0") is taken for training data, the next for validation.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        config: Mapping[str, Any] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self.probe = BoostingProbe(folder, config)
        self._names = dict(names or {})

    def before_training(self, model: Any) -> Any:
        """Write the parameters."""
        self.probe.begin(_parameters(model))
        return model

    def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
        """A row of curves; False: go on."""
        one_set = len(evals_log) == 1
        row: dict[str, float] = {}
        for data, metrics in evals_log.items():
            for metric, values in metrics.items():
                value = values[-1][0] if isinstance(values[-1], tuple) else values[-1]
                split = self._names.get(data) or ("val" if one_set and data == "validation_0" else "")
                row[f"{split}_{metric}" if split else column(data, metric)] = float(value)
        self.probe.round(epoch, row)
        return False

    def after_training(self, model: Any) -> Any:
        """Close the files."""
        self.probe.close()
        return model


def _parameters(model: Any) -> dict[str, Any]:
    """The parameters of a booster out of its own configuration, nested as it is, flattened."""
    import json

    found: dict[str, Any] = {"model": "xgboost"}
    try:
        learner = json.loads(model.save_config())["learner"]
    except (AttributeError, ValueError, KeyError):
        return found
    stack = [learner]
    while stack:
        for key, value in stack.pop().items():
            if isinstance(value, dict):
                stack.append(value)
            elif isinstance(value, str) and key in _KEPT:
                found[_KEPT[key]] = _number(value)
    return found


_KEPT = {
    "learning_rate": "learning_rate",
    "eta": "learning_rate",
    "max_depth": "max_depth",
    "lambda": "reg_lambda",
    "reg_lambda": "reg_lambda",
    "alpha": "reg_alpha",
    "reg_alpha": "reg_alpha",
    "min_child_weight": "min_child_weight",
    "subsample": "subsample",
    "colsample_bytree": "colsample_bytree",
    "objective": "objective",
    "booster": "booster",
    "num_class": "num_class",
    "seed": "seed",
}


def _number(text: str) -> Any:
    try:
        value = float(text)
    except ValueError:
        return text
    return int(value) if value.is_integer() and "." not in text and "E" not in text.upper() else value
