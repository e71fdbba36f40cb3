"""Losses that are NaN or infinite: where, how many, and whether anything announced them (fig2)."""

from __future__ import annotations

import numpy as np

from mladvisor.features.measured import Measured, not_applicable, unknown
from mladvisor.features.robust import Array, median
from mladvisor.features.signal import Signal, loss_feature

LEAST = 3
"""Finite points before the first NaN that can show a growth."""
ABSURD = 1e15
"""A loss of this size has already overflowed its way out of any data: it was growing when it was written."""


@loss_feature(
    "nonfinite_count",
    unit="points",
    points=0,
    steps=True,
    doc="Points of the {split} loss that are NaN or infinite",
    source="fig2.a",
)
def nonfinite_count(s: Signal) -> Measured:
    return Measured(float(len(s.bad)), where=s.bad_at() if len(s.bad) else s.where())


@loss_feature(
    "nonfinite_share", unit="fraction", points=0, steps=True, doc="Share of the {split} loss that is NaN or infinite"
)
def nonfinite_share(s: Signal) -> float:
    return len(s.bad) / len(s.curve)


@loss_feature(
    "nonfinite_x", points=0, steps=True, doc="Where the {split} loss is first NaN or infinite", source="fig2.a"
)
def nonfinite_x(s: Signal) -> Measured:
    if not len(s.bad):
        return not_applicable("every value of the loss is finite")
    return Measured(float(s.curve.x[s.bad[0]]), where=s.bad_at())


@loss_feature(
    "nonfinite_before",
    unit="points",
    points=0,
    steps=True,
    doc="Finite points of the {split} loss before the first that is NaN or infinite, on the same curve",
    source="fig2.a",
)
def nonfinite_before(s: Signal) -> Measured:
    if not len(s.bad):
        return not_applicable("every value of the loss is finite")
    return Measured(float(s.bad[0]), where=s.bad_at())


@loss_feature(
    "nonfinite_epochs_before",
    unit="epochs",
    points=0,
    steps=True,
    doc="Epochs whose mean {split} loss was finite before the first that is not; 0 where single steps are logged",
    source="fig2.a",
)
def nonfinite_epochs_before(s: Signal) -> Measured:
    if not len(s.bad):
        return not_applicable("every value of the loss is finite")
    return Measured(float(s.bad[0]) if s.curve.x_unit == "epoch" else 0.0, where=s.bad_at())


@loss_feature(
    "nonfinite_first_x",
    points=0,
    steps=True,
    doc="First x of the curve of the {split} loss on which NaN and infinite values were looked for",
    source="fig2.a",
)
def nonfinite_first_x(s: Signal) -> float:
    return float(s.curve.x[0])


@loss_feature(
    "infinite_first",
    type="flag",
    points=0,
    steps=True,
    doc="The first value of the {split} loss that is not finite is infinite and not NaN, behind one that is finite",
    source="fig2.b",
)
def infinite_first(s: Signal) -> Measured:
    if not len(s.bad):
        return not_applicable("every value of the loss is finite")
    return Measured(bool(s.bad[0] > 0 and np.isinf(s.curve.y[s.bad[0]])), where=s.bad_at())


@loss_feature(
    "nonfinite_at_end",
    type="flag",
    points=0,
    steps=True,
    doc="The {split} loss is NaN or infinite when the log ends",
    source="fig2.a",
)
def nonfinite_at_end(s: Signal) -> Measured:
    if not len(s.bad):
        return not_applicable("every value of the loss is finite")
    return Measured(int(s.bad[-1]) == len(s.curve) - 1, where=s.bad_at())


@loss_feature(
    "nonfinite_leadup",
    unit="ratio",
    points=0,
    steps=True,
    doc="Growth of the {split} loss in the points before it first turned NaN or infinite, over its level before them",
    source="fig2.b",
)
def nonfinite_leadup(s: Signal) -> Measured:
    if not len(s.bad):
        return not_applicable("every value of the loss is finite")
    before = int(s.bad[0])
    if before < LEAST and not (before and abs(float(s.curve.y[before - 1])) > ABSURD):
        return unknown(
            f"only {before} finite point{'' if before == 1 else 's'} stand before the first NaN: log every step",
            "too-few-points",
        )
    return Measured(_leadup(s.curve.y[:before], s), where=s.bad_at())


def _leadup(y: Array, s: Signal) -> float:
    """Highest of the last points over the median of those before; of fewer than six, the last over those before."""
    if abs(float(y[-1])) > ABSURD:
        return 1e12
    last = 5 if len(y) >= 15 else 3 if len(y) >= 6 else 1
    level, peak = median(y[-10 * last : -last]), float(y[-last:].max())
    if s.positive and level > 0.0:  # half of the points may be printed as zero
        return min(peak / level, 1e12)
    return 1.0 + max(peak - level, 0.0) / s.span if s.span > 0 else 1.0
