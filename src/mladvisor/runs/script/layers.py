"""The layers of the model that a script builds, where that is a plain chain: Keras `Sequential`, PyTorch modules.

PyTorch's functional activations stand in `forward`, which is followed from its input to what it returns. Whatever is
dynamic (a branch, a loop, a call that is not known) gives no list: a wrong one would be worse.
"""

from __future__ import annotations

import ast
import contextlib

import msgspec

from mladvisor.runs.model_files import ModelFile
from mladvisor.runs.model_layer import MAX_LAYERS, Layer
from mladvisor.runs.model_text import in_words
from mladvisor.runs.script.build import Builder
from mladvisor.runs.script.build_keras import built, is_keras_layer, written
from mladvisor.runs.script.build_values import Chain as Made
from mladvisor.runs.script.build_values import Own, UnclearError
from mladvisor.runs.script.code import Code, Function
from mladvisor.runs.script.constants import Constants
from mladvisor.runs.script.seen import SeveralError, method, models_made, seen_by_loss
from mladvisor.runs.script.settings import is_main

_SEQUENTIAL = "Sequential"
_KERAS = ("keras", "tensorflow.keras", "tf.keras", "layers")
_TORCH_LAYERS = frozenset(
    ("Linear", "LazyLinear", "Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "LSTM", "GRU", "RNN",
     "Embedding", "BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "LayerNorm", "GroupNorm", "InstanceNorm2d", "Dropout",
     "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "MaxPool1d", "MaxPool2d", "MaxPool3d", "AvgPool1d",
     "AvgPool2d", "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveMaxPool1d", "AdaptiveMaxPool2d",
     "AdaptiveMaxPool3d", "AdaptiveAvgPool3d", "AvgPool3d", "LPPool2d", "Hardtanh", "LogSigmoid", "Softsign",
     "RMSNorm", "InstanceNorm1d", "InstanceNorm3d", "ConvTranspose3d", "UpsamplingNearest2d", "UpsamplingBilinear2d",
     "Flatten", "Unflatten", "ReLU", "ReLU6", "LeakyReLU", "PReLU", "ELU", "SELU", "CELU", "GELU", "SiLU", "Mish",
     "Tanh", "Sigmoid", "Hardsigmoid", "Hardswish", "Softplus", "Softmax", "LogSoftmax", "Identity", "ZeroPad2d",
     "Upsample")
)  # fmt: skip
_RECURRENT = frozenset(("LSTM", "GRU", "RNN"))
_FUNCTIONS = {
    "relu": "ReLU", "relu_": "ReLU", "relu6": "ReLU6", "leaky_relu": "LeakyReLU", "elu": "ELU", "selu": "SELU",
    "gelu": "GELU", "silu": "SiLU", "mish": "Mish", "tanh": "Tanh", "sigmoid": "Sigmoid", "softplus": "Softplus",
    "softmax": "Softmax", "log_softmax": "LogSoftmax", "max_pool2d": "MaxPool2d", "max_pool1d": "MaxPool1d",
    "avg_pool2d": "AvgPool2d", "avg_pool1d": "AvgPool1d", "adaptive_avg_pool2d": "AdaptiveAvgPool2d",
    "adaptive_avg_pool1d": "AdaptiveAvgPool1d", "adaptive_max_pool2d": "AdaptiveMaxPool2d",
    "adaptive_max_pool1d": "AdaptiveMaxPool1d", "interpolate": "Upsample", "hardtanh": "Hardtanh", "dropout": "Dropout",
    "dropout2d": "Dropout2d", "flatten": "Flatten",
}  # fmt: skip
_RESHAPES = frozenset(
    ("view", "reshape", "squeeze", "unsqueeze", "permute", "transpose", "contiguous", "float", "to", "cuda", "double")
)
_MAX_STATEMENTS = 200
_MAX_NESTED = 6
_MAX_PREFIX = 40
"""Characters of the name of a part within parts: one that holds itself ends here."""

Chain = list[Layer]


def model_in(code: Code, values: Constants) -> ModelFile | None:
    """The layers of the only model that a script builds; None where there are several, or it cannot be followed."""
    try:
        found = _torch(code, values) if any(name.startswith("torch") for name in code.imports.values()) else None
        chain = found if found is not None else _of_keras(code, values)
    except UnclearError:
        return None
    if not chain:
        return None
    return ModelFile(tuple(chain[:MAX_LAYERS]), code.file, "code", True)


def _of_keras(code: Code, values: Constants) -> Chain | None:
    """A plain list of layers, else what loops and calls put together. Raises UnclearError."""
    with contextlib.suppress(UnclearError):
        if (plain := _keras(code, values)) is not None:
            return plain
    made = built(code, values)
    return (
        None
        if made is None
        else [msgspec.structs.replace(one, name=f"layer {number}") for number, one in enumerate(made, 1)]
    )


def _keras(code: Code, values: Constants) -> Chain | None:
    """The only `Sequential([...])`, or the layers added to one in a row."""
    made = [
        call for call, name in code.calls if name.rpartition(".")[2] == _SEQUENTIAL and not name.startswith("torch")
    ]
    if len(made) != 1:
        return None
    call = made[0]
    chain: Chain = []
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
        if outer is function or (isinstance(outer, ast.If) and is_main(outer)):
            break
        found.append(outer)
    return found


def _keras_layer(code: Code, values: Constants, item: ast.AST, number: int) -> Layer:
    if not isinstance(item, ast.Call) or not is_keras_layer(code.dotted(item.func)):
        raise UnclearError
    return _layer(code, values, item, f"layer {number + 1}")


def _layer(code: Code, values: Constants, call: ast.Call, name: str) -> Layer:
    """The layer that a constructor makes, its arguments resolved; read as a configuration's text would be."""
    made = code.dotted(call.func).rpartition(".")[2]
    parts = [written(values, arg) for arg in call.args if not isinstance(arg, ast.Starred)]
    parts += [f"{word.arg}={written(values, word.value)}" for word in call.keywords if word.arg]
    if any(isinstance(arg, ast.Starred) for arg in call.args) or any(word.arg is None for word in call.keywords):
        raise UnclearError
    if made in ("Bidirectional", "TimeDistributed") and call.args and isinstance(call.args[0], ast.Call):
        inner = _layer(code, values, call.args[0], name)
        return msgspec.structs.replace(inner, type=f"{made}({inner.type})")
    if made in ("Input", "InputLayer"):
        return Layer(name, "InputLayer", told=True)
    layer = in_words(f"{made}({', '.join(parts)})"[:400], name)
    if layer is None:
        raise UnclearError
    if layer.activation is not None and layer.activation.startswith("?"):
        raise UnclearError
    return msgspec.structs.replace(layer, told=True)


def _torch(code: Code, values: Constants) -> Chain | None:
    """The chain of the models that the loss sees. Raises UnclearError."""
    made = models_made(code)
    try:
        sources = seen_by_loss(code, made)
    except SeveralError:
        raise UnclearError from None
    if len({id(source) for source in sources}) < len(sources):
        raise UnclearError  # one set of weights in two places
    chain: Chain = []
    for source in sources:
        inside = _made_from(code, values, source, "")
        before = next(name for name, one in made.items() if one is source) if len(sources) > 1 else ""
        chain += [msgspec.structs.replace(one, name=f"{before}.{one.name}") if before else one for one in inside]
    return chain or None


def _made_from(code: Code, values: Constants, source: ast.ClassDef | ast.Call, before: str) -> Chain:
    if isinstance(source, ast.ClassDef):
        return module_chain(code, values, source)
    if code.dotted(source.func) == "torch.nn.Sequential":
        try:
            return _sequence(code, values, source, before)
        except UnclearError:
            return _built(code, values, source, before)
    if code.dotted(source.func) in code.functions:
        return _built(code, values, source, before)
    return [_layer(code, values, source, before.rstrip(".") or "layer")]


def _built(code: Code, values: Constants, source: ast.Call, before: str) -> Chain:
    """A model whose layers are gathered in a list, or that a function returns. Raises UnclearError."""
    builder = Builder(code, values, _TORCH_LAYERS)
    return _flat(builder, builder.of(source, builder.scope_at(source), 0), before.rstrip("."), 0)


def module_chain(code: Code, values: Constants, model: ast.ClassDef) -> Chain:
    """The layers that `forward` puts its input through, in that order. Raises UnclearError."""
    builder = Builder(code, values, _TORCH_LAYERS)
    calls = [call for call, name in code.calls if name == model.name]
    call = calls[0] if len(calls) == 1 else None
    return _own(builder, builder.instance(model, call, builder.scope_at(call) if call is not None else {}), "", 0)


def _own(builder: Builder, own: Own, before: str, depth: int) -> Chain:
    """What a module of the script's own does with its input."""
    forward = method(own.model, "forward")
    if forward is None or len(forward.args.args) != 2 or depth > _MAX_NESTED:
        raise UnclearError
    attributes: dict[str, Chain] = {}
    several: dict[str, list[Chain]] = {}
    for name, part in own.parts.items():
        if not isinstance(part, Made | Own):
            continue
        at = f"{before}{name}"
        try:
            if isinstance(part, Made) and part.listed:
                several[f"self.{name}"] = [
                    _flat(builder, each, f"{at}.{n}", depth) for n, each in enumerate(part.parts)
                ]
            else:
                attributes[f"self.{name}"] = _flat(builder, part, at, depth)
        except UnclearError:
            continue  # only matters where `forward` uses it
    scope = {f"self.{name}": part for name, part in own.parts.items()}
    return _Walk(builder, attributes, several, scope, before).through(forward)


def _flat(builder: Builder, made: object, name: str, depth: int) -> Chain:
    """The layers of a layer, a `Sequential` or a module of the script's own, under their names."""
    if isinstance(made, Layer):
        return [msgspec.structs.replace(made, name=name or "layer")]
    if isinstance(made, Own):
        return _own(builder, made, f"{name}." if name else "", depth + 1)
    if not isinstance(made, Made) or made.listed or depth > _MAX_NESTED:
        raise UnclearError
    if len(made.parts) == 1 and isinstance(made.parts[0], Layer):
        return _flat(builder, made.parts[0], name, depth)
    chain: Chain = []
    for number, part in enumerate(made.parts):
        chain += _flat(builder, part, f"{name}.{number}" if name else str(number), depth + 1)
    return chain


def _module(code: Code, values: Constants, call: ast.Call, name: str) -> Chain:
    made = code.dotted(call.func)
    if made == "torch.nn.Sequential":
        return _sequence(code, values, call, f"{name}.")
    if not made.startswith("torch.nn.") or made.rpartition(".")[2] not in _TORCH_LAYERS:
        raise UnclearError
    return [_layer(code, values, call, name)]


def _sequence(code: Code, values: Constants, call: ast.Call, before: str) -> Chain:
    chain: Chain = []
    for number, item in enumerate(call.args):
        part = models_made(code).get(code.dotted(item)) if isinstance(item, ast.Name) else None
        if part is not None and part is not call:
            name = f"{before}{number}."
            if len(name) > _MAX_PREFIX:
                raise UnclearError
            chain += _made_from(code, values, part, name)
            continue
        if not isinstance(item, ast.Call):
            raise UnclearError
        chain += _module(code, values, item, f"{before}{number}")
    if call.keywords:
        raise UnclearError
    return chain


class _Walk:
    """What happens to the input of a `forward` of plain statements."""

    def __init__(
        self,
        builder: Builder,
        attributes: dict[str, Chain],
        several: dict[str, list[Chain]],
        scope: dict[str, object],
        before: str,
    ) -> None:
        self.before = before
        self.builder, self.code, self.values = builder, builder.code, builder.values
        self.attributes, self.several, self.scope = attributes, several, scope
        self.known: dict[str, Chain] = {}
        self.used: set[str] = set()
        self._spent: list[Chain] = []
        self.count = 0

    def through(self, forward: Function) -> Chain:
        """The chain that is returned. Raises UnclearError."""
        self.known[forward.args.args[1].arg] = []
        found = self._statements(forward.body[:_MAX_STATEMENTS])
        if found is None:
            raise UnclearError
        return found

    def _statements(self, body: list[ast.stmt]) -> Chain | None:
        for statement in body:
            found: Chain | None = None
            if isinstance(statement, ast.Return):
                if statement.value is None:
                    raise UnclearError
                return self._of(statement.value, 0)
            if isinstance(statement, ast.Expr | ast.Assert | ast.Pass):
                if any(
                    isinstance(one, ast.Call) and self.code.dotted(one.func) in self.attributes
                    for one in ast.walk(statement)
                ):
                    raise UnclearError
            elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                self._assign(statement)
            elif isinstance(statement, ast.For):
                self._each(statement)
            elif isinstance(statement, ast.If):
                holds = self.builder.truth(statement.test, dict(self.scope), 0)
                if holds is None:
                    raise UnclearError
                found = self._statements(statement.body if holds else statement.orelse)
            elif isinstance(statement, ast.With):
                found = self._inside(statement)
            else:
                raise UnclearError
            if found is not None:
                return found
        return None

    def _each(self, loop: ast.For) -> None:
        """`for layer in self.layers: x = act(layer(x))`."""
        over, target = loop.iter, loop.target
        if (
            isinstance(over, ast.Call)
            and self.code.dotted(over.func) == "enumerate"
            and over.args
            and isinstance(target, ast.Tuple)
        ):
            over, target = over.args[0], target.elts[-1]
        listed = self.several.get(self.code.dotted(over))
        if listed is None or not isinstance(target, ast.Name) or loop.orelse:
            raise UnclearError
        for part in listed:
            self.attributes[target.id] = part
            self.used.discard(target.id)
            if self._statements(loop.body) is not None:
                raise UnclearError

    def _inside(self, block: ast.With) -> Chain | None:
        """Layers that run inside `with torch.no_grad()` do not learn."""
        frozen = any(
            isinstance(item.context_expr, ast.Call)
            and self.code.dotted(item.context_expr.func) in ("torch.no_grad", "torch.inference_mode")
            for item in block.items
        )
        before = {name: len(chain) for name, chain in self.known.items()}
        found = self._statements(block.body)
        if frozen:
            for name, chain in self.known.items():
                start = before.get(name, 0)
                chain[start:] = [
                    msgspec.structs.replace(one, trainable=False) if one.units is not None else one
                    for one in chain[start:]
                ]
            if found is not None:
                found = [
                    msgspec.structs.replace(one, trainable=False) if one.units is not None else one for one in found
                ]
        return found

    def _assign(self, statement: ast.Assign) -> None:
        target = statement.targets[0]
        if not self._touches(statement.value):
            return
        chain = self._of(statement.value, 0)
        if isinstance(target, ast.Tuple) and chain and chain[-1].type in _RECURRENT:
            target = target.elts[0]  # (output of every step, state)
        if not isinstance(target, ast.Name):
            raise UnclearError
        self.known[target.id] = chain

    def _touches(self, node: ast.AST) -> bool:
        """The expression's value comes from the input, not only its shape."""
        return any(
            isinstance(one, ast.Name)
            and one.id in self.known
            and not (
                isinstance(outer := self.code.parent(one), ast.Attribute)
                and outer.attr in ("size", "shape", "dim", "device")
            )
            for one in ast.walk(node)
        )

    def _of(self, node: ast.AST, depth: int) -> Chain:
        if depth > 40:
            raise UnclearError
        if isinstance(node, ast.Name):
            return self._take(node.id)
        if isinstance(node, ast.Attribute) and node.attr in ("values", "data"):  # x.max(1).values
            return self._of(node.value, depth + 1)
        if isinstance(node, ast.Subscript):
            chain = self._of(node.value, depth + 1)
            if chain and chain[-1].type in _RECURRENT:
                return chain
            raise UnclearError
        if isinstance(node, ast.BinOp):  # x / 255, 4 * tanh(x)
            sides = [side for side in (node.left, node.right) if self._touches(side)]
            if len(sides) != 1:
                raise UnclearError
            return [*self._of(sides[0], depth + 1), Layer(self._name("arithmetic"), "Lambda")]
        if isinstance(node, ast.Call):
            return self._called(node, depth)
        raise UnclearError

    def _take(self, name: str) -> Chain:
        """The value of a name; one that was used already leads into two branches."""
        if name not in self.known:
            raise UnclearError
        chain = self.known[name]
        if any(chain is one for one in self._spent):
            raise UnclearError
        self._spent.append(chain)
        return list(chain)

    def _name(self, said: str) -> str:
        self.count += 1
        return f"{self.before}{said} {self.count}"

    def _called(self, call: ast.Call, depth: int) -> Chain:
        name = self.code.dotted(call.func)
        if name in self.attributes:
            if len(call.args) != 1 or call.keywords:
                raise UnclearError
            chain = self._of(call.args[0], depth + 1)
            added = self.attributes[name]
            weighted = [one for one in added if one.units is not None]
            if name in self.used and weighted:
                raise UnclearError  # one set of weights in two places
            self.used.add(name)
            return [*chain, *added]
        home, _, made = name.rpartition(".")
        if home in ("torch", "torch.nn.functional", "torch.special") and made in _FUNCTIONS and call.args:
            if any(self._touches(arg) for arg in [*call.args[1:], *[word.value for word in call.keywords]]):
                raise UnclearError
            chain = self._of(call.args[0], depth + 1)
            return [*chain, self._function(made, call)]
        if home in ("torch",) and made in ("reshape", "squeeze", "unsqueeze") and call.args:
            return [*self._of(call.args[0], depth + 1), Layer(self._name(made), "Reshape", told=True)]
        if isinstance(call.func, ast.Attribute) and self._touches(call.func.value):
            if made != "masked_fill" and any(self._touches(arg) for arg in call.args):
                raise UnclearError
            chain = self._of(call.func.value, depth + 1)
            if made == "masked_fill":  # rows of padding
                return chain
            if made in _RESHAPES:
                return [*chain, Layer(self._name(made), "Reshape", told=True)]
            if made in _FUNCTIONS:
                return [*chain, self._function(made, call)]
            if made in ("mean", "max", "amax", "sum"):
                pooled = "AdaptiveAvgPool" if made in ("mean", "sum") else "AdaptiveMaxPool"
                return [*chain, Layer(self._name(made), pooled, told=True)]
        raise UnclearError

    def _function(self, made: str, call: ast.Call) -> Layer:
        rate = None
        if made.startswith("dropout"):
            words = {word.arg: word.value for word in call.keywords}
            value = self.values.value(words.get("p") or next(iter(call.args[1:2]), None))
            rate = float(value) if isinstance(value, int | float) else 0.5
        return Layer(self._name(made), _FUNCTIONS[made], told=True, rate=rate)
