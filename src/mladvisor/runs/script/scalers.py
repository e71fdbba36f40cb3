"""Scalers of inputs or targets that a script makes, whether it ever transforms anything with them, and what calls that
hand over the data are told of scaling.
"""

from __future__ import annotations

import ast
import re

from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants
from mladvisor.runs.script.losses import is_none

SCALERS = frozenset(
    ("StandardScaler", "MinMaxScaler", "RobustScaler", "MaxAbsScaler", "QuantileTransformer", "PowerTransformer",
     "Normalization", "Rescaling")
)  # fmt: skip
"""Classes of scikit-learn and Keras whose instances scale."""


def idle_scalers(code: Code) -> list[tuple[ast.Call, ast.AST]]:
    """(call that makes it, call that fits it) of each scaler that is fitted while its name stands nowhere else."""
    found: list[tuple[ast.Call, ast.AST]] = []
    for node in code.nodes:
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and len(node.targets) == 1):
            continue
        target, at_once = node.targets[0], _fitted_at_once(node.value)  # `scaler = StandardScaler().fit(X)`
        made = code.dotted((at_once or node.value).func).rpartition(".")[2]
        if made not in SCALERS or not isinstance(target, ast.Name):
            continue
        uses = [one for one in code.nodes if isinstance(one, ast.Name) and one.id == target.id and one is not target]
        fits = [fit for one in uses if (fit := _fitted_alone(code, one)) is not None]
        fits += [node.value] if at_once is not None else []
        if fits and len(fits) == len(uses) + (at_once is not None):
            found.append((at_once or node.value, fits[0]))
    return found


def _fitted_at_once(call: ast.Call) -> ast.Call | None:
    """The call that makes what is fitted in one go: `StandardScaler()` of `StandardScaler().fit(X)`."""
    fits = isinstance(call.func, ast.Attribute) and call.func.attr == "fit"
    return call.func.value if fits and isinstance(call.func.value, ast.Call) else None  # type: ignore[attr-defined]


def _fitted_alone(code: Code, name: ast.Name) -> ast.AST | None:
    """The call `scaler.fit(X)` where it is a statement of its own: of what it gives back nothing is used."""
    method = code.parent(name)
    call = code.parent(method) if isinstance(method, ast.Attribute) and method.attr in ("fit", "adapt") else None
    return call if isinstance(call, ast.Call) and isinstance(code.parent(call), ast.Expr) else None


_HANDS_OVER = re.compile(r"load|read|fetch|split|data|prepare|batches|preprocess", re.IGNORECASE)
_SCALING = re.compile(
    r"(?:standardi[sz]ed?|normali[sz]ed?|scaled?)(?:_(?:inputs?|features?|x|data))?"
    r"|(?:(?:inputs?|features?|data|x)_)?(?:scaling|normali[sz]ation|standardi[sz]ation|scaler)"
)
_NOTHING = ("", "none", "off", "no", "raw")


def told_to_scale(values: Constants, made: str, words: dict[str | None, ast.expr]) -> tuple[bool, ast.AST] | None:
    """Whether a call that hands over the data scales the inputs: `load_splits("churn", standardize=False)`.

    Args:
        made: what is called, without its module.
        words: its arguments by name.
    """
    if not _HANDS_OVER.search(made):
        return None
    for word, node in words.items():
        if word is None or not _SCALING.fullmatch(word):
            continue
        value = values.value(node)
        if is_none(node) or isinstance(value, bool):
            return bool(value), node
        if isinstance(value, str):
            return value.lower() not in _NOTHING, node
    return None
