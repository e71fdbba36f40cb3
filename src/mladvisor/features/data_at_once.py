"""Columns of later rows that changed at once, beside what changes within the training rows anyway.

Where the split follows the time, later rows differ by seasons and trends. Those show within the training rows, too: a
part of a year differs from the rest of it. What changed between the last training row and the first later one does not.
"""

from __future__ import annotations

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_drift import SURE, drifts
from mladvisor.features.data_splits import DRIFT, HOW, by_time, sides
from mladvisor.features.data_tables import place, tables
from mladvisor.features.measured import Measured, unknown
from mladvisor.tables.table import Table

PARTS = 5
LEAST_ROWS = 200
LEAST_DRIFT = 0.1
TWICE = 2.0
"""A trend goes on: the later rows lie about as far again from training as its own ends do."""


@feature(
    "column.drift_at_once",
    each="column",
    unit="fraction",
    doc="How much further the later rows are from the training rows than twice what parts of the training rows, in the "
    "order of time, are from the rest of them (0 where no difference is sure)",
    how=HOW,
    source="data.splits",
    cost="cheap",
    job=DRIFT,
)
def drift_at_once(m: Measures) -> dict[str, Measured] | Measured:
    both, told, found = m.once(sides), m.once(by_time), m.once(drifts)
    if isinstance(both, Measured) or isinstance(found, Measured):
        return both if isinstance(both, Measured) else found
    train = both[0]
    if told.value is not True or told.note not in train or train.rows < LEAST_ROWS:
        return unknown("the split does not follow a column of dates, or training has few rows", "not-logged")
    pairs, q, _ = found
    aside = m.once(tables).left_out  # what no model gets may name the rows: a new customer comes with time
    parts: list[tuple[Table, Table]] = []
    result: dict[str, Measured] = {}
    for column, others in pairs.items():
        if column in aside:
            continue
        sure = [(drift, other) for other, drift in others if q[column, other.name] < SURE]
        drift, other = max(sure, key=lambda one: one[0].effect.size, default=(None, None))
        if drift is None or other is None or drift.effect.size < LEAST_DRIFT:
            result[column] = Measured(0.0)
            continue
        parts = parts or _parts(train, told.note)
        size = drift.effect.size - TWICE * _within(parts, column)
        result[column] = Measured(max(0.0, size), drift.effect.se, note=drift.lead, where=place(other, column))
    return result


def _parts(train: Table, date: str) -> list[tuple[Table, Table]]:
    """(a part of the training rows, the rest), in the order of time."""
    times = train.times(date)
    rows = np.argsort(times[np.isfinite(times)], kind="stable")
    rows = np.flatnonzero(np.isfinite(times))[rows]
    found = []
    for part in np.array_split(rows, PARTS):
        rest = np.setdiff1d(rows, part)
        found.append(tuple(Table(train.name, train.file, train.frame.iloc[each]) for each in (part, rest)))
    return found  # type: ignore[return-value]


def _within(parts: list[tuple[Table, Table]], column: str) -> float:
    from mladvisor.tables.drift import compare

    compared = [compare(rest, part, column) for part, rest in parts]
    return max((each.effect.size for each in compared if each is not None), default=1.0)
