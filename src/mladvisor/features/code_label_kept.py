"""Whether a training script takes the label out of the table that it makes its inputs of.

`X = df.values; y = df["price"]`, and no line drops "price": the answer is one of the inputs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mladvisor.features.code_label_listed import lists_label
from mladvisor.features.code_names import LABEL_NAME, Fact
from mladvisor.runs.script.code import Code

_INPUTS = re.compile(r"^(?:x|xs|features?|inputs?)(?:_?(?:all|data|full|raw|df|train|tr))?$")
_SAME = frozenset(("values", "to_numpy", "astype", "copy", "fillna", "reset_index", "float"))
"""What leaves a table's columns alone."""
_AROUND = frozenset(("array", "asarray", "tensor", "from_numpy", "get_dummies", "fit_transform", "as_tensor"))
_CHOOSES = frozenset(("drop", "pop", "loc", "iloc", "filter", "select_dtypes", "delete", "difference", "isin"))
"""What takes columns out, or only some of them."""
_OF_TIME = frozenset(("shift", "diff", "pct_change", "rolling", "cumsum"))
"""What makes a label of the rows that follow: the column itself is an honest input."""
_TAKES_BOTH = re.compile(
    r"(?:^|\.)(?:train_test_split|fit|fit_generator|TensorDataset|from_tensor_slices|Dataset|DMatrix|Pool|split|train|"
    r"cross_val_score|cross_validate|\w*Dataset)$"
)


def keeps_label_out(code: Code) -> Fact:
    """False where inputs are a whole table of which the label is a column, or listed columns with it; never known to
    be so.

    Where columns are taken out of anything, or the label comes from later rows, nothing is said.
    """
    for node in code.nodes:
        if not (isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)):
            continue
        inputs = node.targets[0].id
        table = _whole_table(code, node.value) if _INPUTS.match(inputs.lower()) else None
        if table is None or _chooses(code, {table, inputs}):
            continue
        for label, column in _labels(code, table):
            if _meet(code, inputs, label) and not _added_later(code, table, column, node.lineno):
                return False, node
    return lists_label(code)


def _whole_table(code: Code, node: ast.expr) -> str | None:
    """`df` of `df`, `df.values`, `np.array(df)`, `scaler.fit_transform(df.astype("float32"))`."""
    while True:
        if isinstance(node, ast.Attribute) and node.attr in _SAME:
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _SAME:
            node = node.func.value
        elif isinstance(node, ast.Call) and code.dotted(node.func).rpartition(".")[2] in _AROUND and node.args:
            node = node.args[0]
        else:
            return node.id if isinstance(node, ast.Name) else None


def _chooses(code: Code, names: set[str]) -> bool:
    """Columns of one of these are taken out or picked, or both are changed in ways that cannot be followed."""
    for node in code.nodes:
        if isinstance(node, ast.Attribute) and node.attr in _CHOOSES:
            return True
        if isinstance(node, ast.Delete):
            return True
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and isinstance(node.value, ast.Name):
            picked = isinstance(node.slice, ast.Tuple | ast.List | ast.ListComp)
            named = node.value.id in names and isinstance(node.slice, ast.Name)  # df[FEATURES]
            if picked or (named and not _is_text(code, node.slice)):
                return True
    return False


def _is_text(code: Code, node: ast.expr) -> bool:
    meant = code.meant(node)
    return isinstance(meant, ast.Constant) and isinstance(meant.value, str)


def _labels(code: Code, table: str) -> Iterator[tuple[str, str]]:
    """(name of the labels, column of the table that they are made of): `y = to_categorical(df["kind"])`."""
    for node in code.nodes:
        if not (isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)):
            continue
        label = node.targets[0].id
        if not LABEL_NAME.search(label.lower()):
            continue
        inside = list(ast.walk(node.value))
        if any(isinstance(each, ast.Attribute) and each.attr in _OF_TIME for each in inside):
            continue
        if any(isinstance(each, ast.Slice) for each in inside):
            continue
        for each in inside:
            column = _column(code, each, table)
            if column is not None:
                yield label, column


def _column(code: Code, node: ast.AST, table: str) -> str | None:
    """The column of a table that an expression is: `df["kind"]`, `df[TARGET]`, `df.target`."""
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == table:
        meant = code.meant(node.slice)
        return meant.value if isinstance(meant, ast.Constant) and isinstance(meant.value, str) else None
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == table:
        indexed = (each for each in code.nodes if isinstance(each, ast.Subscript))
        named = LABEL_NAME.search(node.attr.lower()) or any(_column(code, one, table) == node.attr for one in indexed)
        return node.attr if named else None
    return None


def _meet(code: Code, inputs: str, label: str) -> bool:
    """Inputs and labels are handed to one call that splits, wraps or fits them."""
    for call, name in code.calls:
        given = {
            each.id for each in (*call.args, *(word.value for word in call.keywords)) if isinstance(each, ast.Name)
        }
        if {inputs, label} <= given and _TAKES_BOTH.search(name):
            return True
    return False


def _added_later(code: Code, table: str, column: str, line: int) -> bool:
    """The column is put into the table only after the inputs were made of it."""
    stores = [
        node.lineno
        for node in code.nodes
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and _column(code, node, table) == column
    ]
    return bool(stores) and min(stores) > line
