"""Whether a script brings its inputs to a small range twice: once by hand, and once more by a layer or a transform."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import Fact
from mladvisor.runs.script.assignments import constants
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants

_INPUTS = re.compile(
    r"(?:^|_)(?:xs?|inputs?|images?|imgs?|pixels?|pictures?|features?|data)(?:$|_)|^x(?:tr|train|te|test|va|val|b)?$"
)
_WIDE = 100.0
"""What inputs are divided by because of their kind (255, 256, 127.5), and no mean of them."""
_PREPARED = "preprocess_input"
_ON_TENSORS = frozenset(("inputs", "images", "imgs", "image", "img", "x", "xb", "data", "batch"))


def scales_once(code: Code) -> Fact:
    """False where inputs that are divided by 255 go through `Rescaling(1 / 255)`, `ToTensor()` or a network's own
    `preprocess_input` as well. Never known to be true.
    """
    if not any(word in code.text for word in ("Rescaling", "rescale", _PREPARED, "ToTensor")):
        return None
    values = constants(code)
    divided = _divided(code, values)
    shrinks = [call for call, name in code.calls if _shrinks(values, call, name)]
    layers = [one for one in shrinks if "Generator" not in ast.unparse(one.func)]
    if layers and (divided is not None or len(layers) < len(shrinks)):
        return False, layers[0]
    for call, name in code.calls:
        words = {word.arg: word.value for word in call.keywords}
        if "rescale" in words and _is_small(values.value(words["rescale"])):
            function = words.get("preprocessing_function")
            if function is not None and code.dotted(function).endswith(_PREPARED):
                return False, call
        if name.rpartition(".")[2] == _PREPARED and call.args and _is_division(values, call.args[0]):
            return False, call
    return _after_to_tensor(code, values)


def _shrinks(values: Constants, call: ast.Call, name: str) -> bool:
    """`Rescaling(1 / 255)`, `ImageDataGenerator(rescale=1 / 255)`."""
    last = name.rpartition(".")[2]
    words = {word.arg: word.value for word in call.keywords}
    given = words.get("rescale") if last == "ImageDataGenerator" else None
    if last == "Rescaling":
        given = call.args[0] if call.args else words.get("scale")
    return given is not None and _is_small(values.value(given))


def _is_small(value: object) -> bool:
    return isinstance(value, float) and 0 < value <= 1 / _WIDE


def _is_division(values: Constants, node: ast.AST) -> bool:
    """`x / 255`."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Div):
        return False
    by = values.value(node.right)
    return isinstance(by, int | float) and not isinstance(by, bool) and by >= _WIDE


def _divided(code: Code, values: Constants) -> ast.AST | None:
    """Where inputs are divided by hand: `x_train = x_train / 255.0`, `images /= 255`."""
    for node in code.nodes:
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Div):
            by, name = values.value(node.value), code.dotted(node.target)
            if isinstance(by, int | float) and by >= _WIDE and _INPUTS.search(name.lower()):
                return node
        elif isinstance(node, ast.Assign) and any(_is_division(values, one) for one in ast.walk(node.value)):
            targets = node.targets[0].elts if isinstance(node.targets[0], ast.Tuple) else node.targets
            if any(_INPUTS.search(code.dotted(one).lower()) for one in targets):
                return node
    return None


def _after_to_tensor(code: Code, values: Constants) -> Fact:
    """`for images, y in loader: images = images / 255` where `ToTensor()` has divided the bytes before."""
    if not any(name.rpartition(".")[2] == "ToTensor" and "transforms" in name for _, name in code.calls):
        return None
    for node in code.nodes:
        if not _is_division(values, node) or not isinstance(node, ast.BinOp) or not isinstance(node.left, ast.Name):
            continue
        loops = [loop for loop in code.loops_of(node) if isinstance(loop, ast.For)]
        drawn = {one.id for loop in loops for one in ast.walk(loop.target) if isinstance(one, ast.Name)}
        if node.left.id in drawn and node.left.id.lower() in _ON_TENSORS:
            return False, node
    return None
