"""Hashes of rows, equal for equal rows of different tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from mladvisor.tables.table import Table

_MIX = np.uint64(0x9E3779B97F4A7C15)


def row_hashes(table: Table, columns: Sequence[str]) -> NDArray[np.uint64]:
    """(rows,) a 64-bit hash of the cells of `columns` in that order; blanks are equal to each other."""
    total = np.full(table.rows, np.uint64(len(columns)), dtype=np.uint64)
    with np.errstate(over="ignore"):
        for column in columns:
            total = (total ^ (total >> np.uint64(29))) * _MIX + column_hashes(table, column)
    return total ^ (total >> np.uint64(32))


def column_hashes(table: Table, column: str) -> NDArray[np.uint64]:
    """(rows,) hashes of the cells of one column; numbers by their value as float64, whatever their type."""
    import pandas as pd

    from mladvisor.tables.table import is_text

    series = table.series(column)
    if not is_text(series) and not isinstance(series.dtype, pd.CategoricalDtype):
        if pd.api.types.is_datetime64_any_dtype(series.dtype):
            return np.asarray(pd.util.hash_array(table.times(column)), dtype=np.uint64)
        numbers = table.numbers(column) + 0.0  # -0.0 and 0.0 are the same cell
        return np.asarray(pd.util.hash_array(numbers), dtype=np.uint64)
    codes, values = table.codes(column)
    words = np.array([*map(_word, values), ""], dtype=object)
    hashed = np.asarray(pd.util.hash_array(words, categorize=False), dtype=np.uint64)
    cells = [*map(_number, values), np.nan]  # "3" of a mixed column is the 3 of a numeric one; the last are blanks
    plain = [index for index, number in enumerate(cells) if number is not None]
    hashed[plain] = pd.util.hash_array(np.array([cells[index] for index in plain], dtype=np.float64))
    return hashed[codes]


def _word(value: object) -> str:
    return value.strip() if isinstance(value, str) else repr(value)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, str) and not _is_plain(value.strip().lstrip("+-")):
        return None  # 12e4 and 007 among words are names
    try:
        return float(value) + 0.0
    except OverflowError:  # a cell of hundreds of digits is a name of its own
        return None


def _is_plain(text: str) -> bool:
    whole, _, part = text.partition(".")
    return (whole == "0" or whole[:1] in set("123456789")) and (whole + part).isascii() and (whole + part).isdigit()
