"""Inputs and labels that part where they are handed over: mixed in the very call, or in a data set."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_mixing import ORDERS
from mladvisor.features.code_names import LABEL_NAME, Fact
from mladvisor.runs.script.code import Code, Function
from mladvisor.runs.script.handed import told_pairs

_TAKE_PAIRS = frozenset(
    ("TensorDataset", "from_tensor_slices", "fit", "partial_fit", "train_on_batch", "DMatrix", "Dataset", "zip")
)
_DRAWS = frozenset(("randint", "randrange", "choice", "integers", "random"))
_OTHERS = re.compile(
    r"_pairs?\b|triplet|siam|negatives?\b|anchor|contrast|mixup|cutmix|corrupt|importance|permutation_?test|sanity"
    r"|random_?labels",
    re.IGNORECASE,
)
"""Words of who takes another row on purpose."""
_INPUTS = re.compile(
    r"(?:^|_)(?:xs?|inputs?|images?|imgs?|texts?|features?|feats?|data|samples|frames)(?:$|_)|^x(?:tr|train|all)?$"
)

_ORDER = re.compile(r"order|perm|shuffl")
"""What is called an order of rows; other tables of numbers say which group a row belongs to."""


def torn_apart(code: Code) -> Fact:
    """False where one half of the pairs is put in an order of its own as it is handed over."""
    if _OTHERS.search(code.text):
        return None
    return _in_a_call(code) or _kept_apart(code) or _got_apart(code)


def _plain(code: Code, node: ast.expr) -> str:
    """The own name of an expression: "x" of `self.x`."""
    return code.dotted(node).removeprefix("self.").lower() if isinstance(node, ast.Name | ast.Attribute) else ""


def _mixed_name(code: Code, node: ast.expr) -> str:
    """`X` of `X[torch.randperm(len(X))]`, an order that is drawn there and kept nowhere."""
    drawn = isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Call)
    if not drawn or code.dotted(node.slice.func).rpartition(".")[2] not in ORDERS:  # type: ignore[attr-defined]
        return ""
    return _plain(code, node.value)  # type: ignore[attr-defined]


def _stretch(code: Code, node: ast.expr) -> str:
    """The name of an array that is handed over as it is, whole or a stretch of it: `X`, `X[:1200]`."""
    part = isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and node.slice.step is None
    return _plain(code, node.value if part else node)  # type: ignore[attr-defined]


def _are_halves(one: str, other: str) -> bool:
    """One name is of inputs and the other of labels."""
    pairs = ((one, other), (other, one))
    return any(bool(_INPUTS.search(x)) and bool(LABEL_NAME.search(y)) and not LABEL_NAME.search(x) for x, y in pairs)


def _in_a_call(code: Code) -> Fact:
    """`TensorDataset(X[torch.randperm(len(X))], y)`, `fit(X[rng.permutation(n)], y)`."""
    for call, name in code.calls:
        if name.rpartition(".")[2] not in _TAKE_PAIRS:
            continue
        given = call.args[0].elts if len(call.args) == 1 and isinstance(call.args[0], ast.Tuple) else call.args
        for one in given:
            mixed = _mixed_name(code, one)
            halves = mixed and any(_are_halves(mixed, _stretch(code, other)) for other in given if other is not one)
            if halves and not _is_control(code, call, name, mixed):
                return False, one
    return None


def _is_control(code: Code, call: ast.Call, name: str, mixed: str) -> bool:
    """The same is done to the rows as they are elsewhere: what chance gives is wanted beside it."""
    last = name.rpartition(".")[2]
    return last != "zip" and any(
        other is not call
        and called.rpartition(".")[2] == last
        and any(_plain(code, arg) == mixed for arg in other.args)
        for other, called in code.calls
    )


def _kept_apart(code: Code) -> Fact:
    """`self.x = x[np.random.permutation(len(x))]` and `self.y = y` in one method."""
    for function in (node for node in code.nodes if isinstance(node, ast.FunctionDef) and code.class_of(node)):
        kept = [(code.dotted(target), value) for node in ast.walk(function) for target, value in told_pairs(node)]
        kept = [(name, value) for name, value in kept if name.startswith("self.")]
        for _, value in kept:
            mixed = _mixed_name(code, value)
            if mixed and any(_are_halves(mixed, _plain(code, other)) for _, other in kept):
                return False, value
    return None


def _got_apart(code: Code) -> Fact:
    """`return self.x[i], self.y[j]` of a `__getitem__` that draws `j`, or that takes an order for one half alone."""
    for function in (node for node in code.nodes if isinstance(node, ast.FunctionDef) and node.name == "__getitem__"):
        asked = function.args.args[1].arg if len(function.args.args) > 1 else ""
        for node in ast.walk(function):
            value = node.value if isinstance(node, ast.Return) else None
            if not isinstance(value, ast.Tuple) or len(value.elts) != 2:
                continue
            first, second = (_taken(code, function, one) for one in value.elts)
            if first is None or second is None or not _are_halves(first[0], second[0]):
                continue
            ways = [_way(code, function, one[1], asked) for one in (first, second)]
            if "as asked" in ways and ({"drawn", "by an order"} & set(ways)):
                return False, node
    return None


def _taken(code: Code, function: Function, node: ast.expr) -> tuple[str, ast.expr] | None:
    """(array, index) of `self.x[i]`, of a name that is set to it once, through calls that keep the row."""
    for _ in range(6):
        if isinstance(node, ast.Name):
            made = [value for one in ast.walk(function) for target, value in told_pairs(one)
                    if isinstance(target, ast.Name) and target.id == node.id]  # fmt: skip
            if len(made) != 1:
                return None
            node = made[0]
        elif isinstance(node, ast.Call):
            inner = node.func.value if isinstance(node.func, ast.Attribute) and not node.args else None
            if inner is None and len(node.args) == 1:
                inner = node.args[0]
            if inner is None:
                return None
            node = inner
        elif isinstance(node, ast.Subscript):
            return _plain(code, node.value), node.slice
        else:
            return None
    return None


def _way(code: Code, function: Function, index: ast.expr, asked: str) -> str:
    """How an index came about: "as asked", "drawn" without it, or "by an order" that is looked up by it."""
    if isinstance(index, ast.Name) and index.id != asked:
        made = [value for one in ast.walk(function) for target, value in told_pairs(one)
                if isinstance(target, ast.Name) and target.id == index.id]  # fmt: skip
        if len(made) != 1:
            return ""
        index = made[0]
    if isinstance(index, ast.Name) and index.id == asked:
        return "as asked"
    names = {one.id for one in ast.walk(index) if isinstance(one, ast.Name)}
    if isinstance(index, ast.Call) and asked not in names:
        return "drawn" if code.dotted(index.func).rpartition(".")[2] in _DRAWS else ""
    looked_up = isinstance(index, ast.Subscript) and isinstance(index.slice, ast.Name) and index.slice.id == asked
    return "by an order" if looked_up and _ORDER.search(ast.unparse(index.value)) else ""  # type: ignore[attr-defined]
