"""At which share of its rows a script cuts a table as it lies: `n = int(len(df) * 0.8)`, `df[:n], df[n:]`."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_data import MIXING, speaks_before
from mladvisor.runs.script.code import Code

_MIXES = re.compile(rf"{MIXING}|sort_|argsort|train_test_split", re.IGNORECASE)
_ROUNDS = ("int", "round", "floor", "ceil")
_LEAST, _MOST = 0.4, 0.97


def cut_share(code: Code) -> tuple[float, ast.AST] | None:
    """The share of rows before the cut, and where it stands; None where rows are mixed before, or cut otherwise."""
    found: list[tuple[float, ast.Assign]] = []
    for node in code.nodes:
        if not (isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)):
            continue
        share = _share(code, node.value)
        if share is not None and _LEAST <= share <= _MOST and _divides(code, node.targets[0].id):
            found.append((share, node))
    if len(found) != 1:
        return None
    share, node = found[0]
    return None if speaks_before(code, node, _MIXES) else (share, node)


def _share(code: Code, node: ast.expr) -> float | None:
    """0.8 of `int(0.8 * len(df))`, `int(len(df) * 0.8)`, `len(df) * 8 // 10` and `int(df.shape[0] * 0.8)`."""
    if isinstance(node, ast.Call) and code.dotted(node.func).rpartition(".")[2] in _ROUNDS and node.args:
        node = node.args[0]
    if not isinstance(node, ast.BinOp):
        return None
    if isinstance(node.op, ast.FloorDiv | ast.Div) and isinstance(node.left, ast.BinOp):
        part, whole = _share(code, node.left), _number(node.right)
        return part / whole if part is not None and whole else None
    if not isinstance(node.op, ast.Mult):
        return None
    for factor, count in ((node.left, node.right), (node.right, node.left)):
        if _number(factor) is not None and _counts_rows(code, count):
            return _number(factor)
    return None


def _number(node: ast.expr) -> float | None:
    value = node.value if isinstance(node, ast.Constant) else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _counts_rows(code: Code, node: ast.expr) -> bool:
    node = code.meant(node)
    if isinstance(node, ast.Call):
        return code.dotted(node.func) == "len"
    return isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "shape"


def _divides(code: Code, name: str) -> bool:
    """Rows up to it and rows from it on are taken."""
    ends = {"upper": False, "lower": False}
    for node in code.nodes:
        if isinstance(node, ast.Slice) and node.step is None:
            for end, other in (("upper", node.lower), ("lower", node.upper)):
                at = getattr(node, end)
                ends[end] |= other is None and isinstance(at, ast.Name) and at.id == name
    return all(ends.values())
