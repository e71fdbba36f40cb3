"""The raw row of each engineered row: by the order of the rows, by a key, or by cells that both tables hold.

People keep one raw table beside several splits, and shuffle before they split. What was made of a row can be judged
beside that row alone, so tables whose rows cannot be told together are compared as wholes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from mladvisor.runs.data_names import is_made
from mladvisor.tables.table import Table

Rows = NDArray[np.int64]

ALL = 0.999
"""Share of the engineered rows that must have their raw row: a few may have been added or repaired by hand."""
KEPT = 0.95
"""Share of the values of a column that stand in the raw one, too, so that it was not transformed."""
LEAST_ROWS = 30


def pairs(
    splits: Mapping[str, Table], get: Callable[[str], Table | None], *, whole: bool
) -> dict[str, tuple[Table, Table]]:
    """Split -> (raw table, engineered table), row by row where rows can be told together.

    Args:
        splits: the engineered tables.
        get: gives the raw tables by their names.
        whole: there is one raw table, which may hold the rows of all splits. The rows of a split that cannot be told
            are taken for all of it where the only split, called made of others, has a row for each raw one: its label
            was taken from there so, too.
    """
    found: dict[str, tuple[Table, Table]] = {}
    for name, own in splits.items():
        raw = get("train_raw" if whole else f"{name}_raw")
        if raw is None:
            continue
        told = beside(raw, own) if raw.rows else None
        all_of_it = len(splits) == 1 and raw.rows == own.rows and is_made(own.file)
        if told is not None or not whole or all_of_it:
            found[name] = (told or raw, own)
    return found


def beside(raw: Table, own: Table) -> Table | None:
    """The raw rows of the engineered rows, in their order; None where they cannot be told.

    The raw table itself where it has as many rows in the same order.
    """
    if min(raw.share, own.share) < 1.0 or min(raw.rows, own.rows) < LEAST_ROWS:
        return None
    rows = _by_key(raw, own)
    if rows is None:
        rows = _by_cells(raw, own)
    if rows is None:
        return None
    if raw.rows == own.rows and bool((rows == np.arange(raw.rows)).all()):
        return raw
    return raw.part(raw.frame.iloc[rows])


def _by_key(raw: Table, own: Table) -> Rows | None:
    """A column without doubles in both tables, whose values in the one are among those in the other."""
    for column in own.columns:
        if column not in raw or own.kind(column) == "numeric" or own.missing(column).any():
            continue
        asked = own.hashes([column])
        if len(np.unique(asked)) == own.rows and (found := _found(raw.hashes([column]), asked)) is not None:
            return found
    return None


def _by_cells(raw: Table, own: Table) -> Rows | None:
    """Columns that were taken over as they are: rows in the same order, one after another, or different in these."""
    kept = [column for column in own.columns if column in raw and _is_kept(raw, own, column)]
    if not kept:
        return None
    known, asked = raw.hashes(kept), own.hashes(kept)
    if len(np.unique(asked)) < LEAST_ROWS:
        return None
    if own.rows > raw.rows:
        return None
    for first in np.flatnonzero(known[: raw.rows - own.rows + 1] == asked[0]):
        if float((known[first : first + own.rows] == asked).mean()) >= ALL:
            return np.arange(first, first + own.rows)
    return _found(known, asked) if len(np.unique(asked)) == own.rows else None


def _is_kept(raw: Table, own: Table, column: str) -> bool:
    values = np.unique(own.hashes([column]))
    return float(np.isin(values, raw.hashes([column])).mean()) >= KEPT


def _found(known: NDArray[np.uint64], asked: NDArray[np.uint64]) -> Rows | None:
    """The one place of each value; None where some value has none, or several."""
    order = np.argsort(known, kind="stable")
    at = np.searchsorted(known[order], asked)
    inside = at < len(known)
    place = order[np.minimum(at, len(known) - 1)]
    there = inside & (known[place] == asked)
    after = np.searchsorted(known[order], asked, side="right")
    return place.astype(np.int64) if bool(there.all()) and bool((after - at == 1).all()) else None
