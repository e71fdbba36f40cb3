"""What was built against what was meant: the two layer lists aligned, and their differences in words and numbers.

Layers are matched in order by what they do and how wide they are, not by their names, which differ between a design
and a framework. What a design leaves open (no units, no activation) is not compared, and kinds of layers that the
design never mentions and that have no weights (input, flatten, augmentation, dropout beside nothing but layers with
weights) are not missed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.layer_list import WEIGHTED, Architecture, architecture, called, design
from mladvisor.features.measured import Measured, Where

HOW = "put design.yaml (`layers: [{name, type, units, activation}]`) and model.json beside the log"
MOST = 400
"""Layers of a list that are aligned: the table grows with the square."""
_GAP, _WIDTH = 1.0, 0.9
_BLOCKS = ("encoder", "decoder", "block")
_SIDE = ("input", "prepare", "flatten", "reshape", "identity", "activation", "other")


class Part(NamedTuple):
    """A layer as it is compared."""

    name: str
    kind: str
    units: float | None
    activation: str | None
    rate: float | None
    times: int = 1
    """Layers that a framework keeps in one module, one behind the other."""
    inputs: float | None = None
    cell: str = ""
    """What a recurrent layer is made of, where its type tells: "gru", "lstm", "rnn"."""

    @property
    def words(self) -> str:
        size = f" of {self.units:g}" if self.units is not None and self.kind in WEIGHTED else ""
        return f"{self.name} ({self.kind}{size})" if self.name else f"{self.kind}{size}"


class Difference(NamedTuple):
    """One difference: missing, extra, moved, width, cell, activation or rate; in words."""

    kind: str
    words: str


def parts_of(found: Architecture) -> list[Part]:
    """The layers of a list, activations folded into the layers that they follow."""
    activations = {stage.at: stage.activation for stage in found.stages}
    return [
        Part(
            called(str(layer.options.get("called", layer.name))),
            kind,
            layer.units,
            activations.get(at),
            layer.rate,
            _times(layer.options),
            _entering(layer.options),
            _cell(str(layer.options.get("written", layer.type))) if kind == "recurrent" else "",
        )
        for at, (layer, kind) in enumerate(zip(found.source.layers, found.kinds, strict=True))
        if kind != "activation" and not (kind == "dropout" and layer.rate == 0)  # which does nothing
    ]


def _entering(options: Mapping[str, object]) -> float | None:
    inputs = options.get("inputs")
    return float(inputs) if isinstance(inputs, int | float) else None


def _cell(written: str) -> str:
    """ "gru" of "Bidirectional(GRU)"; "" where the type names no cell."""
    found = _CELL.search(written.lower())
    return found[0].removeprefix("simple") if found is not None else ""


_CELL = re.compile(r"lstm|gru|(?:simple)?rnn(?!\w|\()")


def _times(options: Mapping[str, object]) -> int:
    times = options.get("times", 1)
    return times if isinstance(times, int) and 1 <= times <= MOST else 1


def _unfolded(parts: list[Part], other: list[Part]) -> list[Part]:
    """The list with a module of several layers as so many layers, as far as the other list names them one by one."""
    named = Counter(_shape(part) for part in other)
    return [part for part in parts for _ in range(max(1, min(part.times, named[_shape(part)])))]


def differences(built: list[Part], meant: list[Part]) -> list[Difference]:
    """How `built` differs from `meant`, in the order of the layers."""
    built, meant = _unfolded(built, meant), _unfolded(meant, built)
    mentioned = {part.kind for part in meant}
    built = [part for part in built if part.kind not in _SIDE or part.kind in mentioned]
    named = {part.kind for part in built}
    meant = [part for part in meant if part.kind not in _SIDE or part.kind in named]
    if meant and all(part.kind in WEIGHTED for part in meant):  # a list of layers with weights is silent of the others
        built = [part for part in built if part.kind != "dropout"]
    pairs = align(built[:MOST], meant[:MOST])
    found: list[Difference] = []
    missing = Counter(_shape(one) for here, one in pairs if here is None and one is not None)
    extra = Counter(_shape(one) for one, there in pairs if there is None and one is not None)
    moved = missing & extra
    told = Counter[tuple[str, float | None]]()
    for here, there in pairs:
        if here is not None and there is not None:
            found.extend(_within(here, there))
            continue
        one = here or there
        if one is None:
            continue
        shape = _shape(one)
        if moved[shape]:
            if here is not None and told[shape] < moved[shape]:
                told[shape] += 1
                found.append(Difference("moved", f"{one.words} stands elsewhere than in the design"))
        elif here is None:
            found.append(Difference("missing", f"{one.words} is missing"))
        else:
            found.append(Difference("extra", f"{one.words} is not in the design"))
    return found


def _shape(part: Part) -> tuple[str, float | None]:
    return part.kind, part.units if part.kind in WEIGHTED else None


def _within(here: Part, there: Part) -> list[Difference]:
    found = []
    if here.kind in WEIGHTED and None not in (here.units, there.units) and here.units != there.units:
        found.append(
            Difference("width", f"{here.name or here.kind} has {here.units:g} units instead of {there.units:g}")
        )
    if here.cell and there.cell and here.cell != there.cell:
        found.append(Difference("cell", f"{here.name or here.kind} is of {here.cell} cells instead of {there.cell}"))
    if here.activation and there.activation and here.activation != there.activation:
        words = f"{here.name or here.kind} has {_said(here.activation)} instead of {_said(there.activation)}"
        found.append(Difference("activation", words))
    if here.rate is not None and there.rate is not None and abs(here.rate - there.rate) > 1e-6:
        found.append(Difference("rate", f"{here.name or here.kind} drops {here.rate:g} instead of {there.rate:g}"))
    return found


def _said(activation: str) -> str:
    return "no activation" if activation == "linear" else activation


def _cost(here: Part, there: Part) -> float:
    """What it costs to take one layer for the other; more than two gaps when they do different things."""
    if here.kind != there.kind:
        return 3 * _GAP
    cost = 0.0
    if None not in (here.units, there.units) and here.units != there.units and here.kind in WEIGHTED:
        cost += _WIDTH
    if here.activation and there.activation and here.activation != there.activation:
        cost += 0.3
    return cost - (0.3 if here.name.lower() == there.name.lower() else 0.0)


def align(built: list[Part], meant: list[Part]) -> list[tuple[Part | None, Part | None]]:
    """Pairs (built, meant) in order, None where the other side has no such layer: the cheapest alignment."""
    rows, columns = len(built), len(meant)
    table = [[float(column) * _GAP for column in range(columns + 1)]]
    for row in range(1, rows + 1):
        line, above = [row * _GAP], table[-1]
        for column in range(1, columns + 1):
            match = above[column - 1] + _cost(built[row - 1], meant[column - 1])
            line.append(min(match, above[column] + _GAP, line[-1] + _GAP))
        table.append(line)
    pairs: list[tuple[Part | None, Part | None]] = []
    row, column = rows, columns
    while row or column:
        here = table[row][column]
        if row and column:
            match = table[row - 1][column - 1] + _cost(built[row - 1], meant[column - 1])
            if abs(match - here) < 1e-9:
                row, column = row - 1, column - 1
                pairs.append((built[row], meant[column]))
                continue
        if row and abs(table[row - 1][column] + _GAP - here) < 1e-9:
            row -= 1
            pairs.append((built[row], None))
        else:
            column -= 1
            pairs.append((None, meant[column]))
    pairs.reverse()
    return pairs


def compared(m: Measures) -> tuple[list[Difference], Where] | None:
    """The differences and where the built model stands; None without both lists. Use `m.once`."""
    built: Architecture | None = m.once(architecture)
    meant: Architecture | None = m.once(design)
    if built is None or meant is None:
        return None
    if _blocks(meant) and not _blocks(built):
        return None  # whole blocks are meant, and their inner layers listed
    if not meant.source.form.startswith("prose"):
        return differences(parts_of(built), parts_of(meant)), built.where()
    # Words name layers with weights, and of those how wide they are and perhaps the activation of all.
    here, there = (
        [part._replace(rate=None) for part in parts_of(each) if part.kind in WEIGHTED] for each in (built, meant)
    )
    if meant.source.form == "prose-hidden" and len(here) > 1:
        here = here[:-1]
    return differences(here, there), built.where()


def _blocks(found: Architecture) -> bool:
    """Some layer of the list is a whole block of several layers."""
    return any(word in layer.type.lower() for layer in found.source.layers for word in _BLOCKS)


def _count(m: Measures, *kinds: str) -> Measured | None:
    found: tuple[list[Difference], Where] | None = m.once(compared)
    if found is None:
        return None
    words = [one.words for one in found[0] if not kinds or one.kind in kinds]
    return Measured(float(len(words)), note="; ".join(words[:6]), where=found[1])


@feature("design.differences", unit="layers", doc="Differences between the layers built and the design", how=HOW, source="test.architecture")  # fmt: skip  # noqa: E501
def all_differences(m: Measures) -> Measured | None:
    return _count(m)


@feature("design.missing", unit="layers", doc="Layers of the design that were not built", how=HOW, source="test.architecture")  # fmt: skip  # noqa: E501
def missing_layers(m: Measures) -> Measured | None:
    return _count(m, "missing")


@feature("design.extra", unit="layers", doc="Layers built that the design does not have", how=HOW, source="test.architecture")  # fmt: skip  # noqa: E501
def extra_layers(m: Measures) -> Measured | None:
    return _count(m, "extra")


@feature("design.moved", unit="layers", doc="Layers that stand in another place than in the design", how=HOW, source="test.architecture")  # fmt: skip  # noqa: E501
def moved_layers(m: Measures) -> Measured | None:
    return _count(m, "moved")


@feature("design.widths", unit="layers", doc="Layers with another number of units than in the design", how=HOW, source="test.architecture")  # fmt: skip  # noqa: E501
def widths(m: Measures) -> Measured | None:
    return _count(m, "width")


@feature("design.cells", unit="layers", doc="Recurrent layers of another cell than in the design", how=HOW, source="test.architecture")  # fmt: skip  # noqa: E501
def cells(m: Measures) -> Measured | None:
    return _count(m, "cell")


@feature("design.activations", unit="layers", doc="Layers with another activation or dropout rate than in the design", how=HOW, source="test.architecture")  # fmt: skip  # noqa: E501
def activations(m: Measures) -> Measured | None:
    return _count(m, "activation", "rate")
