"""Columns made of others that leave the range which a dictionary gives them, while the raw columns keep to theirs; and
those in which rows hold a number that stands in for what could not be computed.
"""

from __future__ import annotations

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_engineered import PAIR_HOW, PAIRS, pairs
from mladvisor.features.data_tables import place
from mladvisor.features.measured import Items, Measured, not_applicable
from mladvisor.tables.table import NUMBERS, Table

KEPT = 0.001
"""Share of the cells of the raw columns that may lie outside: more, and the fault came in with them."""


@feature(
    "column.made_outside",
    each="column",
    unit="fraction",
    doc="Share of the cells outside the dictionary's range, of a column that only the engineered table has; 0 where a"
    " raw column leaves its range as well",
    how=PAIR_HOW,
    source="data.engineered",
    cost="cheap",
    job=PAIRS,
)
def made_outside(m: Measures) -> Items | Measured:
    found, outside = m.once(pairs), m["column.schema.range_share"]
    if isinstance(found, Measured):
        return found
    if isinstance(outside, Measured):
        return outside
    raw = {column for before, _ in found.values() for column in before.columns}
    made = {column for _, own in found.values() for column in own.columns} - raw
    kept = all(float(each.value) <= KEPT for column, each in outside.items() if column in raw and each.known)  # type: ignore[arg-type]
    shares = {column: each if kept else Measured(0.0) for column, each in outside.items() if column in made}
    return shares or not_applicable("the dictionary gives no range for a column that was made")


_FAR = 1_000.0
"""Times the largest of all other values: ratios with a small denominator come in all sizes between."""
_LEAST_ROWS, _LEAST_VALUES = 2, 10
_MOST_SHARE = 0.5


@feature(
    "column.made_stand_in",
    each="column",
    unit="fraction",
    doc="Share of the rows of a column that only the engineered table has in which it holds one and the same number, a"
    " thousand times as large as any other: what a step puts where it would divide by zero",
    how=PAIR_HOW,
    source="data.engineered",
    cost="cheap",
    job=PAIRS,
)
def made_stand_in(m: Measures) -> Items | Measured:
    found = m.once(pairs)
    if isinstance(found, Measured):
        return found
    raw = {column for before, _ in found.values() for column in before.columns}
    result: dict[str, Measured] = {}
    for _, own in found.values():
        for column in own.columns:
            if column in raw or own.kind(column) not in NUMBERS:
                continue
            share, value = _stand_in(own, column)
            if column not in result or share > float(result[column].value or 0.0):
                result[column] = Measured(share, note=f"{value:g}" if share else "", where=place(own, column))
    return result or not_applicable("no column of numbers was made")


def _stand_in(table: Table, column: str) -> tuple[float, float]:
    """Share of the rows with the number that lies far out, and the number."""
    y = table.numbers(column)
    y = y[np.isfinite(y)]
    far = float(y[np.argmax(np.abs(y))]) if len(y) else 0.0
    alike = y == far
    others = np.abs(y[~alike])
    share = float(alike.mean()) if len(y) else 0.0
    told = alike.sum() >= _LEAST_ROWS and share <= _MOST_SHARE and len(np.unique(others)) >= _LEAST_VALUES
    return (share, far) if told and abs(far) > _FAR * others.max() else (0.0, 0.0)
