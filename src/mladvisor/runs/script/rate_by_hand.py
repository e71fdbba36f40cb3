"""The rate of steps that a script writes out: `w -= lr * dw`, `theta = theta - alpha * X.T @ e / n`, and of a table of
values that moves towards what was seen: `Q[s, a] += alpha * (r + gamma * Q[s2].max() - Q[s, a])`.
"""

from __future__ import annotations

import ast

from mladvisor.runs.model import Setting
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants
from mladvisor.runs.script.hand_steps import RATES, moved_by_rate

OF_TABLE = "table.lr"
_BY_HAND = "steps.lr"


def rate_by_hand(code: Code, values: Constants) -> dict[str, Setting]:
    """The one rate of all such steps; {} where they have several, or its value cannot be told."""
    found: dict[float, tuple[str, ast.expr]] = {}
    for node in code.nodes:
        moved = moved_by_rate(node)
        rate = _rate_in(moved) if moved is not None else None
        if moved is None or rate is None:
            continue
        value = values.value(rate)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return {}
        found[float(value)] = (OF_TABLE if _is_difference(node, moved) else _BY_HAND, rate)
    if len(found) != 1:
        return {}
    value, (key, rate) = next(iter(found.items()))
    return {key: Setting(value, code.place(rate, "lr"))}


def _rate_in(moved: ast.expr) -> ast.expr | None:
    """The factor that is called like a rate."""
    factors = [moved]
    while factors:
        node = factors.pop()
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.MatMult | ast.Div):
            factors += [node.left] if isinstance(node.op, ast.Div) else [node.left, node.right]
        elif getattr(node, "id", getattr(node, "attr", "")) in RATES:
            return node
    return None


def _is_difference(step: ast.AST, moved: ast.expr) -> bool:
    """A cell of a table goes by a part of its distance to something: the cell itself is taken off within the step."""
    if not isinstance(step, ast.AugAssign) or not isinstance(step.target, ast.Subscript):
        return False
    own = ast.unparse(step.target)
    return any(
        isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and ast.unparse(node.right) == own
        for node in ast.walk(moved)
    )
