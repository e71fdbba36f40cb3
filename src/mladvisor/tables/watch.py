"""The tables of several runs one after the other: what each holds, how its training table differs from the last, and
how its splits differ from each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from mladvisor.tables.collection import Tables
from mladvisor.tables.drift import compare, compare_label
from mladvisor.tables.overlap import Hashed, comparable, copied
from mladvisor.tables.statistics import q_values
from mladvisor.tables.table import Table

SURE = 0.001


class Moved(msgspec.Struct, frozen=True):
    """A column of the training table that differs from that of the run before.

    Attributes:
        size: KS distance, or share of rows that would have to change category; se: its standard error.
        q: Benjamini-Hochberg over the columns of this pair of runs.
        says: what differs most, in words.
    """

    column: str
    size: float
    se: float
    q: float
    says: str


class Compared(msgspec.Struct):
    """An evaluation table beside the training table of the same run.

    Attributes:
        label: how the label differs; None without a label.
        moved: columns that surely differ, the largest difference first.
        copies: share of the rows that are copies of training rows, beyond chance; None where that cannot be told.
    """

    label: Moved | None = None
    moved: list[Moved] = []
    copies: float | None = None


class Watched(msgspec.Struct):
    """One run among several.

    Attributes:
        rows: rows of each split.
        splits: val and test, each compared with the training table of this run.
        added, removed: columns that the training table has or lacks against the run before.
        label: how the label differs from the run before; None for the first run, or without a label.
        moved: columns that surely differ from the run before, the largest difference first.
    """

    run: str
    rows: dict[str, int]
    added: list[str] = []
    removed: list[str] = []
    label: Moved | None = None
    moved: list[Moved] = []
    splits: dict[str, Compared] = {}


def watch(runs: Iterable[tuple[str, Tables]]) -> Iterator[Watched]:
    """Each run that has a training table, in the order given; the label is judged apart from the features."""
    before: tuple[Table, Tables] | None = None
    for name, tables in runs:
        splits = tables.splits
        train = splits.get("train")
        if train is None:
            continue
        watched = Watched(name, {split: table.rows for split, table in splits.items()})
        watched.splits = {
            split: _compared(train, table, tables) for split, table in splits.items() if table is not train
        }
        if before is not None:
            old = before[0]
            watched.added = [column for column in train.columns if column not in old]
            watched.removed = [column for column in old.columns if column not in train]
            watched.label = _label(old, train, tables)
            watched.moved = _moved(old, train, tables.label_column)
        yield watched
        before = train, tables


def _compared(train: Table, other: Table, tables: Tables) -> Compared:
    both = [train, other]
    columns = comparable(both)
    copies = copied(*(Hashed(table, columns) for table in both)) if columns else None
    return Compared(
        _label(train, other, tables),
        _moved(train, other, tables.label_column),
        None if copies is None else copies.share,
    )


def _label(old: Table, new: Table, tables: Tables) -> Moved | None:
    column = tables.label_column
    if column is None or column not in old or column not in new:
        return None
    drift = compare_label(old, new, column, classes=tables.task in ("binary", "multiclass"))
    if drift is None:
        return None
    return Moved(column, drift.effect.size, drift.effect.se, drift.effect.p, drift.lead)


def _moved(old: Table, new: Table, label: str | None) -> list[Moved]:
    drifts = {column: compare(old, new, column) for column in new.columns if column in old and column != label}
    known = {column: drift for column, drift in drifts.items() if drift is not None}
    q = q_values([drift.effect.p for drift in known.values()])
    moved = [
        Moved(column, drift.effect.size, drift.effect.se, value, drift.lead)
        for (column, drift), value in zip(known.items(), q, strict=True)
        if value < SURE
    ]
    return sorted(moved, key=lambda one: -one.size)
