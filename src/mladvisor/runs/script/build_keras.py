"""How a script puts a Keras model together: loops of `model.add`, lists of layers, calls of layers on tensors.

What forks (two inputs of a layer, a sum of tensors), and what depends on a value that is not known, has no list.
"""

from __future__ import annotations

import ast
from typing import Any

import msgspec

from mladvisor.runs.model_layer import Layer
from mladvisor.runs.model_text import in_words
from mladvisor.runs.script.build import Builder
from mladvisor.runs.script.build_values import Chain, Ref, UnclearError, Unknown, as_text
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants
from mladvisor.runs.script.constructor import argument

LAYERS = frozenset(
    ("Input", "InputLayer", "Dense", "Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "SeparableConv2D",
     "DepthwiseConv2D", "Convolution2D", "LSTM", "GRU", "SimpleRNN", "Bidirectional", "Embedding",
     "BatchNormalization", "LayerNormalization", "Dropout", "SpatialDropout1D", "SpatialDropout2D", "GaussianNoise",
     "MaxPooling1D", "MaxPooling2D", "MaxPool2D", "MaxPool1D", "AveragePooling2D", "AveragePooling1D",
     "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalMaxPooling1D", "GlobalMaxPooling2D",
     "GlobalAvgPool2D", "Flatten", "Reshape", "Activation", "ReLU", "LeakyReLU", "ELU", "PReLU", "Softmax",
     "Normalization", "Rescaling", "ZeroPadding2D", "UpSampling2D", "RepeatVector", "TimeDistributed", "Masking")
)  # fmt: skip

_MODELS = ("Sequential", "Model", "Functional")
_AT_CALL = ("training", "mask", "name")
_WRAPPERS = ("Bidirectional", "TimeDistributed")


def is_keras_layer(name: str) -> bool:
    """A dotted name of a layer of Keras."""
    home, _, made = name.rpartition(".")
    return made in LAYERS and not home.startswith("torch")


class KerasBuilder(Builder):
    """Follows the statements of one script that make layers of Keras."""

    def is_layer(self, name: str) -> bool:
        """A dotted name of a layer or of a model of Keras."""
        home, _, made = name.rpartition(".")
        return ("keras" in home or home.endswith("layers")) and (is_keras_layer(name) or made in _MODELS)

    def _effect(self, node: ast.expr, scope: dict[str, Any], depth: int) -> None:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "add":
            holder = self.of(node.func.value, scope, depth)
            if isinstance(holder, Chain):
                added = [self.of(arg, scope, depth + 1) for arg in node.args]
                if len(added) != 1 or not isinstance(added[0], Chain):
                    raise UnclearError
                holder.parts.append(added[0])
                return
        super()._effect(node, scope, depth)

    def _call(self, node: ast.Call, scope: dict[str, Any], depth: int) -> Any:
        if isinstance(node.func, ast.Call | ast.Name | ast.Subscript):
            called = self.of(node.func, scope, depth + 1)
            if isinstance(called, Chain):
                return self._applied(called, node, scope, depth)
        return super()._call(node, scope, depth)

    def _applied(self, called: Chain, node: ast.Call, scope: dict[str, Any], depth: int) -> Chain:
        """`Dense(3)(x)`: what made `x`, and then the layer."""
        if len(node.args) != 1 or any(word.arg not in _AT_CALL for word in node.keywords):
            raise UnclearError
        given = self.of(node.args[0], scope, depth + 1)
        weights = {id(one) for one in called.parts} & {id(one) for one in getattr(given, "parts", ())}
        if not isinstance(given, Chain) or weights:
            raise UnclearError
        return Chain([*given.parts, *called.parts])

    def _layer(self, name: str, node: ast.Call, scope: dict[str, Any], depth: int) -> Chain:
        made = name.rpartition(".")[2]
        words = {word.arg: word.value for word in node.keywords}
        if None in words:
            raise UnclearError
        if made in _MODELS:
            return self._model(made, node, scope, depth)
        if made in ("Input", "InputLayer"):
            return Chain([Layer("layer", "InputLayer", told=True)])
        if made in _WRAPPERS and node.args:
            inner = self.of(node.args[0], scope, depth + 1)
            if not isinstance(inner, Chain) or len(inner.parts) != 1 or not isinstance(inner.parts[0], Layer):
                raise UnclearError
            return Chain([msgspec.structs.replace(inner.parts[0], type=f"{made}({inner.parts[0].type})")])
        if any(isinstance(arg, ast.Starred) for arg in node.args):
            raise UnclearError
        texts = [self._argument(arg, scope, depth) for arg in node.args]
        texts += [f"{key}={self._argument(value, scope, depth)}" for key, value in words.items()]
        layer = in_words(f"{made}({', '.join(texts)})"[:400], "layer")
        if layer is None or (layer.activation is not None and layer.activation.startswith("?")):
            raise UnclearError
        return Chain([msgspec.structs.replace(layer, told=True)])

    def _argument(self, node: ast.expr, scope: dict[str, Any], depth: int) -> str:
        value = self.of(node, scope, depth + 1)
        return argument(self.code, self.values, node) if isinstance(value, Unknown | Ref) else as_text(value)

    def _model(self, made: str, node: ast.Call, scope: dict[str, Any], depth: int) -> Chain:
        """`Sequential([...])`, or the layers between the input and the output of `Model(inputs, outputs)`."""
        words = {word.arg: word.value for word in node.keywords}
        given = [*node.args]
        if made == "Sequential":
            listed = given[0] if given else words.get("layers")
            parts = self.of(listed, scope, depth + 1) if listed is not None else []
            if not isinstance(parts, list) or not all(isinstance(part, Chain) for part in parts):
                raise UnclearError
            return Chain(list(parts))
        ends = given[1] if len(given) > 1 else words.get("outputs", words.get("output"))
        chain = self.of(ends, scope, depth + 1) if ends is not None else None
        if isinstance(chain, list) and len(chain) == 1:
            chain = chain[0]
        if not isinstance(chain, Chain):
            raise UnclearError
        return Chain(list(chain.parts))


def built(code: Code, values: Constants) -> list[Layer] | None:
    """The layers of the only Keras model that a script makes, or trains, in order; None where there is none.

    Raises UnclearError.
    """
    builder = KerasBuilder(code, values, LAYERS)
    made = [call for call, name in code.calls if builder.is_layer(name) and name.rpartition(".")[2] in _MODELS]
    if len(made) > 1:
        made = _trained(code, made)
    if len(made) != 1:
        return None
    function = code.function_of(made[0])
    if function is not None:
        calls = [call for call, name in code.calls if name == function.name]
        if len(calls) != 1 or code.class_of(function) is not None:
            raise UnclearError
        return _flat(builder.of(calls[0], builder.scope_at(calls[0]), 0))
    name = code.assigned_to(made[0])
    last = _last_added(code, made[0], name)
    scope = builder.scope_at(last)
    builder.careful(last, scope)
    return _flat(scope.get(name))


def _trained(code: Code, made: list[ast.Call]) -> list[ast.Call]:
    """Of several models the one that is fitted: parts of it (an encoder) are made to look at what comes out of them."""
    return [
        call
        for call in made
        if (name := code.assigned_to(call)) and any(called == f"{name}.fit" for _, called in code.calls)
    ]


def _last_added(code: Code, made: ast.Call, name: str) -> ast.stmt:
    """The last statement of the module that adds to a model, or the one that makes it. Raises UnclearError."""
    grown = [made, *(call for call, called in code.calls if called in (f"{name}.add", f"{name}.pop"))]
    at = max(grown, key=lambda call: (call.lineno, call.col_offset))
    around = [one for one in (at, *code.above(at)) if isinstance(one, ast.stmt)]
    if not name or not around or code.function_of(at) is not None:
        raise UnclearError
    return around[-1]


def _flat(made: Any) -> list[Layer]:
    """The layers of a chain of chains. Raises UnclearError."""
    if isinstance(made, Layer):
        return [made]
    if not isinstance(made, Chain):
        raise UnclearError
    return [layer for part in made.parts for layer in _flat(part)]
