"""Whether a script divides its rows by the value of a feature: training then never shows some of its values."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_data import HELD_OUT, parts_of
from mladvisor.features.code_names import Fact
from mladvisor.features.code_split import LEARNED
from mladvisor.runs.script.code import Code

_BY_PLAN = re.compile(
    r"(?i)split|fold|(?:^|_)(?:sets?|part|phase|subset|test|train|val|valid|holdout|dates?|datetime|time|timestamp|years?"
    r"|quarters?|months?|weeks?|days?|ids?|keys?|index|groups?|sites?|subjects?|patients?|users?|persons?|sessions?"
    r"|hospitals?|batch|cohorts?|domains?|sources?)(?:$|_)"
)
"""Columns that rows are divided by on purpose: a marked split, time, groups that shall not stand on both sides."""
_SHORT = re.compile(r"(?:^|_)(?:te|va|vl|dev|hold|holdout|held|out)(?:$|_)")
_LEAST_LISTED = 2


def divides_regardless_of_features(code: Code) -> Fact:
    """False where the two parts are told by a comparison of a listed feature: `df[df["weekend"] == 0]`,
    `mask = (df["rain"] > 0) & ...`, `train, test = df[~mask], df[mask]`. Never known to be so.
    """
    learned, held_out = None, None
    features = _listed(code)
    for node in code.nodes:
        for target, value in _pairs(node):
            name = code.dotted(target).lower()
            other = HELD_OUT.search(name) or _SHORT.search(name)
            if (LEARNED.search(name) or other) and _compared_in(code, value, features):
                learned, held_out = (learned, node) if other else (node, held_out)
    return (False, held_out) if learned is not None and held_out is not None else None


def _pairs(node: ast.AST) -> list[tuple[ast.expr, ast.expr]]:
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return []
    return list(zip(parts_of(node.targets[0]), parts_of(node.value), strict=False))


def _listed(code: Code) -> set[str]:
    """Names in lists of several: the columns that go into the model are written down so."""
    return {
        each.value
        for node in code.nodes
        if isinstance(node, ast.List | ast.Tuple) and len(node.elts) >= _LEAST_LISTED
        for each in node.elts
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


def _compared_in(code: Code, value: ast.expr, features: set[str]) -> str:
    """The listed feature by whose value rows are taken: of `df[mask]`, `df.loc[~mask]`; "" for any other way."""
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        value = value.func.value  # df[mask].copy(), df[mask].reset_index(drop=True)
    if not isinstance(value, ast.Subscript) or isinstance(value.slice, ast.Slice):
        return ""
    mask: ast.AST = value.slice
    for _ in range(4):  # ~mask, mask.values, mask = (...)
        if isinstance(mask, ast.UnaryOp):
            mask = mask.operand
        elif isinstance(mask, ast.Attribute) and mask.attr == "values":
            mask = mask.value
        elif isinstance(mask, ast.Call) and isinstance(mask.func, ast.Attribute) and mask.func.attr == "to_numpy":
            mask = mask.func.value
        elif isinstance(mask, ast.Name):
            mask = code.meant(mask)
    if not isinstance(mask, ast.Compare | ast.BinOp) or any(isinstance(one, ast.Call) for one in ast.walk(mask)):
        return ""
    columns = [_column(one.left) for one in ast.walk(mask) if isinstance(one, ast.Compare)]
    named = [column for column in columns if column]
    if not named or any(_BY_PLAN.search(column) for column in named):
        return ""
    return next((column for column in named if column in features), "")


def _column(node: ast.expr) -> str:
    """`df["rain"]` and `df.rain` are "rain"."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    return node.attr if isinstance(node, ast.Attribute) else ""
