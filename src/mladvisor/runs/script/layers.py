"""The layers of the model that a script builds, where that is a plain chain: Keras `Sequential`, PyTorch modules.

Whatever is dynamic (a branch, a loop, a call that is not known) gives no list: a wrong one would be worse.
"""

from __future__ import annotations

import ast
import contextlib

import msgspec

from mladvisor.runs.model_files import ModelFile
from mladvisor.runs.model_layer import MAX_LAYERS, Layer
from mladvisor.runs.script.build import Builder
from mladvisor.runs.script.build_keras import LAYERS, KerasBuilder, built
from mladvisor.runs.script.build_values import Chain, Own, UnclearError
from mladvisor.runs.script.code import Code, Function
from mladvisor.runs.script.constants import Constants
from mladvisor.runs.script.constructor import layer_made
from mladvisor.runs.script.forward import AT_CALL, ForwardPass
from mladvisor.runs.script.keras_sequential import sequential
from mladvisor.runs.script.seen import SeveralError, method, models_made, seen_by_loss

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
_MAX_NESTED = 6
_MAX_PREFIX = 40
"""Characters of the name of a part within parts: one that holds itself ends here."""


def model_in(code: Code, values: Constants) -> ModelFile | None:
    """The layers of the only model that a script builds; None where there are several, or it cannot be followed."""
    try:
        found = _torch(code, values) if any(name.startswith("torch") for name in code.imports.values()) else None
        chain = found if found is not None else _of_keras(code, values)
    except UnclearError:
        return None
    if not chain:
        return None
    return ModelFile(tuple(chain[:MAX_LAYERS]), _home(code, torch=found is not None), "code", True)


def _home(code: Code, *, torch: bool) -> str:
    """The file that the layers stand in: the script, or the module that its model comes from."""
    if not code.modules:
        return code.file
    if torch:
        node: ast.AST = seen_by_loss(code, models_made(code))[-1]
        made = code.functions.get(code.dotted(node.func)) if isinstance(node, ast.Call) else None
        return code.file_of(made or node)
    calls = (call for call, name in code.calls if name.rpartition(".")[2] in ("Sequential", "Model"))
    return next((code.file_of(call) for call in calls), code.file)


def _of_keras(code: Code, values: Constants) -> list[Layer] | None:
    """A plain list of layers, else what loops and calls put together. Raises UnclearError."""
    with contextlib.suppress(UnclearError):
        if (plain := sequential(code, values)) is not None:
            return plain
    if (own := _subclassed(code, values)) is not None:
        return own
    made = built(code, values)
    return (
        None
        if made is None
        else [msgspec.structs.replace(one, name=f"layer {number}") for number, one in enumerate(made, 1)]
    )


def _subclassed(code: Code, values: Constants) -> list[Layer] | None:
    """The layers of the only `class Net(keras.Model)` that is made, by its `call`. Raises UnclearError."""
    models = {name: one for name, one in code.classes.items() if _is_keras_model(code, one)}
    made = [call for call, name in code.calls if name in models]
    if len(made) != 1:
        return None
    builder = KerasBuilder(code, values, LAYERS)
    own = builder.instance(models[code.dotted(made[0].func)], made[0], builder.scope_at(made[0]))
    return _own(builder, own, "", 0)


def _is_keras_model(code: Code, one: ast.ClassDef) -> bool:
    bases = [code.dotted(base) for base in one.bases]
    return any("keras" in base and base.endswith(".Model") for base in bases) and method(one, "call") is not None


def _torch(code: Code, values: Constants) -> list[Layer] | None:
    """The chain of the models that the loss sees. Raises UnclearError."""
    made = models_made(code)
    try:
        sources = seen_by_loss(code, made)
    except SeveralError:
        raise UnclearError from None
    if len({id(source) for source in sources}) < len(sources):
        raise UnclearError  # one set of weights in two places
    chain: list[Layer] = []
    for source in sources:
        inside = _made_from(code, values, source, "")
        before = next(name for name, one in made.items() if one is source) if len(sources) > 1 else ""
        chain += [msgspec.structs.replace(one, name=f"{before}.{one.name}") if before else one for one in inside]
    return chain or None


def _made_from(code: Code, values: Constants, source: ast.ClassDef | ast.Call, before: str) -> list[Layer]:
    if isinstance(source, ast.ClassDef):
        return _module_chain(code, values, source)
    if code.dotted(source.func) == "torch.nn.Sequential":
        try:
            return _sequence(code, values, source, before)
        except UnclearError:
            return _built(code, values, source, before)
    if code.dotted(source.func) in code.functions:
        return _built(code, values, source, before)
    return [layer_made(code, values, source, before.rstrip(".") or "layer")]


def _built(code: Code, values: Constants, source: ast.Call, before: str) -> list[Layer]:
    """A model whose layers are gathered in a list, or that a function returns. Raises UnclearError."""
    builder = Builder(code, values, _TORCH_LAYERS)
    return _flat(builder, builder.of(source, builder.scope_at(source), 0), before.rstrip("."), 0)


def _module_chain(code: Code, values: Constants, model: ast.ClassDef) -> list[Layer]:
    """The layers that `forward` puts its input through, in that order. Raises UnclearError."""
    builder = Builder(code, values, _TORCH_LAYERS)
    calls = [call for call, name in code.calls if name == model.name]
    call = calls[0] if len(calls) == 1 else None
    return _own(builder, builder.instance(model, call, builder.scope_at(call) if call is not None else {}), "", 0)


def _own(builder: Builder, own: Own, before: str, depth: int) -> list[Layer]:
    """What a module of the script's own does with its input."""
    forward = method(own.model, "forward") or method(own.model, "call")
    takes = [] if forward is None else _must_be_given(forward)
    if forward is None or len([name for name in takes if name not in AT_CALL]) != 2 or depth > _MAX_NESTED:
        raise UnclearError
    attributes: dict[str, list[Layer]] = {}
    several: dict[str, list[list[Layer]]] = {}
    for name, part in own.parts.items():
        in_keras = isinstance(part, list) and isinstance(builder, KerasBuilder)  # Keras finds layers in plain lists
        if not (isinstance(part, Chain | Own) or in_keras):
            continue
        at = f"{before}{name}"
        try:
            if in_keras:
                several[f"self.{name}"] = [_flat(builder, each, f"{at}.{n}", depth) for n, each in enumerate(part)]
            elif isinstance(part, Chain) and part.listed:
                several[f"self.{name}"] = [
                    _flat(builder, each, f"{at}.{n}", depth) for n, each in enumerate(part.parts)
                ]
            else:
                attributes[f"self.{name}"] = _flat(builder, part, at, depth)
        except UnclearError:
            continue  # only matters where `forward` uses it
    scope = {f"self.{name}": part for name, part in own.parts.items()}
    return ForwardPass(builder, attributes, several, scope, before).through(forward)


def _must_be_given(forward: Function) -> list[str]:
    """The parameters of a `forward` but for those that may be left out, as a recurrent state (`hidden=None`)."""
    names = [one.arg for one in forward.args.args]
    first = len(names) - len(forward.args.defaults)
    left_out = [isinstance(one, ast.Constant) and one.value is None for one in forward.args.defaults]
    return [name for at, name in enumerate(names) if at < first or at <= 1 or not left_out[at - first]]


def _flat(builder: Builder, made: object, name: str, depth: int) -> list[Layer]:
    """The layers of a layer, a `Sequential` or a module of the script's own, under their names."""
    if isinstance(made, Layer):
        return [msgspec.structs.replace(made, name=name or "layer")]
    if isinstance(made, Own):
        return _own(builder, made, f"{name}." if name else "", depth + 1)
    if not isinstance(made, Chain) or made.listed or depth > _MAX_NESTED:
        raise UnclearError
    if len(made.parts) == 1 and isinstance(made.parts[0], Layer):
        return _flat(builder, made.parts[0], name, depth)
    chain: list[Layer] = []
    for number, part in enumerate(made.parts):
        chain += _flat(builder, part, f"{name}.{number}" if name else str(number), depth + 1)
    return chain


def _module(code: Code, values: Constants, call: ast.Call, name: str) -> list[Layer]:
    made = code.dotted(call.func)
    if made == "torch.nn.Sequential":
        return _sequence(code, values, call, f"{name}.")
    if not made.startswith("torch.nn.") or made.rpartition(".")[2] not in _TORCH_LAYERS:
        raise UnclearError
    return [layer_made(code, values, call, name)]


def _sequence(code: Code, values: Constants, call: ast.Call, before: str) -> list[Layer]:
    chain: list[Layer] = []
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
