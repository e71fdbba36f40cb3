"""Rows that a script takes in an order which their labels give: `order = np.argsort(y)`, then `X = X[order]`."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_data import HELD_OUT
from mladvisor.features.code_names import LABEL_NAME, is_of_arrays
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.handed import pairs

_ROWS = re.compile(
    r"(?:^|_)(?:x|y|ys|inputs?|images?|features?|data|df|rows|samples|train\w*|labels?|targets?)(?:$|_)|^[xy]tr"
)


def is_of_training(name: str) -> bool:
    return bool(_ROWS.search(name.lower())) and not HELD_OUT.search(name.lower())


_OF_LABELS = re.compile(r"(?:^|_)(?:len|lens|lengths?|sizes?|durations?)(?:$|_)")
"""What is known of a label before it is read: rows of like length are put side by side to save padding."""


def names_labels(name: str) -> bool:
    """Labels by their name in small letters, not how long each of them is ("target_lengths")."""
    return bool(LABEL_NAME.search(name)) and not _OF_LABELS.search(name)


def labels_sorted_by(code: Code, call: ast.Call) -> str:
    """The labels whose order a call gives: `y.argsort()`, `np.argsort(y[rows])`; "" for any other call."""
    named = code.dotted(call.func)
    if named.rpartition(".")[2] != "argsort":
        return ""
    held: ast.expr | None = call.func  # y.argsort()
    if is_of_arrays(named):
        held = call.args[0] if call.args else None  # np.argsort(y)
    while isinstance(held, ast.Attribute | ast.Subscript | ast.Call):
        held = held.func if isinstance(held, ast.Call) else held.value
    return held.id if isinstance(held, ast.Name) and names_labels(held.id.lower()) else ""


def takes_rows_by(code: Code, call: ast.Call) -> bool:
    """An order that labels give, by which rows are taken and kept."""
    if not labels_sorted_by(code, call):
        return False
    order = code.assigned_to(call)
    for node in code.nodes:
        if not isinstance(node, ast.Assign):
            continue
        for target, value in pairs(node):
            taken = [one for one in ast.walk(value or node.value) if isinstance(one, ast.Subscript)]
            by_order = any(one.slice is call or (order and code.dotted(one.slice) == order) for one in taken)
            kept = target
            while isinstance(kept, ast.Subscript):
                kept = kept.value  # `x[:1400] = x[:1400][order]`
            if by_order and is_of_training(code.dotted(kept)):
                return True
    return False
