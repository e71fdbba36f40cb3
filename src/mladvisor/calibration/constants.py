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

GRID: dict[str, tuple[float, ...]] = {
    "temperature": (0.7, 0.85, 1.0, 1.2, 1.4, 1.7),
    "absent_factor": (0.4, 0.55, 0.7, 0.85, 1.0),
    "echo": (0.05, 0.1, 0.2, 0.35, 0.5),
}
"""Tried one after the other, from the value in force: each has one plain optimum, so a full grid finds the same."""
WORTH = 0.003
"""A constant moves only for this much mean log likelihood (nats): less is within the noise of a few hundred runs."""


def fitted_network(
    network: Network, labelled: Labelled, fixed: Collection[str], *, priors: bool = False, **constants: float
) -> Network:
    """The network with frequencies (and priors) fitted to labelled runs, and other constants."""
    found = fit(network, labelled, fixed=fixed)
    shares = fit_priors(network, labelled) if priors else None
    common = {"prior": shares.prior, "healthy": shares.healthy} if shares else {}
    return changed(network, arrows=found.arrows, otherwise=found.otherwise, **common, **constants)


def changed(network: Network, **fields: Any) -> Network:
    """The network with other numbers."""
    return msgspec.structs.replace(network, cache={}, **fields)


def folds(labelled: Labelled, count: int = 5) -> Iterator[tuple[Labelled, Labelled]]:
    """Pairs of runs to fit and runs to judge; near copies stay together."""
    number = {alike: index % count for index, alike in enumerate(sorted(set(labelled.alike)))}
    fold = np.array([number[alike] for alike in labelled.alike])
    for index in range(count):
        if (fold == index).any() and (fold != index).any():
            yield labelled.only(fold != index), labelled.only(fold == index)


def choose(network: Network, labelled: Labelled, fixed: Collection[str]) -> dict[str, float]:
    """The constants that predict held-out runs best; only those that earn their change."""
    parts = [(fitted_network(network, train, fixed), held) for train, held in folds(labelled)]
    current = {name: float(getattr(network, name)) for name in GRID}
    best = _held_out(parts, current)
    for name, values in GRID.items():
        tried = [(_held_out(parts, {**current, name: value}), value) for value in values if value != current[name]]
        top, value = max(tried)
        if top > best + WORTH:
            best, current[name] = top, value
    return {name: value for name, value in current.items() if value != getattr(network, name)}


def _held_out(parts: list[tuple[Network, Labelled]], constants: dict[str, float]) -> float:
    """Mean log likelihood on held-out runs, of the truth and of the leading statement being as right as it was.

    The first alone would rather be unsure than name a mechanism of the true cause; the second alone would not care what
    comes after the leader. Healthy and faulty runs are weighted as the network's prior.
    """
    total, weight = 0.0, 0.0
    for network, held in parts:
        found = beliefs(changed(network, **constants), held)
        leading = outcomes(found, held)
        stated = np.where(leading.right, leading.said, 1.0 - leading.said)
        logs = np.log(np.maximum(likelihoods(found, held), LEAST)) + np.log(np.maximum(stated, LEAST))
        each = weights(network, held)
        total += float(each @ logs)
        weight += float(each.sum())
    return total / max(weight, 1e-9)


def weights(network: Network, labelled: Labelled) -> NDArray[np.float64]:
    """What each run counts when healthy and faulty runs are to have the shares that the network expects."""
    calm = labelled.label < 0
    scale = np.where(
        calm,
        network.healthy / max(float(labelled.weight[calm].sum()), 1e-9),
        (1 - network.healthy) / max(float(labelled.weight[~calm].sum()), 1e-9),
    )
    return np.asarray(labelled.weight * scale, dtype=np.float64)
