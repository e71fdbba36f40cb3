"""One layer as a file tells it, and how it is read from a mapping, whatever the keys are called.

Shared by those who read layers as data (`model_files`), as code and prose (`model_text`), from tables (`model_tables`).
"""

from __future__ import annotations

import math
import re
from typing import Any

import msgspec

MAX_LAYERS = 4_000
MAX_TEXT = 400


class Layer(msgspec.Struct, frozen=True):
    """One layer as it was written.

    Attributes:
        name: as the file calls it, else its type and number.
        type: class or word ("Dense", "nn.Linear", "fully connected").
        units: units, features or filters that come out.
        activation: as written ("relu"); None when it is not told here.
        told: `activation` is all there is: None then means that there is no activation.
        initializer: of the weights, as written.
        spread: standard deviation of the initialiser, where it is written.
        params: number of weights.
        trainable: False where the layer is frozen.
        rate: of a dropout layer.
        options: other facts by name: "inputs" (units that come in), "sequences" (a recurrent layer gives every step),
            "dims" (axes of its output besides the batch's), "l1" and "l2" (penalties on its weights), "drops" (a
            recurrent layer drops units), "bias_start" (the constant that its biases start at), "kernel" (the longest
            side of a convolution's filter), "stride" (by how much it is moved), "norm_share" (of a batch's statistics
            in batch normalisation's running ones), "points" (places that an adaptive pooling leaves of a map).
    """

    name: str
    type: str
    units: float | None = None
    activation: str | None = None
    told: bool = False
    initializer: str | None = None
    spread: float | None = None
    params: float | None = None
    trainable: bool | None = None
    rate: float | None = None
    options: dict[str, Any] = {}


def is_torch(type_: str) -> bool:
    """A class name of PyTorch, whose activations may stand in `forward` where no list of layers shows them."""
    last = type_.rpartition(".")[2]
    return last in ("Linear", "LazyLinear", "Bilinear") or (last.startswith(("Conv", "LazyConv")) and last[-1:] == "d")


TYPE_KEYS = ("type", "class_name", "class", "layer_type", "layer", "kind", "op")
UNIT_KEYS = ("units", "out_features", "filters", "out_channels", "features", "neurons", "nodes", "hidden_size",
              "num_units", "output_dim", "embedding_dim", "width", "size", "n_units", "output_size", "out",
             "outputs")  # fmt: skip
_INPUT_KEYS = ("in_features", "in_channels", "input_dim", "input_size", "inputs")
_PARAM_KEYS = ("params", "parameters", "param_count", "num_params", "n_params")
_RATE_KEYS = ("rate", "p", "dropout")
_PENALTY_KEYS = ("kernel_regularizer", "W_regularizer", "regularizer", "embeddings_regularizer")
ACTIVATION_KEYS = ("activation", "activation_fn", "act", "nonlinearity", "activation_function")
_SIDE_KEYS = ("kernel_size", "kernel", "filter_size", "nb_row", "filter_length")
_STRIDE_KEYS = ("strides", "stride", "subsample")
_INIT_KEYS = ("initializer", "kernel_initializer", "init", "weight_init", "initialization", "initialiser")


_KEYED = (
    "dense", "linear", "fc", "fully_connected", "conv", "conv1d", "conv2d", "conv3d", "convolution", "lstm", "gru",
    "rnn", "embedding",
)  # fmt: skip
"""Layers with weights as people name them in the key of what they say of one: `{dense: 48, act: relu}`."""


def keyed(entry: dict[str, Any]) -> dict[str, Any] | None:
    """A layer whose type is the key of its width or of its settings, with both under their own keys; None for others.

    `{conv: 12, kernel: 3}` and `{dense: {units: 48, activation: relu}}` say what `{type: dense, units: 48}` says.
    """
    if any(key in entry for key in TYPE_KEYS):
        return None
    for key, value in entry.items():
        if str(key).lower() not in _KEYED:
            continue
        others = {name: one for name, one in entry.items() if name != key}
        if isinstance(value, dict):
            return {"type": str(key), **others, **value}
        if plain_number(value) is not None:
            return {"type": str(key), "units": value, **others}
    return None


def first_of(entry: dict[str, Any], keys: tuple[str, ...]) -> Any:
    """The value of the first key that is there and not null."""
    return next((entry[key] for key in keys if entry.get(key) is not None), None)


def plain_number(value: Any) -> float | None:
    """A finite number, of text or of the last of a shape too; None for anything else."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, list | tuple):
        return plain_number(value[-1]) if value else None
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if abs(found) < 1e15 else None


def name_of(value: Any) -> str | None:
    """`"relu"`, `{"class_name": "ReLU", ...}` or a list's first: the name, bounded; None when there is none."""
    if isinstance(value, dict):
        config = value.get("config")
        if isinstance(config, str):
            return config[:MAX_TEXT]
        value = first_of(value, (*TYPE_KEYS, "name", "registered_name"))
    if isinstance(value, list) and value:
        return name_of(value[0]) if not isinstance(value[0], list) else None
    return value.strip()[:MAX_TEXT] if isinstance(value, str) and value.strip() else None


def from_settings(name: str, written: str, config: dict[str, Any], *, told: bool) -> Layer:
    """A layer of which everything that is known stands in one mapping; `told`: an activation would stand there, too."""
    initial = first_of(config, _INIT_KEYS)
    spread = initial.get("config") if isinstance(initial, dict) else None
    stddev = plain_number(spread.get("stddev")) if isinstance(spread, dict) else None
    if stddev is None and isinstance(spread, dict):
        wide = plain_number(spread.get("maxval"))
        stddev = abs(wide) / 3**0.5 if wide is not None else None  # uniform in [-a, a]
    options: dict[str, Any] = {}
    entering = plain_number(first_of(config, _INPUT_KEYS))
    shape = first_of(config, ("batch_input_shape", "batch_shape", "input_shape"))
    if isinstance(shape, list) and shape and not isinstance(shape[0], list | dict):
        options["shape"] = tuple(shape[:8])
        entering = entering if entering is not None else plain_number(shape)
    if entering is not None:
        options["inputs"] = entering
    if isinstance(config.get("return_sequences"), bool):
        options["sequences"] = config["return_sequences"]
    options.update(_penalties(first_of(config, _PENALTY_KEYS)))
    options.update(norm_share(written, config.get("momentum")))
    options.update(bias_start(config.get("bias_initializer")))
    options.update(points_left(written, config.get("output_size")))
    if "conv" in written.lower():
        options.update(filter_of(first_of(config, _SIDE_KEYS), first_of(config, _STRIDE_KEYS)))
    inside = plain_number(config.get("dropout")), plain_number(config.get("recurrent_dropout"))
    if max(inside[0] or 0.0, inside[1] or 0.0) > 0:
        options["drops"] = True  # a recurrent layer
    activation = name_of(first_of(config, ACTIVATION_KEYS))
    trainable = config.get("trainable")
    return Layer(
        name=name,
        type=written,
        units=plain_number(first_of(config, UNIT_KEYS)),
        activation=activation,
        told=told,
        initializer=name_of(initial),
        spread=stddev if stddev is not None else plain_number(config.get("init_std")),
        params=plain_number(first_of(config, _PARAM_KEYS)),
        trainable=trainable if isinstance(trainable, bool) else None,
        rate=_rate(config),
        options=options,
    )


def norm_share(written: str, momentum: Any) -> dict[str, float]:
    """The share of a batch's statistics that enters the running ones: PyTorch's momentum, or 1 minus Keras'."""
    kind = written.rpartition(".")[2].lower()
    value = plain_number(momentum)
    if not kind.startswith(("batchnorm", "syncbatchnorm")) or value is None or not 0 <= value <= 1:
        return {}
    return {"norm_share": round(1 - value, 9) if kind.startswith("batchnormalization") else value}


_CONSTANT = re.compile(r"\bconstant\s*\(\s*(?:value\s*=\s*)?(-?[\d.]{1,12}(?:e-?\d{1,3})?)\s*\)$", re.IGNORECASE)


def bias_start(initializer: Any) -> dict[str, float]:
    """Where the biases of a layer start, if its initialiser is a constant: `Constant(-4.0)`, or what a file holds."""
    if isinstance(initializer, dict):
        inner = initializer.get("config")
        constant = (name_of(initializer) or "").lower() == "constant"
        value = plain_number(inner.get("value")) if constant and isinstance(inner, dict) else None
    else:
        found = _CONSTANT.search(initializer) if isinstance(initializer, str) else None
        value = plain_number(found[1]) if found else None
    return {"bias_start": value} if value is not None else {}


def filter_of(side: Any, stride: Any) -> dict[str, float]:
    """The longest side of a filter and the longest stride that it is moved by, of 3, "(1, 1)" or [5, 3]."""
    found = {"kernel": _longest(side), "stride": _longest(stride)}
    return {name: value for name, value in found.items() if value is not None}


def _longest(value: Any) -> float | None:
    written = str(value)[:40] if isinstance(value, int | float | str | list | tuple) else ""
    plain = re.fullmatch(r"[\d,.\s()\[\]]+", written)
    return max((float(part) for part in re.findall(r"\d{1,3}", written)), default=None) if plain else None


def points_left(written: str, size: Any) -> dict[str, float]:
    """How many places an adaptive pooling leaves: 49 of `AdaptiveAvgPool2d((7, 7))`, 1 of `AdaptiveAvgPool2d(1)`."""
    kind = written.rpartition(".")[2].lower()
    if not kind.startswith(("adaptiveavgpool", "adaptivemaxpool", "adaptive_avg_pool", "adaptive_max_pool")):
        return {}
    sides = [int(part) for part in re.findall(r"\d{1,4}", str(size)[:40])]
    if not sides or "None" in str(size):
        return {}
    axes = int(kind[-2]) if kind[-1:] == "d" and kind[-2].isdecimal() else 1
    return {"points": float(math.prod(sides) if len(sides) > 1 else sides[0] ** axes)}


def _rate(config: dict[str, Any]) -> float | None:
    """Share of units that a dropout layer drops; TensorFlow 1 writes the share that is kept."""
    kept = plain_number(config.get("keep_prob"))
    return round(1 - kept, 6) if kept is not None and 0 < kept <= 1 else plain_number(first_of(config, _RATE_KEYS))


def _penalties(regularizer: Any) -> dict[str, float]:
    """{"l1": ..., "l2": ...} of a regulariser of Keras 1 to 3, without those that are zero."""
    if not isinstance(regularizer, dict):
        return {}
    inner = regularizer.get("config")
    values = inner if isinstance(inner, dict) else regularizer
    found = {name: plain_number(values.get(name)) for name in ("l1", "l2")}
    return {name: value for name, value in found.items() if value is not None and value > 0}
