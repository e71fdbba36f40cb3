"""The order of causes: by probability, with a believed root before the mechanism that it works through.

A mechanism leaves more traces than its root, so of two that both hold it is often the more probable one; the root's fix
mends both, so it is named first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

BELIEVED: Final = 0.5
"""Probability from which on a root is put before its mechanism: below it nobody would start there."""
_STEP: Final = 1e-6


def sort_keys(probability: NDArray[np.float64], roots: Mapping[int, Sequence[int]]) -> NDArray[np.float64]:
    """Numbers by which to sort causes, largest first.

    Args:
        probability: (R, C) of each cause in each run.
        roots: of a mechanism's column, the columns of its roots; no circles.

    Returns:
        (R, C): the probability itself, but for believed roots, which stand just above their mechanism.
    """
    keys = probability.copy()
    rows = np.arange(len(keys))
    for _ in range(2):  # a root may itself be the mechanism of another
        for mechanism, columns in roots.items():
            likeliest = np.asarray(columns)[probability[:, list(columns)].argmax(axis=1)]
            believed = probability[rows, likeliest] >= BELIEVED
            raised = np.maximum(keys[rows, likeliest], keys[:, mechanism] + _STEP)
            keys[rows[believed], likeliest[believed]] = raised[believed]
    return keys
