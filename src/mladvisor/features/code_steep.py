"""Hidden layers of a script whose outputs are multiplied by a large number before they are squashed."""

from __future__ import annotations

import ast

from mladvisor.features.code_names import Fact
from mladvisor.runs.script.code import Code

_SQUASHES = frozenset(("tanh", "sigmoid"))
_LAYERS = frozenset(("Linear", "LazyLinear", "Conv1d", "Conv2d", "Conv3d", "Dense"))
_STEEP = 10.0
"""Outputs of a layer that was drawn as usual have a spread of one: times ten, nine of ten lie where tanh is flat."""


def squashes_gently(code: Code) -> Fact:
    """False where a hidden layer's output times ten or more goes into tanh or sigmoid: `torch.tanh(self.fc1(x) * 60)`.

    What a `forward` gives back may be steep on purpose, as a soft threshold is. Never known to be true.
    """
    for call, name in code.calls:
        function = code.function_of(call)
        if name.rpartition(".")[2].removesuffix("()") not in _SQUASHES or function is None:
            continue
        if function.name not in ("forward", "call") or _is_given_back(code, call):
            continue
        given = call.args[0] if call.args else call.func.value if isinstance(call.func, ast.Attribute) else None
        if given is not None and _is_steep(code, given):
            return False, call
    return None


def _is_given_back(code: Code, call: ast.Call) -> bool:
    """It stands in a `return`, or is kept under a name that the function gives back without another layer."""
    for outer in code.above(call):
        if isinstance(outer, ast.Call):
            return False
        if isinstance(outer, ast.Return):
            return True
        if isinstance(outer, ast.Assign):
            kept, function = code.dotted(outer.targets[0]), code.function_of(call)
            later = [one for one in ast.walk(function) if isinstance(one, ast.Call)] if function is not None else []
            return not any(
                one.lineno > outer.lineno and _is_layer(code, one) and any(code.dotted(arg) == kept for arg in one.args)
                for one in later
            )
    return True


def _is_steep(code: Code, node: ast.expr) -> bool:
    """`self.fc1(x) * 60`, `60 * self.fc1(x)`."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Mult):
        return False
    for side, other in ((node.left, node.right), (node.right, node.left)):
        factor = code.meant(other)
        large = isinstance(factor, ast.Constant) and isinstance(factor.value, int | float) and factor.value >= _STEEP
        if large and isinstance(side, ast.Call) and _is_layer(code, side):
            return True
    return False


def _is_layer(code: Code, call: ast.Call) -> bool:
    """A dense layer or a convolution that the module keeps under the name that is called."""
    name = code.dotted(call.func)
    made = [
        node.value for node in code.nodes
        if isinstance(node, ast.Assign) and any(code.dotted(target) == name for target in node.targets)
    ]  # fmt: skip
    return name.startswith("self.") and any(
        isinstance(one, ast.Call) and code.dotted(one.func).rpartition(".")[2] in _LAYERS for one in made
    )
