"""The few constants of the inference, by cross-validation: what echoes and absences count, and the temperature."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from mladvisor.calibration.fit import fit
from mladvisor.calibration.labelled import Labelled
from mladvisor.calibration.priors import fit_priors
from mladvisor.calibration.score import LEAST, beliefs, likelihoods, outcomes
from mladvisor.inference import Network

Floats = NDArray[np.float64]

GRID: dict[str, tuple[float, ...]] = {
    "temperature": (0.7, 0.8, 1.0, 1.2, 1.4, 1.7),
    "absent_factor": (0.15, 0.3, 0.45, 0.65, 1.0),
    "echo": (0.05, 0.1, 0.2, 0.3, 0.5),
}
"""Tried one after the other, from the value in force: each has one plain optimum, so a full grid finds the same. The
shipped constants stand on it, so that a fit could choose them, too."""
WEIGHTS = (0.5, 0.7, 1.0, 1.4)
"""Tried for each group of findings."""
WORTH_OF_WEIGHT = 0.005
"""A weight needs more than a constant: there are dozens of groups, and the luckiest of them is only lucky."""
LEAST_JUDGED = 20
"""Runs in which a group must be judged before its weight is looked at."""
WORTH = 0.003
"""A constant moves only for this much mean log likelihood (nats): less is within the noise of a few hundred runs."""


def fitted_network(
    network: Network, labelled: Labelled, fixed: Collection[str], *, priors: bool = False, **constants: Any
) -> Network:
    """The network with frequencies (and priors) fitted to labelled runs, and other constants."""
    found = fit(network, labelled, fixed=fixed)
    shares = fit_priors(network, labelled) if priors else None
    common = {"prior": shares.prior, "healthy": shares.healthy} if shares else {}
    return changed(network, arrows=found.arrows, otherwise=found.otherwise, **common, **constants)


def changed(network: Network, **fields: Any) -> Network:
    """The network with other numbers."""
    return msgspec.structs.replace(network, cache={}, **fields)


def folds(labelled: Labelled, judge: Labelled, count: int = 5) -> Iterator[tuple[Labelled, Labelled]]:
    """Pairs of runs to fit and runs to judge; near copies stay together.

    `judge` may be other views of the same runs, as with less evidence.
    """
    number = {alike: index % count for index, alike in enumerate(sorted({*labelled.alike, *judge.alike}))}
    fold, judged = (np.array([number[alike] for alike in some.alike]) for some in (labelled, judge))
    for index in range(count):
        if (judged == index).any() and (fold != index).any():
            yield labelled.only(fold != index), judge.only(judged == index)


def choose_weights(
    network: Network, labelled: Labelled, fixed: Collection[str], *, judge: Labelled | None = None, **constants: Any
) -> Floats:
    """(F,) what each finding counts, the same for all findings of a group; only those that earn their change.

    A group tells less than its frequencies say where its findings are present for a reason that the network does not
    know (a short log, a small validation set), which other groups then share.
    """
    pairs = folds(labelled, judge or labelled)
    parts = [(fitted_network(network, train, fixed, **constants), held) for train, held in pairs]
    weight = network.weight.copy()
    now = [logs(net, held) for net, held in parts]
    each = [weights(net, held) for net, held in parts]
    total = sum(float(w.sum()) for w in each)
    for group in np.unique(network.group):
        rows = np.flatnonzero(network.group == group)
        known = [np.asarray((~np.isnan(held.degrees[:, rows])).any(axis=1)) for _, held in parts]
        if sum(int(some.sum()) for some in known) < LEAST_JUDGED:
            continue
        best, chosen, kept = WORTH_OF_WEIGHT, weight, now
        for value in WEIGHTS:
            tried = weight.copy()
            tried[rows] = value
            after = [old.copy() for old in now]
            for (net, held), some, new in zip(parts, known, after, strict=True):
                if some.any():
                    new[some] = logs(changed(net, weight=tried), held.only(some))
            gain = sum(float(w @ (b - a)) for w, a, b in zip(each, now, after, strict=True)) / max(total, 1e-9)
            if gain > best:
                best, chosen, kept = gain, tried, after
        weight, now = chosen, kept
    return weight


def choose(
    network: Network, labelled: Labelled, fixed: Collection[str], *, judge: Labelled | None = None
) -> dict[str, float]:
    """The constants that predict held-out runs best; only those that earn their change."""
    parts = [(fitted_network(network, train, fixed), held) for train, held in folds(labelled, judge or labelled)]
    current = {name: float(getattr(network, name)) for name in GRID}
    best = _held_out(parts, current)
    for name, values in GRID.items():
        tried = [(_held_out(parts, {**current, name: value}), value) for value in values if value != current[name]]
        top, value = max(tried)
        if top > best + WORTH:
            best, current[name] = top, value
    return {name: value for name, value in current.items() if value != getattr(network, name)}


def _held_out(parts: list[tuple[Network, Labelled]], constants: dict[str, float]) -> float:
    """Mean of `logs` on held-out runs; healthy and faulty ones are weighted as the network's prior."""
    total, weight = 0.0, 0.0
    for network, held in parts:
        each = weights(network, held)
        total += float(each @ logs(changed(network, **constants), held))
        weight += float(each.sum())
    return total / max(weight, 1e-9)


def logs(network: Network, labelled: Labelled) -> Floats:
    """(R,) log likelihood of the truth, and of the leading statement being as right as it was.

    The first alone would rather be unsure than name a mechanism of the true cause; the second alone would not care what
    comes after the leader.
    """
    found = beliefs(network, labelled)
    leading = outcomes(found, labelled)
    stated = np.where(leading.right, leading.said, 1.0 - leading.said)
    return np.asarray(np.log(np.maximum(likelihoods(found, labelled), LEAST)) + np.log(np.maximum(stated, LEAST)))


def weights(network: Network, labelled: Labelled) -> NDArray[np.float64]:
    """What each run counts when healthy and faulty runs are to have the shares that the network expects."""
    calm = labelled.label < 0
    scale = np.where(
        calm,
        network.healthy / max(float(labelled.weight[calm].sum()), 1e-9),
        (1 - network.healthy) / max(float(labelled.weight[~calm].sum()), 1e-9),
    )
    return np.asarray(labelled.weight * scale, dtype=np.float64)
