"""A training that is back at its start again and again: each stretch falls as the first one did, and all of it is lost.

So it goes where a loop loads the first weights anew, where the model is made inside it, or where several trainings
stand one behind another in one log.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from mladvisor.features.measured import Measured
from mladvisor.features.robust import Array
from mladvisor.features.signal import Signal, loss_feature

SHORTEST: Final = 3
"""Points of a stretch: up and down from one to the next is what an optimizer does that overshoots."""
LEAST: Final = 3
"""Stretches, with the first."""
BACK: Final = 0.2
"""Of what the first stretch gained, at most: so near to its first value another begins."""


def returns_of(y: Array) -> int:
    """How often the {split} loss is back where it began, after equal stretches that each fall from point to point."""
    starts = [0, *(at for at in range(1, len(y)) if y[at] > y[at - 1])]
    lengths = {after - before for before, after in pairwise(starts)}
    if len(starts) < LEAST or len(lengths) != 1 or len(y) - starts[-1] > (length := lengths.pop()) or length < SHORTEST:
        return 0
    gained = float(y[0] - y[length - 1])
    if any(abs(float(y[at] - y[0])) > BACK * gained for at in starts):
        return 0
    return len(starts) - 1


@loss_feature(
    "returns",
    unit="times",
    points=8,
    doc="How often the {split} loss is back at its first value, after equal stretches that each fall as the first one",
    source="fig5",
)
def returns(s: Signal) -> Measured:
    return Measured(float(returns_of(s.y)), where=s.where())
