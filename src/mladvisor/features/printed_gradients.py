"""Sizes of the gradients of all layers in one line of the log: `grad norm per layer: 6.5e-06 8.8e-05 1.6e-01`.

They make no columns where nothing names the layers, and come in the order of the network unless the line says that it
goes from the output to the input.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from mladvisor.features.catalogue import Measures
from mladvisor.features.measured import Where
from mladvisor.features.printed import Text, texts
from mladvisor.runs.layer_meanings import CALLED_LAYERS

LEAST = 3
"""Layers: of two nothing fades, and two numbers may be anything."""
_SPEAKS = re.compile(
    r"(?i)(?P<head>(?:.{0,120}[^a-z])?(?:grads?|gradients?|gnorms?|grad_?norms?)(?:[^a-z:=].{0,80}?)?)"
    r"(?:[:=]|(?=[\[{]))(?P<tail>.+)$"
)
_BY_LAYER = re.compile(
    r"(?i)(?<![a-z])(?:layers?|layerwise|depths?|blocks?|norms|grads|gradients|gnorms)(?![a-z])|->|→"
)
_SPOKEN = (
    b"layer",
    b"depth",
    b"block",
    b"norms",
    b"grads",
    b"gradients",
    b"grad ",
    b"gradient ",
    b"gnorm ",
    b"->",
    "→".encode(),
)
"""Parts of these words: most logs have one norm of all gradients in every line, and no such word."""
_OF_OTHERS = re.compile(
    r"(?i)(?<![a-z])(?:p\d+|percentiles?|quantiles?|histogram|mins?|max|mean|median|std|before|after|steps?|batch|batches|"
    r"samples?|workers?|ranks?|time)(?![a-z])"
)
"""What a row of sizes may be of besides layers."""
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?", re.IGNORECASE)
_ROW = re.compile(  # nothing but the word and sizes, between the bars of a line: "| grad 7.0e-09 4.3e-08 2.9e-07 |"
    r"\s*(?:grads?|gradients?|grad[ _]?norms?|gnorms?)\s*[:=]?\s*"
    r"((?:\d{1,6}\.?\d{0,8}(?:e[-+]?\d{1,3})?[,;\s]{1,3}){2,60}\d{1,6}\.?\d{0,8}(?:e[-+]?\d{1,3})?)\s*",
    re.IGNORECASE,
)
_SIZE = r"(?:\d{1,7}\.?\d{0,9}|\.\d{1,9})(?:e[-+]?\d{1,3})?"
_PARTED = (
    re.compile(  # places and sizes with the same marks between them: "grad first/mid/last 6.3e-07/6.1e-07/1.3e-02"
        r"(?i)(?<![a-z])(?:grads?|gradients?|gnorms?)(?:[ _]?norms?)?[\s(:]{1,3}"
        r"(?P<places>[a-z][\w.]{0,30}(?:\s?/\s?[a-z][\w.]{0,30}){1,11})[\s):=]{1,4}"
        rf"(?P<sizes>{_SIZE}(?:\s?/\s?{_SIZE}){{1,11}})(?![\w./])"
    )
)
_AT_FRONT = re.compile(r"(?i)^(?:first|in|input|bottom|stem|early|start)$")
_AT_BACK = re.compile(r"(?i)^(?:last|out|output|top|head|late|end)$")
_BY_NUMBER = re.compile(  # layers by their numbers: "grad 0=6.3e-07 2=6.1e-05 4=1.3e-02"
    r"(?i)(?<![a-z_])(?:grads?|gradients?|gnorms?)(?:[ _]?norms?)?[\s:=(\[{]{1,3}"
    rf"(?P<pairs>\d{{1,3}}[=:]\s?{_SIZE}(?:[,;\s]{{1,3}}\d{{1,3}}[=:]\s?{_SIZE}){{2,60}})(?![\w./])"
)
_WIDEST_STEP = 4
"""Between the numbers of layers, which activations and normalisation are counted with; percentiles lie wider."""
_OWN_LINE = re.compile(  # a line for each layer: "  fc1.weight   |grad| = 1.1e-08"
    r"(?i)^\s{0,12}(?P<name>[a-z_][\w.]{0,80})\s{0,40}[|:,]{0,2}\s{0,4}\|{0,2}"
    r"(?:grads?|gradients?|gnorm|grad[ _.]?norm|gradient norm)\|{0,2}\s{0,4}[=:]?\s{0,4}"
    rf"(?P<size>{_SIZE})\s{{0,8}}$"
)
_NAMED = re.compile(  # from the start of a word on, and possessive: a line of one long word is looked through once
    r"""['"]?(?<![\w.])(?P<name>[a-z_][\w.]*+)['"]?(?:\s*+[=:]\s*+|\s++)(?P<size>(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)""",
    re.IGNORECASE,
)
_LAYER = re.compile(
    rf"(?i)^(?:{CALLED_LAYERS}|out|output|head|stem|"
    r"classifier|net|model|features?|h|l|w)(?:[._]?\d|[._]|$)|\.weight$|weight"
)
_BACKWARDS = re.compile(
    r"(?i)\b(?:out(?:put)?|last|top|head|loss)\s*(?:layer\s*)?(?:->|→|to|\.\.+)\s*(?:the\s+)?(?:in(?:put)?|first|bottom|stem)"
)


def layers_in(line: str) -> list[tuple[str, float]]:
    """(layer, size of its gradient) in the order of the network, as one line says them; [] for any other line.

    >>> layers_in("grad norm per layer (input -> output): 1e-6 2e-4 0.1")
    [('layer 1', 1e-06), ('layer 2', 0.0002), ('layer 3', 0.1)]
    >>> layers_in("grads: fc1=0.001 fc2=0.02 out=0.3")
    [('fc1', 0.001), ('fc2', 0.02), ('out', 0.3)]
    >>> layers_in("acc 0.3 | grad 0=1e-6 2=2e-4 4=0.1")
    [('layer 0', 1e-06), ('layer 2', 0.0002), ('layer 4', 0.1)]
    """
    if row := next(filter(None, map(_ROW.fullmatch, line.strip().split("|"))), None):
        return [(f"layer {at}", float(part)) for at, part in enumerate(re.split(r"[,;\s]+", row[1]), 1)]
    if parted := _parted(line) or _numbered(line):
        return parted
    found = _SPEAKS.match(line.rstrip())
    if found is None or not _BY_LAYER.search(found["head"]) or _OF_OTHERS.search(found["head"]):
        return []
    tail = found["tail"].strip(" ()[]{}")
    parts = [bare for part in re.split(r"[,;|\s]+", tail) if (bare := part.strip("'\""))]
    if len(parts) >= LEAST and all(_NUMBER.fullmatch(part) for part in parts):
        sizes = [(f"layer {at}", abs(float(part))) for at, part in enumerate(parts, 1)]
        if _BACKWARDS.search(found["head"]):
            sizes = [(f"layer {at}", size) for at, (_, size) in enumerate(reversed(sizes), 1)]
        return sizes
    named = [(each["name"], float(each["size"])) for each in _NAMED.finditer(tail)]
    if re.sub(r"[,;|\s]+", "", _NAMED.sub("", tail)) or not all(_LAYER.search(name) for name, _ in named):
        return []
    named = [(name, size) for name, size in named if not name.endswith("bias")]
    if _BACKWARDS.search(found["head"]):
        named.reverse()
    return named if len(named) >= LEAST and len(dict(named)) == len(named) else []


def _parted(line: str) -> list[tuple[str, float]]:
    """Sizes at places that the same line names before them; of two the places have to be the ends."""
    found = _PARTED.search(line)
    if found is None:
        return []
    places = [part.strip() for part in found["places"].split("/")]
    sizes = [float(part) for part in found["sizes"].split("/")]
    turned = bool(_AT_BACK.match(places[0]) and _AT_FRONT.match(places[-1]))
    ends = turned or bool(_AT_FRONT.match(places[0]) and _AT_BACK.match(places[-1]))
    layers = len(places) >= LEAST and all(_LAYER.search(place) for place in places)
    if len(places) != len(sizes) or len(set(places)) < len(places) or not (ends or layers):
        return []
    both = list(zip(places, sizes, strict=True))
    return both[::-1] if turned else both


def _numbered(line: str) -> list[tuple[str, float]]:
    """Sizes behind the numbers of layers, which rise or fall by the same small step."""
    found = _BY_NUMBER.search(line)
    if found is None:
        return []
    pairs = [re.split(r"[=:]\s?", each) for each in re.split(r"[,;\s]+(?=\d{1,3}[=:])", found["pairs"])]
    numbers = [int(number) for number, _ in pairs]
    steps = {after - before for before, after in pairwise(numbers)}
    if len(steps) != 1 or not 1 <= abs(next(iter(steps))) <= _WIDEST_STEP:
        return []
    sizes = [(f"layer {number}", float(size)) for number, (_, size) in zip(numbers, pairs, strict=True)]
    return sizes if numbers[0] < numbers[-1] else sizes[::-1]


def _blocks(text: Text) -> Iterator[tuple[int, list[tuple[str, float]]]]:
    """(where it begins, layers and sizes) of lines one below the other that tell a layer's gradient each."""
    block: list[tuple[str, float]] = []
    begin = end = 0
    for at, line in text.lines(b"grad", b"gnorm"):
        found = _OWN_LINE.match(line)
        if block and (found is None or at != end or found["name"] in dict(block)):
            yield begin, block
            block = []
        if found is not None and _LAYER.search(found["name"]):
            begin = begin if block else at
            block.append((found["name"], float(found["size"])))
            end = at + len(line.encode()) + 1
    if block:
        yield begin, block


def printed_gradients(m: Measures) -> list[tuple[str, np.ndarray, Where]]:
    """(layer, sizes in time, where) of the lines that most often come with the same layers. Use `m.once`."""
    told: dict[tuple[str, ...], list[tuple[list[float], Text, int]]] = {}
    for text in m.once(texts):
        if b"grad" not in text.lower and b"gnorm" not in text.lower:
            continue
        for at, line in text.lines(*_SPOKEN):
            said = layers_in(line)
            if said:
                key = tuple(name for name, _ in said)
                told.setdefault(key, []).append(([size for _, size in said], text, at))
        for at, block in _blocks(text):
            said = [(name, size) for name, size in block if not name.endswith("bias")]
            if len(said) >= LEAST:
                key = tuple(name for name, _ in said)
                told.setdefault(key, []).append(([size for _, size in said], text, at))
    if not told:
        return []
    layers = Counter({key: len(lines) for key, lines in told.items()}).most_common(1)[0][0]
    lines = told[layers]
    where = lines[0][1].where(lines[0][2])
    return [(name, np.array([sizes[at] for sizes, _, _ in lines]), where) for at, name in enumerate(layers)]
