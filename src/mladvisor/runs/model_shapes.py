"""Layers told by the shapes of their weights, as a state dict or a table of parameters lists them.

    0.weight   (32, 15)   480          fc1.weight: torch.Size([32, 15])          dense/kernel  (15, 32)
    net.0.weight,32x15,float32,0.01    fc1.weight,"(32, 15)",480

PyTorch writes the units that come out first, Keras and Flax (`kernel`) last. Activations do not show.
"""

from __future__ import annotations

import re
from typing import Any

from mladvisor.runs.model_layer import MAX_LAYERS, Layer, first_of

MARKS = (b"weight", b"kernel")
_LINE = re.compile(
    r"^[\s|*\-\"]*([\w.\-/]{1,120}?)[./](weight|kernel|weight_ih_l\d{1,2}|weight_hh_l0|embeddings?)\b(?::0)?"
    r"[\s|:,=\"]{1,80}(?:torch\.)?(?:Size)?[(\[{\s]{0,4}(\d{1,9}(?:\s?[,x×]\s?\d{1,9}){0,4}),?\s?[)\]}]?"
)
_LONGEST = 300


def from_shapes(text: str) -> tuple[Layer, ...]:
    """The layers of a list of parameters with their shapes, in its order; () for fewer than two with units."""
    found: list[Layer] = []
    recurrent: set[str] = set()
    for line in text.split("\n"):
        match = _LINE.match(line[:_LONGEST])
        if match is None:
            continue
        if "," in match[3] and line[match.start(3) - 1] not in "([{ ":
            continue  # cells of a table: a count, and what stands beside it
        name, parameter = match[1], match[2]
        sizes = [int(part) for part in re.findall(r"\d+", match[3])]
        if parameter.startswith("weight_ih"):
            recurrent.add(name)
        elif parameter == "weight_hh_l0" and len(sizes) == 2:
            kind = {4: "LSTM", 3: "GRU"}.get(sizes[0] // max(sizes[1], 1), "RNN")
            found.append(Layer(name, kind, float(sizes[1])))
        elif len(sizes) > 1:
            found.append(_layer(name, sizes, last=parameter == "kernel"))
        if len(found) >= MAX_LAYERS:
            break
    return tuple(found) if len(found) > 1 else ()


def as_lines(content: Any) -> str:
    """Names and shapes that a JSON file maps, as lines: `{"fc.weight": [4, 32]}`, or rows with a name and a shape."""
    if (
        isinstance(content, dict)
        and len(content) == 1
        and isinstance(inner := next(iter(content.values())), dict | list)
    ):
        content = inner if not isinstance(inner, list) or (inner and isinstance(inner[0], dict)) else content
    if isinstance(content, list):
        rows = [row for row in content[: 4 * MAX_LAYERS] if isinstance(row, dict)]
        pairs = [(first_of(row, _NAME_KEYS), first_of(row, _SHAPE_KEYS)) for row in rows]
    else:
        listed = list(content.items())[: 4 * MAX_LAYERS] if isinstance(content, dict) else []
        pairs = [(name, first_of(one, _SHAPE_KEYS) if isinstance(one, dict) else one) for name, one in listed]
    return "\n".join(f"{name} {str(shape).replace('[', '(').replace(']', ')')[:100]}" for name, shape in pairs if shape)


_NAME_KEYS = ("name", "parameter", "param", "tensor", "key", "layer")
_SHAPE_KEYS = ("shape", "size", "dims")


def _layer(name: str, sizes: list[int], *, last: bool) -> Layer:
    """A dense, convolutional or embedding layer by the shape of its weights."""
    embeds = "embed" in name.lower() or name.lower().endswith(("wte", "wpe"))
    if embeds and len(sizes) == 2:
        return Layer(name, "Embedding", float(sizes[1]))
    units, entering = (sizes[-1], sizes[-2]) if last else (sizes[0], sizes[1])
    kind = "Linear" if len(sizes) == 2 else f"Conv{len(sizes) - 2}d"
    return Layer(name, kind, float(units), options={"inputs": float(entering)})
