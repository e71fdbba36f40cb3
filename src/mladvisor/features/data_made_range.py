"""Columns made of others that leave the range which a dictionary gives them, while the raw columns keep to theirs."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_engineered import PAIR_HOW, PAIRS, pairs
from mladvisor.features.measured import Items, Measured, not_applicable

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
