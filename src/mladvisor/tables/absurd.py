"""Rows that stand many times in a table and look like no other: what a device that hangs, or a broken file, leaves."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mladvisor.tables.table import NUMBERS, Table

LEAST_COPIES = 4
MOST_SHARE = 0.1
"""Rows that are a larger part of the table are not told from the others by their range."""
MOST_GROUPS = 8
LEAST_COLUMNS = 2
LEAST_SHARE_OF_COLUMNS = 0.25
"""Share of the columns of numbers in which the row must lie outside the range of all others; a single extreme row that
was repeated on purpose does so in one or two."""


class Absurd(NamedTuple):
    """A row that is repeated and lies outside the range of all other rows.

    Attributes:
        rows: how many copies; 0 for none. first: row (from 0) of the first. neighbours: they stand one after another.
        columns: in how many columns it lies outside, of so many looked at (`of`). example: one of these columns, with
            its value and the range of the others.
    """

    rows: int = 0
    first: int = -1
    neighbours: bool = False
    columns: int = 0
    of: int = 0
    example: str = ""


def absurd_copies(table: Table, columns: list[str]) -> Absurd | None:
    """The most frequent row that is equal in all of `columns` and absurd; None with too few columns of numbers."""
    numbers = [column for column in columns if table.kind(column) in NUMBERS]
    if len(numbers) < LEAST_COLUMNS or table.rows < 20:
        return None
    _, inverse, counts = np.unique(table.hashes(columns), return_inverse=True, return_counts=True)
    often = np.flatnonzero((counts >= LEAST_COPIES) & (counts <= MOST_SHARE * table.rows))
    often = often[np.argsort(-counts[often], kind="stable")][:MOST_GROUPS]
    if not len(often):
        return Absurd()
    least = max(LEAST_COLUMNS, LEAST_SHARE_OF_COLUMNS * len(numbers))
    cells = {column: table.numbers(column) for column in numbers}
    suspect = np.isin(inverse, often)
    for group in often.tolist():
        copies = np.flatnonzero(inverse == group)
        outside, example = 0, ""
        for column, all_ in cells.items():
            here, rest = float(all_[copies[0]]), all_[~suspect]
            rest = rest[np.isfinite(rest)]
            if len(rest) and np.isfinite(here) and not rest.min() <= here <= rest.max():
                outside += 1
                example = example or f"{column} = {here:.4g}, others {rest.min():.4g} to {rest.max():.4g}"
        if outside >= least:
            together = int(copies[-1] - copies[0]) + 1 == len(copies)
            return Absurd(len(copies), int(copies[0]), together, outside, len(numbers), example)
    return Absurd()
