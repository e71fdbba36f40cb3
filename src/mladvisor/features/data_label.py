"""The label's column in the tables: blanks, two spellings of a class, and labels beside the wrong rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_columns import CELLS
from mladvisor.features.data_splits import DRIFT, sides
from mladvisor.features.data_splits import HOW as PAIR
from mladvisor.features.data_tables import HOW, place, split_tables, tables
from mladvisor.features.measured import Measured, not_applicable, unknown
from mladvisor.features.predictiveness import task_of_tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from mladvisor.tables.answers import Spelled, Turned
    from mladvisor.tables.table import Table

_NAMELESS = "the label's column is not known: write `label:` into mladvisor.yaml"

Columns = dict[str, Measured] | Measured


def _holding(m: Measures) -> tuple[str, dict[str, Table]] | Measured:
    """The label's name, and the tables that have it."""
    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    column = m.once(tables).label_column
    if column is None:
        return unknown(_NAMELESS, "no-config")
    return column, {name: table for name, table in splits.items() if column in table}


@feature(
    "split.label_blank_share",
    each="split",
    unit="fraction",
    doc="Share of the rows without a label; of an evaluation table without any label nothing is said, since it is "
    "only to be scored",
    how=HOW,
    source="data.quality",
    cost="cheap",
    job=CELLS,
)
def label_blank(m: Measures) -> Columns:
    found = m.once(_holding)
    if isinstance(found, Measured):
        return found
    column, holding = found
    shares = {name: (float(table.missing(column).mean()), table) for name, table in holding.items()}
    empty = [table.file for name, (share, table) in shares.items() if share == 1.0 and name != "train"]
    if empty:
        m.notes.append(f'{", ".join(empty)}: no row has a "{column}", so nothing is said about its label')
    return {
        name: Measured(share, where=place(table, column))
        for name, (share, table) in shares.items()
        if share < 1.0 or name == "train"
    }


def _spelled(m: Measures) -> Spelled | Measured:
    from mladvisor.tables.answers import spellings

    found = m.once(_holding)
    if isinstance(found, Measured):
        return found
    column, holding = found
    if not holding or m.once(tables).task == "regression":
        return not_applicable("the label is no class")
    return spellings(list(holding.values()), column) or not_applicable("the label is no word")


@feature(
    "labels.respelled_share",
    unit="fraction",
    doc="Share of the rows whose class is another one but for case, spaces and marks",
    how=HOW,
    source="data.quality",
    cost="cheap",
    job=CELLS,
)
def label_respelled(m: Measures) -> Measured:
    found = m.once(_spelled)
    if isinstance(found, Measured):
        return found
    return Measured(found.share, where=place(next(iter(m.once(split_tables).values())), m.once(tables).label_column))


@feature(
    "labels.respelled_says",
    type="choice",
    doc="The two spellings of a class",
    how=HOW,
    source="data.quality",
    cost="cheap",
    job=CELLS,
)
def label_respelled_says(m: Measures) -> Measured:
    found = m.once(_spelled)
    if isinstance(found, Measured):
        return found
    return (
        Measured(f'"{found.rarer}" beside "{found.usual}"') if found.share else not_applicable("all are spelled alike")
    )


def as_numbers(table: Table, column: str, classes: list[str] | None) -> NDArray[np.float64] | None:
    """(rows,) the label as numbers: itself, or 1 for the last of two classes; None for words of more classes."""
    from mladvisor.tables.drift import spelled

    if classes is None:
        return table.numbers(column)
    if len(classes) != 2:
        return table.numbers(column) if table.kind(column) in ("numeric", "integer") else None
    codes, values = table.codes(column)
    lookup = np.array([*(float(spelled(v) == classes[1]) if spelled(v) in classes else np.nan for v in values), np.nan])
    numbers: NDArray[np.float64] = lookup[codes]
    return numbers


def _classes(m: Measures, table: Table, column: str) -> list[str] | None:
    """The classes of a label in a fixed order; None for an amount."""
    from mladvisor.tables.drift import spelled

    task = m.once(task_of_tables) or m.once(tables).task
    return None if task == "regression" else sorted({spelled(value) for value in table.codes(column).values})


def _turned(m: Measures) -> dict[str, tuple[Table, Turned]] | Measured:
    from mladvisor.tables.answers import LEAST_ROWS, MOST_COLUMNS, MOST_ROWS, Turned, correlation
    from mladvisor.tables.table import NUMBERS

    both, found = m.once(sides), m.once(_holding)
    if isinstance(both, Measured):
        return both
    if isinstance(found, Measured):
        return found
    (train, others), (label, holding) = both, found
    if "train" not in holding:
        return unknown("there is no training table with the label", "not-logged")
    classes = _classes(m, train, label)
    here = train.sample(MOST_ROWS)
    y = as_numbers(train, label, classes)
    if y is None:
        return not_applicable("the label is neither a number nor one of two classes")
    worst: dict[str, tuple[Table, Turned]] = {}
    for other in (each for each in others if label in each and each.rows >= LEAST_ROWS):
        there = other.sample(MOST_ROWS)
        asked = as_numbers(other, label, classes)
        if asked is None:
            continue
        columns = [c for c in train.columns if c != label and c in other]
        numbers = [c for c in columns if train.kind(c) in NUMBERS and other.kind(c) in NUMBERS]
        for column in numbers[:MOST_COLUMNS]:
            before = correlation(train.numbers(column)[here], y[here])
            now = correlation(other.numbers(column)[there], asked[there])
            one = Turned(before, now, (len(here), len(there)))
            if column not in worst or one.sure > worst[column][1].sure:
                worst[column] = (other, one)
    return worst or unknown("no evaluation table holds the label and a column of numbers", "not-logged")


@feature(
    "column.signal_turned",
    each="column",
    unit="fraction",
    doc="How sure it is that a column goes together with the label in training and against it in an evaluation table: "
    "the smaller of both correlations less three standard errors; below 0 where the signs agree",
    how=PAIR,
    source="feat.correlation",
    cost="cheap",
    job=DRIFT,
)
def turned(m: Measures) -> Columns:
    found = m.once(_turned)
    if isinstance(found, Measured):
        return found
    return {column: Measured(one.sure, where=place(table, column)) for column, (table, one) in found.items()}


@feature(
    "column.signal_turned_says",
    type="choice",
    each="column",
    doc="The correlations with the label in the two tables",
    how=PAIR,
    source="feat.correlation",
    cost="cheap",
    job=DRIFT,
)
def turned_says(m: Measures) -> Columns:
    found = m.once(_turned)
    if isinstance(found, Measured):
        return found
    train = m.once(split_tables)["train"]
    return {
        column: Measured(f"{one.before:.2f} in {train.file}, {one.now:.2f} in {table.file}")
        for column, (table, one) in found.items()
        if one.sure > 0.0
    }


_OUTSIDE: dict[str, tuple[Callable[[NDArray[np.float64]], NDArray[np.bool_]], str]] = {
    "mape": (lambda values: np.asarray(values == 0), "zero"),
    "msle": (lambda values: np.asarray(values <= -1), "-1 or less"),
    "poisson": (lambda values: np.asarray(values < 0), "negative"),
}
"""Loss -> the targets that it cannot take: it divides by them, or takes their logarithm."""


@feature(
    "data.label_outside_loss",
    unit="fraction",
    doc="Share of the training labels that the configured loss cannot take: zeros, where it divides by them (MAPE),"
    " negative numbers, where it takes logarithms (MSLE, Poisson)",
    how=HOW,
    source="fig2.c",
    cost="cheap",
    job=CELLS,
)
def label_outside_loss(m: Measures) -> Measured:
    found, loss = m.once(_holding), m.one("config.loss")
    if isinstance(found, Measured):
        return found
    if not loss.known:
        return loss
    column, holding = found
    if loss.value not in _OUTSIDE or "train" not in holding:
        return not_applicable(f"a loss of {loss.value} takes any number")
    outside, says = _OUTSIDE[str(loss.value)]
    values = holding["train"].numbers(column)
    values = values[np.isfinite(values)]
    if not len(values):
        return not_applicable("the label is no number")
    return Measured(float(outside(values).mean()), note=says, where=place(holding["train"], column))


@feature(
    "data.label_outside_says", type="choice", doc="Which these are", how=HOW, source="fig2.c", cost="cheap", job=CELLS
)
def label_outside_says(m: Measures) -> Measured | None:
    found = m.one("data.label_outside_loss")
    return Measured(found.note) if found.known and found.note else None
