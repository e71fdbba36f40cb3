"""Tables that a script reads with pandas, and their columns: `df.price`, `df.pop("price")`, `df.iloc[:, -1]`."""

from __future__ import annotations

import ast

from mladvisor.features.config_names import listed
from mladvisor.runs.script.code import Code

_KEEP_TABLES = frozenset(
    listed("sample dropna reset_index copy drop fillna sort_values drop_duplicates head tail query astype iloc loc")
)
_OF_TABLES = frozenset(
    listed("T index columns values dtypes shape size ndim iloc loc iat at empty axes attrs flags style plot sparse")
)
"""Attributes of tables that are no columns; a method is called."""
_DEPTH = 8


def is_table(code: Code, node: ast.expr, depth: int = 0) -> bool:
    """What `pd.read_csv` gives, by whatever keeps it a table: a name of it, its rows, what is left of it."""
    if depth > _DEPTH:
        return False
    if isinstance(node, ast.Name):
        given = code.assignments(node.id)
        made = [one for one in given if not _is_kept(one)]
        return bool(made) and all(len(one.targets) == 1 and is_table(code, one.value, depth + 1) for one in made)
    if isinstance(node, ast.Call):
        name = code.dotted(node.func)
        if name.startswith("pandas.read_"):
            return True
        kept = isinstance(node.func, ast.Attribute) and node.func.attr in _KEEP_TABLES
        return kept and is_table(code, node.func.value, depth + 1)  # type: ignore[attr-defined]
    if isinstance(node, ast.Attribute):
        return node.attr in ("iloc", "loc") and is_table(code, node.value, depth + 1)
    rows = isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice | ast.List | ast.Compare)
    return rows and is_table(code, node.value, depth + 1)  # type: ignore[attr-defined]


def _is_kept(statement: ast.Assign) -> bool:
    """`df = df.dropna()`: whatever it was, it is that still."""
    value, target = statement.value, statement.targets[0]
    if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in _KEEP_TABLES):
        return False
    inner: ast.expr = value
    while isinstance(inner, ast.Call | ast.Attribute | ast.Subscript):
        inner = inner.func if isinstance(inner, ast.Call) else inner.value
    return isinstance(inner, ast.Name) and isinstance(target, ast.Name) and inner.id == target.id


def column_of(code: Code, node: ast.expr) -> bool:
    """One column of such a table: `df.price`, `df.pop("price")`, `df.iloc[:, -1]`."""
    if isinstance(node, ast.Call):
        taken = isinstance(node.func, ast.Attribute) and node.func.attr in ("pop", "get") and len(node.args) == 1
        text = taken and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
        return text and is_table(code, node.func.value)  # type: ignore[attr-defined]
    if isinstance(node, ast.Attribute):
        called = isinstance(outer := code.parent(node), ast.Call) and outer.func is node
        return not called and node.attr not in _OF_TABLES and is_table(code, node.value)
    return False


def place_of_one(node: ast.expr) -> bool:
    """A number that stands for one place: `0`, `-1`."""
    inner = node.operand if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else node
    return isinstance(inner, ast.Constant) and inner.value is not None
