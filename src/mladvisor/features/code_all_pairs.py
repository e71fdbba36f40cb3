"""A loss that sets each output against the label of every row: `(out.unsqueeze(1) - y.unsqueeze(0)) ** 2`."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import LABEL_NAME, statement_of
from mladvisor.runs.script.code import Code

_PICKS = re.compile(
    r"\b(?:arg)?(?:min|max|sort|topk)|softmax|exp\(|kernel|cost|assign|sinkhorn|match|mask|eye|diag|where"
)
"""What makes something of all pairs: the nearest one, a matching, a kernel."""
_NEW_AXES = {
    ("unsqueeze", "1"): 1, ("unsqueeze", "-1"): 1, ("unsqueeze", "0"): 0, ("view", "-1, 1"): 1, ("view", "1, -1"): 0,
    ("reshape", "-1, 1"): 1, ("reshape", "1, -1"): 0,
}  # fmt: skip
_INDEXES = {":, None": 1, "None, :": 0, "None": 0}


def averages_all_pairs(code: Code, difference: ast.BinOp) -> bool:
    """The difference stretches outputs and labels to all pairs, and nothing but a mean or a sum is made of them."""
    left, right = _stretched(difference.left), _stretched(difference.right)
    if left is None or right is None or left[1] == right[1] or left[0] == right[0]:
        return False
    labels = [bool(LABEL_NAME.search(name.lower())) for name, _ in (left, right)]
    statement = statement_of(code, difference)
    return sum(labels) == 1 and statement is not None and not _PICKS.search(ast.unparse(statement))


def _stretched(node: ast.expr) -> tuple[str, int] | None:
    """(name, where its rows stand) of an expression that gives a flat name a second axis; None for any other."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
        said = ", ".join(ast.unparse(arg) for arg in node.args)
        axis = _NEW_AXES.get((node.func.attr, said))
        return None if axis is None else (node.func.value.id, axis)
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        axis = _INDEXES.get(ast.unparse(node.slice).strip("()"))
        return None if axis is None else (node.value.id, axis)
    return None
