"""Steps that a script writes out with arrays: `w -= lr * dw`, `w = w - lr * dw`, `Q[s, a] += alpha * (v - Q[s, a])`."""

from __future__ import annotations

import ast

RATES = frozenset(("lr", "rate", "eta", "step", "step_size", "learning_rate", "alpha", "eta0", "lr0"))
"""What the rate of such a step is called."""


def taken_off(node: ast.AST) -> ast.expr | None:
    """What a statement takes off a value: of `w -= lr * dw`, and of `w = w - lr * dw`."""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Sub):
        return node.value
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp) and isinstance(node.value.op, ast.Sub):
        same = len(node.targets) == 1 and ast.unparse(node.targets[0]) == ast.unparse(node.value.left)
        return node.value.right if same else None
    return None


def moved_by_rate(node: ast.AST) -> ast.expr | None:
    """The product with a rate by which a statement moves a value, down or up (the value of a state, a likelihood)."""
    up = isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add)
    moved = node.value if isinstance(node, ast.AugAssign) and up else taken_off(node)
    return moved if moved is not None and is_by_rate(moved) else None


def is_by_rate(moved: ast.expr) -> bool:
    """It is a product with a rate, whatever it is multiplied with or divided by next."""
    spoken = [node.id if isinstance(node, ast.Name) else node.attr for node in ast.walk(moved)
              if isinstance(node, ast.Name | ast.Attribute)]  # fmt: skip
    product = isinstance(moved, ast.BinOp) and isinstance(moved.op, ast.Mult | ast.MatMult | ast.Div)
    return product and not RATES.isdisjoint(spoken)
