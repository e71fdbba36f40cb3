"""Probabilities moved so that they come true as often as they say on the whole: class weights raise them all alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mladvisor.features.evaluation.intervals import Array

_EDGE = 1e-6
_WIDEST = 15.0
_STEPS = 40


def of_share(scores: Array, share: float) -> Array:
    """Probabilities of the positive class, all log-odds moved by one number, so that their mean is `share`.

    Training with a weight w on the positive class, or on rows drawn so, adds log w to each (Elkan 2001).
    """
    odds = np.log(np.clip(scores, _EDGE, 1 - _EDGE)) - np.log1p(-np.clip(scores, _EDGE, 1 - _EDGE))
    low, high = -_WIDEST, _WIDEST
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if float((1 / (1 + np.exp(-np.clip(odds + middle, -30, 30)))).mean()) < share:
            low = middle
        else:
            high = middle
    moved: Array = 1 / (1 + np.exp(-np.clip(odds + low, -30, 30)))
    return moved
