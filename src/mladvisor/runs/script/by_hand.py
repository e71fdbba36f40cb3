"""Networks that a script builds of bare arrays, without a library of layers: `W1 = rng.normal(0, .1, (d, 16))`.

Weights are told by their names and numbers, widths by their shapes, and the activation of the first hidden layer by
what stands between the products with the first two weights.
"""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from typing import NamedTuple

from mladvisor.runs.model import Setting
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants

_WEIGHT = re.compile(r"^(?:w|weights?|theta|wt|kernel)_?(\d{1,2})$", re.IGNORECASE)
_LIBRARIES = frozenset(("torch", "tensorflow", "keras", "jax", "flax", "mxnet", "paddle", "sklearn", "autograd"))
_BESIDE = ("sklearn.datasets", "sklearn.model_selection", "sklearn.preprocessing", "sklearn.metrics", "sklearn.utils")
"""Parts of a library that bring or judge data, and make no layers."""
_CONSTANT = frozenset(("zeros", "ones", "full", "zeros_like", "ones_like"))
_MAKERS = _CONSTANT | frozenset(
    ("normal", "standard_normal", "randn", "rand", "uniform", "random", "random_sample", "randint")
)
_DEPTH = 4


class Weight(NamedTuple):
    """One matrix of weights: its number, the call that makes it, and its shape as written."""

    number: int
    node: ast.Call
    shape: tuple[ast.expr, ast.expr]

    @property
    def constant(self) -> bool:
        """All entries start alike."""
        return _made(self.node) in _CONSTANT


def weights_by_hand(code: Code) -> list[Weight]:
    """Two matrices or more that are numbered and made once, in their order; [] where a library makes the layers."""
    if any(one.partition(".")[0] in _LIBRARIES and not one.startswith(_BESIDE) for one in code.imports.values()):
        return []
    found: dict[int, Weight] = {}
    for node in code.nodes:
        if not isinstance(node, ast.Assign):
            continue
        for target, value in _pairs(node):
            match = _WEIGHT.match(_called(target))
            made = _maker(value) if match else None
            shape = _shape(made) if made is not None else None
            if match is None or made is None or shape is None:
                continue
            number = int(match[1])
            if number in found:
                return []
            found[number] = Weight(number, made, shape)
    return [found[number] for number in sorted(found)] if len(found) > 1 else []


def _pairs(node: ast.Assign) -> list[tuple[ast.expr, ast.expr]]:
    target = node.targets[0]
    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
        return list(zip(target.elts, node.value.elts, strict=False))
    return [(target, node.value)]


def _called(target: ast.AST) -> str:
    """`W1`, `self.W1`, `params["W1"]`."""
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute):
        return target.attr
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return str(target.slice.value)
    return ""


def _made(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _maker(value: ast.expr) -> ast.Call | None:
    """The call that draws or fills a matrix, within the product that scales it."""
    return next((one for one in ast.walk(value) if isinstance(one, ast.Call) and _made(one) in _MAKERS), None)


def _shape(call: ast.Call) -> tuple[ast.expr, ast.expr] | None:
    size = next((word.value for word in call.keywords if word.arg in ("size", "shape")), None)
    if size is None:
        size = next((arg for arg in call.args if isinstance(arg, ast.Tuple)), None)
    parts = size.elts if isinstance(size, ast.Tuple) else call.args if _made(call) in ("randn", "rand") else []
    return (parts[0], parts[1]) if len(parts) == 2 else None


def network_by_hand(code: Code, values: Constants) -> dict[str, Setting]:
    """Widths of the hidden layers and their activation, as a configuration would have them."""
    weights = weights_by_hand(code)
    if not weights:
        return {}
    settings: dict[str, Setting] = {}
    after = _after(weights)
    widths = [values.value(weight.shape[after]) for weight in weights[:-1]] if after is not None else []
    if widths and all(isinstance(width, int) and not isinstance(width, bool) for width in widths):
        settings["network.hidden_sizes"] = Setting(widths, code.place(weights[0].node, "hidden_sizes"))
    found = _between(code, weights[1].number)
    if found is not None:
        settings["network.activation"] = Setting(found[0], code.place(found[1], "activation"))
    return settings


def _after(weights: list[Weight]) -> int | None:
    """Which side of a shape counts the units that a layer gives: 1 for `X @ W`, 0 for `W @ X`."""
    pairs = list(pairwise(weights))
    for given, taken in ((1, 0), (0, 1)):
        if all(ast.dump(one.shape[given]) == ast.dump(two.shape[taken]) for one, two in pairs):
            return given
    return None


def _between(code: Code, number: int) -> tuple[str, ast.AST] | None:
    """(activation, where) of what is multiplied with the second matrix; None where it cannot be told."""
    for node in code.nodes:
        factors: list[ast.expr] = []
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            factors = [node.left, node.right]
        elif isinstance(node, ast.Call) and _made(node) in ("dot", "matmul"):
            held = node.func.value if isinstance(node.func, ast.Attribute) else None
            own = [held] if held is not None and len(node.args) == 1 else []
            factors = [*own, *node.args][:2]
        if len(factors) != 2:
            continue
        matrix = [_WEIGHT.match(_called(factor)) is not None for factor in factors]
        if sum(matrix) != 1 or int(_WEIGHT.match(_called(factors[matrix.index(True)]))[1]) != number:  # type: ignore[index]
            continue
        kind = _kind(code, factors[matrix.index(False)], node, _DEPTH)
        if kind is not None:
            return kind, node
    return None


def _kind(code: Code, node: ast.expr, at: ast.AST, depth: int) -> str | None:
    """The activation that an expression applies last; "linear" where it is a product and a sum."""
    if depth == 0:
        return None
    if isinstance(node, ast.Name):
        value = _last(code, node.id, at)
        return _kind(code, value, value, depth - 1) if value is not None else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _kind(code, node.left, at, depth)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        return "linear"
    if not isinstance(node, ast.Call):
        return _formula(node)
    made = _made(node)
    if made in ("dot", "matmul"):
        return "linear"
    return _formula(node) or _of_function(code, made, node, depth)


def _of_function(code: Code, name: str, call: ast.Call, depth: int) -> str | None:
    """The activation that a function of the script is, by its body, or the one it is named after."""
    for node in code.nodes:
        body: ast.expr | None = None
        if isinstance(node, ast.Assign) and _called(node.targets[0]) == name and isinstance(node.value, ast.Lambda):
            body, given = node.value.body, node.value.args.args
        elif isinstance(node, ast.FunctionDef) and node.name == name:
            returned = [one.value for one in ast.walk(node) if isinstance(one, ast.Return)]
            body, given = (returned[0] if len(returned) == 1 else None), node.args.args
        if body is None:
            continue
        if isinstance(body, ast.Name) and given and body.id in (given[0].arg, given[-1].arg):
            return _kind(code, call.args[0], call, depth - 1) if call.args else None
        return _formula(body)
    low = name.lower().strip("_")
    return low if low in ("relu", "tanh", "sigmoid", "softmax") else None


def _formula(node: ast.expr) -> str | None:
    """`np.maximum(z, 0)`, `z * (z > 0)`, `np.tanh(z)`, `1 / (1 + np.exp(-z))`."""
    text = ast.unparse(node).replace(" ", "").lower()
    if "tanh(" in text:
        return "tanh"
    if "exp(-" in text and "1/(1" in text.replace("1.0", "1").replace("1.", "1"):
        return "sigmoid"
    if re.search(r"maximum\(|>0|>=0|clip\(|relu\(", text):
        return "relu"
    return "softmax" if "exp(" in text and ".sum(" in text else None


def _last(code: Code, name: str, at: ast.AST) -> ast.expr | None:
    """What a name was last set to, in the same function and above a node."""
    function, line = code.function_of(at), getattr(at, "lineno", 0)
    found = None
    for node in code.nodes:
        if isinstance(node, ast.Assign) and node.lineno < line and code.function_of(node) is function:
            for target, value in _pairs(node):
                if isinstance(target, ast.Name) and target.id == name:
                    found = value
    return found
