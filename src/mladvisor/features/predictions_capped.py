"""Predicted numbers that stop where an activation does, though the truth goes on: at 1, at 0 or at -1.

A sigmoid gives nothing beyond 0 and 1, a tanh nothing beyond -1 and 1, a ReLU nothing below 0. Where the target goes
further, the answers for those rows pile up at the bound. Where a target was scaled and the answers are scaled back, the
bound is the smallest or largest answer, wherever that lies.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured
from mladvisor.features.predictions import HOW, JOB, of_numbers, spread_numbers, where

LEAST_ROWS: Final = 30
BOUNDS: Final = ((1.0, 1), (0.0, -1), (-1.0, -1))
"""Where activations end, and on which side nothing comes."""
ROUNDED: Final = 1e-4
"""Predictions as they are written may lie so far beyond a bound."""
AT: Final = 0.02
"""Of the range of sigmoid and tanh: nearer to the bound than this an answer lies at it."""
BEYOND: Final = 0.05
"""Standard deviations of the truth that a true value lies beyond the bound, at least."""

FAR_BEYOND: Final = 0.25
"""The same, beyond the smallest or largest answer: any model's answers spread less than the truth."""


class Capped(NamedTuple):
    """A bound that predictions keep to: what share of them lies at it, and what share of the truth beyond."""

    bound: float
    piled: float
    beyond: float


def capped(m: Measures) -> Capped | Measured:
    """The bound that costs most rows; a share of 0 where predictions keep to none. Use `m.once`."""
    found = spread_numbers(m, LEAST_ROWS)
    if isinstance(found, Measured):
        return found
    given, true, spread = found
    best = Capped(0.0, 0.0, 0.0)
    for bound, side in BOUNDS:
        ahead = side * (given - bound)  # of the bound, in the direction in which nothing comes
        if ahead.max() > ROUNDED:
            continue
        one = Capped(bound, float((ahead > -AT).mean()), float((side * (true - bound) > BEYOND * spread).mean()))
        best = max(best, one, key=lambda each: min(each.piled, each.beyond))
    return best


def end(m: Measures) -> Capped | Measured:
    """As `capped`, of the smallest or the largest answer, whatever it is. Use `m.once`."""
    found = spread_numbers(m, LEAST_ROWS)
    if isinstance(found, Measured):
        return found
    given, true, spread = found
    best = Capped(0.0, 0.0, 0.0)
    width = float(given.max() - given.min())
    for bound, side in ((float(given.min()), -1), (float(given.max()), 1)):
        piled = float((np.abs(given - bound) <= AT * width).mean())
        one = Capped(bound, piled, float((side * (true - bound) > FAR_BEYOND * spread).mean()))
        best = max(best, one, key=lambda each: min(each.piled, each.beyond))
    return best


@feature("predictions.end_share", unit="fraction", doc="Share of the rows whose true number lies a quarter of a"
         " standard deviation or more beyond the smallest or largest answer, where as many answers or more pile up; the"
         " smaller of both shares", how=HOW, source="+model PyTorch and Keras documentation", cost="cheap",
         job=JOB)  # fmt: skip
def end_share(m: Measures) -> Measured:
    found = m.once(end)
    if isinstance(found, Measured):
        return found
    return Measured(min(found.piled, found.beyond), note=f"{found.bound:g}", where=where(m.once(of_numbers), "y_pred"))


@feature("predictions.capped_share", unit="fraction", doc="Share of the rows whose true number lies beyond a bound (1,"
         " 0 or -1) at which as many predictions or more pile up and which none passes; the smaller of both shares",
         how=HOW, source="+model PyTorch and Keras documentation", cost="cheap", job=JOB)  # fmt: skip
def capped_share(m: Measures) -> Measured:
    found = m.once(capped)
    if isinstance(found, Measured):
        return found
    return Measured(min(found.piled, found.beyond), where=where(m.once(of_numbers), "y_pred"))


@feature("predictions.bound", unit="", doc="The bound (1, 0 or -1) that predicted numbers keep to while the truth"
         " passes it", how=HOW, source="+model PyTorch and Keras documentation", cost="cheap", job=JOB)  # fmt: skip
def bound(m: Measures) -> Measured:
    found = m.once(capped)
    return found if isinstance(found, Measured) else Measured(found.bound, where=where(m.once(of_numbers), "y_pred"))
