"""The tables against the feature dictionary (`schema.yaml`), and against each other where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_tables import line, place, split_tables, tables
from mladvisor.features.made_names import LEAST_SCALED, columns_of, is_standardised
from mladvisor.features.measured import Measured, unknown
from mladvisor.features.work import job
from mladvisor.tables.left_out import listed_features

if TYPE_CHECKING:
    from mladvisor.tables.schema import Schema
    from mladvisor.tables.table import Table
    from mladvisor.tables.validate import Violation

SCHEMA = job("schema", "checking the tables with schema.yaml", nanoseconds=80, needs="schema")
LEAST_LISTED = 0.5
"""Share of the listed features that must be columns of the tables for the list to speak of them."""
SCHEMA_HOW = "write a schema.yaml from trusted data (mladvisor schema infer) and put it beside the tables"

Columns = dict[str, Measured] | Measured


def broken(m: Measures) -> dict[str, list[Violation]] | Measured:
    """Column -> its violations in all tables, for every column of dictionary and tables; empty where it is kept."""
    from mladvisor.tables.validate import violations

    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    schema = m.once(tables).schema
    if schema is None:
        return unknown(m.once(tables).errors.get("schema", SCHEMA_HOW), "not-logged")
    columns = [*(expected.name for expected in schema.features), *m.once(tables).columns]
    found: dict[str, list[Violation]] = {column: [] for column in columns}
    for table in splits.values():
        if _in_other_units(table, schema):
            continue
        for violation in violations(table, schema, m.once(tables).label_column):
            found[violation.column].append(violation)
    return found


def _in_other_units(table: Table, schema: Schema) -> bool:
    """The table holds the prepared features: most columns are standardised, and the dictionary is about them as they
    were before, for it allows less than half of them to be below its least value."""
    columns = columns_of(table, schema.label)
    if not is_standardised(columns):
        return False
    least = [(each, schema.get(name)) for name, each in columns.items() if each.standardised]
    told = [(each, found.min) for each, found in least if found is not None and isinstance(found.min, int | float)]
    return len(told) >= LEAST_SCALED and 2 * sum(each.low < low for each, low in told) > len(told)


def _share(m: Measures, fault: str) -> Columns:
    """The largest share of each column's cells that break the dictionary in one way."""
    found = m.once(broken)
    if isinstance(found, Measured):
        return found
    result = {}
    for column, all_ in found.items():
        worst = max((one for one in all_ if one.fault == fault), key=lambda one: one.share, default=None)
        if worst is None:
            result[column] = Measured(0.0)
        else:
            table = m.once(tables).get(worst.table)
            where = place(table, column, line(table, worst.first)) if table is not None else None
            result[column] = Measured(worst.share, note=worst.text, where=where)
    return result


def _declare(name: str, fault: str, doc: str, source: str) -> None:
    @feature(
        f"column.schema.{name}",
        each="column",
        unit="fraction",
        doc=doc,
        how=SCHEMA_HOW,
        source=source,
        cost="cheap",
        job=SCHEMA,
    )
    def measure(m: Measures) -> Columns:
        return _share(m, fault)


_declare(
    "missing",
    "missing",
    "1 where a column that the dictionary requires is absent or empty",
    "test.missing-inputs",
)
_declare("unexpected", "unexpected", "1 where a column is not in the dictionary, else 0", "data.schema")
_declare("type_share", "type", "Share of the filled cells that are not of the dictionary's type", "data.schema")
_declare("range_share", "range", "Share of the cells outside the dictionary's range", "data.schema")
_declare("vocabulary_share", "vocabulary", "Share of the cells outside the dictionary's vocabulary", "data.schema")
_declare("blank_share", "blank", "Share of blank cells where the dictionary allows none", "data.schema")
_declare(
    "unit", "unit", "1 where the median differs from the dictionary's by the factor between two units", "data.schema"
)


@feature(
    "column.schema.says",
    type="choice",
    each="column",
    doc="What breaks the dictionary, in words, with an example and the line where it stands",
    how=SCHEMA_HOW,
    source="data.schema",
    cost="cheap",
    job=SCHEMA,
)
def says(m: Measures) -> Columns:
    found = m.once(broken)
    if isinstance(found, Measured):
        return found
    result = {}
    for column, all_ in found.items():
        if all_:
            worst = max(all_, key=lambda one: one.share)
            rows = f" ({worst.rows:,} rows, the first in line {worst.first + 2:,})" if worst.first >= 0 else ""
            result[column] = Measured(f"{worst.file}: {worst.text}{rows}")
    return result


@feature(
    "column.schema.range_says",
    type="choice",
    each="column",
    doc="A cell outside the dictionary's range, with the line of the first one",
    how=SCHEMA_HOW,
    source="data.schema",
    cost="cheap",
    job=SCHEMA,
)
def range_says(m: Measures) -> Columns:
    found = m.once(broken)
    if isinstance(found, Measured):
        return found
    result = {}
    for column, all_ in found.items():
        outside = [one for one in all_ if one.fault == "range"]
        if outside:
            worst = max(outside, key=lambda one: one.share)
            said = f"{worst.file}: {worst.text} ({worst.rows:,} rows, the first in line {worst.first + 2:,})"
            result[column] = Measured(said)
    return result


@feature(
    "column.listed_absent",
    type="flag",
    each="column",
    doc="The settings list the column as a feature, and no table has it, nor a column called after it; unknown where a "
    "script or a raw table may hold what it is made of",
    how="list the columns that the model gets as `features:` in the configuration, beside the tables",
    source="test.missing-inputs",
    cost="cheap",
)
def listed_absent(m: Measures) -> Columns:
    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    found = m.once(tables)
    listed = listed_features({key: setting.value for key, setting in m.run.config.items()})
    if m.run.script is not None or found.pairs or len(listed & set(found.columns)) < max(2, LEAST_LISTED * len(listed)):
        return unknown("the settings list no columns of the tables, or columns that are made of them", "no-config")
    table = next(iter(splits.values()))
    return {
        name: Measured(
            not any(name.lower() in column.lower() or column.lower() in name.lower() for column in found.columns),
            where=place(table),
        )
        for name in sorted(listed)
    }


@feature(
    "column.absent_in",
    type="choice",
    each="column",
    doc="The table that lacks a column which another split has; empty text where all have it. The label may be absent, "
    "and training may lack a column",
    how="put at least two of train.csv, val.csv, test.csv beside the log",
    source="data.engineered",
    cost="cheap",
)
def absent_in(m: Measures) -> Columns:
    splits = m.once(split_tables, 2)
    if isinstance(splits, Measured):
        return splits
    label = m.once(tables).label_column
    result = {}
    for column in m.once(tables).columns:
        if column != label:
            known = "train" not in splits or column in splits["train"]
            lacking = [table for table in splits.values() if known and column not in table]
            where = place(lacking[0] if lacking else next(iter(splits.values())), column)
            result[column] = Measured(lacking[0].file if lacking else "", where=where)
    return result


@feature(
    "column.surplus_in",
    type="choice",
    each="column",
    doc="The evaluation table that holds a column which training lacks; empty text where training has it",
    how="put at least two of train.csv, val.csv, test.csv beside the log",
    source="data.schema",
    cost="cheap",
)
def surplus_in(m: Measures) -> Columns:
    splits = m.once(split_tables, 2)
    if isinstance(splits, Measured):
        return splits
    train = splits.get("train")
    if train is None:
        return unknown("there is no training table (train.csv) to compare with", "not-logged")
    label = m.once(tables).label_column
    result = {}
    for column in m.once(tables).columns:
        if column != label:
            holding = [table for table in splits.values() if column in table and column not in train]
            result[column] = Measured(holding[0].file if holding else "", where=place((holding or [train])[0], column))
    return result
