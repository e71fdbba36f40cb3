"""Tables whose rows are windows that slide over one series: a row holds the values of the row before, moved by one."""

from __future__ import annotations

import numpy as np

from mladvisor.tables.table import NUMBERS, Table

_LEAST_COLUMNS, _LEAST_ROWS, _MOST_ROWS = 3, 20, 2_000
_ALIKE = 0.9  # of the rows: a series may have gaps, or several series stand below each other


def are_windows(table: Table) -> bool:
    """Consecutive rows overlap: most lags of a row stand one column further in the next row, or one column back.

    Such a table is in the order of time, and what is split from it by rows is split by time.
    """
    columns = [column for column in table.columns if table.kind(column) in NUMBERS]
    if len(columns) < _LEAST_COLUMNS or table.rows < _LEAST_ROWS:
        return False
    values = np.column_stack([table.numbers(column)[:_MOST_ROWS] for column in columns])
    moves = values[1:] != values[:-1]  # what stands still is equal to anything that is moved
    moving = moves.mean(axis=0) > 0.5
    for one, other in ((values[1:, :-1], values[:-1, 1:]), (values[1:, 1:], values[:-1, :-1])):
        alike = (one == other).mean(axis=0)
        lags = (alike >= _ALIKE) & moving[:-1] & moving[1:]
        if lags.sum() >= max(_LEAST_COLUMNS - 1, (len(columns) - 1) // 2):
            return True
    return False
