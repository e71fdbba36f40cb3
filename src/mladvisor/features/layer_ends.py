"""How many outputs of a bounded activation lie at its ends, estimated from their mean and spread alone.

Logs of layers hold means and spreads more often than shares. Outputs between -1 and 1 whose mean square is near 1 lie
at the ends, and hardly in the middle: how many do is read off for inputs normal around zero, as they are about.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from mladvisor.runs.log_table import LogTable

_RANGES = {
    "tanh": (-1.0, 1.0),
    "hardtanh": (-1.0, 1.0),
    "softsign": (-1.0, 1.0),
    "sigmoid": (0.0, 1.0),
    "hardsigmoid": (0.0, 1.0),
}
_END = 0.98
"""Where the ends of a range from -1 to 1 begin: a hundredth of it from either, as the probes count."""


@cache
def _by_square() -> tuple[np.ndarray, np.ndarray]:
    """Mean squares of tanh, and the share of its outputs at the ends, for normal inputs of ever more spread."""
    z = np.linspace(-6, 6, 1201)
    weights = np.exp(-z * z / 2)
    weights /= weights.sum()
    outputs = np.tanh(np.outer(np.logspace(-1, 2.5, 120), z))
    return (outputs**2) @ weights, (np.abs(outputs) > _END) @ weights


def with_ends(table: LogTable, activations: Sequence[str | None]) -> LogTable:
    """The table with `saturated_share`, where it has none and means and spreads of bounded activations.

    Args:
        activations: of each row's layer, where it is known; rows that are not of outputs have none.
    """
    known = np.array([each in _RANGES for each in activations])
    if "saturated_share" in table or "mean" not in table or "std" not in table or not known.any():
        return table
    ranges = [_RANGES.get(each or "", (-1.0, 1.0)) for each in activations]
    middle = np.array([(low + high) / 2 for low, high in ranges])
    half = np.array([(high - low) / 2 for low, high in ranges])
    square = ((table.numbers("mean") - middle) / half) ** 2 + (table.numbers("std") / half) ** 2
    share = np.interp(square, *_by_square())
    known &= square <= 1.001  # beyond its range it is not what it is called; NaN is not, either
    cells: list[object] = [float(each) if one else "" for each, one in zip(share, known, strict=True)]
    names = [*table.names, "saturated_share"]
    found = LogTable(table.file, names, [*(table.texts(name) for name in table.names), cells], table.rows)
    found.notes, found.lines, found.files = table.notes, table.lines, table.files
    return found
