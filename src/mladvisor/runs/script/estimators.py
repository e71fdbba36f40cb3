"""The estimator of a script: scikit-learn's, or one of the boosting libraries, and its arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mladvisor.runs.model import Setting
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants, is_told
from mladvisor.runs.script.losses import compiles
from mladvisor.runs.script.rows import BY_HAND

_ESTIMATORS = frozenset(
    ("XGBClassifier", "XGBRegressor", "LGBMClassifier", "LGBMRegressor", "CatBoostClassifier", "CatBoostRegressor",
     "GradientBoostingClassifier", "GradientBoostingRegressor", "HistGradientBoostingClassifier",
     "HistGradientBoostingRegressor", "MLPClassifier", "MLPRegressor", "SGDClassifier", "SGDRegressor",
     "LogisticRegression", "RandomForestClassifier", "RandomForestRegressor", "LinearSVC", "LinearSVR", "SVC", "SVR")
)  # fmt: skip
_FIRST = {"MLPClassifier": "hidden_layer_sizes", "MLPRegressor": "hidden_layer_sizes", "SGDClassifier": "loss",
          "KNeighborsClassifier": "n_neighbors", "KNeighborsRegressor": "n_neighbors",
          "RandomForestClassifier": "n_estimators", "RandomForestRegressor": "n_estimators"}  # fmt: skip
"""The argument of scikit-learn's estimators that may be handed over without its name, the first."""


def estimators(code: Code, values: Constants) -> dict[str, Setting]:
    """The only estimator of scikit-learn, XGBoost, LightGBM or CatBoost, or the parameters handed to their `train`.

    Beside a network that is trained step by step an estimator is what it is compared with, not what the log is of.
    """
    if compiles(code) or any(name.endswith(BY_HAND) for _, name in code.calls):
        return {}
    made = [(call, name.rpartition(".")[2]) for call, name in code.calls if name.rpartition(".")[2] in _ESTIMATORS]
    boosted = [
        call for call, name in code.calls if name in ("xgboost.train", "lightgbm.train", "xgb.train", "lgb.train")
    ]
    if len(made) + len(boosted) != 1:
        return {}
    settings: dict[str, Setting] = {}
    if made:
        call, name = made[0]
        settings["model"] = Setting(name, code.place(call, "model"))
        unnamed = [(_FIRST.get(name), call.args[0])] if call.args else []
        for key, node in (*unnamed, *((word.arg, word.value) for word in call.keywords)):
            value = values.value(node)
            if key and value is not None:
                settings[f"params.{key}"] = Setting(value, code.place(node, key))
        return settings
    words = {word.arg: word.value for word in boosted[0].keywords}
    handed = boosted[0].args[0] if boosted[0].args else words.get("params")
    if isinstance(handed, ast.Name):
        for key, written in values.used.items():
            if key.startswith(f"{handed.id}[") and is_told(written):
                inner = key.partition("[")[2].rstrip("]")
                settings[f"params.{inner}"] = Setting(written.value, code.place(written.node, inner))
    for name, node in _written_there(handed):
        value = values.value(node)
        if value is not None:
            settings[f"params.{name}"] = Setting(value, code.place(node, name))
    rounds = values.value(words.get("num_boost_round"))
    if rounds is not None:
        settings["params.num_boost_round"] = Setting(rounds, code.place(words["num_boost_round"], "num_boost_round"))
    return settings


def _written_there(handed: ast.expr | None) -> Iterator[tuple[str, ast.expr]]:
    """The entries of a mapping that is written where it is handed over: `{"eta": 0.1}` or `dict(eta=0.1)`."""
    if isinstance(handed, ast.Dict):
        for key, node in zip(handed.keys, handed.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, node
    elif isinstance(handed, ast.Call) and isinstance(handed.func, ast.Name) and handed.func.id == "dict":
        yield from ((word.arg, word.value) for word in handed.keywords if word.arg)
