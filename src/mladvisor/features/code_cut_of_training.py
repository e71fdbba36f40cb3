"""Whether what a script hands over to validate on is a cut of the very rows that it trains on.

`dvalid = xgb.DMatrix(X_tr[:200], y_tr[:200])` beside `dtrain = xgb.DMatrix(X_tr, y_tr)`, `validation_data=(x[:500],
y[:500])` of `fit(x, y)`, `valid_ds = Subset(train_ds, range(500))`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mladvisor.features.code_data import HELD_OUT
from mladvisor.features.code_names import Fact
from mladvisor.runs.script.code import Code

_WRAPS = frozenset(
    ("DMatrix", "QuantileDMatrix", "DeviceQuantileDMatrix", "Dataset", "create_valid", "Pool", "TensorDataset",
     "from_tensor_slices", "batch", "DataLoader")
)  # fmt: skip
"""What holds rows without choosing any: of its arguments the first are the inputs."""
_FIRST = frozenset(("data", "dataset", "x", "X"))
_SAME = frozenset(("values", "to_numpy", "astype", "copy", "reset_index"))
_PARTS = frozenset(("head", "tail", "sample", "take"))
_HELD_OUT = re.compile(
    rf"{HELD_OUT.pattern}|^d?(?:valid|val|test|eval|va|te)(?:ation)?(?:_?(?:ds|set|data|dl|loader))?\d?$"
)
_HANDED = ("validation_data", "eval_set", "evals", "valid_sets", "valid_set")
_DEPTH = 5


def validates_on_cut(code: Code) -> Fact:
    """False where some rows that are validated on are a part of all that are trained on; never known to be true."""
    for call, name in code.calls:
        trained = _trained_on(call, name)
        base = _whole(code, trained, 0) if trained is not None else None
        if base is None or trained is None:
            continue
        for rows, label in _validated_on(call):
            part = _part(code, rows, 0)
            if part is None or part[0] != base or not _for_evaluation(code, call, rows, label):
                continue
            lines = [call.lineno, part[1].lineno, code.meant(trained).lineno]
            if not any(line >= min(lines) for line in _set_at(code, base)):
                return False, part[1]
    return None


def _trained_on(call: ast.Call, name: str) -> ast.expr | None:
    """What a model is trained on: the first argument of `fit`, the second of a library's `train`."""
    last = name.rpartition(".")[2]
    if last == "fit" and call.args:
        return call.args[0]
    if last != "train" or not name.startswith(("xgboost.", "lightgbm.", "xgb.", "lgb.")):
        return None
    told = next((word.value for word in call.keywords if word.arg in ("dtrain", "train_set")), None)
    return told if told is not None else call.args[1] if len(call.args) > 1 else None


def _validated_on(call: ast.Call) -> Iterator[tuple[ast.expr, str]]:
    """(rows, what they are called) of each set that is handed over to be validated on."""
    for word in call.keywords:
        if word.arg not in _HANDED:
            continue
        given = word.value.elts if isinstance(word.value, ast.List) else [word.value]
        for each in given:
            first = each.elts[0] if isinstance(each, ast.Tuple) and each.elts else each
            label = each.elts[-1] if isinstance(each, ast.Tuple) else None
            told = label.value if isinstance(label, ast.Constant) and isinstance(label.value, str) else ""
            yield first, told or ("validation" if word.arg == "validation_data" else "")


def _for_evaluation(code: Code, call: ast.Call, rows: ast.expr, label: str) -> bool:
    """By what they are called the rows are to judge by; where nobody calls them anything, they are the only ones."""
    if label:
        return bool(_HELD_OUT.search(label.lower()))
    name = code.dotted(rows).lower() if isinstance(rows, ast.Name) else ""
    return bool(_HELD_OUT.search(name)) if name else len(list(_validated_on(call))) == 1


def _inputs(code: Code, node: ast.expr) -> ast.expr | None:
    """The inputs within what holds them: `X` of `DMatrix(X, y)`."""
    if isinstance(node, ast.Call) and code.dotted(node.func).rpartition(".")[2] in _WRAPS:
        told = next((word.value for word in node.keywords if word.arg in _FIRST), None)
        first = told if told is not None else node.args[0] if node.args else None
        return first.elts[0] if isinstance(first, ast.Tuple) and first.elts else first
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in (*_SAME, "batch"):
        return node.func.value
    return node.value if isinstance(node, ast.Attribute) and node.attr in _SAME else None


def _whole(code: Code, node: ast.expr, depth: int) -> str | None:
    """The name of the rows of which all are taken."""
    if depth > _DEPTH:
        return None
    inner = _inputs(code, node)
    if inner is not None:
        return _whole(code, inner, depth + 1)
    if not isinstance(node, ast.Name):
        return None
    meant = code.meant(node)
    within = _inputs(code, meant) if meant is not node else None
    return _whole(code, within, depth + 1) if within is not None else node.id


def _part(code: Code, node: ast.expr, depth: int) -> tuple[str, ast.expr] | None:
    """(name of the rows of which some are taken, where): `X[:200]`, `X.iloc[:200]`, `X.head(200)`, `Subset(X, ...)`."""
    if depth > _DEPTH:
        return None
    if isinstance(node, ast.Name):
        meant = code.meant(node)
        return _part(code, meant, depth + 1) if meant is not node else None
    if isinstance(node, ast.Subscript):
        at = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
        owner = node.value.value if isinstance(node.value, ast.Attribute) and node.value.attr == "iloc" else node.value
        cut = isinstance(at, ast.Slice) and (at.lower is not None or at.upper is not None)
        base = _whole(code, owner, depth + 1) if cut else None
        return (base, node) if base is not None else None
    if isinstance(node, ast.Call):
        last = code.dotted(node.func).rpartition(".")[2]
        of = node.func.value if isinstance(node.func, ast.Attribute) and last in _PARTS else None
        of = node.args[0] if last == "Subset" and len(node.args) > 1 else of
        base = _whole(code, of, depth + 1) if of is not None else None
        if base is not None:
            return base, node
    inner = _inputs(code, node)
    return _part(code, inner, depth + 1) if inner is not None else None


def _set_at(code: Code, name: str) -> list[int]:
    return [
        one.lineno for one in code.nodes
        if isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Store | ast.Del)
    ]  # fmt: skip
