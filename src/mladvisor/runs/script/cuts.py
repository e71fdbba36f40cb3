"""The threshold at which a script turns probabilities into decisions: `pred = (proba >= 0.3).astype(int)`."""

from __future__ import annotations

import ast
import re
from typing import Any

from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants

_PROBABILITY = re.compile(
    r"(?:^|_)(?:probs?|proba|probas|probabilit(?:y|ies)|p_?hat|y_?score|scores?)(?:$|_)", re.IGNORECASE
)
_MADE = frozenset(("predict_proba", "sigmoid", "softmax", "expit"))
_DECISION = re.compile(
    r"(?:^|_)(?:preds?|predicted|predictions?|decisions?|decided|flags?|flagged|called|alarms?|alerts?|y_?hat)(?:$|_)",
    re.IGNORECASE,
)
_JUDGES = frozenset(
    ("classification_report", "confusion_matrix", "f1_score", "precision_score", "recall_score", "accuracy_score",
     "precision_recall_fscore_support", "balanced_accuracy_score", "matthews_corrcoef")
)  # fmt: skip
_SCORES = re.compile(
    r"(?:^|_)(?:m?iou|jaccard|dice|f1|f_?score|precision|recall|sensitivity|specificity|acc|accuracy)(?:$|_)",
    re.IGNORECASE,
)
"""Names of functions that turn scores into decisions and count the right ones."""
_CASTS = frozenset(
    ("astype", "int", "long", "float", "numpy", "cpu", "asarray", "array", "where", "to", "squeeze", "ravel")
)
_HALF = 0.5


def decision_threshold(code: Code, values: Constants) -> tuple[float, ast.AST] | None:
    """The threshold and where it stands; None where decisions are made at none, at several, or at one half."""
    found: dict[float, ast.AST] = {}
    for node in code.nodes:
        if not isinstance(node, ast.Compare) or len(node.ops) != 1 or not isinstance(node.ops[0], ast.Gt | ast.GtE):
            continue
        limit = _limit(code, values, node)
        if not isinstance(limit, int | float) or not 0 < limit < 1:
            if _is_probability(code, node.left) and _decides(code, node):
                return None  # decisions are made at a threshold that is not written down
            continue
        if _is_probability(code, node.left) and _decides(code, node):
            found.setdefault(float(limit), node)
    return next(iter(found.items())) if len(found) == 1 and _HALF not in found else None


def _limit(code: Code, values: Constants, node: ast.Compare) -> Any:
    """What is compared with: a value that is written down, or the default of a parameter that no call gives."""
    limit = node.comparators[0]
    inside = code.function_of(node)
    if not isinstance(limit, ast.Name) or inside is None:
        return values.value(limit)
    takes = inside.args
    listed = [*takes.posonlyargs, *takes.args]
    defaults = dict(zip([one.arg for one in listed][-len(takes.defaults) :], takes.defaults, strict=False))
    defaults |= {one.arg: given for one, given in zip(takes.kwonlyargs, takes.kw_defaults, strict=True) if given}
    if limit.id not in {one.arg for one in (*listed, *takes.kwonlyargs)}:
        return values.value(limit)
    if limit.id not in defaults:
        return None
    place = next((at for at, one in enumerate(listed) if one.arg == limit.id), len(listed))
    calls = [call for call, name in code.calls if name.rpartition(".")[2] == inside.name]
    given_by = [
        call for call in calls if len(call.args) > place or any(k.arg in (limit.id, None) for k in call.keywords)
    ]
    return values.value(defaults[limit.id]) if calls and not given_by else None


def _is_probability(code: Code, node: ast.expr) -> bool:
    """An expression of probabilities: made here, or a variable that is called so, or was made so."""
    named = [one for one in ast.walk(node) if isinstance(one, ast.Name)]
    if _makes(code, node) or any(_PROBABILITY.search(one.id) for one in named):
        return True
    return any(_makes(code, made.value) for one in named for made in code.assignments(one.id))


def _makes(code: Code, node: ast.AST) -> bool:
    return any(
        isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute | ast.Name)
        and code.dotted(one.func).rpartition(".")[2] in _MADE
        for one in ast.walk(node)
    )  # fmt: skip


def _decides(code: Code, node: ast.AST) -> bool:
    """What comes of the comparison is kept as decisions, or handed to what judges them, or is judged right here."""
    inside = code.function_of(node)
    if inside is not None and _SCORES.search(inside.name):
        return True
    for outer in code.above(node):
        if isinstance(outer, ast.Call):
            called = code.dotted(outer.func).rpartition(".")[2] or getattr(outer.func, "attr", "")
            if called in _JUDGES:
                return True
            if called not in _CASTS:
                return False
        elif isinstance(outer, ast.Assign):
            return any(_DECISION.search(name) for target in outer.targets if (name := _last(target)))
        elif not isinstance(outer, ast.Attribute | ast.keyword):
            return False
    return False


def _last(target: ast.expr) -> str:
    """The name that something is kept under: a variable's, or a column's."""
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return str(target.slice.value)
    return target.id if isinstance(target, ast.Name) else getattr(target, "attr", "")
