"""Sizes of gradients as people and their tools tell them: layer by layer, or of the whole network again and again.

0.4 at the head and 3e-10 at layer 1        norme à la couche 1 : 3,9e-19        最后一层 0.35,第1层 1e-11
conv2d_1/kernel:0   grad tf.Tensor(4.4e-09, shape=(), dtype=float32)             {"grad_norm": {"fc1": 1e-9, ...}}
L2 norm of all gradients: 240.6             - norma del gradiente, época 3: 9.800
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mladvisor.runs.layer_places import in_order, is_layer, names_in
from mladvisor.runs.numbers_said import Cell, Line, Numbers, words_of
from mladvisor.runs.word_sets import cues, word_set

CUES = cues("grad;gnorm;gn=;|dw;梯度;勾配;jacobian;dl/d;dh_;total_norm")
"""Parts of words without which a text tells nothing of gradients."""
SPEAKS = re.compile(
    r"(?i)(?<![a-z])(?:grad(?:s|ients?|iente[ns]?|ientennorm\w*|ienti|[ _]?checks?|[ _]?norms?|[ _]?flow)?|gnorms?|gn"
    r"|backprop\w*|error signal)(?![a-z])|grad_norm|total_norm|\|dW|梯度|勾配|dL/d|dh_"
)
WORDS = word_set("grad grads gradient gradients gnorm gnorms gradnorm dw")
OTHER = word_set(
    "clip clipping clipped limit threshold boosting zero zeros underflow share frac fraction steps accumulation "
    "accumulate accum checkpointing lr rate penalty tolerance tol gtol count cosine angle sim similarity scaler descent"
    " time seconds ms variance noise snr"
)
"""What a number beside the word may be of instead of a size."""
EARLIER = re.compile(
    r"(?i)\b(?:before the (?:fix|change|patch)|earlier run|previous(?:ly)?|old (?:run|model|net)|used to|vorher|früher|"
    r"antes|auparavant|formerly|last (?:week|month)'s|paper|literature|example|expected|would)\b"
)
_NUMBER = re.compile(
    r"(?<![\w.,])(?P<told>\d{1,12}(?:[.,]\d{1,12})?(?:e[-+]?\d{1,3})?|\d{1,3}(?:[.,]\d{1,4})?\s?[x×*·]\s?10\^?-\d{1,2})"
    r"(?P<more>\s?(?:millions?|millones|mio\.?|billions?|mil millones|%))?(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"(?i)(?:[<>≤≥]=?"
    r"|\b(?:want(?:ed)?|limit|below|above|than|over|unter|über|max|min|\d (?:of|von|de|sur)|step|epoch|iteration"
    r"|depth|width|batch|T|lr|seed|run|version|python|factor|times|by)\b)[\s:=(]{0,3}$"
)
_MOST = 24
_LEAST_FADES = 2


class Sizes(NamedTuple):
    """Sizes of gradients by layer from the input to the output, at one time; the line they stand on (0: unknown)."""

    layers: tuple[tuple[str, float], ...]
    row: int


def value_of(text: str) -> float:
    """A number as it is written in a sentence: "3,9e-19", "2 x 10^-8".

    >>> value_of("3,9e-19"), value_of("2 x 10^-8"), value_of("9.800")
    (3.9e-19, 2e-08, 9.8)
    """
    power = re.fullmatch(r"([\d.,]+)\s?[x×*·]\s?10\^?(-\d+)", text)
    if power:
        return float(power[1].replace(",", ".")) * 10.0 ** int(power[2])
    return float(text.replace(",", "."))


def sizes_by_layer(told: Numbers) -> list[Sizes]:
    """All that a file tells of the gradients of two layers or more, in the order of the file."""
    return [*_in_tables(told.cells), *_in_lines(told.lines), *_ratios(told.lines)]


_RATIO = re.compile(
    r"(?i)\b(?:ratio|quotient|cociente|rapport|first ?/ ?last|input ?/ ?output)\b[^\n]{0,80}?[:=]\s{0,3}"
    r"(?P<told>\d{1,6}(?:[.,]\d{1,6})?(?:e[-+]?\d{1,3})?)(?![\w%])"
)
_OF_ENDS = re.compile(
    r"(?i)\b(?:first|input|front|bottom|layer ?[01]|erste[nrs]?|primera|premi[eè]re)\b.{0,40}?(?:/"
    r"|\bto\b|\bover\b|\bzu\b|\b[aà]\b|,)"
    r".{0,40}?\b(?:last|output|top|final|head|letzte[nrms]?|[uú]ltima|derni[eè]re)\b"
)


def _ratios(lines: list[Line]) -> Iterator[Sizes]:
    """ "ratio grad(first)/grad(last): 1.1e-8": what the first layer gets for one of the last."""
    for line in lines:
        found = _RATIO.search(line.text)
        if found and SPEAKS.search(line.text) and _OF_ENDS.search(line.text[: found.start("told")]):
            yield Sizes((("first layer", value_of(found["told"])), ("last layer", 1.0)), line.row)


def _ordered(pairs: list[tuple[str, float]], row: int) -> Iterator[Sizes]:
    names = [name for name, _ in pairs]
    if len(pairs) < _LEAST_FADES or len(set(names)) < len(names) or len(pairs) > 500:
        return
    order = in_order(names)
    if order is not None:
        yield Sizes(tuple(pairs[at] for at in order), row)


def _in_tables(cells: list[Cell]) -> Iterator[Sizes]:
    groups: dict[tuple[str, ...], list[list[tuple[str, float]]]] = {}
    rows: dict[tuple[str, ...], int] = {}
    for cell in cells:
        at = _layer_at(cell)
        if at is None or cell.value < 0 or cell.tried:
            continue
        rest = (*cell.path[:at], *cell.path[at + 1 :])
        beside = words_of(*cell.path[-2:])
        if not speak(cell.path) or not beside.isdisjoint(OTHER) or "bias" in cell.path[at].lower():
            continue
        if any(zero in part for part in cell.path[-2:] for zero in ("零", "ゼロ")):
            continue  # how often it is nothing
        blocks = groups.setdefault(rest, [[]])
        if cell.path[at] in dict(blocks[-1]):
            blocks.append([])  # the same layers at another time
        blocks[-1].append((cell.path[at], cell.value))
        rows.setdefault(rest, cell.row)
    own = {key for key in groups if speak(key[-1:])}
    for key, blocks in groups.items():
        if key in own or not any(key[:-1] == other[:-1] for other in own):  # beside such a column others are not meant
            for pairs in blocks:
                yield from _ordered(pairs, rows[key])


def speak(texts: tuple[str, ...]) -> bool:
    return any(SPEAKS.search(text) or not words_of(text).isdisjoint(WORDS) for text in texts)


_LAYER_HEADS = word_set("layer layers module param parameter tensor block variable name couche schicht capa 层 層")


def _layer_at(cell: Cell) -> int | None:
    """Where in its path a number's layer stands, the innermost first."""
    for at in range(len(cell.path) - 1, 0, -1):
        if is_layer(cell.path[at]):
            return at
    if cell.path[-1].isdecimal() and cell.of_row < 0 and words_of(cell.path[-2]) & {"layer", "layers"}:
        return len(cell.path) - 1  # a list: "grad_norm_by_layer": [1e-9, ...]
    row = cell.of_row
    head = cell.path[row - 1] if row > 0 else ""
    return row if row > 0 and (not words_of(head).isdisjoint(_LAYER_HEADS) or head in _LAYER_HEADS) else None


def _in_lines(lines: list[Line]) -> Iterator[Sizes]:
    """Pairs of one line that speaks of gradients, or follows such a line; of lines with one pair each all together."""
    block: list[tuple[str, float]] = []
    begin = 0
    for line in lines:
        pairs = _pairs(line)
        if block and (not pairs or pairs[0][0] in dict(block)):
            yield from _ordered(block, begin)
            block = []
        if pairs:
            begin = begin if block else line.row
            block += [pair for pair in pairs if pair[0] not in dict(block)]
    yield from _ordered(block, begin)


def _pairs(line: Line) -> list[tuple[str, float]]:
    """Layers with the size of their gradient, as a line tells them."""
    text = line.text
    if not SPEAKS.search(line.whole) or EARLIER.search(text):
        return []
    own = SPEAKS.search(text)
    if own is None and not words_of(text).isdisjoint(_NOT_CONTINUED):
        return []
    if own is not None and not words_of(text).isdisjoint(word_set("clip clipping clipped zero share accumulation")):
        return []
    return pairs_in(text, own.start() if own else 0)


def pairs_in(text: str, begin: int) -> list[tuple[str, float]]:
    """Layers with the number that a line gives each: behind its name, or before it where the line begins with one.

    Args:
        begin: what stands before is about something else, unless the names stand there.

    >>> pairs_in("0.4 at the head and 3e-10 at layer 1", 0)
    [('the head', 0.4), ('layer 1', 3e-10)]
    """
    names = names_in(text)[:_MOST]
    if not names:
        return []
    numbers = [
        (one.start(), value_of(one["told"]))
        for one in _NUMBER.finditer(text)
        if not one["more"]
        and not any(begin <= one.start() < end for begin, end, _ in names)
        and not _BOUND.search(text[: one.start()])
        and not _TIME.search(text[max(0, one.start() - 3) : one.end() + 3])
    ]
    numbers = [(at, value) for at, value in numbers if at >= (begin if begin < names[0][0] else 0)]
    if not numbers:
        return []
    found: dict[str, float] = {}
    if numbers[0][0] < names[0][0] and len(numbers) <= len(names):  # "0.4 at the head and 3e-10 at layer 1"
        for (_, value), (_, _, name) in zip(numbers, names, strict=False):
            found.setdefault(name.strip(), value)
        return list(found.items())
    ends = [begin for begin, _, _ in names[1:]] + [len(text)]
    for (_, after, name), end in zip(names, ends, strict=True):
        size = next((value for at, value in numbers if after <= at < end), None)
        if size is not None and "bias" not in text[after : after + 12].lower() and "bias" not in name.lower():
            found.setdefault(name.strip(), size)
    return list(found.items())


_NOT_CONTINUED = word_set(
    "weight weights loss std mean activation activations moved change changed acc accuracy units neurons dead zero lr "
    "parameter parameters params rows width dropout share delta change"
)
"""Of a line that only follows one about gradients: what its own numbers are about."""
_TIME = re.compile(r"\d:\d\d")


def tiny_in(line: Line) -> tuple[str, float] | None:
    """The gradient of a layer that a sentence alone tells: "about 1e-11 by the time it reaches layer 6"."""
    pairs = _pairs(line) if SPEAKS.search(line.text) else []
    return min(pairs, key=lambda pair: pair[1], default=None)


_NOUGHT = re.compile(r"(?i)(?<![a-z])(?:zeros?|zeroed|underflow\w*|flushed|vanished)(?![a-z])|零|ゼロ")


_OF_UNITS = ("activation", "units", "count")


def zero_shares(cells: list[Cell]) -> list[tuple[str, float]]:
    """Shares of the elements of each layer's gradient that are exactly nothing, from the input to the output."""
    groups: dict[tuple[str, ...], list[tuple[str, float]]] = {}
    for cell in cells:
        at = _layer_at(cell)
        said = "" if at is None else " ".join((*cell.path[:at], *cell.path[at + 1 :])).replace("_", " ")
        if at is None or cell.tried or not 0 <= cell.value <= 1 or any(mark in said.lower() for mark in _OF_UNITS):
            continue
        if SPEAKS.search(said) and _NOUGHT.search(said):
            groups.setdefault((*cell.path[:at], *cell.path[at + 1 :]), []).append((cell.path[at], cell.value))
    pairs = max(groups.values(), key=len, default=[])
    ordered = next(_ordered(pairs, 0), None) if len(pairs) > 1 else None
    return list(ordered.layers) if ordered is not None else []
