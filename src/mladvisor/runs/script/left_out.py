"""Columns of its tables that a script keeps from its model: `[c for c in df.columns if c not in ("id", "site")]`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants
from mladvisor.runs.script.reads import dropped_columns, texts_of


def columns_left_out(code: Code, values: Constants) -> tuple[str, ...]:
    """Those that it leaves out by name and names nowhere else: what it takes out to make something of it is used."""
    left = [*left_out_by_name(code, values), *dropped_columns(code, values)]
    used = {node.attr for node in code.nodes if isinstance(node, ast.Attribute)}
    used |= {
        name
        for node in code.nodes
        if isinstance(node, ast.Subscript)
        for name in texts_of([node.slice, *getattr(node.slice, "elts", ())], values)
    }
    return tuple(name for name in dict.fromkeys(left) if name not in used)


def left_out_by_name(code: Code, values: Constants) -> list[str]:
    """Those that the lists of what goes on leave out."""
    return [name for node in code.nodes for name in _left_out_by(node, values)]


def _left_out_by(node: ast.AST, values: Constants) -> Iterator[str]:
    method = node.func if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
    if isinstance(node, ast.Call) and method is not None and method.attr == "difference" and _of_columns(method.value):
        yield from _names(node.args[:1], values)
    if not isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp) or len(node.generators) != 1:
        return
    one = node.generators[0]
    if not (isinstance(one.target, ast.Name) and _of_columns(one.iter)):
        return
    for test in one.ifs:
        for each in test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]:
            by_name = isinstance(each, ast.Compare) and len(each.ops) == 1 and isinstance(each.left, ast.Name)
            if by_name and each.left.id == one.target.id and isinstance(each.ops[0], ast.NotIn | ast.NotEq):  # type: ignore[attr-defined]
                yield from _names(each.comparators, values)  # type: ignore[attr-defined]


def _of_columns(node: ast.expr) -> bool:
    return any(isinstance(each, ast.Attribute) and each.attr == "columns" for each in ast.walk(node))


def _names(nodes: list[ast.expr], values: Constants) -> Iterator[str]:
    """Names that are written down, also beside ones that are not known: `("id", CFG.target)`."""
    for node in nodes:
        whole = texts_of([node], values)
        parts = getattr(node, "elts", ())
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.BitOr):
            parts = (node.left, node.right)
        yield from whole or _names(list(parts), values)


_INPUTS = ("x", "features", "inputs")


def columns_kept(code: Code, values: Constants) -> tuple[str, ...]:
    """What is left of a table: `df = df[["age", "pay"]]`, or `X = df[["age", "pay"]]`; () where several are taken, or
    columns are added afterwards.
    """
    taken: list[tuple[str, tuple[str, ...], int]] = []
    for node in code.nodes:
        if not (isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)):
            continue
        name, value = node.targets[0].id, node.value
        while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "copy":
            value = value.func.value
        if isinstance(value, ast.Subscript) and isinstance(value.value, ast.Name):
            names = texts_of([value.slice], values) if _is_list(value.slice, values) else []
            if len(names) >= _LEAST and (value.value.id == name or name.lower() in _INPUTS):
                taken.append((name, tuple(names), node.lineno))
    if len(taken) != 1:
        return ()
    name, kept, line = taken[0]
    return () if any(_adds_to(node, name, line) for node in code.nodes) else kept


_LEAST = 2


def _is_list(node: ast.expr, values: Constants) -> bool:
    return isinstance(values.value(node), list)


def _adds_to(node: ast.AST, name: str, line: int) -> bool:
    """`X["ratio"] = ...` below the line, or another value for the whole name out of another table."""
    if not isinstance(node, ast.Assign) or node.lineno <= line:
        return False
    for target in node.targets:
        held = target.value if isinstance(target, ast.Subscript) else None
        if isinstance(held, ast.Attribute) and held.attr == "loc":
            held = held.value
        if isinstance(held, ast.Name) and held.id == name:
            return True
    return False
