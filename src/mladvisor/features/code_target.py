"""What a training script does to its target: whether it is standardised, so that half of it lies below zero.

The target is told by its name, or as what the labels are made of afterwards: of a series that is standardised first and
then cut into windows, both inputs and labels are.
"""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_label_flow import becomes_labels
from mladvisor.features.code_names import Fact
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.gives_back import gives_back
from mladvisor.runs.script.handed import pairs

_OF_TARGET = re.compile(r"^y|(?:^|_)(?:labels?|targets?)(?:$|_)", re.IGNORECASE)
_MEAN = re.compile(r"mean|average|(?:^|_)(?:mu|avg|m)$|^[a-z]m$", re.IGNORECASE)


def standardises_target(code: Code) -> Fact:
    """The mean is taken off the target and its spread divided out: `(y - y.mean()) / y.std()`, a StandardScaler.

    False is never told: what is done elsewhere cannot be seen. What a model gives back of its inputs is its target.
    """
    back = gives_back(code)
    for node in code.nodes:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and isinstance(node.left, ast.BinOp):
            inner = node.left
            centred = isinstance(inner.op, ast.Sub) and _is_mean(code, inner.right)
            # a column alone is one of many: of a table whose inputs are scaled so, the label may be another one
            whole = isinstance(inner.left, ast.Name)
            if centred and (_is_target(inner.left) or (whole and (back or _becomes_labels(code, node)))):
                return True, node
    scalers = {
        code.dotted(target)
        for node in code.nodes
        for target, value in pairs(node)
        if isinstance(value, ast.Call) and code.dotted(value.func).endswith("StandardScaler")
    } - {""}
    for call, name in code.calls:
        owner, _, last = name.rpartition(".")
        standard = owner in scalers or owner.endswith("StandardScaler()")
        named = _OF_TARGET.search(_kept_as(code, call)) is not None  # y = scaler.fit_transform(table[["price"]])
        if (
            last in ("fit_transform", "transform")
            and standard
            and call.args
            and (named or back or _is_target(call.args[0]) or _becomes_labels(code, call))
        ):
            return True, call
    return None


def _becomes_labels(code: Code, node: ast.expr) -> bool:
    """The labels are made afterwards of what an expression is kept as."""
    outer = code.parent(node)
    kept = outer.targets[0] if isinstance(outer, ast.Assign) and len(outer.targets) == 1 else None
    return isinstance(kept, ast.Name) and becomes_labels(code, kept.id, after=node.lineno)


def _kept_as(code: Code, call: ast.Call) -> str:
    """The name that a result gets, by whatever its form is changed on the way: `y = torch.tensor(made().ravel())`."""
    node: ast.AST = call
    outer = code.parent(node)
    while isinstance(outer, ast.Attribute) or (isinstance(outer, ast.Call) and node in (outer.func, *outer.args[:1])):
        node, outer = outer, code.parent(outer)
    return code.assigned_to(node)


def _is_target(node: ast.expr) -> bool:
    """`y`, `y_train[rows].reshape(-1, 1)`, `df[TARGET]`, `df["target"]`; a column of another name is not known."""
    while True:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func.value
        elif isinstance(node, ast.Attribute):
            node = node.value
        elif isinstance(node, ast.Subscript):
            key = node.slice
            named = key.id if isinstance(key, ast.Name) else key.value if isinstance(key, ast.Constant) else ""
            if isinstance(named, str) and _OF_TARGET.search(named) and not named.startswith("y"):
                return True
            node = node.value
        else:
            return isinstance(node, ast.Name) and bool(_OF_TARGET.search(node.id))


def _is_mean(code: Code, node: ast.expr) -> bool:
    """The value is a mean, by what it is called or by what it is made of."""
    if any(_MEAN.search(name) for name in _names(node)):
        return True
    if not isinstance(node, ast.Name):
        return False
    for each in code.nodes:
        if isinstance(each, ast.Assign):
            pairs = [(target, each.value) for target in each.targets]
            if isinstance(each.targets[0], ast.Tuple) and isinstance(each.value, ast.Tuple):
                pairs = list(zip(each.targets[0].elts, each.value.elts, strict=False))
            for target, value in pairs:
                if isinstance(target, ast.Name) and target.id == node.id:
                    return any("mean" in name for name in _names(value))
    return False


def _names(node: ast.expr) -> list[str]:
    return [
        each.attr if isinstance(each, ast.Attribute) else each.id
        for each in ast.walk(node)
        if isinstance(each, ast.Attribute | ast.Name)
    ]
