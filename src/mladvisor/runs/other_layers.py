"""Layers, losses and first weights that scripts of R and Julia write down: `layer_dense(...)`, `Chain(...)`.

Of the activations the last one is that of the output; hidden ones, and whatever else several layers are told, count
where they agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_R_LAYER = re.compile(r"\blayer_(?:dense|conv_\dd|lstm|gru|simple_rnn)\(")
_R_ACTIVATION = re.compile(r"\bactivation\s{0,4}=\s{0,4}['\"](\w+)['\"]")
_R_START = re.compile(r"\bkernel_initializer\s{0,4}=\s{0,4}(?:['\"]|initializer_)(\w+)")
_R_DROPOUT = re.compile(r"\blayer_dropout\(\s{0,8}(?:rate\s{0,4}=\s{0,4})?(0?\.\d+)")
_R_PENALTY = re.compile(r"\bregularizer_(l[12])\(\s{0,4}(?:l\s{0,4}=\s{0,4})?(\d*\.?\d+(?:e-?\d+)?)")
_R_LOSS = re.compile(r"\bloss\s{0,4}=\s{0,4}(?:['\"]|loss_)(\w+)")
_JL_LOSS = re.compile(r"\b((?:logit)?(?:binary)?crossentropy|logitbinarycrossentropy|mse|mae|huber_loss)\(\s{0,4}\w")
_JL_DROPOUT = re.compile(r"\bDropout\(\s{0,4}(0?\.\d+)")
_JL_ACTIVATIONS = (
    "softmax",
    "sigmoid",
    "relu",
    "tanh",
    "logsoftmax",
    "identity",
    "elu",
    "gelu",
    "leakyrelu",
    "softplus",
)
_SIGNS = {"σ": "sigmoid", "NNlib.softmax": "softmax", "NNlib.sigmoid": "sigmoid"}
_MOST = 4000


def layers_told(text: str, suffix: str) -> Iterator[tuple[str, str | float, int]]:
    """(key, value, line) of what the layers of a model are told; comments are to be taken off before."""
    if suffix == "r":
        yield from _of_r(text)
    elif suffix == "jl":
        yield from _of_flux(text)


def _of_r(text: str) -> Iterator[tuple[str, str | float, int]]:
    layers = [(_inside(text, found.end()), _line(text, found.start())) for found in _R_LAYER.finditer(text)]
    acts = [(found[1] if (found := _R_ACTIVATION.search(inside)) else "linear", line) for inside, line in layers]
    if acts:
        yield "output_activation", *acts[-1]
        yield from (("activation", act, line) for act, line in acts[:-1])
    starts = [(_R_START.search(inside), line) for inside, line in layers]
    if starts and all(found for found, _ in starts):  # of some layers alone it says little
        yield from (("initializer", found[1], line) for found, line in starts if found)
    for key, pattern, group in (("dropout", _R_DROPOUT, 1), ("loss", _R_LOSS, 1)):
        for found in pattern.finditer(text):
            yield key, float(found[group]) if key == "dropout" else found[group], _line(text, found.start())
    for found in _R_PENALTY.finditer(text):
        yield found[1], float(found[2]), _line(text, found.start())


def _of_flux(text: str) -> Iterator[tuple[str, str | float, int]]:
    start = text.find("Chain(")
    if start < 0 or text.find("Chain(", start + 1) >= 0:
        return
    line = _line(text, start)
    parts = _parts(_inside(text, start + len("Chain(")))
    last = next((part for part in reversed(parts) if part and not part.startswith(("x ->", "Flux.flatten"))), "")
    acts = [_activation(part) for part in parts]
    if last:
        yield "output_activation", _activation(last) or "linear", line
        yield from (
            ("activation", act, line) for act, part in zip(acts, parts, strict=True) if act and part is not last
        )
    for found in _JL_DROPOUT.finditer(text):
        yield "dropout", float(found[1]), _line(text, found.start())
    for found in _JL_LOSS.finditer(text):
        yield "loss", found[1], _line(text, found.start())


def _activation(part: str) -> str:
    """`softmax`, or the last argument of `Dense(4 => 2, relu)`; "" for a layer without."""
    given = _parts(_inside(part, part.find("(") + 1)) if "(" in part else [part]
    for each in given[1:] if "(" in part else given:
        name = _SIGNS.get(each.strip(), each.strip().removeprefix("Flux.").removeprefix("NNlib."))
        if name in _JL_ACTIVATIONS:
            return name
    return ""


def _inside(text: str, start: int) -> str:
    """What stands in the brackets that were opened before a place."""
    depth = 1
    for at, letter in enumerate(text[start : start + _MOST], start):
        depth += (letter in "([{") - (letter in ")]}")
        if not depth:
            return text[start:at]
    return ""


def _parts(text: str) -> list[str]:
    """What commas divide, but for those within brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
