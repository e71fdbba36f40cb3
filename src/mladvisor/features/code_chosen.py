"""Whether a script chooses columns by the label of all rows, before it divides them or goes through the folds."""

from __future__ import annotations

import ast

from mladvisor.features.code_data import called_on
from mladvisor.features.code_names import Fact
from mladvisor.features.config_names import listed
from mladvisor.runs.script.code import Code

_BY_LABEL = frozenset(
    listed(
        "SelectKBest SelectPercentile SelectFdr SelectFpr SelectFwe GenericUnivariateSelect RFE RFECV SelectFromModel"
        " SequentialFeatureSelector BorutaPy"
    )
)
_DIVIDES = frozenset(("train_test_split", "cross_val_score", "cross_validate", "cross_val_predict", "split"))
_FOLDS = frozenset(("GridSearchCV", "RandomizedSearchCV", "LogisticRegressionCV", "LassoCV", "RidgeCV"))


def chooses_after_split(code: Code) -> Fact:
    """False where `X = SelectKBest(k=20).fit_transform(X, y)` comes before `train_test_split(X, y)` or
    `cross_val_score(model, X, y)` takes what it gives. Never known to be true.
    """
    for call in called_on(code, ("fit_transform", "fit"), _BY_LABEL):
        if len(call.args) < 2 or code.loops_of(call):  # within the folds
            continue
        function, owner = code.function_of(call), code.dotted(call.func).rpartition(".")[0]
        chosen = {code.assigned_to(call)} | _transformed(code, owner)
        for other, name in code.calls:
            last = name.rpartition(".")[2]
            model = name.rpartition(".")[0]
            folds = last == "fit" and any(
                isinstance(one.value, ast.Call) and code.dotted(one.value.func).rpartition(".")[2] in _FOLDS
                for one in code.assignments(model)
            )
            if not (last in _DIVIDES or folds) or other.lineno < call.lineno or code.function_of(other) is not function:
                continue
            given = {code.dotted(one) for one in other.args} - {""}
            if given & (chosen - {""}):
                return False, call
    return None


def _transformed(code: Code, owner: str) -> set[str]:
    """What a fitted choice of columns is applied to: `X = selector.transform(X)`."""
    return {code.assigned_to(call) for call, name in code.calls if owner and name == f"{owner}.transform"}
