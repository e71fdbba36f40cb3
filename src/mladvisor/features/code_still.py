"""Layers with weights that a model runs where nothing flows back: under `torch.no_grad()`, or detached at once."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_left_out import WEIGHTED
from mladvisor.features.code_names import Names
from mladvisor.runs.script.code import Code, Function
from mladvisor.runs.script.forward import is_without_gradients, stops_gradients
from mladvisor.runs.script.handed import Handed, told_pairs
from mladvisor.runs.script.seen import is_module

_SET_BY_HAND = re.compile(
    r"zip\([^\n]{0,80}\.parameters\(\)|\.(?:lerp_|copy_)\(|moving_average|momentum_update|soft_update|swa_utils"
)
"""Weights that follow those of another model, which no gradient need reach."""
_STEPS = ("forward", "training_step", "call")


def run_without_gradients(code: Code, names: Names) -> ast.AST | None:
    """`with torch.no_grad(): code = self.encoder(x)` in a `forward`, `self.encoder(x).detach()`: what such a layer
    makes is used in no other way.

    Layers that are made elsewhere and handed over may have been trained before: they count where the script has one
    optimizer.
    """
    if _SET_BY_HAND.search(code.text):
        return None
    for node in code.nodes:
        calls = _stopped(code, node)
        function = (node if isinstance(node, ast.FunctionDef) else code.function_of(node)) if calls else None
        model = code.class_of(node) if calls else None
        if function is None or model is None or not _is_a_step(code, function, model):
            continue
        if _stand_alone(code, calls, _layers_with_weights(code, model, names)):
            return node
        if _parts_alone(code, calls, model, function):
            return node
    return None


def _is_a_step(code: Code, function: Function, model: ast.ClassDef) -> bool:
    """A method that the library calls, or one that those of the model call: `self.encode(x)` in `forward`."""
    if function.name in _STEPS:
        return True
    steps = [one for one in model.body if isinstance(one, ast.FunctionDef) and one.name in _STEPS]
    called = [call for call, name in code.calls if name.rpartition(".")[2] == function.name]
    return bool(called) and all(code.function_of(call) in steps for call in called)


def _parts_alone(code: Code, calls: list[ast.Call], model: ast.ClassDef, function: ast.AST) -> bool:
    """A layer of a `Sequential` that is called by its place, `self.net[0](x)`, where the function calls neither the
    whole nor that place in another way.
    """
    within = {id(each) for each in calls}
    others = {
        ast.unparse(one.func) for one in ast.walk(function) if isinstance(one, ast.Call) and id(one) not in within
    }
    for each in calls:
        of = each.func.value if isinstance(each.func, ast.Subscript) else None
        place = each.func.slice if isinstance(each.func, ast.Subscript) else None
        if of is None or not isinstance(place, ast.Constant) or not isinstance(place.value, int):
            continue
        whole = next((value for node in ast.walk(model) for target, value in told_pairs(node)
                      if code.dotted(target) == code.dotted(of)), None)  # fmt: skip
        layers = whole.args if isinstance(whole, ast.Call) and code.dotted(whole.func) == "torch.nn.Sequential" else []
        layer = layers[place.value] if place.value < len(layers) else None
        weighs = isinstance(layer, ast.Call) and code.dotted(layer.func).rpartition(".")[2] in WEIGHTED
        if weighs and not others & {ast.unparse(of), ast.unparse(each.func)}:
            return True
    return False


def _stopped(code: Code, node: ast.AST) -> list[ast.Call]:
    """The calls of a block, or the one that is detached, through which nothing flows back.

    What goes into a detached layer may be made by others, which learn as little: one is enough.
    """
    if isinstance(node, ast.With) and stops_gradients(code, node):
        return [each for each in ast.walk(node) if isinstance(each, ast.Call)]
    if isinstance(node, ast.FunctionDef) and any(is_without_gradients(code, each) for each in node.decorator_list):
        return [each for part in node.body for each in ast.walk(part) if isinstance(each, ast.Call)]
    method = node.func if isinstance(node, ast.Call) else node
    cut = isinstance(method, ast.Attribute) and method.attr == ("data" if method is node else "detach")
    held = method.value if isinstance(method, ast.Attribute) and cut else None
    if isinstance(held, ast.Name):
        held = _only_value(code, held)
    return [each for each in ast.walk(held) if isinstance(each, ast.Call)] if held is not None else []


def _only_value(code: Code, name: ast.Name) -> ast.expr | None:
    """What a name is set to in its function, once, where it is read here alone: `h = self.body(x)`, `h.detach()`.

    What is kept under the same name, `h = h.detach()`, leaves nothing else to be read behind that line.
    """
    home = code.function_of(name)
    same = [one for one in code.nodes if isinstance(one, ast.Name) and one.id == name.id
            and code.function_of(one) is home]  # fmt: skip
    kept = next((one for one in code.above(name) if isinstance(one, ast.stmt)), None)
    if isinstance(kept, ast.Assign) and [code.dotted(one) for one in kept.targets] == [name.id]:
        same = [one for one in same if one is name or one.lineno < kept.lineno]
    made = [one for one in same if isinstance(one.ctx, ast.Store)]
    outer = code.parent(made[0]) if len(made) == 1 and len(same) == 2 else None
    return outer.value if isinstance(outer, ast.Assign) and outer.targets == made else None


def _stand_alone(code: Code, calls: list[ast.Call], layers: set[str]) -> bool:
    """A layer is among them, and is called nowhere else: a critic is asked with and without."""
    used = {code.dotted(each.func) for each in calls} & layers
    within = {id(each) for each in calls}
    return bool(used) and not any(name in used and id(call) not in within for call, name in code.calls)


def _layers_with_weights(code: Code, model: ast.ClassDef, names: Names) -> set[str]:
    """Attributes of a model that are layers: made where they are stored, or, in a script of one optimizer, before."""
    handed = Handed(code) if len(names.optimizers) == 1 else None
    found = set()
    for node in ast.walk(model):
        for target, value in told_pairs(node):
            made = _made(code, handed, value) if handed is not None else value
            if isinstance(made, ast.Call) and _has_weights(code, made, own=handed is not None):
                found.add(code.dotted(target))
    return found - {""}


def _made(code: Code, handed: Handed, node: ast.expr) -> ast.expr:
    """What a name stands for that is handed over, or set in one place."""
    for _ in range(3):
        node = (handed.given(node) or code.meant(node)) if isinstance(node, ast.Name) else node
    return node


def _has_weights(code: Code, made: ast.Call, *, own: bool) -> bool:
    name = code.dotted(made.func)
    mine = code.classes.get(name)
    if mine is not None:
        return own and is_module(code, mine)
    return name.startswith("torch.nn.") and name.rpartition(".")[2] in WEIGHTED
