"""Which causes the known findings can say anything about."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mladvisor.inference.network import Network

SHOWN = 0.5
"""A cause was looked at when, were it at work alone, what is known would show it more often than not."""


def looked_at(network: Network, degrees: ArrayLike) -> NDArray[np.bool_]:
    """(C,) True for causes that known findings would show, and for those that a present finding speaks for.

    Findings of one group are one look: the best of them counts. Arrows that a healthy run shows as often count for
    nothing.

    Args:
        degrees: (F,) how surely each finding is present; nan where unknown.
    """
    degree = np.asarray(degrees, dtype=np.float64)
    telling = np.where(network.arrows > network.otherwise[:, None], network.arrows, 0.0)
    telling[np.isnan(degree)] = 0.0
    best = np.zeros((int(network.group.max(initial=-1)) + 1, len(network.causes)))
    np.maximum.at(best, network.group, telling)
    shown = 1.0 - (1.0 - best).prod(axis=0)
    return np.asarray((shown >= SHOWN) | (telling[degree > 0.5] > 0.0).any(axis=0))
