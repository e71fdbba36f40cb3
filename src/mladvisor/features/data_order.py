"""In which order the rows of the tables stand: by date on both sides of a split, as a series, and by their label."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_splits import sides
from mladvisor.features.data_tables import place, split_tables, tables
from mladvisor.features.measured import Measured, unknown
from mladvisor.features.work import job

ORDER = job("order", "looking at the order of rows, dates and entities", nanoseconds=15)

Columns = dict[str, Measured] | Measured


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
    return _label_runs(m, "train")


@feature(
    "data.validation_label_runs",
    unit="fraction",
    doc="How alike the labels of neighbouring validation rows are, beyond chance: 0 after a shuffle, 1 when sorted;"
    " batches of a sorted table hold one class each",
    how="put val.csv beside the log, its rows as they are judged",
    source="fig5.b",
    cost="cheap",
    job=ORDER,
)
def validation_label_runs(m: Measures) -> Measured:
    return _label_runs(m, "val")


def _label_runs(m: Measures, split: str) -> Measured:
    from mladvisor.tables.order import label_runs as runs_of

    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    rows, column = splits.get(split), m.once(tables).label_column
    if rows is None or column is None or column not in rows:
        called = {"train": "training", "val": "validation"}[split]
        return unknown(f"the {called} table or its label is not known", "not-logged")
    if rows.share < 1.0:
        return unknown(f"{rows.file} was read in pieces only", "not-measured")
    found = runs_of(rows, column, classes=m.once(tables).task in ("binary", "multiclass"))
    if found is None:
        return unknown("too few rows, or a label that never changes", "too-few-points")
    return Measured(found.size, found.se, where=place(rows, column))
