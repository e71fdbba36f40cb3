"""What a design says by key, in JSON, YAML or TOML: widths of layers, and numbers such as depth, width and heads."""

from __future__ import annotations

from typing import Any, TypeGuard

import msgspec

from mladvisor.runs.design_text import type_of
from mladvisor.runs.model_layer import MAX_LAYERS, UNIT_KEYS, Layer, first_of, keyed, plain_number
from mladvisor.runs.other_languages import english

_WIDTH_KEYS = {
    "Conv2d": ("conv", "convs", "filters", "channels", "conv_channels", "conv_filters"),
    "Linear": (
        "hidden", "hidden_layers", "hidden_sizes", "hidden_units", "hidden_dims", "hidden_layer_sizes", "units",
        "dense", "fc", "mlp", "layer_sizes", "dense_units", "fc_units",
    ),
}  # fmt: skip
_OUTPUT_KEYS = (
    "output",
    "outputs",
    "n_outputs",
    "num_outputs",
    "output_units",
    "out_units",
    "output_size",
    "output_dim",
    "out_features",
    "n_classes",
    "num_classes",
    "num_labels",
    "n_labels",
    "classes",
    "out",
)
_ACTIVATION_KEYS = ("activation", "hidden_activation", "act", "activation_fn", "nonlinearity")
_DEPTH_KEYS = ("hidden_layers", "n_hidden_layers", "num_hidden_layers", "n_hidden", "depth")
_EACH_KEYS = ("width", "units_per_layer", "hidden_units", "hidden_width", "units", "neurons", "layer_width")
_SECTIONS = ("model", "network", "net", "architecture", "design", "mlp")
_MOST_NUMBERS = 200
_PARTS = (
    "stem", "backbone", "encoder", "body", "trunk", "features", "feature_extractor", "blocks", "conv_blocks",
    "conv_layers", "convs", "conv", "stages", "cnn", "layers", "neck",
)  # fmt: skip
_LAST_PARTS = (
    "head", "classifier", "top", "regressor", "fc", "fc_layers", "dense", "dense_layers", "mlp", "decoder", "output",
)  # fmt: skip


def _from_parts(inner: dict[str, Any]) -> tuple[Layer, ...]:
    """Layers with weights of a network told in parts: `{blocks: [{conv: 12}, {conv: 24}], head: [48, 10]}`.

    Bare numbers are widths in what stands last, and nowhere else: "blocks: [2, 2]" counts them. Without such an end it
    is not known what follows, and nothing is taken.
    """
    found: list[Layer] = []
    end = ""
    for name, part in inner.items():
        last = str(name).lower() in _LAST_PARTS
        if last and isinstance(part, dict):
            own, closed = from_keys(part)
            found += [Layer(f"{name} {len(found) + at}", one.type, one.units) for at, one in enumerate(own, 1)]
            end = str(name) if closed else ""
            continue
        if not isinstance(part, list) or not (last or str(name).lower() in _PARTS):
            continue
        end = str(name) if last else ""
        for one in part[:MAX_LAYERS]:
            told = keyed(one) if isinstance(one, dict) else None
            width = plain_number(first_of(told, UNIT_KEYS) if told is not None else one)
            if told is None and (not last or width is None):
                if isinstance(one, dict):
                    continue  # of no weights: {pool: 2}
                return ()
            kind = type_of(str(told["type"])) if told is not None else "Linear"
            if kind is not None and width is not None:
                found.append(Layer(f"{name} {len(found) + 1}", kind, width))
    return tuple(found) if end and any(isinstance(inner.get(name), list) for name in _PARTS) else ()


_RECURRENT_PARTS = ("recurrent", "rnn", "lstm", "gru", "sequence", "encoder")
_CELL_KEYS = ("type", "cell", "cell_type", "kind", "rnn_type")
_COUNT_KEYS = ("layers", "num_layers", "n_layers", "depth")
_EMBEDDING_KEYS = ("embedding", "embeddings", "embedding_dim", "embed_dim", "emb_dim", "embedding_size")


def _from_recurrent(inner: dict[str, Any]) -> tuple[Layer, ...]:
    """The layers of a recurrent network told by its parts, in the order of computing, however the keys are sorted.

    `{embedding: 16, recurrent: {type: GRU, units: 24, layers: 1}, head: {units: 1}}`; () for other networks.
    """
    name = next((key for key in _RECURRENT_PARTS if isinstance(inner.get(key), dict)), None)
    if name is None:
        return ()
    part = inner[name]
    cell, width = type_of(str(first_of(part, _CELL_KEYS) or name)), plain_number(first_of(part, UNIT_KEYS))
    count = first_of(part, _COUNT_KEYS)
    if cell not in ("GRU", "LSTM", "RNN") or not width:
        return ()
    found = [Layer(name, cell, width)] * (count if _is_count(count) and count <= MAX_LAYERS else 1)
    entry = first_of(inner, _EMBEDDING_KEYS)
    size = plain_number(first_of(entry, ("dim", "size", *UNIT_KEYS)) if isinstance(entry, dict) else entry)
    found = [Layer("embedding", "Embedding", size), *found] if size else found
    for key in ("dense", "fc", "mlp", "hidden", *_LAST_PARTS[:3], *_OUTPUT_KEYS):
        entry = inner.get(key)
        told = first_of(entry, UNIT_KEYS) if isinstance(entry, dict) else entry
        widths = [plain_number(one) for one in (told if isinstance(told, list) else [told])]
        found += [Layer(key, "Linear", width) for width in widths if width]
    return tuple(found) if found[-1].type == "Linear" else ()


def section_of(content: Any) -> Any:
    """The part of a design that tells the network: under "model" or "network", or all of it."""
    if isinstance(content, dict):
        return next((content[key] for key in _SECTIONS if isinstance(content.get(key), dict)), content)
    return content


def from_keys(content: Any) -> tuple[tuple[Layer, ...], bool]:
    """Layers of a design that gives widths by key, and whether the last is the output.

    `{conv: [8, 16], hidden: [48], output: 10}`, part by part, or how many of which width: `{depth: 3, width: 64}`.
    One activation is that of every hidden layer.
    """
    inner = section_of(content)
    if not isinstance(inner, dict):
        return (), False
    if parts := _from_recurrent(inner) or _from_parts(inner):
        return parts, True
    found = _repeated(inner)
    for kind, keys in _WIDTH_KEYS.items() if not found else ():
        value = next((inner[key] for key in keys if key in inner), None)
        sizes = value if isinstance(value, list) else [value]
        for size in sizes:
            if _is_count(size):
                found.append(Layer(f"{kind} {len(found) + 1}", kind, float(size)))
    activation = next((inner[key] for key in _ACTIVATION_KEYS if isinstance(inner.get(key), str)), None)
    found = [msgspec.structs.replace(layer, activation=activation) for layer in found]
    output = next((inner[key] for key in _OUTPUT_KEYS if isinstance(inner.get(key), int)), None)
    if output is not None and (found or set(inner) <= {*_OUTPUT_KEYS, "activation", "dropout", "type"}):
        found.append(Layer("output", "Linear", float(output)))
    return tuple(found), output is not None


def from_notes(text: str) -> tuple[tuple[Layer, ...], bool]:
    """`from_keys` of a text that notes names and values, in a table, in a list or in a block of code."""
    from mladvisor.runs.noted_settings import noted_in

    told: dict[str, Any] = {}
    for _, said in noted_in(text):
        for key, value in said.items():
            told.setdefault(english(key.rpartition(".")[2]), value)
    known = {
        *_OUTPUT_KEYS,
        *_DEPTH_KEYS,
        *_EACH_KEYS,
        *_ACTIVATION_KEYS,
        *(key for keys in _WIDTH_KEYS.values() for key in keys),
    }
    return from_keys(told) if len(known.intersection(told)) > 1 else ((), False)


def _is_count(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _repeated(inner: dict[str, Any]) -> list[Layer]:
    """So many layers, each so wide; [] where heads or blocks make another kind of network of it."""
    depth: int = next((inner[key] for key in _DEPTH_KEYS if _is_count(inner.get(key))), 0)
    width: int = next((inner[key] for key in _EACH_KEYS if _is_count(inner.get(key))), 0)
    blocks = any("head" in str(key).lower() or "block" in str(key).lower() for key in inner)
    if not 0 < depth <= MAX_LAYERS or not width or blocks:
        return []
    return [Layer(f"Linear {at}", "Linear", float(width)) for at in range(1, depth + 1)]


def numbers_in(content: Any) -> dict[str, float]:
    """Whole numbers of a design by their keys, sections left off; keys that stand twice with other values left out."""
    found: dict[str, float] = {}
    twice: set[str] = set()
    levels = [content]
    while levels:
        level = levels.pop()
        for key, value in level.items() if isinstance(level, dict) else ():
            if isinstance(value, dict):
                levels.append(value)
            elif _is_count(value) and len(found) < _MOST_NUMBERS and found.setdefault(str(key), float(value)) != value:
                twice.add(str(key))
    return {key: value for key, value in found.items() if key not in twice}
