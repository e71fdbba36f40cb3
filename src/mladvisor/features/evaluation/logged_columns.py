"""Columns of a table that repeat what the log says at some of its points.

"offline" is the validation error of the epochs that were released, whatever it is called.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.evaluation.intervals import Array

if TYPE_CHECKING:
    from mladvisor.features.catalogue import Measures
    from mladvisor.runs.model import Curve
    from mladvisor.tables.table import Table

_LEAST = 4  # rows: of fewer the same numbers may be chance
_LEAST_DIGITS = 3  # digits that the values of a column must have: "0.7" is in every log
_MOST_DIGITS = 8


def repeats_of_log(m: Measures, table: Table, columns: Sequence[str]) -> dict[str, Curve]:
    """Column -> the curve whose values it holds, all of them as exactly as they are written; validation first."""
    judged = [curve for curve in m.run.curves if better(curve) and len(curve) >= _LEAST]
    judged.sort(key=lambda curve: (curve.role.split == "train", curve.role.kind == "loss"))
    found: dict[str, Curve] = {}
    for column in columns:
        values = table.numbers(column)
        values = values[np.isfinite(values)]
        digits = _digits(values)
        if len(np.unique(values)) < _LEAST or digits is None:
            continue
        curve = next((each for each in judged if _holds(each.y, values, digits)), None)
        if curve is not None:
            found[column] = curve
    return found


def better(curve: Curve) -> int:
    """1 where more of what a curve shows is better, -1 where less is, 0 where that is not known."""
    if curve.role.kind == "loss":
        return -1
    if curve.role.kind != "metric":
        return 0
    from mladvisor.features.metric_names import metric_of

    metric = metric_of(curve.role.name, curve.name)
    higher = curve.role.higher_is_better if metric is None else metric.higher
    return 0 if higher is None else 1 if higher else -1


def _digits(values: Array) -> int | None:
    """Decimals that the values are written with; None where they have too few digits to be known again."""
    for decimals in range(_MOST_DIGITS + 1):
        if np.allclose(values, np.round(values, decimals), rtol=0, atol=1e-9):
            largest = float(np.abs(values).max(initial=0.0))
            return decimals if largest * 10.0**decimals >= 10.0 ** (_LEAST_DIGITS - 1) else None
    return _MOST_DIGITS


def _holds(logged: Array, values: Array, decimals: int) -> bool:
    """Every value stands in the log, rounded, one after the other."""
    apart = np.abs(logged[None, :] - values[:, None])
    in_order = bool((np.diff(apart.argmin(axis=1)) >= 0).all())
    return in_order and bool((apart.min(axis=1) <= 0.5001 * 10.0**-decimals).all())
