"""Inputs and labels that a script takes by two orders of one index, or of which it turns one along the rows."""

from __future__ import annotations

import ast

from mladvisor.features.code_data import IN_TIME
from mladvisor.features.code_names import LABEL_NAME, Names
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.losses import loss_name

_ORDERINGS = frozenset(("sort", "sorted", "argsort", "flip", "roll", "reversed", "flipud"))
_CASTS = frozenset(("asarray", "array", "tensor", "as_tensor", "int", "LongTensor"))
_TURNS = frozenset(("roll", "flip", "flipud"))
_DRAWS = frozenset(("randperm", "permutation", "randint"))


def out_of_step(code: Code, names: Names) -> ast.AST | None:
    """Where rows lose their labels: `X[i], y[i.sort()]`, `y[(i + 1) % n]` beside `x[i]`, `net(x.roll(1, 0))`."""
    taken = [node for node in code.nodes if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)]
    plain = {(id(_scope(code, node)), node.slice.id) for node in taken if isinstance(node.slice, ast.Name)}
    for node in taken:
        index = _reordered(code, node.slice)
        if index and (id(_scope(code, node)), index) in plain and _is_of_pair(code, node, index):
            return node
    return _mixed_in_loss(code) or _turned(code, names)


def _mixed_in_loss(code: Code) -> ast.AST | None:
    """`cross_entropy(net(x), y[torch.randperm(len(y))])`: nothing else can take the order that is drawn there.

    Where another loss stands beside it (mixup, pairs that do not belong together), the mixing may be meant.
    """
    found = [
        call for call, name in code.calls
        if len(call.args) > 1 and loss_name(name)
        and isinstance(call.args[1], ast.Subscript) and _called(call.args[1].slice) in _DRAWS
    ]  # fmt: skip
    beside = [
        call for call, name in code.calls
        if loss_name(name) and found and call is not found[0] and code.function_of(call) is code.function_of(found[0])
        and code.loops_of(call) == code.loops_of(found[0])
    ]  # fmt: skip
    return found[0] if len(found) == 1 and not beside else None


def _scope(code: Code, node: ast.AST) -> ast.AST:
    """The innermost loop or function: there a name stands for one index."""
    return next(iter(code.loops_of(node)), None) or code.function_of(node) or code.nodes[0]


def _called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _reordered(code: Code, index: ast.AST) -> str:
    """The name whose values an index holds in another order or moved by one; "" for anything else."""
    while isinstance(index, ast.Attribute) or (isinstance(index, ast.Subscript) and _called(index.value) == "sort"):
        index = index.value  # .values, [0] of what torch.sort gives
    if isinstance(index, ast.Subscript) and isinstance(index.slice, ast.Slice):
        step = index.slice.step
        backwards = step is not None and ast.unparse(step) == "-1"
        return index.value.id if backwards and isinstance(index.value, ast.Name) else ""
    if isinstance(index, ast.Call) and _called(index) in _ORDERINGS:
        held = index.func.value if isinstance(index.func, ast.Attribute) else None
        for node in (held, *index.args):
            if isinstance(node, ast.Name) and node.id not in code.imports:
                return node.id
    wraps = isinstance(index, ast.BinOp) and isinstance(index.op, ast.Mod)
    moved = index.left if wraps and isinstance(index, ast.BinOp) else index
    if not isinstance(moved, ast.BinOp) or not isinstance(moved.op, ast.Add | ast.Sub):
        return ""
    if not wraps and IN_TIME.search(code.text):  # the next value of a series is what is foretold
        return ""
    by = moved.right.value if isinstance(moved.right, ast.Constant) else None
    left = _cast(moved.left)
    return left.id if isinstance(by, int) and by != 0 and isinstance(left, ast.Name) else ""


def _cast(node: ast.expr) -> ast.expr:
    """`np.asarray(i)`, `torch.tensor(i)`, `int(i)` as `i`."""
    while _called(node) in _CASTS and isinstance(node, ast.Call) and node.args:
        node = node.args[0]
    return node


def _is_of_pair(code: Code, node: ast.Subscript, index: str) -> bool:
    """What is taken is the label beside inputs that are taken as they stand, or the other way round."""
    mine = _is_label(node.value)
    statement = next((outer for outer in code.above(node) if isinstance(outer, ast.stmt)), node)
    for other in ast.walk(_scope(code, node)):
        if not (isinstance(other, ast.Subscript) and isinstance(other.slice, ast.Name) and other.slice.id == index):
            continue
        if ast.dump(other.value) == ast.dump(node.value):
            return False  # both orders of one table are taken on purpose
    beside = [
        other for other in ast.walk(statement)
        if isinstance(other, ast.Subscript) and isinstance(other.slice, ast.Name) and other.slice.id == index
    ]  # fmt: skip
    if any(_is_label(other.value) != mine for other in beside):
        return True
    function = code.function_of(node)
    return mine and function is not None and function.name == "__getitem__"


def _is_label(node: ast.AST) -> bool:
    """`ytr`, `self.labels`, `df.label`, `df["label"]`, `self.df.label.values`."""
    while True:
        if isinstance(node, ast.Attribute) and node.attr not in ("values", "iloc", "loc", "data"):
            return LABEL_NAME.search(node.attr.lower()) is not None
        if isinstance(node, ast.Attribute) or (
            isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Constant)
        ):
            node = node.value
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            return isinstance(node.slice.value, str) and LABEL_NAME.search(node.slice.value.lower()) is not None
        else:
            return isinstance(node, ast.Name) and LABEL_NAME.search(node.id.lower()) is not None


def _turned(code: Code, names: Names) -> ast.AST | None:
    """`net(x.roll(1, 0))`, `y = torch.roll(y, 1)`: the only turn of a script, under no condition, and no second view.

    Mixing pictures (mixup) turns rows too, and contrasts take both views: then the model sees them unturned as well.
    """
    turns = [call for call, _ in code.calls if _called(call) in _TURNS and _is_along_rows(code, call)]
    if len(turns) != 1 or any(isinstance(outer, ast.If | ast.IfExp) for outer in code.above(turns[0])):
        return None
    turn, outer = turns[0], code.parent(turns[0])
    loops = code.loops_of(turn)
    if isinstance(outer, ast.Call) and code.dotted(outer.func) in names.models and outer.args[:1] == [turn] and loops:
        views = [call for call, name in code.calls if name in names.models and loops[0] in code.loops_of(call)]
        return turn if len(views) == 1 else None
    if isinstance(outer, ast.Assign) and outer.value is turn and not IN_TIME.search(code.text):
        held = turn.func.value if isinstance(turn.func, ast.Attribute) else None
        moved = turn.args[0] if isinstance(held, ast.Name) and held.id in code.imports and turn.args else held
        same = moved is not None and code.dotted(moved) == code.dotted(outer.targets[0]) != ""
        return turn if same and moved is not None and _is_label(moved) else None
    return None


def _is_along_rows(code: Code, call: ast.Call) -> bool:
    """The turn is along the first axis: `x.roll(1, 0)`, `torch.roll(y, 1, dims=0)`, `np.roll(y, 1)` of labels."""
    function = isinstance(call.func, ast.Attribute) and code.dotted(call.func).startswith(("torch.", "numpy.", "np."))
    given = call.args[1:] if function else call.args
    axis = next((word.value for word in call.keywords if word.arg in ("dims", "axis", "dim")), None)
    if axis is None:
        axis = next(iter(given[1:] if _called(call) == "roll" else given), None)
    if axis is None:
        moved = call.args[0] if function and call.args else getattr(call.func, "value", None)
        return moved is not None and _is_label(moved)
    return isinstance(axis, ast.Constant) and axis.value == 0
