"""Whether a training script makes a column of its inputs out of the label.

`df["biopsy"] = df["target"].map({0: 2, 1: 1})`, and `X = df.drop(columns="target")` keeps it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mladvisor.features.code_names import LABEL_NAME, Fact
from mladvisor.runs.script.code import Code

_OF_OTHERS = frozenset(
    ("shift", "rolling", "diff", "pct_change", "cumsum", "expanding", "groupby", "isna", "isnull", "notna", "transform",
     "predict", "predict_proba", "fit_transform")
)  # fmt: skip
"""What makes something of other rows, or of a model: a lag, an encoding by groups, a prediction."""
_TAKES_BOTH = frozenset(("train_test_split", "fit", "cross_val_score", "cross_validate", "DMatrix"))
"""What takes inputs and labels, in this order."""
_STACKS = frozenset(("column_stack", "hstack", "concatenate"))


def keeps_label_apart(code: Code) -> Fact:
    """False where a column is made of the label's own cells and stays among the inputs; never known to be true."""
    labels = dict(_labels(code))
    gone = _taken_out(code) | set(labels.values())
    for node in code.nodes:
        if not (isinstance(node, ast.Assign) and len(node.targets) == 1):
            continue
        target, value = node.targets[0], node.value
        if isinstance(target, ast.Name) and target.id.lower() in ("x", "x_train", "features") and _stacks(code, value):
            return False, node
        table, column = _cell(code, target)
        if not column or column in gone or LABEL_NAME.search(column.lower()):
            continue
        if _made_of_label(code, value, table, labels) and _goes_on(code, table, column, node.lineno):
            return False, node
    return None


def _labels(code: Code) -> Iterator[tuple[str, str]]:
    """(what the labels are called, their column): `y = df["kind"]`, `y = df.pop("kind")`, of pairs as well; and the
    column that is handed over as the labels: `train_test_split(df.drop(columns=["kind"]), df.kind)`.
    """
    for call, called in code.calls:
        if called.rpartition(".")[2] in _TAKES_BOTH and len(call.args) > 1:
            handed = _cell(code, call.args[1])[1]
            if handed:
                yield f"({handed})", handed
    for node in code.nodes:
        if not (isinstance(node, ast.Assign) and len(node.targets) == 1):
            continue
        target, value = node.targets[0], node.value
        both = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts)
        pairs = zip(target.elts, value.elts, strict=True) if both else [(target, value)]  # type: ignore[attr-defined]
        for name, made in pairs:
            if not (isinstance(name, ast.Name) and LABEL_NAME.search(name.id.lower())):
                continue
            for each in ast.walk(made):
                column = _cell(code, each)[1] or _popped(code, each)
                if column:
                    yield name.id, column
                    break


def _cell(code: Code, node: ast.AST) -> tuple[str, str]:
    """(table, column) of `df["kind"]`, `df.loc[:, "kind"]`, `df.kind` where that is called like a label, or a column
    that the script sets or takes out is.
    """
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        named = LABEL_NAME.search(node.attr.lower()) or f'"{node.attr}"' in code.text or f"'{node.attr}'" in code.text
        called = isinstance(parent := code.parent(node), ast.Call) and parent.func is node
        return (node.value.id, node.attr) if named and not called else ("", "")
    if not isinstance(node, ast.Subscript):
        return "", ""
    table = node.value.value if isinstance(node.value, ast.Attribute) and node.value.attr == "loc" else node.value
    key = node.slice.elts[-1] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
    meant = code.meant(key)
    if isinstance(table, ast.Name) and isinstance(meant, ast.Constant) and isinstance(meant.value, str):
        return table.id, meant.value
    return "", ""


def _popped(code: Code, node: ast.AST) -> str:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "pop" and node.args:
        meant = code.meant(node.args[0])
        return meant.value if isinstance(meant, ast.Constant) and isinstance(meant.value, str) else ""
    return ""


def _taken_out(code: Code) -> set[str]:
    """Every text in a call that takes columns out, or in a statement that deletes some."""
    calls = [call for call, name in code.calls if name.rpartition(".")[2] in ("drop", "pop", "difference")]
    deleted = [node for node in code.nodes if isinstance(node, ast.Delete)]
    return {text for node in (*calls, *deleted) for text in _texts(code, node)}


def _is_written(code: Code, node: ast.expr) -> bool:
    """A text, or a list of texts, that is written down."""
    meant = code.meant(node)
    parts = meant.elts if isinstance(meant, ast.List | ast.Tuple | ast.Set) else [meant]
    meant_parts = [code.meant(each) for each in parts]
    return bool(parts) and all(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in meant_parts)


def _texts(code: Code, node: ast.AST) -> set[str]:
    """The texts within a node, also of lists that are written elsewhere."""
    found = (code.meant(each) if isinstance(each, ast.expr) else each for each in ast.walk(node))
    texts = (one for each in found for one in ast.walk(each) if isinstance(one, ast.Constant))
    return {one.value for one in texts if isinstance(one.value, str)}


def _made_of_label(code: Code, value: ast.expr, table: str, labels: dict[str, str]) -> bool:
    """The expression takes the label's cells, row by row."""
    inside = list(ast.walk(value))
    if any(isinstance(each, ast.Attribute) and each.attr in _OF_OTHERS for each in inside):
        return False
    if any(_cell(code, each) == (table, column) for each in inside for column in labels.values()):
        return True
    return any(isinstance(each, ast.Name) and each.id in labels for each in inside)


def _goes_on(code: Code, table: str, column: str, line: int) -> bool:
    """Inputs are made of the table later on, without choosing other columns; or the table is called like inputs."""
    if table.lower() in ("x", "x_train", "features"):
        return True
    for node in code.nodes:
        if not (isinstance(node, ast.Assign | ast.Expr) and node.lineno > line):
            continue
        for each in ast.walk(node.value):
            if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr == "drop":
                given = [*each.args, *(word.value for word in each.keywords)]
                if code.dotted(each.func.value) == table and any(_is_written(code, one) for one in given):
                    return True
            elif isinstance(each, ast.Subscript) and code.dotted(each.value) == table:
                texts = {one.value for one in ast.walk(code.meant(each.slice)) if isinstance(one, ast.Constant)}
                if column in texts and len(texts) > 1:
                    return True
    return False


def _stacks(code: Code, value: ast.expr) -> bool:
    """`np.column_stack([X, y])`, `np.c_[X, y]` of inputs and labels, which are called inputs again."""
    if isinstance(value, ast.Subscript) and code.dotted(value.value).endswith(("np.c_", "numpy.c_")):
        given: list[ast.AST] = list(ast.walk(value.slice))
    elif isinstance(value, ast.Call) and code.dotted(value.func).rpartition(".")[2] in _STACKS:
        if not code.dotted(value.func).startswith(("np.", "numpy.")):
            return False
        given = list(ast.walk(value))
    else:
        return False
    names = {each.id.lower() for each in given if isinstance(each, ast.Name)}
    return bool(names & {"x", "x_train", "features"}) and bool(names & {"y", "y_train", "label", "labels", "target"})
