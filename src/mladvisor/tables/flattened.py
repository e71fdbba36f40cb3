"""Engineered columns that are cut off where their raw column goes on: a limit in the wrong unit, or of other data."""

from __future__ import annotations

import numpy as np

from mladvisor.runs.word_sets import word_set
from mladvisor.tables.table import NUMBERS, Table

LEAST_ROWS = 30
STEPS = 0.5
"""Share of the different raw values that are different still: bins have fewer."""


_FORMS = word_set(
    "log log1p log10 log2 ln sqrt scaled std standardized standardised norm normalized normalised z minmax"
)
_MEANT = word_set("cap capped clip clipped winsor winsorized bin binned bucket band flag is has over above below")
"""Words of names of columns that are flat on purpose."""
_FROM_ABOVE_ZERO = word_set("log log1p log10 log2 ln sqrt")


def source_of(raw: Table, column: str) -> str | None:
    """The raw column that a column is another form of, by its name alone: "income", "log_income", "income_scaled"."""
    words = [word for word in column.lower().replace("-", "_").split("_") if word]
    if not _MEANT.isdisjoint(words):
        return None
    left = [word for word in words if word not in _FORMS]
    fit = [name for name in raw.columns if name.lower().replace("-", "_").split("_") == left]
    return fit[0] if len(fit) == 1 else None


def flattened(raw: Table, own: Table, column: str) -> float | None:
    """Share of the rows that lie at one end of a column, where the raw cells of these rows differ.

    Rows must stand beside each other. None where no raw column has its name, or the rest does not rise or fall with it.
    """
    source = source_of(raw, column)
    if source is None or raw.rows != own.rows or {raw.kind(source), own.kind(column)} - set(NUMBERS):
        return None
    x, y = raw.numbers(source), own.numbers(column)
    fine = np.isfinite(x) & np.isfinite(y)
    x, y = x[fine], y[fine]
    if len(x) < LEAST_ROWS or y.min() == y.max():
        return None
    shares = []
    bounded = not _FROM_ABOVE_ZERO.isdisjoint(column.lower().replace("-", "_").split("_"))
    for end in (y.min(), y.max()):
        flat = y == end
        if bounded and end == y.min():
            flat &= x > 1.0  # what has no logarithm must become something
        if not flat.any():
            shares.append(0.0)
            continue
        _, counts = np.unique(x[flat], return_counts=True)
        shares.append(float(flat.sum() - counts.max()) / len(y))  # one raw value may be as common
        if shares[-1] > 0.0:
            rest = y != end
            coarse = len(np.unique(y[rest])) < STEPS * len(np.unique(x[rest]))
            if rest.sum() < LEAST_ROWS or coarse or not _monotone(x[rest], y[rest]):
                return None
    return max(shares)


def _monotone(x: np.ndarray, y: np.ndarray) -> bool:
    order = np.argsort(x, kind="stable")
    steps = np.diff(y[order])
    slack = 1e-9 + 1e-3 * float(np.ptp(y))
    return bool((steps >= -slack).all() or (steps <= slack).all())
