"""Whether columns differ between the splits only because the classes have other shares there."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_drift import SURE, drifts
from mladvisor.features.data_splits import DRIFT, HOW, label_drifts
from mladvisor.features.data_tables import place, tables
from mladvisor.features.measured import Measured, not_applicable, unknown

if TYPE_CHECKING:
    from mladvisor.tables.table import Table

LEAST_MIX = 0.1
"""Label drift from which on it can be what moves the columns: less moves none by a tenth of its rows."""
FAR = 0.1
"""Kolmogorov-Smirnov distance of a column from which on it counts."""
LEAST_ROWS = 15
"""Of a class in each table: distances of fewer are chance."""


@feature(
    "split.moved_within_classes",
    unit="ratio",
    doc="How far the numeric columns that differ between the splits differ among the rows of one class, over how far"
    " they differ in all: near 0 where nothing but the shares of the classes moved them; of the split whose classes"
    " differ most",
    how=HOW,
    source="data.splits",
    cost="cheap",
    job=DRIFT,
)
def moved_within_classes(m: Measures) -> Measured:
    found, mixes = m.once(drifts), m.once(label_drifts)
    if isinstance(found, Measured):
        return found
    if isinstance(mixes, Measured):
        return mixes
    collection = m.once(tables)
    label, train = collection.label_column, collection.get("train")
    if label is None or train is None or collection.task not in ("binary", "multiclass"):
        return not_applicable("the label is no class")
    other, mix = max(mixes.values(), key=lambda each: each[1].effect.size)
    if mix.effect.size < LEAST_MIX or mix.effect.p >= SURE:
        return not_applicable("the classes have the same shares in all splits")
    pairs, q, _ = found
    whole = within = 0.0
    for column, parts in pairs.items():
        part = next((each for table, each in parts if table is other), None)
        if part is None or q[column, other.name] >= SURE or part.effect.size < FAR:
            continue
        size = _within(train, other, column, label)
        if size is not None:
            whole, within = whole + part.effect.size, within + size
    if not whole:
        return unknown("no column of numbers differs, or the classes have too few rows")
    return Measured(within / whole, where=place(other, label))


def _within(train: Table, other: Table, column: str, label: str) -> float | None:
    """The distance of a column among the rows of a class, less what chance gives; of all classes by their rows."""
    from mladvisor.tables.statistics import ks
    from mladvisor.tables.table import NUMBERS

    if train.kind(column) not in NUMBERS or other.kind(column) not in NUMBERS:
        return None
    first, second = train.numbers(column), other.numbers(column)
    one, two = (np.asarray(table.series(label).astype(str)) for table in (train, other))
    sizes: list[tuple[float, int]] = []
    for each in np.unique(two):
        a, b = (values[(names == each) & np.isfinite(values)] for values, names in ((first, one), (second, two)))
        if min(len(a), len(b)) < LEAST_ROWS:
            continue
        # the mean distance of two samples of one source is 0.87 over the root of the effective number of rows
        chance = _MEAN_OF_CHANCE * sqrt(1.0 / len(a) + 1.0 / len(b))
        sizes.append((sqrt(max(0.0, ks(a, b).size ** 2 - chance**2)), len(b)))
    rows = sum(number for _, number in sizes)
    return sum(size * number for size, number in sizes) / rows if rows else None


_MEAN_OF_CHANCE = 0.87
"""Mean of Kolmogorov's distribution: sqrt(pi/2) ln 2."""
