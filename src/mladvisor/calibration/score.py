"""How right and how calibrated a network is on labelled runs."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from mladvisor.calibration.labelled import Labelled, joined
from mladvisor.inference import Network, posterior, sort_keys
from mladvisor.inference.reliability import ByChance, brier, calibration_error, error_by_chance

ACCUSED = 0.5
LEAST = 1e-4
"""Least probability in a log likelihood: one run that was thought impossible must not outweigh all others."""


class Score(msgspec.Struct, frozen=True):
    """Shares of runs, each from 0 to 1; runs whose fault the evidence cannot show stand in the last two alone.

    Of a run that could not be read nothing is said: it is missed, and no part of log loss and calibration.

    Attributes:
        runs, healthy_runs, pairs, hidden: how many; pairs are runs with two faults.
        first, among_three: faulty runs with a cause at work named first, or among the first three.
        first_or_also: named first is a cause at work, or a mechanism that may rightly be named.
        reciprocal_rank: mean of 1 over the place of the first cause at work.
        both_among_three: pairs of which both causes are among the first three.
        false_alarms: healthy runs with a cause at 50 % or more. missed: faulty runs without one.
        log_loss: mean of -log of the probability of the truth (the cause, or healthy), in nats.
        brier: mean squared error of the leading statement's probability.
        calibration_error: expected calibration error of the leading statement, ten equal bins.
        by_chance: what a perfectly calibrated forecaster with these probabilities gets on as many runs.
        astray: hidden faults where a cause that is not at work has 50 % or more.
    """

    runs: int
    healthy_runs: int
    pairs: int
    first: float
    among_three: float
    first_or_also: float
    reciprocal_rank: float
    both_among_three: float
    false_alarms: float
    missed: float
    log_loss: float
    brier: float
    calibration_error: float
    by_chance: ByChance
    hidden: int
    astray: float


class Beliefs(msgspec.Struct, eq=False):
    """(R, C) probabilities of the causes, (R,) of healthy; all of them 0 where nothing is said of a run.

    Attributes:
        keys: (R, C) what the causes are sorted by (`inference.ranking`); None: the probabilities themselves.
    """

    causes: NDArray[np.float64]
    healthy: NDArray[np.float64]
    keys: NDArray[np.float64] | None = None


class Outcomes(msgspec.Struct, eq=False):
    """What came of each run, (R,) each.

    Attributes:
        place: of the first cause at work, from 1; 0 in healthy runs. last: of the last one, for pairs.
        also: of the first cause that may rightly be named.
        leads: column of the cause that is named first, in the order of the product. top: its probability.
        said: probability of the leading statement (a cause, or healthy); 0 where nothing is said.
        right: whether it is true; strictly: whether it is, and names what is labelled, no mechanism of it.
    """

    place: NDArray[np.intp]
    last: NDArray[np.intp]
    also: NDArray[np.intp]
    leads: NDArray[np.intp]
    top: NDArray[np.float64]
    said: NDArray[np.float64]
    right: NDArray[np.bool_]
    strictly: NDArray[np.bool_]


def beliefs(network: Network, labelled: Labelled, *, largest: int = 2) -> Beliefs:
    """The posterior of every run."""
    each = [
        posterior(network, degrees, possible=possible, largest=largest, healthy=float(calm))
        for degrees, possible, calm in zip(
            labelled.degrees, labelled.possible, calm_before(network, labelled), strict=True
        )
    ]
    causes = np.array([one.probability for one in each]).reshape(len(each), len(network.causes))
    return Beliefs(causes, np.array([one.healthy for one in each]), sort_keys(causes, network.roots))


def calm_before(network: Network, labelled: Labelled) -> NDArray[np.float64]:
    """(R,) how probable it is that nothing is wrong before anything is measured."""
    odds = labelled.calm * network.healthy / (1.0 - network.healthy)
    return np.asarray(odds / (1.0 + odds), dtype=np.float64)


def outcomes(found: Beliefs, labelled: Labelled) -> Outcomes:
    """Places of the true causes, and whether the leading statement is true."""
    p, count = found.causes, found.causes.shape[1]
    keys = p if found.keys is None else found.keys
    # Equal probabilities count against: an order that is an accident of names is no merit.
    places = (keys[:, None, :] >= keys[:, :, None]).sum(axis=2)
    # Of equals the wrong one leads, for the same reason.
    rank = 1 + 2 * ~labelled.fine + ~labelled.causes
    leads = np.where(keys == keys.max(axis=1, keepdims=True), rank, 0).argmax(axis=1)
    row = np.arange(len(p))
    top, ill = p[row, leads], labelled.causes.any(axis=1)
    shown, named, calm = ill & ~labelled.hidden, top > found.healthy, (found.healthy >= top) & (found.healthy > 0)
    return Outcomes(
        place=np.where(ill, np.where(labelled.causes, places, count + 1).min(axis=1), 0),
        last=np.where(labelled.causes, places, 0).max(axis=1, initial=0),
        also=np.where(ill, np.where(labelled.fine, places, count + 1).min(axis=1), 0),
        leads=leads,
        top=top,
        said=np.maximum(top, found.healthy),
        # A second fault or a mechanism that leads is no error of calibration: it is at work.
        right=np.where(shown, labelled.fine[row, leads] & named, calm),
        strictly=np.where(shown, labelled.causes[row, leads] & named, calm),
    )


def score(found: Beliefs, labelled: Labelled) -> Score:
    """The scores of a set of beliefs; shares of an empty set are 0."""
    return summary(outcomes(found, labelled), likelihoods(found, labelled), labelled)


def summary(each: Outcomes, likely: NDArray[np.float64], labelled: Labelled) -> Score:
    """What came of all runs, as shares."""
    hidden, ill = labelled.hidden, (labelled.label >= 0) & ~labelled.hidden
    calm, pair = labelled.label < 0, ill & (labelled.causes.sum(axis=1) > 1)
    judged = ~hidden & (each.said > 0)
    said, right = each.said[judged], each.right[judged]
    wrong = (each.top >= ACCUSED) & ~labelled.fine[np.arange(len(each.leads)), each.leads]
    return Score(
        runs=int((~hidden).sum()),
        healthy_runs=int(calm.sum()),
        pairs=int(pair.sum()),
        first=_mean(each.place[ill] == 1),
        among_three=_mean(each.place[ill] <= 3),
        first_or_also=_mean(each.also[ill] == 1),
        reciprocal_rank=_mean(1.0 / np.maximum(each.place[ill], 1)),
        both_among_three=_mean(each.last[pair] <= 3),
        false_alarms=_mean(each.top[calm] >= ACCUSED),
        missed=_mean(each.top[ill] < ACCUSED),
        log_loss=_mean(losses(likely[judged])),
        brier=brier(said, right) if said.size else 0.0,
        calibration_error=calibration_error(said, right) if said.size else 0.0,
        by_chance=error_by_chance(said) if said.size else ByChance(0.0, 0.0),
        hidden=int(hidden.sum()),
        astray=_mean(wrong[hidden]),
    )


def likelihoods(found: Beliefs, labelled: Labelled) -> NDArray[np.float64]:
    """(R,) probability given to the truth of each run: its cause, or healthy."""
    likely = np.where(labelled.label >= 0, 0.0, found.healthy)
    rows = np.flatnonzero(labelled.label >= 0)
    likely[rows] = found.causes[rows, labelled.label[rows]]
    return np.asarray(likely, dtype=np.float64)


def losses(likely: NDArray[np.float64]) -> NDArray[np.float64]:
    """The log loss of each run, in nats, from the probability that was given to its truth."""
    return np.asarray(-np.log(np.maximum(likely, LEAST)), dtype=np.float64)


def _mean(values: NDArray[np.generic]) -> float:
    return float(values.mean()) if values.size else 0.0


def merged(parts: Sequence[tuple[Beliefs, Labelled]]) -> tuple[Beliefs, Labelled]:
    """Beliefs about several sets of runs, as one; for cross-validation."""
    keys = [b.causes if b.keys is None else b.keys for b, _ in parts]
    causes, healthy = [b.causes for b, _ in parts], [b.healthy for b, _ in parts]
    return Beliefs(*map(np.concatenate, (causes, healthy, keys))), joined([runs for _, runs in parts])
