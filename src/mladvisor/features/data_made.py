"""Columns that the training script makes of raw ones, worked out on the rows of the training table."""

from __future__ import annotations

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_tables import split_tables
from mladvisor.features.measured import Measured, Where
from mladvisor.features.work import job

LEAST_ROWS = 20
MADE = job("made", "working out the columns that the script makes", nanoseconds=120)

Columns = dict[str, Measured] | Measured


@feature(
    "column.made_constant",
    type="flag",
    each="column",
    doc="A column that the training script makes of raw ones (`df['band'] = df['km'] // 50`) comes out as a single value on "
    "the rows of the training table, where the raw ones vary",
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
