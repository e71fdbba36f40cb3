"""Layers with weights that a model runs where nothing flows back: under `torch.no_grad()`, or detached at once."""

from __future__ import annotations

import ast

from mladvisor.features.code_names import Names
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.forward import stops_gradients
from mladvisor.runs.script.handed import Handed, pairs
from mladvisor.runs.script.seen import is_module

_WEIGHTED = ("Linear", "Conv1d", "Conv2d", "Conv3d", "LSTM", "GRU", "RNN", "Embedding", "Sequential", "ModuleList")
_STEPS = ("forward", "training_step", "call")


def run_without_gradients(code: Code, names: Names) -> ast.AST | None:
    """`with torch.no_grad(): code = self.encoder(x)` in a `forward`, `self.encoder(x).detach()`: what such a layer
    makes is used in no other way.

    Layers that are made elsewhere and handed over may have been trained before: they count where the script has one
    optimizer.
    """
    for node in code.nodes:
        if not isinstance(node, ast.With | ast.Call):
            continue
        function, model = code.function_of(node), code.class_of(node)
        if function is None or function.name not in _STEPS or model is None:
            continue
        stopped = stops_gradients(code, node) if isinstance(node, ast.With) else _detached(node) is not None
        if stopped and _holds_all(code, node, _layers_with_weights(code, model, names)):
            return node
    return None


def _detached(node: ast.Call) -> ast.Call | None:
    """The call whose result is detached."""
    method = node.func
    if isinstance(method, ast.Attribute) and method.attr == "detach" and isinstance(method.value, ast.Call):
        return method.value
    return None


def _holds_all(code: Code, block: ast.AST, layers: set[str]) -> bool:
    """The block holds a call of a layer, and no other stands anywhere: a critic is asked with and without."""
    inner = block if isinstance(block, ast.With) else _detached(block) if isinstance(block, ast.Call) else None
    calls = [each for each in ast.walk(inner) if isinstance(each, ast.Call)] if inner is not None else []
    if not isinstance(block, ast.With):
        calls = calls[:1]  # what goes into the layer may be made by others, which learn as little: one is enough
    used = {code.dotted(each.func) for each in calls} & layers
    within = {id(each) for each in calls}
    return bool(used) and not any(name in used and id(call) not in within for call, name in code.calls)


def _layers_with_weights(code: Code, model: ast.ClassDef, names: Names) -> set[str]:
    """Attributes of a model that are layers: made where they are stored, or, in a script of one optimizer, before."""
    handed = Handed(code) if len(names.optimizers) == 1 else None
    found = set()
    for node in ast.walk(model):
        for target, value in pairs(node):
            made = value
            for _ in range(3) if handed is not None and value is not None else ():
                made = handed.given(made) or code.meant(made) if isinstance(made, ast.Name) else made  # type: ignore[union-attr]
            if isinstance(made, ast.Call) and _has_weights(code, made, own=handed is not None):
                found.add(code.dotted(target))
    return found - {""}


def _has_weights(code: Code, made: ast.Call, *, own: bool) -> bool:
    name = code.dotted(made.func)
    mine = code.classes.get(name)
    if mine is not None:
        return own and is_module(code, mine)
    return name.startswith("torch.nn.") and name.rpartition(".")[2] in _WEIGHTED
