"""Columns that are filled in for one class only: an amount, a number or a date that is known after the outcome."""

from __future__ import annotations

from math import sqrt
from typing import Any, NamedTuple

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_tables import place
from mladvisor.features.measured import Items, Measured, Where, unknown
from mladvisor.features.predictiveness import HOW, JOB, training_rows
from mladvisor.runs.word_sets import word_set

_NOTHING = word_set("none null nothing na n/a nan never no not_applicable - -- . ? unknown nil")
_LEAST_FILLED = 3
"""Other values of a column: a flag says yes and no, it is not filled in."""


def is_nothing(value: Any) -> bool:
    """What stands in a cell that nobody has filled in: 0, -1, "none", an empty text."""
    if isinstance(value, str):
        return not value.strip() or value.strip().lower().replace(" ", "_") in _NOTHING
    return not isinstance(value, bool) and isinstance(value, int | float | np.number) and value in (0, -1)


class Filled(NamedTuple):
    """The column that tells the label best, where it is, and of each of two classes (rows filled in, rows)."""

    column: str
    where: Where
    shares: list[tuple[float, int]]


def _filled(m: Measures) -> Filled | Measured:
    found, told = m.once(training_rows), m["column.tells_label"]
    if isinstance(found, Measured):
        return found
    if isinstance(told, Measured):
        return told
    if found.label.kind != "binary" or found.label.codes is None or not told:
        return unknown("the label is not one of two classes", "not-logged")
    column = max(told, key=lambda name: float(told[name].value or 0.0))
    codes, positive = found.table.codes(column), found.label.codes == 1
    empty = [at for at, value in enumerate(codes.values) if is_nothing(value)]
    own = codes.codes[found.rows]
    filled = (own >= 0) & ~np.isin(own, empty)
    if len(codes.values) - len(empty) < _LEAST_FILLED:
        return unknown(f"{column} has too few values to be filled in: it may be a flag", "not-logged")
    shares = [(float(filled[side].sum()), int(side.sum())) for side in (positive, ~positive)]
    return Filled(column, place(found.table, column), shares)


def _error(hits: float, n: int) -> float:
    """Standard error of a share, with half a row more of each kind: no sample says that a share is nought."""
    return sqrt((hits + 0.5) * (n - hits + 0.5) / (n + 1) ** 3)


@feature("column.filled_tells", unit="fraction", doc="How nearly the column that tells the label best is filled in for"
         " one class only: share of one class less share of the other with anything but blank, 0, -1 or none", how=HOW,
         each="column", source="test.label-as-feature", cost="cheap", job=JOB)  # fmt: skip
def filled_tells(m: Measures) -> Items | Measured:
    found = m.once(_filled)
    if isinstance(found, Measured):
        return found
    (one, n_one), (other, n_other) = found.shares
    error = sqrt(_error(one, n_one) ** 2 + _error(other, n_other) ** 2)
    return {found.column: Measured(abs(one / n_one - other / n_other), se=error, where=found.where)}


@feature("column.filled_beside", unit="fraction", doc="Of the class in which the column that tells the label best is"
         " seldom filled in, the share of rows with anything but blank, 0, -1 or none", how=HOW, each="column",
         source="test.label-as-feature", cost="cheap", job=JOB)  # fmt: skip
def filled_beside(m: Measures) -> Items | Measured:
    found = m.once(_filled)
    if isinstance(found, Measured):
        return found
    hits, n = min(found.shares, key=lambda one: one[0] / one[1])
    return {found.column: Measured(hits / n, se=_error(hits, n), where=found.where)}
