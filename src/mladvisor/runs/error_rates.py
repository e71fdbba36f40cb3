"""Which "error" is a rate, the share of wrong answers, and which is a distance that only has the name.

A rate says as much as an accuracy; an "error" over 1 that is no percentage is a loss by another name.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from mladvisor.runs.model import Curve
from mladvisor.runs.roles import Columns, default_columns

# A name made of these, and of the split, says no more than that answers are wrong ("val_err", "top1 error rate").
_PLAIN = frozenset(
    (
        "err",
        "error",
        "errs",
        "errors",
        "fehler",
        "fehlerrate",
        "erreur",
        "errore",
        "rate",
        "class",
        "classification",
        "cls",
        "misclassification",
        "generalization",
        "0",
        "1",
        "zero",
        "one",
        "top1",
        "top",
        "mean",
        "avg",
        "average",
        "epoch",
        "metrics",
        "metric",
    )
)
_A_FRACTION, _PERCENT = 1.0001, 100.001
_NO_FRACTION = 1.5  # above: percent; between: a distance
_LARGEST = 1e30
_ROWS = 3_000  # of an evaluation: with more, any number is the share of some
_SHARP = 1e-10
_LOOKED_AT = 20
_ROUNDED = 6  # decimals


def is_error(name: str, columns: Columns) -> bool:
    """The name says error and nothing of what kind (not "reconstruction_error", "relative_l2_error")."""
    return all(word in _PLAIN or columns.is_split(word) is not None for word in columns.words(name))


def scale(values: Iterable[np.ndarray]) -> float:
    """What a rate of 1 is logged as in these curves together, 1 or (percent) 100; 0 when they are no rates."""
    finite = [good for y in values if len(good := y[np.abs(y) < _LARGEST])]
    if not finite or min(float(y.min()) for y in finite) < 0:
        return 0.0
    largest = max(float(y.max()) for y in finite)
    return 1.0 if largest <= _A_FRACTION else 100.0 if _NO_FRACTION < largest <= _PERCENT else 0.0


def no_share(y: np.ndarray) -> bool:
    """The values, printed with all their digits, are shares of no number of rows; what was rounded may be one."""
    finite = y[np.isfinite(y)][:_LOOKED_AT].tolist()
    return bool(finite) and all(
        min(abs(value - round(value, _ROUNDED)), abs(value - _nearest_share(value))) > _SHARP * max(1.0, abs(value))
        for value in finite
    )


def _nearest_share(value: float) -> float:
    from fractions import Fraction

    return float(Fraction(value).limit_denominator(_ROWS))


def scale_of_rates(curves: Iterable[Curve]) -> float:
    """`scale` of curves of one metric, all of which are plain errors; else 0."""
    found = list(curves)
    columns = default_columns()
    if not all(curve.role.name == "error" and is_error(curve.name, columns) for curve in found):
        return 0.0
    return scale(curve.y for curve in found)
