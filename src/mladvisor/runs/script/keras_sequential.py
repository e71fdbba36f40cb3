"""A Keras `Sequential` that is written out: a list of layers, or layers added to it one by one.

What loops and functions put together is followed by `build_keras`.
"""

from __future__ import annotations

import ast

from mladvisor.runs.model_layer import Layer
from mladvisor.runs.script.build_keras import is_keras_layer
from mladvisor.runs.script.build_values import UnclearError
from mladvisor.runs.script.calls import is_main
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants
from mladvisor.runs.script.constructor import layer_made

_SEQUENTIAL = "Sequential"


def sequential(code: Code, values: Constants) -> list[Layer] | None:
    """The only `Sequential([...])`, or the layers added to one in a row."""
    made = [
        call for call, name in code.calls if name.rpartition(".")[2] == _SEQUENTIAL and not name.startswith("torch")
    ]
    if len(made) != 1:
        return None
    call = made[0]
    chain: list[Layer] = []
    if call.args or call.keywords:
        words = {word.arg: word.value for word in call.keywords}
        listed = call.args[0] if call.args else words.get("layers")
        if isinstance(listed, ast.List):
            chain += [_keras_layer(code, values, item, number) for number, item in enumerate(listed.elts)]
        elif listed is not None:
            raise UnclearError
    for number, (added, name) in enumerate(code.calls):
        if not name.endswith(".add") or len(added.args) != 1 or not isinstance(added.args[0], ast.Call):
            continue
        if code.loops_of(added) or any(isinstance(outer, ast.If) for outer in _up_to_function(code, added)):
            raise UnclearError
        if code.function_of(added) is not code.function_of(call):
            raise UnclearError
        if is_keras_layer(code.dotted(added.args[0].func)):
            chain.append(_keras_layer(code, values, added.args[0], number))
        elif name.rpartition(".")[0] == code.dotted(_target(code, call)):
            raise UnclearError
    return chain or None


def _target(code: Code, call: ast.Call) -> ast.AST | None:
    outer = code.parent(call)
    return outer.targets[0] if isinstance(outer, ast.Assign) else None


def _up_to_function(code: Code, node: ast.AST) -> list[ast.AST]:
    function = code.function_of(node)
    found: list[ast.AST] = []
    for outer in code.above(node):
        if outer is function or is_main(outer):
            break
        found.append(outer)
    return found


def _keras_layer(code: Code, values: Constants, item: ast.AST, number: int) -> Layer:
    if not isinstance(item, ast.Call) or not is_keras_layer(code.dotted(item.func)):
        raise UnclearError
    return layer_made(code, values, item, f"layer {number + 1}")
