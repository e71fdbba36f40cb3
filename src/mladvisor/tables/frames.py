"""Tables that a script hands on with all their columns but some: whatever it adds to them is used without its name."""

from __future__ import annotations

import ast


def used_whole(nodes: list[ast.AST]) -> frozenset[str]:
    """Names of tables whose features are what is left: `[c for c in df.columns if c != "price"]`,
    `X = df.drop(columns=["price"])`, `df.columns.difference(["price"])`.
    """
    found = set()
    for node in nodes:
        if isinstance(node, ast.comprehension):
            found.add(_of_columns(node.iter) if _leaves_out(node) else "")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "difference":
                found.add(_of_columns(node.func.value))
            elif node.func.attr == "drop" and _is_of_columns(node) and isinstance(node.func.value, ast.Name):
                found.add(node.func.value.id)
    return frozenset(found - {""})


def _of_columns(node: ast.expr) -> str:
    """The table of `df.columns`, `list(df.columns)`, `df.columns.tolist()`; "" for anything else."""
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute) and each.attr == "columns" and isinstance(each.value, ast.Name):
            return each.value.id
    return ""


def _leaves_out(one: ast.comprehension) -> bool:
    return any(
        isinstance(each, ast.Compare) and isinstance(each.ops[0], ast.NotIn | ast.NotEq)
        for test in one.ifs
        for each in ast.walk(test)
    )


def _is_of_columns(call: ast.Call) -> bool:
    """Columns are dropped, and no rows."""
    words = {word.arg: word.value for word in call.keywords}
    axis = words.get("axis", call.args[1] if len(call.args) > 1 else None)
    return "columns" in words or (isinstance(axis, ast.Constant) and axis.value in (1, "columns"))
