"""How many rows a split has, by the shares of them that accuracy counts: 0.3875 and 0.391667 are of 240 rows.

The least number of rows of which all logged accuracies are whole counts is the number of rows, where chance would not
give it. Averages over batches of unequal size may say a multiple of it, never less.
"""

from __future__ import annotations

from math import log10

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where
from mladvisor.features.robust import Array
from mladvisor.runs.model import Curve, Split

_MOST_ROWS = 20_000
_MOST_VALUES = 64
_FLOAT32 = 2e-7
"""Of an average that was kept in single precision, with the digits that writing it as a double adds."""
_CHANCE = 1e-4
"""Of finding such a number among all smaller ones for arbitrary accuracies."""


def rows_by_shares(m: Measures, split: Split = "train") -> tuple[int, Where] | None:
    """(rows of the split, where the shares stand); None where accuracy tells no number. Use `m.once`."""
    for curve in m.run.having("metric", split):
        if curve.role.name == "accuracy" and not curve.role.running and curve.x_unit == "epoch":
            rows = _rows(curve)
            if rows is not None:
                return rows, Where(curve.place.file, curve.place.column)
    return None


def _rows(curve: Curve) -> int | None:
    y = curve.y[np.isfinite(curve.y)]
    if not len(y) or float(y.min()) < 0 or float(y.max()) > 100:
        return None
    scale = 100.0 if float(y.max()) > 1.5 else 1.0
    half = max(0.5 * 10.0 ** -_decimals(y) / scale, _FLOAT32)
    shares = np.unique(y / scale)
    shares = shares[(shares > half) & (shares < 1 - half)][:_MOST_VALUES]
    if len(shares) < 2:
        return None
    most = int(min(_MOST_ROWS, 0.25 / half))
    counts = np.arange(2, most + 1)
    for share in shares:
        counts = counts[np.abs(share * counts - np.round(share * counts)) <= half * counts]
    if not len(counts):
        return None
    rows = int(counts[0])
    chance = log10(rows) + len(shares) * log10(2 * half * rows)
    return rows if chance < log10(_CHANCE) else None


def _decimals(y: Array) -> int:
    """Digits behind the point of the values as they are written."""
    written = [repr(value) for value in y[:_MOST_VALUES].tolist()]
    return max(7 if "e" in each else len(each.partition(".")[2]) for each in written)


@feature(
    "run.batch_over_val",
    unit="ratio",
    doc="Rows of a batch over those of validation, by the number of rows of which accuracy is a share: validation is a"
    " tenth to a third of the training rows as a rule",
    how="log the accuracy of validation data with all its digits",
    source="hyper.batch",
)
def batch_over_val(m: Measures) -> Measured | None:
    size = m.value("config.batch_size")
    if not isinstance(size, float):
        return None
    found: tuple[int, Where] | None = m.once(rows_by_shares, "val")
    if found is None:
        return None
    return Measured(size / found[0], note=f"accuracies are shares of {found[0]} rows", where=found[1])
