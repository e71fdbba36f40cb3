"""Losses that pandas wrote as blank cells: `DataFrame(history).to_csv()` writes NaN as nothing at all.

A blank cell is "not logged here" as a rule. It is NaN where no loss of the table has a value from some row to the last
one, though the rows go on, and each metric that they hold stands still, as the answers of a broken model do; or where
the norm of the gradient ends with the loss, and the rows go on for long; or the last loss is infinite; or where all
that judges the model, two columns at least, ends with the loss, while a rate or a time is written on and on; or where
rows after the last loss hold a count and nothing else (Lightning's, of single steps): a row is written for a value.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mladvisor.runs.readers.cells import Column, Table
from mladvisor.runs.roles import Columns

_LEAST = 2  # rows without a loss: one may be a summary
_LEAST_HOLLOW = 3  # rows that hold nothing but their count
_MANY = 5  # rows without a loss and a gradient, where no metric says that the model is broken
_OF_A_MODEL = ("loss", "metric", "reward", "gradient-norm")
_NOISE = 1e-6  # of a value, by which means of the same answers over batches differ


def spell_out(names: list[str], table: Table, columns: Columns) -> list[str]:
    """Put NaN into the blank ends of the losses of a table; returns the names of the columns that were filled."""
    rows = len(table.lines)
    kinds = {at: columns.meaning(name).kind for at, name in enumerate(names) if name}
    losses = {at: table.columns[at] for at, kind in kinds.items() if kind == "loss"}
    whole = {at: column for at, column in losses.items() if column is not None}
    if not whole or len(whole) < len(losses):
        return []
    ends = {at: _end(column) for at, column in whole.items()}
    if any(end is None for end in ends.values()):
        return _left_alone(names, table, columns, whole)
    last = max(end for end in ends.values() if end is not None)
    if rows - last < _LEAST:
        return []
    hollow = _hollow(names, table, columns)
    if len(hollow) >= _LEAST_HOLLOW and hollow[0] >= last:
        return _spell_in(names, table, [at for at in whole if ends[at]] or list(whole), hollow)
    others = [table.columns[at] for at, kind in kinds.items() if kind in ("metric", "reward")]
    parts = [_from(column, last, rows) for column in others if column is not None]
    gradients = {at: table.columns[at] for at, kind in kinds.items() if kind == "gradient-norm"}
    if not all(_still(part) for part in parts):
        return []
    told = any(len(part) >= _LEAST for part in parts) or _ends_infinite(whole, last, rows)
    silent = _all_fall_silent(names, table, kinds, columns, last)
    if not told and not silent and not _go_too(gradients, last, rows):
        return []
    if last == 0 and not silent and not any(len(part) > _LEAST for part in parts):
        return []  # a loss that was never logged
    ended = (last, last - 1)  # the step before a loss overflows has no finite gradient already
    meant = [at for at, end in ends.items() if end or last < _LEAST]  # a validation that is never done has no end
    filled = [*meant, *(at for at, column in gradients.items() if column is not None and _end(column) in ended)]
    for at in filled:
        column = table.columns[at]
        if column is not None:
            values = np.full(rows, np.nan)
            values[: len(column.values)] = column.values
            table.columns[at] = Column(values, None)
    return [names[at] for at in filled]


def _left_alone(names: list[str], table: Table, columns: Columns, losses: Mapping[int, Column]) -> list[str]:
    """Put NaN where the companions of each loss go on without it; nothing unless all losses are left so at the end."""
    counts = [at for at, name in enumerate(names) if name and columns.x_kind(name) is not None]
    held = np.zeros((len(table.lines), len(names)), dtype=bool)
    for at, column in enumerate(table.columns):
        if column is not None and at not in counts:
            held[slice(None) if column.at is None else column.at, at] = True
    alone: dict[int, np.ndarray] = {}
    for at in losses:
        rows = np.flatnonzero(held[:, at])
        if len(rows) < _LEAST:
            return []
        before, after = held[: rows[-1] + 1], held[rows[-1] + 1 :]
        with_it = [one for one in range(len(names)) if one != at and (before[:, one] == before[:, at]).all()]
        left = after[:, with_it].all(axis=1) if with_it else ~after.any(axis=1)
        alone[at] = rows[-1] + 1 + np.flatnonzero(left)
    if not all(len(rows) for rows in alone.values()) or sum(map(len, alone.values())) < _LEAST_HOLLOW:
        return []
    return [name for at, rows in alone.items() for name in _spell_in(names, table, [at], rows)]


def _all_fall_silent(names: list[str], table: Table, kinds: Mapping[int, str], columns: Columns, last: int) -> bool:
    """No loss and no metric has a value from a row on, or has any, and something that judges nothing goes on.

    Of one column alone the logging may have ended, unless its last value was none to end with and many rows follow; of
    several one cause is left, as a broken model gives none of them.
    Columns that never held a value where others did were not meant to (no validation is done). A rate may be written
    for the epochs to come of a run that stopped early: it counts where the loss went from the first rows on, or had not
    come down.
    """
    rows = len(table.lines)
    if rows - last < _LEAST_HOLLOW or (last == 1 and any((columns.x_kind(one) or ("",))[0] == "step" for one in names)):
        return False  # of steps the first may be the only one that is looked at in a while
    judged = {at: table.columns[at] for at, kind in kinds.items() if kind in _OF_A_MODEL}
    held = [at for at, column in judged.items() if column is not None and _end(column) == last]
    if (len(held) < 2 and not (last and rows - last >= _MANY)) or any(
        column is not None and _end(column) not in (0, last) for column in judged.values()
    ):
        return False
    going = [
        kinds[at]
        for at, column in enumerate(table.columns)
        if column is not None and at in kinds and at not in judged and columns.x_kind(names[at]) is None
        and len(_from(column, last, rows)) == rows - last
    ]  # fmt: skip
    falling = [
        column.values[-1] < column.values[0]
        for at in held
        if kinds[at] == "loss" and (column := table.columns[at]) is not None and last > 2
    ]
    alone = len(held) < 2
    return bool(set(going) - {"learning-rate"} and not alone) or bool(going and not any(falling))


def _hollow(names: list[str], table: Table, columns: Columns) -> np.ndarray:
    """The rows that hold what counts them and nothing else."""
    held = np.zeros(len(table.lines), dtype=bool)
    counted = False
    for name, column in zip(names, table.columns, strict=True):
        if columns.x_kind(name) is not None:
            counted = True
        elif column is None or column.at is None:  # text, or a value in each row
            return np.array([], dtype=np.int64)
        else:
            held[column.at] = True
    return np.flatnonzero(~held) if counted else np.array([], dtype=np.int64)


def _spell_in(names: list[str], table: Table, which: list[int], rows: np.ndarray) -> list[str]:
    """Put NaN into the given rows of columns that have no value from there on."""
    for at in which:
        column = table.columns[at]
        if column is not None:
            own = np.arange(len(column.values)) if column.at is None else column.at
            values = np.concatenate([column.values, np.full(len(rows), np.nan)])
            table.columns[at] = Column(values, np.concatenate([own, rows]))
    return [names[at] for at in which]


def _ends_infinite(losses: dict[int, Column], last: int, rows: int) -> bool:
    """The last value of a loss is infinite: what comes after it can be no number."""
    ends = [column.values[-1] for column in losses.values() if last and len(column.values) == last]
    return rows - last >= _LEAST and any(np.isinf(end) for end in ends)


def _go_too(gradients: dict[int, Column | None], last: int, rows: int) -> bool:
    """The norm of the gradient ends where the losses do, long before the rows do."""
    ends = {_end(column) for column in gradients.values() if column is not None}
    return ends == {last} and last > 0 and rows - last >= _MANY


def _end(column: Column) -> int | None:
    """How many rows hold a value, all of them at the beginning; None where the column has gaps."""
    number = len(column.values)
    if column.at is not None and number and int(column.at[-1]) != number - 1:
        return None
    return number


def _from(column: Column, first: int, rows: int) -> np.ndarray:
    """The values from a row on; all of them, or none, are expected."""
    at = np.arange(rows) if column.at is None else column.at
    return np.asarray(column.values[at >= first])


def _still(values: np.ndarray) -> bool:
    """Nothing is there, or nothing changes: of three rows after the first, within which the model may break."""
    if len(values) > _LEAST:
        values = values[1:]
    finite = np.isfinite(values)
    if not finite.any():
        return True
    return bool(finite.all()) and bool((np.abs(values - values[0]) <= _NOISE * abs(values[0])).all())
