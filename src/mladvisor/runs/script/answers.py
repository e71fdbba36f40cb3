"""Columns that a script takes for the answers: it takes them out of a table, or keeps them under a name for answers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants
from mladvisor.runs.script.left_out import left_out_by_name
from mladvisor.runs.script.reads import dropped_columns, methods, texts_of


def columns_taken_out(code: Code, values: Constants) -> tuple[str, ...]:
    """Columns that a script takes out of a table and uses by themselves: `y = df.pop("churned")`,
    `df.drop(columns="churned"), df["churned"]`, `[c for c in df.columns if c != "churned"]`; without any, those that it
    keeps as answers.
    """
    popped = [value for call in methods(code, "pop") for value in texts_of(call.args[:1], values)]
    out = [*dropped_columns(code, values), *left_out_by_name(code, values)]
    used = {node.attr for node in code.nodes if isinstance(node, ast.Attribute)}
    used |= {
        name
        for node in code.nodes
        if isinstance(node, ast.Subscript)
        for name in texts_of([node.slice, *getattr(node.slice, "elts", ())], values)
    }
    taken = [*popped, *(name for name in out if name in used)]
    return tuple(dict.fromkeys(taken or columns_answered(code, values)))


_TARGETS = re.compile(
    r"(?i)(?:y|ys|target|label|labels|targets|outcome)(?:_?(?:col|column|name|tr|va|te|a|v|t|e|train|val|valid|test|dev|all))?"
)


def columns_answered(code: Code, values: Constants) -> tuple[str, ...]:
    """Columns that are kept under a name for answers, or handed to `fit` as such: `y = df.power_kw.to_numpy()`,
    `TARGET = "churned"`, `model.fit(df[FEATURES], df["churned"])`.

    What else stands in such a line may be no column: the tables decide.
    """
    return tuple(dict.fromkeys(_answered(code, values)))


def _answered(code: Code, values: Constants) -> Iterator[str]:
    for call in methods(code, "fit"):
        given = call.args[1:2] or [word.value for word in call.keywords if word.arg == "y"]
        if given and isinstance(given[0], ast.Subscript | ast.Attribute):
            yield from _columns_in(given[0], values)
    for node in code.nodes:
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        target, value = node.targets[0], node.value
        pairs = [(target, value)]
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            pairs = list(zip(target.elts, value.elts, strict=True))
        for name, kept in pairs:
            if isinstance(name, ast.Name) and _TARGETS.fullmatch(name.id):
                if isinstance(kept, ast.Constant) and isinstance(kept.value, str):
                    yield kept.value
                yield from _columns_in(kept, values)


def _columns_in(node: ast.expr, values: Constants) -> Iterator[str]:
    """Texts that an expression takes things by or out, and attributes that it does not call."""
    called = {id(each.func) for each in ast.walk(node) if isinstance(each, ast.Call)}
    for each in ast.walk(node):
        if isinstance(each, ast.Subscript):
            yield from texts_of([each.slice], values)
        elif isinstance(each, ast.Attribute) and id(each) not in called:
            yield each.attr
        elif isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr == "pop":
            yield from texts_of(each.args[:1], values)
