"""Whether a script encodes a column by means of the label over all rows, before it splits them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mladvisor.features.code_names import LABEL_NAME, Fact
from mladvisor.features.code_split import LEARNED, cuts_in_order, is_label
from mladvisor.runs.script.code import Code

_MEANS = frozenset(("mean", "median", "sum", "std", "max", "min"))
_CUTS = re.compile(r"^(?:train_test_split|random_split|KFold|StratifiedKFold|GroupKFold|cross_val_\w+|cross_validate"
                   r"|StratifiedShuffleSplit|ShuffleSplit|GridSearchCV)$")  # fmt: skip
_ENCODERS = frozenset(("TargetEncoder", "MEstimateEncoder", "JamesSteinEncoder", "CatBoostEncoder", "WOEEncoder",
                       "GLMMEncoder"))  # fmt: skip


def encodes_after_split(code: Code) -> Fact:
    """False where the mean of the label over the rows of a key becomes a column of all rows, and these are split then.

    `df["zip_mean"] = df.groupby("zip")["price"].transform("mean")`, `df["zip"].map(df.groupby("zip").price.mean())`,
    `TargetEncoder().fit_transform(X, y)`. Never known to be true.
    """
    cuts = [call for call, name in code.calls if _CUTS.match(name.rpartition(".")[2])]
    places = [*cuts, *cuts_in_order(code)]
    for node, table in _encodings(code):
        function = code.function_of(node)
        here = [getattr(cut, "lineno", 0) for cut in places if code.function_of(cut) is function]
        whole = not LEARNED.search(table.lower()) and not code.loops_of(node)
        if whole and here and min(here) > node.lineno:
            return False, node
    return None


def _encodings(code: Code) -> Iterator[tuple[ast.Assign, str]]:
    """(a statement that keeps such means as a column, the table that they are taken over)."""
    for node in code.nodes:
        if not (isinstance(node, ast.Assign) and len(node.targets) == 1):
            continue
        if isinstance(node.targets[0], ast.Subscript | ast.Attribute):
            column = _column(code, node.targets[0])
            if LABEL_NAME.search(column.lower()) or is_label(code, column) or _is_left_out(code, column):
                continue  # the label less the mean of its group, or whether it lies above that
            for one in ast.walk(node.value):
                table = _table_of_means(code, one, spread=True)
                if not table and isinstance(one, ast.Call) and _is_called(one, "map") and one.args:
                    table = _table_of_means(code, code.meant(one.args[0]), spread=False)
                if table:
                    yield node, table
                    break
        elif isinstance(node.value, ast.Call) and _is_called(node.value, "fit_transform") and len(node.value.args) > 1:
            made = code.meant(node.value.func.value)  # type: ignore[attr-defined]
            if isinstance(made, ast.Call) and code.dotted(made.func).rpartition(".")[2] in _ENCODERS:
                yield node, code.dotted(node.value.args[0])


def _column(code: Code, target: ast.Subscript | ast.Attribute) -> str:
    """The name of the column that is set; "" where it is not written down."""
    if isinstance(target, ast.Attribute):
        return target.attr
    named = getattr(code.meant(target.slice), "value", "")
    return named if isinstance(named, str) else ""


def _is_left_out(code: Code, column: str) -> bool:
    """The script lists columns by name, and takes none away: one that no list names is no input."""
    lists = [
        {one.value for one in node.elts if isinstance(one, ast.Constant)}
        for node in code.nodes
        if isinstance(node, ast.List) and len(node.elts) >= _LEAST_LISTED
        and all(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in node.elts)
    ]  # fmt: skip
    return bool(lists) and not any(column in names for names in lists) and not _TAKES_AWAY.search(code.text)


_LEAST_LISTED = 2
_TAKES_AWAY = re.compile(r"\.drop\(|\.pop\(|iloc|\.columns|append\(|insert\(|extend\(|\bdel ")


def _is_called(node: ast.AST, *names: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names


def _table_of_means(code: Code, node: ast.AST, *, spread: bool) -> str:
    """`df` of `df.groupby("zip")["price"].transform("mean")`, or, not `spread`, of `df.groupby("zip").price.mean()`."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return ""
    if spread:
        how = node.args[0] if node.func.attr == "transform" and node.args else None
        told = isinstance(how, ast.Constant) and how.value in _MEANS
    else:
        told = node.func.attr in _MEANS
    of = node.func.value
    if not told or not isinstance(of, ast.Subscript | ast.Attribute):
        return ""
    column = of.attr if isinstance(of, ast.Attribute) else getattr(code.meant(of.slice), "value", "")
    grouped = of.value
    if not (isinstance(column, str) and isinstance(grouped, ast.Call) and _is_called(grouped, "groupby")):
        return ""
    known = bool(LABEL_NAME.search(column.lower())) or is_label(code, column)
    return code.dotted(grouped.func.value) if known else ""  # type: ignore[attr-defined]
