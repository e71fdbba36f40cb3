"""The layer that one call of a constructor makes, read as the text of a configuration would be."""

from __future__ import annotations

import ast

import msgspec

from mladvisor.runs.model_layer import Layer
from mladvisor.runs.model_text import in_words
from mladvisor.runs.script.build_values import UnclearError
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants


def layer_made(code: Code, values: Constants, call: ast.Call, name: str) -> Layer:
    """The layer that a constructor makes, its arguments resolved. Raises UnclearError."""
    made = code.dotted(call.func).rpartition(".")[2]
    parts = [argument(code, values, arg) for arg in call.args if not isinstance(arg, ast.Starred)]
    parts += [f"{word.arg}={argument(code, values, word.value)}" for word in call.keywords if word.arg]
    if any(isinstance(arg, ast.Starred) for arg in call.args) or any(word.arg is None for word in call.keywords):
        raise UnclearError
    if made in ("Bidirectional", "TimeDistributed") and call.args and isinstance(call.args[0], ast.Call):
        inner = layer_made(code, values, call.args[0], name)
        return msgspec.structs.replace(inner, type=f"{made}({inner.type})")
    if made in ("Input", "InputLayer"):
        return Layer(name, "InputLayer", told=True)
    layer = in_words(f"{made}({', '.join(parts)})"[:400], name)
    if layer is None:
        raise UnclearError
    if layer.activation is not None and layer.activation.startswith("?"):
        raise UnclearError
    return msgspec.structs.replace(layer, told=True)


def argument(code: Code, values: Constants, node: ast.expr) -> str:
    """An argument of a layer as text; an initialiser that was given a name (`init = Constant(0.1)`) is that call."""
    call = code.meant(node)
    if isinstance(call, ast.Call) and "initializers." in code.dotted(call.func):
        return written(values, call)
    return written(values, node)


def written(values: Constants, node: ast.AST) -> str:
    """An argument as text: its value, a name's last part, or "?" for what cannot be told."""
    value = values.value(node)
    if value is not None:
        if isinstance(value, list):
            return f"({', '.join(map(str, value))})"
        return f"'{value}'" if isinstance(value, str) else str(value)
    if isinstance(node, ast.Constant):
        return "None"
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
        inner = ", ".join(
            [written(values, arg) for arg in node.args]
            + [f"{word.arg}={written(values, word.value)}" for word in node.keywords]
        )
        made = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        return f"{made}({inner})"
    return "?"
