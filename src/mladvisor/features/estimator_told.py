"""What is told of the only estimator of scikit-learn: by the script that makes it, or by settings beside the results.

Both give `model` and `params.*`; what an estimator's constructor is not told is its default.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mladvisor.runs.model import Setting
from mladvisor.runs.plain_settings import is_estimator

if TYPE_CHECKING:
    from mladvisor.features.catalogue import Measures

_KEYS = frozenset(("estimator", "classifier", "regressor", "model", "model_type", "algorithm"))
_BLOCKS = ("params", "parameters", "hyperparameters", "hparams", "args", "config")
NETWORKS = frozenset(("MLPClassifier", "MLPRegressor"))
_DEFAULTS: dict[str, Any] = {
    "solver": "adam",
    "learning_rate_init": 0.001,
    "max_iter": 200,
    "activation": "relu",
}
"""Of scikit-learn's networks, as they are since version 0.18."""
MOST_OF_A_BATCH = 200
"""`batch_size="auto"` of these networks: as many rows, or all there are."""


def told_of_estimator(m: Measures) -> Mapping[str, Setting]:
    """`model` and `params.*` of the estimator; {} where none is told, or several are. Use `m.once`."""
    if m.run.script is not None and "model" in m.run.script.called:
        return m.run.script.called
    named = [
        (key, setting)
        for key, setting in m.run.config.items()
        if key.rpartition(".")[2].lower() in _KEYS and isinstance(setting.value, str) and is_estimator(setting.value)
    ]
    if len(named) != 1:
        return {}
    key, model = named[0]
    above = key.rpartition(".")[0]
    told = {"model": model}
    for each, setting in m.run.config.items():
        block, _, leaf = each.rpartition(".")
        if block.rpartition(".")[2].lower() in _BLOCKS and block.rpartition(".")[0] == above:
            told[f"params.{leaf}"] = setting
    return told


def defaults_of_network(m: Measures) -> dict[str, Setting]:
    """The settings that a network of scikit-learn has without being told, as far as these are known."""
    told: Mapping[str, Setting] = m.once(told_of_estimator)
    model = told.get("model")
    if model is None or str(model.value) not in NETWORKS:
        return {}
    return {
        f"params.{name}": Setting(value, model.place)
        for name, value in _DEFAULTS.items()
        if f"params.{name}" not in told
    }
