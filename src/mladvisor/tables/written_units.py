"""Numbers of one column that are written with a unit in some cells and without in others: "46", "12 mo"."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from mladvisor.tables.table import Table

MOST_VALUES = 20_000
_NUMBER = r"[-+]?\d[\d.,' ]*"
_PLAIN = re.compile(rf"^\s*{_NUMBER}(?:e[-+]?\d+)?\s*$", re.IGNORECASE)
_UNIT = re.compile(
    rf"^\s*(?:([€$£¥])\s*{_NUMBER}|{_NUMBER}\s*([^\W\d_]{{1,8}}|%|°[CF]|[€$£¥]|[^\W\d_]{{1,4}}/[^\W\d_]{{1,4}}))\s*$"
)
_ONE = 0.9
"""Share of the cells with a unit that have the commonest: of "12a" and "12b" the letter is no unit."""
_ALL = 0.98
"""Share of the cells that are numbers, with a unit or without."""


class WithUnit(NamedTuple):
    """Share of the filled cells that have a unit behind (or before) the number where others have none; an example."""

    share: float
    example: str = ""


def with_unit(table: Table, column: str) -> WithUnit:
    """0 where all cells, or none, have a unit, and where the cells are no numbers with one and the same unit."""
    codes, values = table.codes(column)
    if not len(values) or len(values) > MOST_VALUES or not any(isinstance(value, str) for value in values):
        return WithUnit(0.0)
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    plain, units, example = 0, dict[str, int](), ""
    for value, rows in zip(values, counts.tolist(), strict=True):
        text = str(value)[:40]
        if _PLAIN.match(text):
            plain += rows
        elif found := _UNIT.match(text):
            unit = (found[1] or found[2]).lower()
            units[unit] = units.get(unit, 0) + rows
            example = example or text.strip()
    filled, among = int(counts.sum()), sum(units.values())
    if not plain or not among or plain + among < _ALL * filled or max(units.values()) < _ONE * among:
        return WithUnit(0.0)
    return WithUnit(among / filled, example)
