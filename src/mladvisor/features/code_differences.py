"""Where a script takes labels off outputs to make a loss of the difference."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import LABEL_NAME
from mladvisor.runs.script.code import Code

_LOSSES = frozenset(("MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss"))
_CALLED = frozenset(("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"))
_OF_ERRORS = frozenset(("abs", "absolute", "square", "pow", "power"))
_ARRAYS = frozenset(("torch", "numpy", "np"))
_KEPT = re.compile(r"^(?:err|errs|errors?|diff|difference|delta|resid|residuals?)(?:_\w+)?$")
"""What the difference of an output and its label is kept under."""


def compared(code: Code) -> list[tuple[ast.expr, ast.expr, ast.expr]]:
    """(one side, other side, where) of each loss that takes differences."""
    made = {
        code.dotted(node.targets[0])
        for node in code.nodes
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.value, ast.Call)
        and code.dotted(node.value.func).rpartition(".")[2] in _LOSSES
    } - {""}  # fmt: skip
    found: list[tuple[ast.expr, ast.expr, ast.expr]] = []
    for call, name in code.calls:
        last = name.rpartition(".")[2]
        if len(call.args) >= 2 and (name in made or last in _CALLED or last.removesuffix("()") in _LOSSES):
            found.append((call.args[0], call.args[1], call))
    differences = (node for node in code.nodes if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub))
    return [*found, *((node.left, node.right, node) for node in differences if _is_error(code, node))]


def _is_error(code: Code, node: ast.BinOp) -> bool:
    """`(out - y) ** 2`, `(out - y).abs()`, `torch.abs(out - y)`, `err = out - y`."""
    outer = code.parent(node)
    if isinstance(outer, ast.BinOp):
        return isinstance(outer.op, ast.Pow) and outer.left is node
    if isinstance(outer, ast.Attribute):
        return outer.attr in ("abs", "pow", "square")
    if isinstance(outer, ast.Assign):
        kept = _KEPT.match(code.dotted(outer.targets[0]).lower()) is not None
        return kept and any(LABEL_NAME.search(code.dotted(side).lower()) for side in (node.left, node.right))
    home, _, last = code.dotted(outer.func).rpartition(".") if isinstance(outer, ast.Call) else ("", "", "")
    return home in _ARRAYS and last in _OF_ERRORS
