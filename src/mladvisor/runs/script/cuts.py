"""The threshold at which a script turns probabilities into decisions: `pred = (proba >= 0.3).astype(int)`."""

from __future__ import annotations

import ast
import re

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
        limit = values.value(node.comparators[0])
        if not isinstance(limit, int | float) or not 0 < limit < 1:
            if _is_probability(code, node.left) and _decides(code, node):
                return None  # decisions are made at a threshold that is not written down
            continue
        if _is_probability(code, node.left) and _decides(code, node):
            found.setdefault(float(limit), node)
    return next(iter(found.items())) if len(found) == 1 and _HALF not in found else None


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
    """What comes of the comparison is kept as decisions, or handed to what judges them."""
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
