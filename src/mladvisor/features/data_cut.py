"""What changes in a table where the script cuts it as it lies, beside what changes within the first part anyway."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_splits import DRIFT
from mladvisor.features.data_tables import place, tables
from mladvisor.features.measured import Measured, unknown

if TYPE_CHECKING:
    from numpy.typing import NDArray

PARTS = 5
LEAST_ROWS = 200
_TWICE = 2.0
"""A trend goes on: the later rows lie about as far again from the first ones as parts of those from each other."""


@feature(
    "column.shift_at_cut",
    each="column",
    unit="standard deviations",
    doc="How far the median moves from the rows before the script's cut to those after it, less twice what it moves"
    " between fifths of the first rows; of a table that the script cuts in two as it lies",
    how="put the training script and its table into the folder of the log",
    source="data.splits",
    cost="cheap",
    job=DRIFT,
)
def shift_at_cut(m: Measures) -> dict[str, Measured] | Measured:
    from mladvisor.features.code_cut import cut_share
    from mladvisor.tables.table import NUMBERS

    found = m.once(tables)
    table = found.get("train")
    if m.run.script is None or table is None or len(found.splits) > 1:
        return unknown("put the training script and the one table that it cuts into the folder of the log")
    told = cut_share(m.run.script.code)
    if told is None or table.rows < LEAST_ROWS:
        return unknown("")
    at = round(told[0] * table.rows)
    # Rows that are sorted by what is to be learned are another fault; in a series that is the series itself.
    aside = None if m.value("data.series") else found.label_column
    return {
        column: Measured(size, where=place(table, column))
        for column in table.columns
        if table.kind(column) in NUMBERS and column != aside and (size := _shift(table.numbers(column), at)) is not None
    }


def _shift(values: NDArray[np.float64], at: int) -> float | None:
    before, after = (part[np.isfinite(part)] for part in (values[:at], values[at:]))
    if len(before) < LEAST_ROWS / 2 or len(after) < LEAST_ROWS / PARTS / 2:
        return None
    spread = float(before.std())
    if spread <= 0:
        return None
    middle = float(np.median(before))
    within = [abs(float(np.median(part)) - middle) for part in np.array_split(before, PARTS)]
    return max(0.0, abs(float(np.median(after)) - middle) - _TWICE * max(within)) / spread
