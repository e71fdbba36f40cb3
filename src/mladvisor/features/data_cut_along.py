"""A column of numbers along which the rows were divided: each part holds one stretch of it, end to end."""

from __future__ import annotations

from itertools import pairwise
from math import log10
from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_splits import DRIFT, HOW, sides
from mladvisor.features.data_tables import place, tables
from mladvisor.features.measured import Measured, unknown
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

if TYPE_CHECKING:
    from mladvisor.tables.table import Table

_LEAST = 50  # rows of each part
_PARTS = 3
"""Of two parts that lie side by side in one column a shift may have made the second; two seams are no chance."""
_EDGE, _SHARP = 0.1, 0.05
"""Of the range of a part and of its rows: those next to a seam are as many as elsewhere where it was cut there, and few
where the part thins out by itself.
"""
_ENDS = (0.02, 0.98)
_SEAM = 0.05
"""Of the way from the lowest to the highest value: parts that were cut from each other meet."""
_OF_TIME = word_set(
    "date time timestamp datetime year month week day hour quarter season epoch step index idx id ids number no nr row "
    "sequence seq since elapsed ago period"
)
"""Names of what counts on with time or with rows: who cuts along it wants to judge on later rows."""


def cut_along(m: Measures) -> dict[str, str] | Measured:
    """Column -> how the parts divide it, in words. Use `m.once`."""
    from mladvisor.tables.drift import finite
    from mladvisor.tables.table import NUMBERS

    both = m.once(sides)
    if isinstance(both, Measured):
        return both
    train, others = both
    parts = [train, *(other for other in others if other.name in ("val", "test"))]
    if len(parts) < len(("train", "other")) or any(part.rows < _LEAST for part in parts):
        return unknown("training and evaluation tables of some size are needed", "too-few-points")
    aside = {*m.once(tables).left_out, m.once(tables).label_column}
    found = {}
    for column in train.columns:
        told = column in aside or not _OF_TIME.isdisjoint(words_of(column))
        if told or any(column not in part or part.kind(column) not in NUMBERS for part in parts):
            continue
        says = _seams([(part, finite(part, column)) for part in parts])
        if says:
            found[column] = says
    return found


def _seams(parts: list[tuple[Table, np.ndarray]]) -> str:
    """ "0 to 12 in test.csv, 13 to 27 in val.csv, 27 to 71 in train.csv" where the parts lie end to end; else ""."""
    if any(len(values) < _LEAST for _, values in parts):
        return ""
    ends = sorted((*np.quantile(values, _ENDS).tolist(), part.file) for part, values in parts)
    whole = max(high for _, high, _ in ends) - min(low for low, _, _ in ends)
    if whole <= 0 or any(high <= low for low, high, _ in ends):
        return ""
    for (_, high, _), (low, _, _) in pairwise(ends):
        if not -_SEAM * whole <= low - high <= _SEAM * whole:
            return ""
    by_file = {part.file: values for part, values in parts}
    below, above = by_file[ends[0][2]], by_file[ends[1][2]]
    sharp = _is_sharp(below, upper=True) and _is_sharp(above) and not _of_other_unit(below, above)
    if len(parts) < _PARTS and not sharp:
        return ""
    return ", ".join(f"{low:.4g} to {high:.4g} in {file}" for low, high, file in ends)


def _is_sharp(values: np.ndarray, *, upper: bool = False) -> bool:
    """Whether many rows lie at one end of the range of a part."""
    low, high = np.quantile(values, _ENDS).tolist()
    near = values >= high - _EDGE * (high - low) if upper else values <= low + _EDGE * (high - low)
    return bool(near.mean() >= _SHARP + _ENDS[0])


def _of_other_unit(one: np.ndarray, other: np.ndarray) -> bool:
    """The means lie a power of ten apart, as grams and kilograms do."""
    first, second = float(one.mean()), float(other.mean())
    if first * second <= 0.0:
        return False
    decades = log10(second / first)
    return abs(decades - round(decades)) < _NEAR and round(decades) != 0


_NEAR = 0.015


@feature(
    "column.cut_along",
    each="column",
    type="flag",
    doc="Training and evaluation rows hold one stretch each of the values of this column, end to end; columns"
    " that count time or rows aside",
    how=HOW,
    source="data.splits",
    cost="cheap",
    job=DRIFT,
)
def column_cut_along(m: Measures) -> dict[str, Measured] | Measured:
    found = m.once(cut_along)
    if isinstance(found, Measured):
        return found
    train = m.once(sides)[0]
    return {name: Measured(name in found, where=place(train, name)) for name in train.columns}


@feature(
    "column.cut_along_says",
    each="column",
    type="choice",
    doc="From where to where the parts go in such a column",
    how=HOW,
    source="data.splits",
    cost="cheap",
    job=DRIFT,
)
def column_cut_along_says(m: Measures) -> dict[str, Measured] | Measured:
    found = m.once(cut_along)
    return found if isinstance(found, Measured) else {name: Measured(says) for name, says in found.items()}
