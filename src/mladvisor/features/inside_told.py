"""What notes, tables, reports of hooks and tests beside the log tell of the inside of the model: gradients and units.

The words are read in `runs.gradients_said` and `runs.units_said`; what they say is measured here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import inf, log10

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Items, Measured, Where, unknown
from mladvisor.features.printed_gradients import LEAST, layers_in
from mladvisor.runs import climbs_said, gradients_said, units_said
from mladvisor.runs.climbs_said import LEAST_CLIMB
from mladvisor.runs.gradients_said import Sizes
from mladvisor.runs.inside_files import KIND
from mladvisor.runs.numbers_said import Numbers, numbers_in
from mladvisor.runs.tabled import opened

_HOW = "write the gradient norm of each layer into a table beside the log, or use `mladvisor.probes`"
_HOW_UNITS = "count for each layer the units that never fire, and write the shares beside the log"


def inside(m: Measures) -> list[tuple[str, Numbers]]:
    """(file, what it holds) of each small file that may tell of the inside. Use `m.once`."""
    found = []
    for name in m.run.files.get(KIND, ()):
        try:
            found.append((name, numbers_in(opened(m.run.folder, name))))
        except OSError:
            continue
    return found


def told(m: Measures, cues: Sequence[str]) -> list[tuple[str, Numbers]]:
    """Those of the files in which one of some words stands."""
    found: list[tuple[str, Numbers]] = m.once(inside)
    return [(file, numbers) for file, numbers in found if numbers.has(cues)]


def place(file: str, row: int, what: str = "") -> Where:
    return Where(file, what, rows=(row, row) if row else None)


def gradients_told(m: Measures) -> list[tuple[str, np.ndarray, Where]]:
    """(layer, sizes in time, where) from the input to the output: of what tells the same layers most often, or else of
    the most layers. Use `m.once`.
    """
    groups: dict[tuple[str, tuple[str, ...]], list[Sizes]] = {}
    for file, numbers in told(m, gradients_said.CUES):
        rows = [Sizes(tuple(said), line.row) for line in numbers.lines if len(said := layers_in(line.text)) >= LEAST]
        for sizes in rows or gradients_said.sizes_by_layer(numbers):
            groups.setdefault((file, tuple(name for name, _ in sizes.layers)), []).append(sizes)
    if not groups:
        return []
    (file, layers), lines = max(groups.items(), key=lambda each: (len(each[0][1]), len(each[1])))
    where = place(file, lines[0].row)
    return [(name, np.array([one.layers[at][1] for one in lines]), where) for at, name in enumerate(layers)]


@feature(
    "gradient.told_least",
    unit="decades",
    doc="The smallest gradient that a note, test or table tells of a layer, as a power of ten",
    how=_HOW,
    source="fig2.b",
)
def told_least(m: Measures) -> Measured | None:
    found: tuple[float, str, Where] | None = None
    for file, numbers in told(m, gradients_said.CUES):
        pairs = [
            (name, size, each.row) for each in gradients_said.sizes_by_layer(numbers) for name, size in each.layers
        ]
        pairs += [(*one, line.row) for line in numbers.lines if (one := gradients_said.tiny_in(line)) is not None]
        for name, size, row in pairs:
            if size > 0 and (found is None or size < found[0]):
                found = size, name, place(file, row, name)
        if m.value("run.kind") in _OPPONENTS:
            for fall in climbs_said.climbs_in(numbers):
                first, last = fall.sizes[0], fall.sizes[-1]
                if len(fall.sizes) >= LEAST_CLIMB and first > _ALIVE and last > 0 and (not found or last < found[0]):
                    found = last, "the network", place(file, fall.row)
    return Measured(log10(found[0]), note=f"{found[1]}: {found[0]:.1g}", where=found[2]) if found else None


_OPPONENTS = ("adversarial", "reinforcement")
"""Where a gradient that dies away is no sign that training has come to its end."""
_ALIVE = 1e-5


@feature(
    "gradient.told_zero_share",
    unit="fraction",
    doc="Share of the elements of the first layer's gradient that are exactly nothing, where that of the last layer is"
    " told as well and is less than half",
    how=_HOW,
    source="fig2.b",
)
def told_zero_share_of_gradient(m: Measures) -> Measured | None:
    for file, numbers in told(m, gradients_said.CUES):
        shares = gradients_said.zero_shares(numbers.cells)
        if shares and shares[-1][1] < _HALF:
            return Measured(
                shares[0][1], note=f"{shares[0][0]}, {shares[-1][0]}: {shares[-1][1]:.2g}", where=place(file, 0)
            )
    return None


_HALF = 0.5
_RISES = 0.75  # of the steps of a climb lead up
_LARGEST = 1e300


@feature(
    "gradient.climb",
    unit="decades",
    doc="Decades by which the norm of the gradient climbs from its start to its largest value, where nearly each value"
    " on the way is larger than the one before: in the log, or as a note, table or line tells it",
    how="log the gradient norm: `torch.nn.utils.clip_grad_norm_` returns it",
    source="fig2.b",
)
def climb(m: Measures) -> Measured | None:
    series: list[tuple[np.ndarray, Where]] = [
        (curve.y, Where(curve.place.file, curve.place.column)) for curve in m.run.having("gradient-norm")
    ]
    for file, numbers in told(m, gradients_said.CUES):
        series += [(np.array(one.sizes), place(file, one.row)) for one in climbs_said.climbs_in(numbers)]
    best: Measured | None = None
    for sizes, where in series:
        height = _height(sizes)
        if height is not None and (best is None or height > float(best.value or 0)):
            best = Measured(height, where=where)
    return best or unknown("the gradient norm is told fewer than four times", "too-few-points")


def _height(sizes: np.ndarray) -> float | None:
    known = sizes[np.isfinite(sizes) & (sizes > 0) & (sizes < _LARGEST)]
    if len(known) < LEAST_CLIMB:
        return None
    top = int(known.argmax())
    if top < LEAST_CLIMB - 1:
        return 0.0
    steps = np.diff(known[: top + 1])
    return float(np.log10(known[top] / known[0])) if (steps > 0).mean() >= _RISES and known[top] > known[0] else 0.0


@feature(
    "gradient.told_spread",
    unit="decades",
    doc="Decades between the middle of the gradient norms and their 99th percentile, as a summary beside "
    "the log has them",
    how=_HOW,
    source="fig2.b",
)
def told_spread(m: Measures) -> Measured | None:
    for file, numbers in told(m, gradients_said.CUES):
        ends = climbs_said.quantiles_in(numbers)
        if ends is not None and 0 < ends[0] <= ends[1] < inf:
            return Measured(log10(ends[1] / ends[0]), note=f"{ends[0]:.3g} and {ends[1]:.3g}", where=Where(file))
    return None


_START = re.compile(r"(?i)(?<![a-z])init|(?<![a-z])step[ _]?0(?!\d)|untrained|before[ _]training|fresh")


@feature(
    "gradient.told_most",
    unit="decades",
    doc="The largest norm of the gradient that a sentence or line beside the log tells, as a power of ten",
    how=_HOW,
    source="fig2.b",
)
def told_most(m: Measures) -> Measured | None:
    found: tuple[float, str, int] | None = None
    for file, numbers in told(m, gradients_said.CUES):
        one = climbs_said.largest_in(numbers)
        if one is not None and one[0] > 0 and (found is None or one[0] > found[0]):
            found = one[0], file, one[1]
    return Measured(log10(found[0]), note=f"{found[0]:.1e}", where=place(found[1], found[2])) if found else None


def _shares(m: Measures, what: str, *, start: bool | None = None) -> Items | None:
    """Shares by layer. start: only of files that are, or are not, called after the start of training."""
    found: dict[str, Measured] = {}
    for file, numbers in told(m, units_said.CUES):
        if start is not None and bool(_START.search(file)) is not start:
            continue
        for share in units_said.shares_of_units(numbers):
            if share.what == what:
                found[share.layer] = Measured(share.value, where=place(file, share.row, share.layer))
    return found or None


@feature(
    "layer.told_dead_share",
    unit="fraction",
    each="layer",
    doc="Share of a layer's units that never fire, or always give the same, as a note, table or test "
    "beside the log tells",
    how=_HOW_UNITS,
    source="test.layer-nans",
)
def told_dead_share(m: Measures) -> Items | None:
    return _shares(m, "dead")


@feature(
    "layer.told_zero_share",
    unit="fraction",
    each="layer",
    doc="Share of a layer's outputs that are zero, as a histogram printed beside the log tells",
    how=_HOW_UNITS,
    source="test.layer-nans",
)
def told_zero_share(m: Measures) -> Items | None:
    return _shares(m, "zero")


@feature(
    "layer.told_saturated_share",
    unit="fraction",
    each="layer",
    doc="Share of a layer's outputs at the ends of the range of sigmoid or tanh, as a note or table "
    "beside the log tells",
    how=_HOW_UNITS,
    source="test.layer-nans",
)
def told_saturated_share(m: Measures) -> Items | None:
    return _shares(m, "saturated", start=False)


@feature(
    "layer.told_saturated_start",
    unit="fraction",
    each="layer",
    doc="The same before training, by a file that is called after the start",
    how=_HOW_UNITS,
    source="+initialisation He et al. 2015",
)
def told_saturated_start(m: Measures) -> Items | None:
    return _shares(m, "saturated", start=True)
