"""Frequencies of the network from labelled runs: expectation-maximisation around the written words.

For one finding the noisy-OR says that it is present if any of its parents at work, or something else, brings it about.
Who did is hidden, so EM shares each presence among the candidates (Dempster, Laird and Rubin 1977; for noisy-OR see
Vomlel 2006). Each frequency has a beta prior whose mean is the written word: a handful of runs bends it, hundreds
decide. A degree counts as that share of a presence.
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec
import numpy as np
from numpy.typing import NDArray

from mladvisor.calibration.labelled import Labelled
from mladvisor.inference import Network
from mladvisor.inference.arrows import misleading_arrows

Floats = NDArray[np.float64]

WRITTEN_ARROW = 25.0
"""How many runs a written frequency of an arrow is worth: a few hundred small trainings are not the world."""
WRITTEN_OTHERWISE = 40.0
"""How many healthy runs a written `otherwise` is worth."""
ROUNDS = 60
ROUNDS_OF_PLAIN = 8
LEAST_RUNS = 6.0
"""Weight of a cause's runs from which on it may get a new arrow."""
NEW_RATE, NEW_LIFT = 0.3, 3.0
"""A new arrow needs this mean degree, and this many times `otherwise`: weaker ones cost more than they tell."""
LOW, HIGH = 0.003, 0.97
"""Fitted arrows stay inside: a finding that never failed in some hundred runs will fail in the world."""
LEAST_OTHERWISE = 0.001
"""Least fitted `otherwise`, unless a lower one is written: what a plain fact that no healthy run has shown in some
hundreds may yet come to."""


class Fitted(msgspec.Struct, eq=False):
    """The network's frequencies after fitting.

    Attributes:
        arrows: (F, C); otherwise: (F,).
        runs: (F, C) weight of the runs behind each arrow; calm: (F,) behind each `otherwise`.
    """

    arrows: Floats
    otherwise: Floats
    runs: Floats
    calm: Floats


def fit(network: Network, labelled: Labelled, *, fixed: Collection[str] = (), new_arrows: bool = True) -> Fitted:
    """Frequencies that fit the labelled runs, around those of the network.

    Args:
        fixed: findings whose frequencies stay as written: those that say how people set things up, of which labelled
            runs are no fair sample.
        new_arrows: whether causes may get arrows that nobody wrote.
    """
    balance = labelled.weight * _balance(labelled)
    arrows = network.arrows.copy()
    if new_arrows:
        free = np.array([finding not in fixed for finding in network.findings])
        arrows = np.where(_missing(network, labelled) & free[:, None], 0.3, arrows)
    fitted = Fitted(arrows, network.otherwise.copy(), np.zeros_like(arrows), np.zeros_like(network.otherwise))
    for row, finding in enumerate(network.findings):
        if finding not in fixed:
            _fit_finding(network, labelled, balance, fitted, row)
    return fitted


def plain(network: Network, fitted: Fitted) -> None:
    """Bring arrows back that fitting has made say the opposite of what they seem to say (see `misleading_arrows`)."""
    for _ in range(ROUNDS_OF_PLAIN):
        now = msgspec.structs.replace(network, arrows=fitted.arrows, otherwise=fitted.otherwise, cache={})
        wrong = misleading_arrows(now)
        if not wrong:
            return
        for row, column in wrong:
            stronger = 1.3 * fitted.arrows[row, column]
            fitted.arrows[row, column] = min(HIGH, max(network.arrows[row, column], stronger))


def _balance(labelled: Labelled) -> Floats:
    """Healthy runs count in full; all faulty ones together at most as much, since they are no part of `otherwise`."""
    calm = float(labelled.weight[labelled.label < 0].sum())
    ill = float(labelled.weight[labelled.label >= 0].sum())
    return np.where(labelled.label < 0, 1.0, min(1.0, calm / ill) if ill else 1.0)


def _missing(network: Network, labelled: Labelled) -> NDArray[np.bool_]:
    """(F, C) pairs without an arrow in which the finding is plainly present when the cause alone is at work."""
    known = ~np.isnan(labelled.degrees)
    degrees = np.where(known, labelled.degrees, 0.0)
    calm = (labelled.label < 0) * labelled.weight
    otherwise = (calm @ degrees + WRITTEN_OTHERWISE * network.otherwise) / (calm @ known + WRITTEN_OTHERWISE)
    alone = (labelled.causes & (labelled.causes.sum(axis=1, keepdims=True) == 1)) * labelled.weight[:, None]
    runs = known.T.astype(np.float64) @ alone
    rate = (degrees.T @ alone) / np.maximum(runs, 1e-9)
    plain = (rate >= NEW_RATE) & (rate >= NEW_LIFT * otherwise[:, None]) & (runs >= LEAST_RUNS)
    return np.asarray(plain & (network.arrows == 0), dtype=bool)


def _fit_finding(network: Network, labelled: Labelled, balance: Floats, fitted: Fitted, row: int) -> None:
    degrees = labelled.degrees[:, row]
    known = ~np.isnan(degrees)
    if not known.any():
        return
    parents = np.flatnonzero(fitted.arrows[row] > 0)
    present = degrees[known]
    active = labelled.causes[np.ix_(known, parents)]
    # A run that lacks all parents tells of `otherwise`; one with a parent tells of the arrow, in full.
    weight = np.where(active.any(axis=1), labelled.weight[known], balance[known])
    written_arrow = np.where(network.arrows[row, parents] > 0, network.arrows[row, parents], 0.3)
    written_leak = float(network.otherwise[row])
    arrow, leak = fitted.arrows[row, parents].copy(), written_leak
    runs = weight @ active
    for _ in range(ROUNDS):
        none = (1.0 - leak) * np.prod(np.where(active, 1.0 - arrow, 1.0), axis=1)
        share = present / np.maximum(1.0 - none, 1e-12)
        caused = (weight * share) @ (active * arrow)
        leaked = float((weight * share).sum() * leak)
        arrow = (caused + WRITTEN_ARROW * written_arrow) / (runs + WRITTEN_ARROW)
        leak = (leaked + WRITTEN_OTHERWISE * written_leak) / (float(weight.sum()) + WRITTEN_OTHERWISE)
    fitted.arrows[row, parents] = np.clip(arrow, LOW, HIGH)
    fitted.otherwise[row] = float(np.clip(leak, min(LEAST_OTHERWISE, written_leak), HIGH))
    fitted.runs[row, parents] = runs
    fitted.calm[row] = float(weight[~active.any(axis=1)].sum())
