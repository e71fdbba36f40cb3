"""Which of a few findings a text means, by what tells their phrases apart.

The nearest phrase is often near for the wrong reason: most of its words are those in which every finding of its kind is
put. So the phrases of the likeliest findings are set against each other when a text is read: a multinomial logistic
regression on them alone, fitted on the spot. It needs no model beside the rules; a user's own phrases count at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mladvisor.consultation.interpret.spaces import Rows

RIDGE = 0.07
"""Penalty of the regression; between 0.05 and 0.2 as many sentences come out right."""
ROUNDS = 20
"""Steps of the fit; with three times as many the order of findings stays the same."""


def told_apart(
    near: NDArray[np.float64], members: NDArray[np.intp], classes: NDArray[np.intp], rows: Rows
) -> NDArray[np.float64]:
    """(K,) logarithm of the share of each of K classes, of which one is meant.

    Args:
        near: (M,) likeness of the text to each phrase.
        members: (M,) the phrases, as rows.
        classes: (M,) the class of each phrase, 0 to K - 1.
        rows: all phrases.

    Böhning's bound (1992) on the curvature of the softmax makes every step one product with the same inverse.
    """
    kernel = rows.alike(members) + 1
    wanted = np.eye(int(classes.max()) + 1, dtype=np.float32)[classes]
    step = np.linalg.inv(kernel / 2 + RIDGE * np.eye(len(members), dtype=np.float32))
    dual = np.zeros_like(wanted)
    for _ in range(ROUNDS):
        dual -= step @ (_softmax(kernel @ dual) - wanted + RIDGE * dual)
    found: NDArray[np.float64] = np.log(_softmax((near + 1.0) @ dual))
    return found


def _softmax(values: NDArray[Any]) -> NDArray[Any]:
    shares = np.exp(values - values.max(axis=-1, keepdims=True))
    found: NDArray[Any] = shares / shares.sum(axis=-1, keepdims=True)
    return found
