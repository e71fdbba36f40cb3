"""Columns as the script will have them: those that it makes of raw ones, and numbers that it cannot read for a unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_tables import HOW, place, split_tables, worst
from mladvisor.features.measured import Measured, Where
from mladvisor.features.work import job

if TYPE_CHECKING:
    from mladvisor.tables.table import Table

LEAST_ROWS = 20
MADE = job("made", "working out the columns that the script makes", nanoseconds=120)

Columns = dict[str, Measured] | Measured


@feature(
    "column.made_constant",
    type="flag",
    each="column",
    doc="A column that the training script makes of raw ones (`df['band'] = df['km'] // 50`) comes out as one value "
    "on the rows of the training table, where the raw ones vary",
    how="put the training script and its table into the folder of the log",
    source="data.engineered",
    cost="cheap",
    job=MADE,
)
def made_constant(m: Measures) -> Columns | None:
    from mladvisor.tables.made import made_columns

    script, splits = m.run.script, m.once(split_tables)
    if script is None or isinstance(splits, Measured) or "train" not in splits:
        return None
    table = splits["train"]
    result = {}
    for one in made_columns(script.code.nodes, table):
        varies = all(len(table.codes(name).values) > 1 for name in one.sources)
        if not varies or len(one.values) < LEAST_ROWS or one.values.dtype == object:
            continue
        known = one.values[~np.isnan(one.values)]
        constant = len(known) == 0 or float(known.min()) == float(known.max())
        at = script.code.place(one.node)
        result[one.column] = Measured(constant, where=Where(at.file, one.column, rows=(at.row, at.row)))
    return result or None


@feature(
    "column.with_unit_share",
    each="column",
    unit="fraction",
    doc="Share of the filled cells that are a number with a unit ('46 mo') in a column where others are plain numbers, "
    "in the table where it is largest",
    how=HOW,
    source="data.schema",
    cost="cheap",
    job=MADE,
)
def with_unit_share(m: Measures) -> Columns:
    from mladvisor.tables.table import NUMBERS
    from mladvisor.tables.written_units import with_unit

    def share(table: Table, column: str) -> Measured:
        worded = table.kind(column) not in (*NUMBERS, "datetime", "identifier", "empty", "nested")
        found, said = with_unit(table, column) if worded else (0.0, "")
        return Measured(found, note=said, where=place(table, column))

    return worst(m, share)


@feature(
    "column.with_unit_example",
    type="choice",
    each="column",
    doc="A cell that is a number with a unit where others are plain numbers",
    how=HOW,
    source="data.schema",
    cost="cheap",
    job=MADE,
)
def with_unit_example(m: Measures) -> Columns:
    found = m.once(with_unit_share)
    if isinstance(found, Measured):
        return found
    return {column: Measured(one.note, where=one.where) for column, one in found.items()}
