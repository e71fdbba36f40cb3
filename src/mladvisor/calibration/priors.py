"""How common each cause is among labelled runs, and health: for those only that are a fair sample of runs to come.

A benchmark has as many runs of a fault as somebody made; the incidents that a team collects over a year are what the
next year will bring. So priors are fitted on demand only.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from mladvisor.calibration.labelled import Labelled
from mladvisor.inference import Network

WRITTEN_CAUSE = 1.0
"""How many runs the written prior of an average cause is worth."""
WRITTEN_HEALTHY = 20.0
"""How many runs the written probability of healthy is worth."""


class Priors(msgspec.Struct, eq=False):
    """Relative weights of the causes (C,), of the written total; (C,) weight of the runs behind each; healthy."""

    prior: NDArray[np.float64]
    runs: NDArray[np.float64]
    healthy: float


def fit_priors(network: Network, labelled: Labelled) -> Priors:
    """Shares of the runs, smoothed by the written ones; the near copies of a run count as three at most."""
    ill = labelled.causes.any(axis=1)
    runs = labelled.weight @ labelled.causes
    total, written = float(runs.sum()), network.prior / network.prior.sum()
    worth = WRITTEN_CAUSE * len(network.causes)
    share = (runs + worth * written) / (total + worth)
    calm, every = float(labelled.weight[~ill].sum()), float(labelled.weight.sum())
    healthy = (calm + WRITTEN_HEALTHY * network.healthy) / (every + WRITTEN_HEALTHY)
    return Priors(share * network.prior.sum(), runs, float(np.clip(healthy, 0.01, 0.99)))
