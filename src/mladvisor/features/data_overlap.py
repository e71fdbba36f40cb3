"""Rows, entities and dates that stand on both sides of a split, and rows that stand twice in one table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_splits import HOW, sides
from mladvisor.features.data_tables import line, place, split_tables, tables
from mladvisor.features.measured import Measured, not_applicable, unknown
from mladvisor.features.work import job

if TYPE_CHECKING:
    from mladvisor.tables.overlap import Hashed, Repeated
    from mladvisor.tables.table import Table

ROWS = job("rows", "looking for rows that stand twice", nanoseconds=115)
NEARLY = job("near-rows", "looking for rows that nearly stand twice", nanoseconds=80)
ORDER = job("order", "looking at the order of rows, dates and entities", nanoseconds=15)

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


def _dates(m: Measures, what: str) -> Columns:
    from mladvisor.tables.order import as_date, dates

    both = m.once(sides)
    if isinstance(both, Measured):
        return both
    train, others = both
    result: dict[str, Measured] = {}
    most: dict[str, float] = {}
    for other in others:
        for column in train.columns:
            found = dates(train, other, column)
            if found is not None:
                value = float(getattr(found, what))
                # All that is told of a column is told of the table that overlaps most.
                if found.overlap > most.get(column, -1.0):
                    most[column] = found.overlap
                    error = (0.25 / train.rows + 0.25 / other.rows) ** 0.5 if what == "later" else 0.0
                    note = f"{train.file} ends {as_date(found.last)}, {other.file} begins {as_date(found.first)}"
                    result[column] = Measured(value, error, note=note, where=place(other, column))
    return result or unknown("no column of train and evaluation tables holds dates", "not-logged")


@feature(
    "column.date_overlap",
    each="column",
    unit="fraction",
    doc="Share of evaluation rows that are earlier than the last training row",
    how="keep the column with the date of each row in the tables",
    source="data.splits",
    cost="cheap",
    job=ORDER,
)
def date_overlap(m: Measures) -> Columns:
    return _dates(m, "overlap")


@feature(
    "column.date_later",
    each="column",
    unit="fraction",
    doc="Share of training rows that are earlier than the middle of the evaluation table: near 1 after a cut by time, "
    "0.5 after a random split",
    how="keep the column with the date of each row in the tables",
    source="data.splits",
    cost="cheap",
    job=ORDER,
)
def date_later(m: Measures) -> Columns:
    return _dates(m, "later")


@feature(
    "column.label_in_time",
    each="column",
    unit="fraction",
    doc="How alike the labels of training rows are that follow each other by date, beyond chance: 0 where the label "
    "does not depend on the time; less two standard errors",
    how="keep the column with the date of each row in the tables",
    source="+time",
    cost="cheap",
    job=ORDER,
)
def label_in_time(m: Measures) -> Columns:
    from mladvisor.tables.order import label_in_time as in_time

    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    train, label = splits.get("train"), m.once(tables).label_column
    if train is None or label is None or label not in train:
        return unknown("the training table or its label is not known", "not-logged")
    classes = m.once(tables).task in ("binary", "multiclass")
    result = {}
    for column in train.columns:
        if column != label and train.kind(column) == "datetime":
            found = in_time(train, label, column, classes=classes)
            if found is not None:
                result[column] = Measured(found.size - 2.0 * found.se, where=place(train, column))
    return result or unknown("no column of the training table holds dates", "not-logged")


@feature(
    "column.date_says",
    type="choice",
    each="column",
    doc="When training ends and the evaluation table begins, in words",
    how="keep the column with the date of each row in the tables",
    source="data.splits",
    cost="cheap",
    job=ORDER,
)
def date_says(m: Measures) -> Columns:
    found = m["column.date_overlap"]
    if isinstance(found, Measured):
        return found
    return {column: Measured(one.note) for column, one in found.items() if one.known}


@feature(
    "data.series",
    type="flag",
    doc="The rows of the training table are one series: by a column of dates each follows the one before, most by the"
    " same step, so that their order is a part of the data",
    how="keep the column with the date of each row in the tables",
    source="+time",
    cost="cheap",
    job=ORDER,
)
def series(m: Measures) -> Measured:
    from mladvisor.tables.order import is_series

    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    if "train" not in splits:
        return unknown("the training table is not known", "not-logged")
    return Measured(is_series(splits["train"]), where=place(splits["train"]))


@feature(
    "data.label_runs",
    unit="fraction",
    doc="How alike the labels of neighbouring training rows are, beyond chance: 0 after a shuffle, 1 when sorted",
    how="put train.csv beside the log",
    source="fig5.a",
    cost="cheap",
    job=ORDER,
)
def label_runs(m: Measures) -> Measured:
    from mladvisor.tables.order import label_runs as runs_of

    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    train, column = splits.get("train"), m.once(tables).label_column
    if train is None or column is None or column not in train:
        return unknown("the training table or its label is not known", "not-logged")
    if train.share < 1.0:
        return unknown(f"{train.file} was read in pieces only", "not-measured")
    found = runs_of(train, column, classes=m.once(tables).task in ("binary", "multiclass"))
    if found is None:
        return unknown("too few rows, or a label that never changes", "too-few-points")
    return Measured(found.size, found.se, where=place(train, column))
