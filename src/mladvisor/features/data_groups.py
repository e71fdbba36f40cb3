"""A group of rows that is rare in training and common where the model is judged, and whether it is all that differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_drift import SURE, drifts
from mladvisor.features.data_splits import DRIFT, HOW, label_drifts, sides
from mladvisor.features.data_tables import place, tables
from mladvisor.features.measured import Measured, not_applicable

if TYPE_CHECKING:
    from mladvisor.tables.table import Table

FEW_VALUES = 20
"""A column of more values does not name groups."""
RARER = 3.0
"""So many times as common where the model is judged as in training."""
LEAST_SHARE = 0.05
"""Share of the evaluation rows below which a group hardly moves the other columns."""
LEAST_REST = 50
"""Rows that must be left in either table for a difference to show."""


class Thin(NamedTuple):
    """A group that is rare in training.

    Attributes:
        other: the evaluation table. value: the category as spelled.
        before, there: its share of the training and of the evaluation rows. rows: its training rows.
        left: another column, or the label, still differs surely once its rows are left out of both tables.
    """

    other: Table
    value: str
    before: float
    there: float
    rows: int
    left: bool


def _rarest(train: Table, other: Table, column: str) -> tuple[str, float, float, int] | None:
    """The category whose share grew most, its shares and training rows; None where training has enough of it."""
    from mladvisor.tables.drift import counted

    first, second = counted(train, column), counted(other, column)
    if not 2 <= len(set(first) | set(second)) <= FEW_VALUES:
        return None
    n, m = sum(first.values()), sum(second.values())
    name = max(second, key=lambda one: second[one] / m - first.get(one, 0) / n)
    before, there = first.get(name, 0) / n, second[name] / m
    if first.get(name, 0) == 0 or there < LEAST_SHARE or there < RARER * before:
        return None
    return name, before, there, first[name]


def _without(table: Table, column: str, value: str, kept: list[str]) -> Table:
    """Some columns of a table without the rows of a group."""
    from mladvisor.tables.drift import spelled
    from mladvisor.tables.table import Table

    codes, values = table.codes(column)
    inside = np.array([*(spelled(one) == value for one in values), False])[codes]
    return Table(table.name, table.file, table.frame.loc[~inside, kept])


def thin_groups(m: Measures) -> dict[str, Thin] | Measured:
    """Column that names groups, one of which is rare in training -> that group."""
    found, both = m.once(drifts), m.once(sides)
    if isinstance(found, Measured):
        return found
    if isinstance(both, Measured):
        return both
    pairs, q, _ = found
    train = both[0]
    result = {}
    for column, parts in pairs.items():
        for other, _part in parts:
            if q[column, other.name] >= SURE or train.kind(column) not in ("categorical", "boolean", "integer"):
                continue
            rarest = _rarest(train, other, column)
            if rarest is not None and column not in result:
                result[column] = Thin(other, *rarest, _left(m, other, column, rarest[0]))
    return result


def _left(m: Measures, other: Table, column: str, value: str) -> bool:
    """Whether another column, or the label, that differs surely still does without the group's rows."""
    from mladvisor.tables.drift import compare, compare_label

    train = m.once(sides)[0]
    pairs, q, _ = m.once(drifts)
    labels, label = m.once(label_drifts), m.once(tables).label_column
    moved = labels.get(other.name) if isinstance(labels, dict) else None
    sizes = {c: part.effect.size for c, parts in pairs.items() for table, part in parts if table is other}
    differing = [c for c in sizes if c != column and q[c, other.name] < SURE]
    differing.sort(key=lambda each: (-sizes[each], each))  # what differs most settles it soonest
    asked = [*([label] if label is not None and moved is not None and moved[1].effect.p < SURE else []), *differing]
    for each in asked:
        known, there = (_without(table, column, value, [each]) for table in (train, other))
        if min(known.rows, there.rows) < LEAST_REST:
            return True
        if each == label:
            drift = compare_label(known, there, each, classes=m.once(tables).task in ("binary", "multiclass"))
        else:
            drift = compare(known, there, each)
        if drift is not None and drift.effect.p * len(asked) < SURE:
            return True
    return False


def _alone(m: Measures) -> tuple[float, str, Thin] | Measured | None:
    """The group that accounts for all that differs: how many times as common it is there, and its column."""
    found = m.once(thin_groups)
    if isinstance(found, Measured):
        return found
    alone = [(one.there / one.before, column, one) for column, one in found.items() if not one.left]
    return max(alone, key=lambda each: each[:2], default=None)


@feature(
    "data.thin_group",
    unit="ratio",
    doc="How many times as common a group (a value of a column of few) is among the evaluation rows as in training, "
    "where it accounts for all that differs surely between the tables, the label among it; 1 where no group does",
    how=HOW,
    source="data.splits",
    cost="cheap",
    job=DRIFT,
)
def thin_group(m: Measures) -> Measured:
    found = m.once(_alone)
    if isinstance(found, Measured):
        return found
    if found is None:
        return Measured(1.0)
    times, column, one = found
    return Measured(times, where=place(one.other, column))


@feature(
    "data.thin_group_says",
    type="choice",
    doc="The group, with its shares in both tables",
    how=HOW,
    source="data.splits",
    cost="cheap",
    job=DRIFT,
)
def thin_group_says(m: Measures) -> Measured:
    found = m.once(_alone)
    if isinstance(found, Measured):
        return found
    if found is None:
        return not_applicable("no group accounts for all that differs")
    _, column, one = found
    return Measured(
        f"{column} = {one.value} is {one.before:.1%} of the training rows ({one.rows:,}) and {one.there:.0%} of "
        f"{one.other.file}"
    )
