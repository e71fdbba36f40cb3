"""Whether a training script encodes a column by the label of all rows, and divides the rows afterwards.

`df["zip_rate"] = df.groupby("zip")["sold"].transform("mean")`, and then `train_test_split(df, ...)`: the label of each
test row is a part of its own input.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mladvisor.features.code_names import LABEL_NAME, Fact
from mladvisor.features.code_split import LEARNED
from mladvisor.runs.script.code import Code

_AVERAGES = frozenset(("mean", "sum", "median", "transform", "agg", "aggregate", "std", "var"))
_OF_THE_PAST = frozenset(("shift", "cumsum", "cumcount", "expanding", "rolling", "ewm", "diff"))
_DIVIDES = frozenset(("train_test_split", "split", "sample", "query", "KFold", "StratifiedKFold"))


def encodes_label_after_split(code: Code) -> Fact:
    """False where a column of averages of the label is made of a table whose rows are divided below."""
    labels = frozenset(_labels(code))
    for node in code.nodes:
        if not (isinstance(node, ast.Assign) and len(node.targets) == 1) or not labels:
            continue
        table, column = _cell(code, node.targets[0])
        if not column or column in labels or LEARNED.search(table.lower()):
            continue
        if _averages(code, node.value, table, labels) and _divided_below(code, table, node.lineno):
            return False, node
    return None


def _cell(code: Code, node: ast.AST) -> tuple[str, str]:
    """(table, column) of `df["zip"]` and `df.zip`."""
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        meant = code.meant(node.slice)
        if isinstance(meant, ast.Constant) and isinstance(meant.value, str):
            return node.value.id, meant.value
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.value.id, node.attr
    return "", ""


def _labels(code: Code) -> Iterator[str]:
    """Columns that are learned: `y = df["sold"]`, `df.pop("sold")` of a name for labels, `fit(X, train.sold)`."""
    for node in code.nodes:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            if LABEL_NAME.search(node.targets[0].id.lower()):
                yield from (found for each in ast.walk(node.value) if (found := _named(code, each)))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "fit":
            yield from (found for each in node.args[1:2] if (found := _named(code, each)))


def _named(code: Code, node: ast.AST) -> str:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "pop" and node.args:
        meant = code.meant(node.args[0])
        return meant.value if isinstance(meant, ast.Constant) and isinstance(meant.value, str) else ""
    return _cell(code, node)[1] if isinstance(node, ast.Subscript | ast.Attribute) else ""


def _averages(code: Code, value: ast.expr, table: str, labels: frozenset[str]) -> bool:
    """`df.groupby("zip").sold.transform("mean")`, `df["zip"].map(df.groupby("zip")["sold"].mean())`."""
    inside = list(ast.walk(value))
    named = {each.attr for each in inside if isinstance(each, ast.Attribute)}
    if named.isdisjoint(_AVERAGES) or not named.isdisjoint(_OF_THE_PAST):
        return False
    for each in inside:
        grouped = each.value if isinstance(each, ast.Attribute | ast.Subscript) else None
        of_groups = isinstance(grouped, ast.Call) and code.dotted(grouped.func) == f"{table}.groupby"
        if not of_groups:
            continue
        meant = code.meant(each.slice) if isinstance(each, ast.Subscript) else None
        said = meant.value if isinstance(meant, ast.Constant) else each.attr if isinstance(each, ast.Attribute) else ""
        if said in labels:
            return True
    return False


def _divided_below(code: Code, table: str, line: int) -> bool:
    """Rows of the table, or of what is called after it, are parted below the line."""
    for node in code.nodes:
        if getattr(node, "lineno", 0) <= line:
            continue
        if isinstance(node, ast.Call) and code.dotted(node.func).rpartition(".")[2] in _DIVIDES:
            names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
            if table in names or code.dotted(node.func).endswith("train_test_split"):
                return True
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            held = node.value.value if isinstance(node.value, ast.Attribute) else node.value
            if isinstance(held, ast.Name) and held.id == table:
                return True
    return False
