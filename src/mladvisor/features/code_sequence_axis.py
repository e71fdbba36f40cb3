"""Whether what a script reads behind a recurrent or attention layer is of one row, and not of several rows mixed.

PyTorch's layers of sequences take steps first, and rows second, unless `batch_first=True` says otherwise. Where inputs
come rows first all the same, each row of the batch is taken for a step, and `out[:, -1]` is the answer for one row.
"""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import Fact
from mladvisor.runs.script.code import Code

_RECURRENT = ("torch.nn.GRU", "torch.nn.LSTM", "torch.nn.RNN")
_ATTEND = ("torch.nn.TransformerEncoderLayer", "torch.nn.MultiheadAttention")
_STACK = "torch.nn.TransformerEncoder"
_MOVES = re.compile(
    r"permute|transpose|swapaxes|movedim|rearrange|unsqueeze|squeeze|einsum|\.T\b|\.mT\b|\bview\(|stack\("
)
"""What puts axes in another order, or makes or takes away an axis of one row or step."""
_POOLS = frozenset(("mean", "sum", "max", "amax"))
_BATCHES = re.compile(r"DataLoader|TensorDataset|batch_size|\.split\(")


def keeps_rows_apart(code: Code) -> Fact:
    """False where a layer with the steps first is read along its second axis as if that were the steps, or one with
    the rows first along its first axis. Never known to be so.
    """
    if not any(made.rpartition(".")[2] in code.text for made in (*_RECURRENT, *_ATTEND)):
        return None
    if not _BATCHES.search(code.text):
        return None
    for model in code.classes.values():
        if _MOVES.search(ast.unparse(model)):
            continue
        layers = _layers(code, model)
        for call, name in code.calls:
            if name not in layers or code.class_of(call) is not model:
                continue
            rows_first, made = layers[name]
            read = _reads(code, call, pair=code.dotted(made.func) != _STACK)
            wrong = (0,) if rows_first else (1,)
            if read and all(_axis_read(each) in wrong for each in read):
                return False, read[0]
    return None


def _layers(code: Code, model: ast.ClassDef) -> dict[str, tuple[bool, ast.Call]]:
    """Attributes that are layers of sequences: whether they take rows first, and the call that makes them."""
    found: dict[str, tuple[bool, ast.Call]] = {}
    for node in ast.walk(model):
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and len(node.targets) == 1):
            continue
        made = node.value
        name = code.dotted(made.func)
        told: ast.expr = made
        if name == _STACK and made.args:
            told = code.meant(made.args[0])
        if not isinstance(told, ast.Call) or code.dotted(told.func) not in (*_RECURRENT, *_ATTEND):
            continue
        first = _rows_first(code, told)
        if first is not None:
            found[code.dotted(node.targets[0])] = first, made
    return found


def _rows_first(code: Code, made: ast.Call) -> bool | None:
    """What a layer is told of the order of its axes; None where that is not written down."""
    words = {word.arg: word.value for word in made.keywords}
    most = {"torch.nn.TransformerEncoderLayer": 6, "torch.nn.MultiheadAttention": 8}.get(code.dotted(made.func), 4)
    if None in words or len(made.args) > most:
        return None
    told = words.get("batch_first")
    if told is None:
        return False
    return told.value if isinstance(told, ast.Constant) and isinstance(told.value, bool) else None


def _reads(code: Code, call: ast.Call, *, pair: bool) -> list[ast.AST]:
    """The expressions around what a layer gives for all steps: `out[:, -1]`, `out.mean(1)`.

    Args:
        pair: it gives the steps and something else (states, weights) beside them.
    """
    outer = code.parent(call)
    if not pair and isinstance(outer, ast.Subscript | ast.Attribute):
        return [_whole(code, outer)]
    if pair and isinstance(outer, ast.Subscript) and ast.unparse(outer.slice) == "0":  # self.lstm(x)[0][:, -1]
        above = code.parent(outer)
        return [_whole(code, above)] if above is not None else []
    target = outer.targets[0] if isinstance(outer, ast.Assign) and outer.value is call else None
    if pair:
        target = target.elts[0] if isinstance(target, ast.Tuple) and len(target.elts) == 2 else None
    if not isinstance(target, ast.Name):
        return []
    function = code.function_of(call)
    named = [node for node in code.nodes if isinstance(node, ast.Name) and node.id == target.id
             and code.function_of(node) is function and node.lineno >= call.lineno]  # fmt: skip
    if any(isinstance(node.ctx, ast.Store) and node is not target for node in named):
        return []
    loads = [node for node in named if isinstance(node.ctx, ast.Load) and code.parent(node) is not None
             and call not in code.above(node)]  # fmt: skip
    return [_whole(code, above) for node in loads if (above := code.parent(node)) is not None]


def _whole(code: Code, node: ast.AST) -> ast.AST:
    """The call of a method, for the method: `out.mean(1)` for `out.mean`."""
    above = code.parent(node)
    return above if isinstance(node, ast.Attribute) and isinstance(above, ast.Call) and above.func is node else node


def _axis_read(node: ast.AST) -> int | None:
    """The axis along which one place is taken, or all are pooled: 0 of `out[-1]`, 1 of `out[:, -1]`, `out.mean(1)`."""
    if isinstance(node, ast.Subscript):
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        taken = [at for at, part in enumerate(parts) if not isinstance(part, ast.Slice)]
        whole = all(part.lower is part.upper is part.step is None for part in parts if isinstance(part, ast.Slice))
        last = len(taken) == 1 and ast.unparse(parts[taken[0]]) == "-1"
        return taken[0] if last and whole and len(parts) <= 3 else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _POOLS:
        given = [*node.args, *(word.value for word in node.keywords if word.arg in ("dim", "axis"))]
        return 1 if len(given) == 1 and ast.unparse(given[0]) == "1" else None
    return None
