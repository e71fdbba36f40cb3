"""In which order the rows that a model is judged on stand, as far as that matters to how it is judged."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_overlap import ORDER
from mladvisor.features.data_tables import place, split_tables, tables
from mladvisor.features.measured import Measured, unknown


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
    from mladvisor.tables.order import label_runs

    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    rows, column = splits.get("val"), m.once(tables).label_column
    if rows is None or column is None or column not in rows:
        return unknown("the validation table or its label is not known", "not-logged")
    if rows.share < 1.0:
        return unknown(f"{rows.file} was read in pieces only", "not-measured")
    found = label_runs(rows, column, classes=m.once(tables).task in ("binary", "multiclass"))
    if found is None:
        return unknown("too few rows, or a label that never changes", "too-few-points")
    return Measured(found.size, found.se, where=place(rows, column))
