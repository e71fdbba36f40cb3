"""Columns of a quantity in the units that their names say: `tenure_years` beside the raw `tenure_months`."""

from __future__ import annotations

from math import log
from typing import NamedTuple

import numpy as np

from mladvisor.tables.table import NUMBERS, Table

NEAR = 0.1
"""Logarithm: months are not all of one length, and 365 days make a year to many."""
ONE_FACTOR = 0.02
"""Spread of the logarithm of the ratio: both columns are rounded."""
LEAST_ROWS = 30
_UNITS: tuple[dict[str, float], ...] = (
    {
        "ms": 1e-3, "sec": 1.0, "secs": 1.0, "second": 1.0, "seconds": 1.0, "min": 60.0, "mins": 60.0, "minute": 60.0,
        "minutes": 60.0, "hour": 3600.0, "hours": 3600.0, "hrs": 3600.0, "day": 86400.0, "days": 86400.0,
        "week": 604800.0, "weeks": 604800.0, "month": 2.63e6, "months": 2.63e6, "year": 3.156e7, "years": 3.156e7,
        "yrs": 3.156e7,
    },
    {
        "mm": 1e-3, "cm": 1e-2, "m": 1.0, "metres": 1.0, "meters": 1.0, "km": 1e3, "mi": 1609.344, "miles": 1609.344,
        "ft": 0.3048, "feet": 0.3048, "inch": 0.0254, "inches": 0.0254,
    },
    {"mg": 1e-3, "g": 1.0, "gram": 1.0, "grams": 1.0, "kg": 1e3, "lb": 453.592, "lbs": 453.592, "oz": 28.3495},
    {"cent": 1.0, "cents": 1.0, "eur": 100.0, "usd": 100.0, "dollars": 100.0, "euros": 100.0, "gbp": 100.0},
)  # fmt: skip
"""Unit -> its size; units of one group can be turned into each other."""


class Misnamed(NamedTuple):
    """An engineered column that is a raw one times another factor than the units in their names say."""

    source: str
    factor: float
    wanted: float


def misnamed(raw: Table, own: Table, column: str) -> Misnamed | None:
    """None where names say no units, or the columns, row beside row, are no multiple of each other."""
    mine = _unit(column)
    if mine is None or column in raw or raw.rows != own.rows or own.kind(column) not in NUMBERS:
        return None
    for source in raw.columns:
        other = _unit(source)
        if other is None or other[0] != mine[0] or other[1] != mine[1] or raw.kind(source) not in NUMBERS:
            continue
        factor = _factor(raw.numbers(source), own.numbers(column))
        wanted = other[2] / mine[2]
        if factor is not None and wanted != 1.0 and abs(log(factor / wanted)) > NEAR:
            return Misnamed(source, factor, wanted)
    return None


def _unit(name: str) -> tuple[str, int, float] | None:
    """What is measured, in which group of units, and the size of the unit: the last word of the name."""
    rest, _, last = name.lower().replace("-", "_").rpartition("_")
    for group, units in enumerate(_UNITS):
        if rest and last in units:
            return rest, group, units[last]
    return None


def _factor(x: np.ndarray, y: np.ndarray) -> float | None:
    fine = np.isfinite(x) & np.isfinite(y) & (x > 0.0) & (y > 0.0)
    fine &= x >= np.quantile(x[fine], 0.25) if fine.any() else fine  # of small ones rounding takes most
    if fine.sum() < LEAST_ROWS:
        return None
    ratio = np.log(y[fine] / x[fine])
    low, middle, high = np.quantile(ratio, [0.1, 0.5, 0.9])
    return float(np.exp(middle)) if high - low < ONE_FACTOR else None
