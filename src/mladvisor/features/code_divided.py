"""Whether a script divides its rows by the value of a feature: training then never shows some of its values."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_data import HELD_OUT
from mladvisor.features.code_names import Fact
from mladvisor.features.code_split import LEARNED
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.handed import told_pairs

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
        for target, value in told_pairs(node):
            name = code.dotted(target).lower()
            other = HELD_OUT.search(name) or _SHORT.search(name)
            if not (other or LEARNED.search(name)) or not _is_compared(code, value, features):
                continue
            if other:
                held_out = node
            else:
                learned = node
    return (False, held_out) if learned is not None and held_out is not None else None


def _listed(code: Code) -> set[str]:
    """Names in lists of several: the columns that go into the model are written down so."""
    return {
        each.value
        for node in code.nodes
        if isinstance(node, ast.List | ast.Tuple) and len(node.elts) >= _LEAST_LISTED
        for each in node.elts
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value
    }


def _is_compared(code: Code, value: ast.expr, features: set[str]) -> bool:
    """Rows are taken by the value of a listed feature, `df[mask]`, `df.loc[~mask]`, and of no column of a plan."""
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        value = value.func.value  # df[mask].copy(), df[mask].reset_index(drop=True)
    if not isinstance(value, ast.Subscript) or isinstance(value.slice, ast.Slice):
        return False
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
        return False
    columns = [_column(one.left) for one in ast.walk(mask) if isinstance(one, ast.Compare)]
    return not features.isdisjoint(columns) and not any(_BY_PLAN.search(column) for column in columns)


def _column(node: ast.expr) -> str:
    """`df["rain"]` and `df.rain` are "rain"."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    return node.attr if isinstance(node, ast.Attribute) else ""
