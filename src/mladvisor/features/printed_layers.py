"""Shares of dead, zero or saturated outputs of all layers, as the lines of a log tell them.

    zero activations per layer: [0.784, 0.912, 0.998]
    dead units: fc1=12/64 fc2=60/64        relu1 98.4% dead, relu2 100% dead
    layer fc1: zero fraction 0.98, mean 0.00

They make no columns where nothing names the layers, and come in the order of the network.
"""

from __future__ import annotations

import re
from collections import Counter

import numpy as np

from mladvisor.features.catalogue import Measures
from mladvisor.features.printed import texts
from mladvisor.runs.layer_meanings import CALLED_ACTIVATIONS, CALLED_LAYERS
from mladvisor.runs.log_table import LogTable
from mladvisor.runs.units_said import OF_ONE_ROW

_TELLS = r"dead|dying|zeros?|zeroed|inactive|silent|saturat\w*|sparsity"
_HEAD = re.compile(rf"(?i)(?<![a-z-])(?P<word>{_TELLS})(?![a-z])(?!-?shot)")
_OF_LAYERS = re.compile(
    r"(?i)(?<![a-z])(?:layers?|layerwise|units?|neurons?|activations?|acts?|relus?|outputs?|hidden|tanh|sigmoids?)(?![a-z])"
)
_STATISTICS = {"dead": "dead_share", "dying": "dead_share", "inactive": "dead_share", "silent": "dead_share"}
_VALUE = r"(?:\d{1,7}\s?/\s?\d{1,7}|\d{1,3}(?:\.\d{1,12})?(?:e[-+]?\d{1,3})?\s?%?)"
_HEAD_ENDS = re.compile(r"[:=]|(?=[\[{])|(?<=[a-z%])\s+(?=\d)")
_LIST = re.compile(rf"[\[({{]?\s*({_VALUE}(?:[,;\s]{{1,3}}{_VALUE}){{1,80}})\s*[\])}}]?\s*(?:[|;].*)?", re.IGNORECASE)
_NAME = rf"(?:\w+\.)*(?:{CALLED_LAYERS}|{CALLED_ACTIVATIONS}|h|l)[._ ]?\d{{1,3}}(?:\.\w{{1,30}})*"
_NAMED = re.compile(rf"(?i)['\"]?(?<![\w.])(?P<name>{_NAME})['\"]?\s{{0,2}}[=:]?\s{{0,2}}(?P<value>{_VALUE})(?![\w.])")
_FIRST_NAMED = re.compile(rf"(?i)\s{{1,3}}(?={_NAME}\s{{0,2}}[=:]?\s{{0,2}}{_VALUE}(?![\w.]))")
_BEHIND = re.compile(
    rf"(?i)(?<![\w.])(?P<name>{_NAME})\s{{0,2}}[=:]?\s{{0,2}}(?P<value>{_VALUE})\s{{0,2}}(?P<word>{_TELLS})\b"
)
_ONE = re.compile(
    rf"(?i)^\W{{0,20}}(?:layer\s+)?(?P<name>{_NAME})\b.{{0,80}}?(?<![a-z-])(?P<word>{_TELLS})(?![a-z])"
    rf"[^\d|]{{0,25}}?(?P<value>{_VALUE})(?![\w.])"
)
_EPOCH = re.compile(rb"(?i)\bepochs?[ :=#\[(]{1,3}(\d{1,7})")
_NEAR = 600  # bytes before a line within which the epoch that it belongs to is told
_SPOKEN = (b"dead", b"dying", b"zero", b"inactive", b"silent", b"saturat", b"sparsity")

Share = tuple[str, str, float]
"""Layer, statistic (a column of layer tables), share."""


def shares_in(line: str) -> list[Share]:
    """What one line says of layers, in the order of the network; [] for any other line.

    >>> shares_in("zero activations per layer: [0.5, 0.75]")
    [('layer 1', 'zero_share', 0.5), ('layer 2', 'zero_share', 0.75)]
    >>> shares_in("relu1 50% dead, relu2 100% dead")
    [('relu1', 'dead_share', 0.5), ('relu2', 'dead_share', 1.0)]
    >>> shares_in("saturated fc1 0.98 fc2 0.99 epoch 3 loss 0.7")
    [('fc1', 'saturated_share', 0.98), ('fc2', 'saturated_share', 0.99)]
    """
    if OF_ONE_ROW.search(line):
        return []
    behind = [(one["name"], _statistic(one["word"]), one["value"]) for one in _BEHIND.finditer(line)]
    if behind:
        return _whole(behind, line)
    head = _HEAD.search(line)
    if head is None or "non" in line[max(0, head.start() - 5) : head.start()].lower():
        return []
    told = _statistic(head["word"])
    # "saturated fc1 0.98 fc2 0.99 epoch 3 loss 0.7": the layers follow the word itself
    ends = _FIRST_NAMED.match(line, head.end()) or _HEAD_ENDS.search(line, head.start())
    if ends is None:
        return []
    before, tail = line[head.start() : ends.start()], line[ends.end() :]
    of_layers = bool(_OF_LAYERS.search(line[max(0, head.start() - 40) : head.start()] + before))
    percent = bool(re.search(r"%|pct|percent", before))
    row = _LIST.fullmatch(tail.strip().replace("'", "").replace('"', ""))
    if row and of_layers:
        parts = [part for part in re.split(r"[,;\s]+(?![\s/])", re.sub(r"\s?([/%])\s?", r"\1", row[1])) if part]
        parts = [part + "%" if percent and not part.endswith("%") else part for part in parts]
        return _whole([(f"layer {at}", told, part) for at, part in enumerate(parts, 1)], line)
    named = [(one["name"], told, one["value"] + ("%" if percent else "")) for one in _NAMED.finditer(tail)]
    if len(named) > 1:
        return _whole(named, line)
    alone = _ONE.match(line)
    return _whole([(alone["name"], _statistic(alone["word"]), alone["value"])], line) if alone else []


def _statistic(word: str) -> str:
    word = word.lower()
    return "saturated_share" if word.startswith("satur") else _STATISTICS.get(word, "zero_share")


def _whole(said: list[tuple[str, str, str]], line: str) -> list[Share]:
    """The shares, where all are: what lies beyond 1 is a count of nobody knows how many."""
    found = [(name, told, _share(value)) for name, told, value in said]
    known = [(name.strip(), told, value) for name, told, value in found if value is not None and value <= 1]
    return known if len(known) == len(said) and len({name for name, _, _ in known}) == len(said) else []


def _share(value: str) -> float | None:
    value = value.strip()
    part, slash, whole = value.partition("/")
    if slash:
        return float(part) / float(whole) if float(whole) > 0 else None
    return float(value.rstrip("% ")) / 100 if value.endswith("%") else float(value)


def printed_layers(m: Measures) -> LogTable | None:
    """The lines that most often come with the same layers and statistic, as a table of layers. Use `m.once`."""
    told: dict[str, list[tuple[str, int, int | None, list[Share]]]] = {}
    for text in m.once(texts):
        if not text.row:
            continue
        for at, line in text.lines(*_SPOKEN):
            said = shares_in(line)
            if said:
                near = _EPOCH.findall(text.bare[max(0, at - _NEAR) : at + len(line)])
                row = text.row + text.lower.count(b"\n", 0, at)
                told.setdefault(text.file, []).append((text.file, row, int(near[-1]) if near else None, said))
    if not told:
        return None
    lines = max(told.values(), key=len)
    statistic = Counter(name for _, _, _, said in lines for _, name, _ in said).most_common(1)[0][0]
    rows = [
        (row, epoch, layer, value)
        for _, row, epoch, said in lines
        for layer, name, value in said
        if name == statistic
    ]  # fmt: skip
    columns: dict[str, list[object]] = {
        "layer": [layer for _, _, layer, _ in rows],
        "kind": ["activation"] * len(rows),
        statistic: [value for _, _, _, value in rows],
    }
    if all(epoch is not None for _, epoch, _, _ in rows):
        columns["epoch"] = [epoch for _, epoch, _, _ in rows]
    if len(set(columns["layer"])) < 2:
        return None  # one layer alone may be the embedding, or anything
    found = LogTable(lines[0][0], list(columns), list(columns.values()), len(rows))
    found.lines = np.array([row for row, _, _, _ in rows], dtype=np.int64)
    return found
