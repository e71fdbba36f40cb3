"""Rows and entities that stand on both sides of a split, and rows that stand twice in one table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_order import ORDER
from mladvisor.features.data_splits import HOW, sides
from mladvisor.features.data_tables import line, place, split_tables, tables
from mladvisor.features.measured import Measured, not_applicable, unknown
from mladvisor.features.work import job

if TYPE_CHECKING:
    from mladvisor.tables.overlap import Hashed, Repeated
    from mladvisor.tables.table import Table

ROWS = job("rows", "looking for rows that stand twice", nanoseconds=115)
NEARLY = job("near-rows", "looking for rows that nearly stand twice", nanoseconds=80)

Columns = dict[str, Measured] | Measured
Splits = dict[str, Measured] | Measured


def hashed(m: Measures) -> dict[str, Hashed] | Measured:
    """Split -> its rows as hashes over the columns that all splits share, keys left out."""
    from mladvisor.tables.overlap import Hashed, comparable

    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    columns = comparable(list(splits.values()))
    if len(columns) < 2:
        return not_applicable("the tables share fewer than two columns by which rows could be compared")
    return {name: Hashed(table, columns) for name, table in splits.items()}


_COARSE = not_applicable("the columns hold too few distinct values: rows are equal by chance")


def _measured(found: Repeated, table: Table) -> Measured:
    where = place(table, "", line(table, found.first)) if found.first >= 0 else place(table)
    return Measured(found.share, found.se, note=f"{found.rows:,} of {found.of:,} rows", where=where)


@feature(
    "split.duplicate_share",
    each="split",
    unit="fraction",
    doc="Share of the rows of a table that are equal to an earlier row in everything but keys, less what chance gives "
    "in a table of so few distinct values",
    how="put the data beside the log: train.csv, val.csv, test.csv (or .parquet)",
    source="data.quality",
    cost="cheap",
    job=ROWS,
)
def duplicate_share(m: Measures) -> Splits:
    from mladvisor.tables.overlap import repeated

    found = m.once(hashed)
    if isinstance(found, Measured):
        return found
    shares = {name: repeated(one) for name, one in found.items()}
    return {name: _measured(share, found[name].table) for name, share in shares.items() if share} or _COARSE


def _evaluation(m: Measures) -> tuple[Hashed, list[Hashed]] | Measured:
    both, found = m.once(sides), m.once(hashed)
    if isinstance(both, Measured):
        return both
    if isinstance(found, Measured):
        return found
    return found["train"], [found[table.name] for table in both[1]]


@feature(
    "split.copies_share",
    each="split",
    unit="fraction",
    doc="Share of the rows of an evaluation table that stand in the training table too, less what chance gives; keys "
    "are not compared",
    how=HOW,
    source="data.splits",
    cost="cheap",
    job=ROWS,
)
def copies_share(m: Measures) -> Splits:
    from mladvisor.tables.overlap import copied, copied_texts

    found = m.once(_evaluation)
    if isinstance(found, Measured):
        return found
    train, others = found
    shares = {}
    for other in others:
        rows, texts = copied(train, other), copied_texts(train.table, other.table)
        more = texts is not None and (rows is None or texts.share > rows.share)
        shares[other.table.name] = (texts if more else rows, other.table)
    return {name: _measured(share, table) for name, (share, table) in shares.items() if share} or _COARSE


@feature(
    "split.near_copies_share",
    each="split",
    unit="fraction",
    doc="Share of evaluation rows that are nearly a training row: every number within 0.1 standard deviations, all "
    "else equal, exact copies and what chance gives left out; tables with at least four columns of quantities",
    how=HOW,
    source="data.splits",
    cost="cheap",
    job=NEARLY,
)
def near_copies_share(m: Measures) -> Splits:
    from mladvisor.tables.near import nearly

    both = m.once(sides)
    if isinstance(both, Measured):
        return both
    train, others = both
    label = m.once(tables).label_column
    result = {}
    for other in others:
        near = nearly(train, other, leave_out=label)
        if near is not None:
            where = place(other, "", line(other, near.first)) if near.first >= 0 else place(other)
            result[other.name] = Measured(near.share, near.se if near.share else 0.0, where=where)
    return result or not_applicable("too few columns hold quantities: rows are nearly equal by chance")


@feature(
    "column.group_overlap",
    each="column",
    unit="fraction",
    doc="Share of evaluation rows whose entity (a key that several rows share: customer, patient, device) stands in "
    "training too",
    how="keep the column that names the entity (customer_id, patient_id, ...) in the tables",
    source="data.splits",
    cost="cheap",
    job=ORDER,
)
def group_overlap(m: Measures) -> Columns:
    from mladvisor.tables.overlap import shared_groups

    def shared(train: Table, other: Table, column: str) -> Measured | None:
        groups = shared_groups(train, other, column)
        if groups is None:
            return None
        note = f"{groups.entities:,} entities, such as {groups.example}" if groups.entities else ""
        return Measured(groups.share, note=note, where=place(other, column))

    return _largest(m, shared, "no column names an entity that several rows share")


@feature(
    "column.group_label",
    each="column",
    unit="fraction",
    doc="How alike the labels of training rows of one entity are (intraclass correlation): 1 where an entity has one "
    "label, 0 where its rows differ as any rows do",
    how="keep the column that names the entity (customer_id, patient_id, ...) in the tables",
    source="data.splits",
    cost="cheap",
    job=ORDER,
)
def group_label(m: Measures) -> Columns:
    from mladvisor.tables.entities import alike_within

    both, found, label = m.once(sides), m["column.group_overlap"], m.once(tables).label_column
    if isinstance(both, Measured) or isinstance(found, Measured):
        return both if isinstance(both, Measured) else found  # type: ignore[return-value]
    if label is None or label not in both[0]:
        return unknown("the training table or its label is not known", "not-logged")
    return {column: Measured(alike_within(both[0], label, column), where=place(both[0], column)) for column in found}


@feature(
    "column.group_person",
    each="column",
    type="flag",
    doc="The entity is a patient, speaker or test person by its name: models of people meet new ones",
    how="keep the column that names the entity (customer_id, patient_id, ...) in the tables",
    source="data.splits",
    cost="cheap",
    job=ORDER,
)
def group_person(m: Measures) -> Columns:
    from mladvisor.tables.kinds import named_like_person

    found = m["column.group_overlap"]
    if isinstance(found, Measured):
        return found
    return {column: Measured(named_like_person(column), where=each.where) for column, each in found.items()}


def _largest(m: Measures, share: Callable[[Table, Table, str], Measured | None], none: str) -> Columns:
    """For each column of training its largest share over the evaluation tables; `none` says why there is no column."""
    both = m.once(sides)
    if isinstance(both, Measured):
        return both
    train, others = both
    result: dict[str, Measured] = {}
    for other in others:
        for column in train.columns:
            found = share(train, other, column)
            if found is not None and (column not in result or found.value > result[column].value):  # type: ignore[operator]
                result[column] = found
    return result or unknown(none, "not-logged")


@feature(
    "column.key_overlap",
    each="column",
    unit="fraction",
    doc="Share of evaluation rows whose key, unique in training, stands in training too",
    how="keep the column that numbers the rows (id, ...) in the tables",
    source="data.splits",
    cost="cheap",
    job=ORDER,
)
def key_overlap(m: Measures) -> Columns:
    from mladvisor.tables.overlap import keys_repeat

    def repeated(train: Table, other: Table, column: str) -> Measured | None:
        share = keys_repeat(train, other, column)
        return None if share is None else Measured(share, where=place(other, column))

    return _largest(m, repeated, "no column numbers the rows")


@feature(
    "split.listed_in_training",
    each="split",
    unit="fraction",
    doc="Share of the examples of an evaluation list (files, or numbers of rows) that the list of training names, too; "
    "0 where each list was numbered on its own",
    how="put the lists of the examples of each split beside the log: splits/train.txt, splits/val.txt",
    source="data.splits",
    cost="cheap",
    job=ORDER,
)
def listed_in_training(m: Measures) -> Splits:
    from mladvisor.tables.listed import in_training

    both = m.once(sides)
    if isinstance(both, Measured):
        return both
    train, others = both
    shares = {other.name: (in_training(train, other), other) for other in others}
    found = {name: Measured(share, where=place(other)) for name, (share, other) in shares.items() if share is not None}
    return found or not_applicable("the splits are no lists of examples")
