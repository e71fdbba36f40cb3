"""Cells of the evaluation tables that training rules out: values far outside its range, its words spelled otherwise,
and columns that told the label in training and no longer do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_splits import DRIFT, HOW, keys_told, sides
from mladvisor.features.data_tables import line, place, tables
from mladvisor.features.measured import Measured, unknown
from mladvisor.features.predictiveness import JOB, told, training_rows

if TYPE_CHECKING:
    from mladvisor.features.evaluation.binning import Told
    from mladvisor.features.evaluation.columns import Labelled
    from mladvisor.tables.table import Table
    from mladvisor.tables.unlike import Beyond, Respelled

ROWS_A_GROUP = 30
"""With fewer rows to a category, what it explains hangs on single rows."""
MOST_COLUMNS = 5
"""Of the columns that tell most of the label in training, so many are looked at again in evaluation."""

Columns = dict[str, Measured] | Measured


def _outside(m: Measures) -> dict[str, tuple[Table, Beyond]] | Measured:
    from mladvisor.tables.entities import apart_by_name, later_by_count
    from mladvisor.tables.unlike import beyond

    both = m.once(sides)
    if isinstance(both, Measured):
        return both
    train, others = both
    label, keys = m.once(tables).label_column, m.once(keys_told)
    worst: dict[str, tuple[Table, Beyond]] = {}
    for other in others:
        for column in train.columns:
            by_design = later_by_count(train, other, column) or apart_by_name(train, other, column, keys)
            judged = column != label and not by_design
            found = beyond(train, other, column) if judged else None
            if found is not None and (column not in worst or found.share > worst[column][1].share):
                worst[column] = (other, found)
    return worst


@feature(
    "column.beyond_share",
    each="column",
    unit="fraction",
    doc="Share of the cells of an evaluation table that lie outside the training range by more than half its width; 0 "
    "with fewer than five",
    how=HOW,
    source="data.schema",
    cost="cheap",
    job=DRIFT,
)
def beyond_share(m: Measures) -> Columns:
    found = m.once(_outside)
    if isinstance(found, Measured):
        return found
    result = {}
    for column, (other, one) in found.items():
        where = place(other, column, line(other, one.first)) if one.first >= 0 else place(other, column)
        result[column] = Measured(one.share, where=where)
    return result


@feature(
    "column.beyond_says",
    type="choice",
    each="column",
    doc="One of the cells outside the training range, and what unit would explain them",
    how=HOW,
    source="data.schema",
    cost="cheap",
    job=DRIFT,
)
def beyond_says(m: Measures) -> Columns:
    found = m.once(_outside)
    if isinstance(found, Measured):
        return found
    return {
        column: Measured(
            f"{one.example:.6g}"
            + ("; training has none below zero" if one.signed else "")
            + (f"; about {one.factor:g} times the usual" if one.factor != 1.0 else "")
        )
        for column, (_, one) in found.items()
        if one.share > 0.0
    }


def _spelled(m: Measures) -> dict[str, tuple[Table, Respelled]] | Measured:
    from mladvisor.tables.unlike import respelled

    both = m.once(sides)
    if isinstance(both, Measured):
        return both
    train, others = both
    worst: dict[str, tuple[Table, Respelled]] = {}
    for other in others:
        for column in train.columns:
            found = respelled(train, other, column)
            if found is not None and (column not in worst or found.share > worst[column][1].share):
                worst[column] = (other, found)
    return worst


@feature(
    "column.respelled_share",
    each="column",
    unit="fraction",
    doc="Share of the cells of an evaluation table whose word training lacks, and has in another spelling (case, "
    "spaces, accents, marks)",
    how=HOW,
    source="data.schema",
    cost="cheap",
    job=DRIFT,
)
def respelled_share(m: Measures) -> Columns:
    found = m.once(_spelled)
    if isinstance(found, Measured):
        return found
    return {column: Measured(one.share, where=place(other, column)) for column, (other, one) in found.items()}


@feature(
    "column.respelled_says",
    type="choice",
    each="column",
    doc="A word, and how training spells it",
    how=HOW,
    source="data.schema",
    cost="cheap",
    job=DRIFT,
)
def respelled_says(m: Measures) -> Columns:
    found = m.once(_spelled)
    if isinstance(found, Measured):
        return found
    return {
        column: Measured(f'"{one.asked}" for "{one.known}"') for column, (_, one) in found.items() if one.share > 0.0
    }


@feature(
    "column.signal_lost",
    each="column",
    unit="fraction",
    doc="Share of the label that a column explains in training and not in an evaluation table, less three standard "
    "errors, of the columns that explain most",
    how=HOW,
    source="feat.correlation",
    cost="cheap",
    job=JOB,
)
def signal_lost(m: Measures) -> Columns:
    """Bins are cut anew in each table: a column that merely moved keeps its signal."""
    from mladvisor.features.evaluation import binning, columns

    both, known, rows = m.once(sides), m.once(told), m.once(training_rows)
    for each in (both, known, rows):
        if isinstance(each, Measured):
            return each
    train, others = both
    if rows.table is not train:
        return unknown("the label of the training table is not known", "not-logged")
    strong = sorted((c for c, one in known.items() if one.bins), key=lambda c: -known[c].bins.share)[:MOST_COLUMNS]
    result: dict[str, Measured] = {}
    for other in others:
        there = columns.labelled(m.once(tables), other, rows.label.kind, classes=rows.classes)
        if isinstance(there, str) or there.label.kind != rows.label.kind:
            continue
        for column in strong:
            if column not in other:
                continue
            parts = columns.parts(other, column, there.rows)
            now = binning.by_groups(parts, there.label)
            if now is None or len(parts) < ROWS_A_GROUP * len(np.unique(parts)):
                continue
            before = known[column].bins
            if columns.is_number(train, column):  # as many bins as the smaller table allows
                values = columns.numbers(train, column, rows.rows)
                before = binning.by_groups(binning.bins_of(values, len(np.unique(parts))), rows.label) or before
            error = (before.error**2 + now.error**2) ** 0.5
            lost = min(before.share - now.share - 3.0 * error, _order_lost(known[column], other, column, there))
            if column not in result or lost > float(result[column].value or 0.0):
                note = f"{before.share:.0%} in {train.file}, {max(0.0, now.share):.0%} in {other.file}"
                result[column] = Measured(lost, note=note, where=place(other, column))
    return result or unknown("no evaluation table holds the label and the columns that tell it", "not-logged")


def _order_lost(known: Told, other: Table, column: str, there: Labelled) -> float:
    """What is lost of telling the label by rank: a step that falls inside a bin loses share there, and nothing here."""
    from mladvisor.features.evaluation import binning, columns

    if known.tells is None or there.label.kind != "binary" or not columns.is_number(other, column):
        return 1.0
    values = columns.numbers(other, column, there.rows)
    now = binning.tells(values, columns.parts(other, column, there.rows), there.label)
    return 1.0 if now is None else known.tells[0] - now[0] - 3.0 * (known.tells[1] ** 2 + now[1] ** 2) ** 0.5


@feature(
    "column.signal_lost_says",
    type="choice",
    each="column",
    doc="What the column explains of the label in the two tables",
    how=HOW,
    source="feat.correlation",
    cost="cheap",
    job=JOB,
)
def signal_lost_says(m: Measures) -> Columns:
    found = m["column.signal_lost"]
    if isinstance(found, Measured):
        return found
    return {column: Measured(one.note) for column, one in found.items() if one.known}
