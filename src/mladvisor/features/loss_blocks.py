"""A training loss that falls step after step and leaps up again, block after block: rows of one kind lie together."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.runs.model import Curve

_LEAST_FALLS = 5
"""Steps in a row that each fall: of six numbers in no order one row in 720 does."""
_LEAST_BLOCKS = 3
_LEAST_POINTS = 30
_RISE = 0.5
"""Of what a block has gained, that the leap behind it takes back at least."""
_AT_ONE_PLACE = 2 / 3
"""Of the leaps, that lie at one place of the epoch at most: of two kinds in an epoch one of two does, of more fewer."""
_HOW = "log the training loss of single steps"


@feature(
    "loss.train.block_share",
    unit="fraction",
    doc="Share of the logged steps that lie in stretches of six or more which fall at every step, and end in a leap"
    " that takes half of the gain back at least; 0 where there are fewer than three of them, or where the leaps come"
    " once an epoch, as those of a mean over the epoch so far, or over the last steps, do",
    how=_HOW,
    source="fig5.a",
)
def block_share(m: Measures) -> Measured:
    curves = [curve for curve in m.run.having("loss", "train") if np.isfinite(curve.y).sum() >= _LEAST_POINTS]
    if not curves:
        return unknown(_HOW, "too-few-points")
    curve = max(curves, key=len)
    evaluated = max((len(other) for other in m.run.having("loss", "val")), default=0)
    if 2 * evaluated > len(curve):  # points of whole epochs: what starts anew there is a run or a schedule
        return unknown(_HOW, "too-few-points")
    losses = curve.y[np.isfinite(curve.y)]
    blocks = [stretch for stretch in _blocks(losses) if stretch[1] - stretch[0] >= _LEAST_FALLS]
    epochs = _epochs(m, curve)
    if epochs is not None:
        once = _at_one_place(epochs[np.isfinite(curve.y)], [last for _, last in blocks])
        blocks = [] if once > _AT_ONE_PLACE * len(blocks) else blocks
    share = sum(last - first + 1 for first, last in blocks) / len(losses) if len(blocks) >= _LEAST_BLOCKS else 0.0
    return Measured(share, where=Where(curve.place.file, curve.place.column))


def _epochs(m: Measures, curve: Curve) -> NDArray[np.float64] | None:
    """The epoch of each point, whole or with its fraction; None where it is not known."""
    updates = m.one("run.updates_per_epoch").value
    if curve.epochs is not None or curve.x_unit != "step" or not isinstance(updates, float):
        return curve.epochs
    return curve.x / updates


def _at_one_place(epochs: NDArray[np.float64], leaps: list[int]) -> int:
    """How many of the leaps lie at the same place of the epoch, or a point beside it."""
    starts = np.flatnonzero(np.diff(np.ceil(epochs)) > 0) + 1
    if len(starts) < _LEAST_BLOCKS or not leaps:
        return 0
    points = float(np.median(np.diff(starts)))
    places = np.array([(leap - starts[0]) % points for leap in leaps])
    apart = np.abs(places[:, None] - places[None, :])
    return int((np.minimum(apart, points - apart) <= 1).sum(axis=1).max())


def _blocks(losses: NDArray[np.float64]) -> list[tuple[int, int]]:
    """First and last place of each falling stretch that ends in a leap."""
    turns = [0, *(np.flatnonzero(np.diff(losses) >= 0) + 1).tolist(), len(losses)]
    stretches = [(first, after - 1) for first, after in pairwise(turns)]
    return [
        (first, last)
        for first, last in stretches
        if last + 1 < len(losses) and losses[last + 1] - losses[last] >= _RISE * (losses[first] - losses[last]) > 0
    ]
