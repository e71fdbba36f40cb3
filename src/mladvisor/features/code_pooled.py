"""Whether a script's network averages its inputs over their places before any layer has seen them."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import Fact
from mladvisor.features.layer_names import SEE_ORDER, layer_kind
from mladvisor.runs.script.code import Code, Function
from mladvisor.runs.script.seen import is_module, method

_POOLS = frozenset(("mean", "sum", "amax", "amin", "max", "median", "nanmean"))
_PLACES = (1, -2)
"""The axis of places in (rows, places, values); of pictures it is that of colours, which convolutions tell."""
_ABOUT = re.compile(r"shape|size|dim|ndim|device|dtype|len")
_ON_PURPOSE = re.compile(r"\bdeep ?sets?|permutation|order[\s-]?(?:less|free)|bag of", re.IGNORECASE)


def keeps_places_apart(code: Code) -> Fact:
    """False where all that a module's `forward` does with its inputs is to pool them over their places; never known
    not to.
    """
    if _ON_PURPOSE.search(code.text) or any(
        layer_kind(name.rpartition(".")[2]) in {*SEE_ORDER, "attention"}
        for _, name in code.calls
        if name.startswith("torch.nn.")
    ):
        return None
    for one in code.classes.values():
        forward = method(one, "forward") if is_module(code, one) else None
        pooled = _pooled(code, forward) if forward is not None else None
        if pooled is not None:
            return False, pooled
    return None


def _pooled(code: Code, forward: Function) -> ast.Call | None:
    """The call that pools the one input, where it is read for nothing else."""
    given = [each.arg for each in forward.args.args[1:]]
    if len(given) != 1:
        return None
    reads = [node for node in ast.walk(forward) if isinstance(node, ast.Name) and node.id == given[0]]
    stored = min((node.lineno for node in reads if isinstance(node.ctx, ast.Store)), default=None)
    first = [
        node
        for node in reads
        if isinstance(node.ctx, ast.Load) and (stored is None or node.lineno <= stored) and not _asks(code, node)
    ]
    calls = [_pooling(code, node) for node in first]
    return calls[0] if len(calls) == 1 else None


def _asks(code: Code, node: ast.Name) -> bool:
    """The name stands for its shape alone: `x.shape`, `len(x)`."""
    outer = code.parent(node)
    if isinstance(outer, ast.Attribute):
        return _ABOUT.match(outer.attr) is not None
    return isinstance(outer, ast.Call) and code.dotted(outer.func) == "len"


def _pooling(code: Code, node: ast.Name) -> ast.Call | None:
    """`x.mean(1)`, `x.sum(dim=1)`, `torch.mean(x, dim=1)`."""
    outer = code.parent(node)
    call = code.parent(outer) if isinstance(outer, ast.Attribute) else outer
    if not isinstance(call, ast.Call):
        return None
    if isinstance(outer, ast.Attribute):
        name, given = (outer.attr, call.args) if call.func is outer else ("", [])
    else:
        name, given = code.dotted(call.func).removeprefix("torch."), call.args[1:]
    axis = next((word.value for word in call.keywords if word.arg in ("dim", "axis")), next(iter(given), None))
    try:
        told = ast.literal_eval(axis) if axis is not None else None
    except ValueError:
        return None
    return call if name in _POOLS and told in _PLACES else None
