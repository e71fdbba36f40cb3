"""How right and how calibrated a network is on labelled runs."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from mladvisor.calibration.labelled import Labelled
from mladvisor.inference import Network, posterior
from mladvisor.inference.reliability import brier, calibration_error

ACCUSED = 0.5


class Score(msgspec.Struct, frozen=True):
    """Shares of runs, each from 0 to 1.

    Attributes:
        runs, healthy_runs: how many.
        first, among_three: faulty runs whose cause is named first, or among the first three.
        false_alarms: healthy runs with a cause at 50 % or more. missed: faulty runs without one.
        log_loss: mean of -log of the probability of the truth (the cause, or healthy), in nats.
        brier: mean squared error of the leading statement's probability.
        calibration_error: expected calibration error of the leading statement, ten equal bins.
    """

    runs: int
    healthy_runs: int
    first: float
    among_three: float
    false_alarms: float
    missed: float
    log_loss: float
    brier: float
    calibration_error: float


class Beliefs(msgspec.Struct, eq=False):
    """(R, C) probabilities of the causes and (R,) of healthy."""

    causes: NDArray[np.float64]
    healthy: NDArray[np.float64]


def beliefs(network: Network, labelled: Labelled, *, largest: int = 2) -> Beliefs:
    """The posterior of every run."""
    each = [
        posterior(network, degrees, possible=possible, largest=largest)
        for degrees, possible in zip(labelled.degrees, labelled.possible, strict=True)
    ]
    return Beliefs(np.array([one.probability for one in each]), np.array([one.healthy for one in each]))


def score(found: Beliefs, labelled: Labelled) -> Score:
    """The scores of a set of beliefs; shares of an empty set are 0."""
    ill = labelled.label >= 0
    top = found.causes.max(axis=1, initial=0.0)
    rows = np.flatnonzero(ill)
    truth = found.causes[rows, labelled.label[rows]]
    # Equal probabilities count against: an order that is an accident of names is no merit.
    rank = (found.causes[rows] >= truth[:, None]).sum(axis=1) - 1
    right = np.where(ill, False, found.healthy >= top)
    right[rows] = (rank == 0) & (truth > found.healthy[rows])
    # A second fault or a mechanism that leads is no error of calibration: it is at work.
    leads = found.causes.argmax(axis=1)
    right[rows] |= labelled.fine[rows, leads[rows]] & (top[rows] > found.healthy[rows])
    said = np.maximum(top, found.healthy)
    return Score(
        len(labelled.runs),
        int((~ill).sum()),
        _mean(rank == 0),
        _mean(rank <= 2),
        _mean(top[~ill] >= ACCUSED),
        _mean(top[ill] < ACCUSED),
        _mean(-np.log(np.maximum(likelihoods(found, labelled), 1e-4))),
        brier(said, right) if said.size else 0.0,
        calibration_error(said, right) if said.size else 0.0,
    )


def likelihoods(found: Beliefs, labelled: Labelled) -> NDArray[np.float64]:
    """(R,) probability given to the truth of each run: its cause, or healthy."""
    likely = np.where(labelled.label >= 0, 0.0, found.healthy)
    rows = np.flatnonzero(labelled.label >= 0)
    likely[rows] = found.causes[rows, labelled.label[rows]]
    return np.asarray(likely, dtype=np.float64)


def _mean(values: NDArray[np.generic]) -> float:
    return float(values.mean()) if values.size else 0.0


def merged(parts: list[tuple[Beliefs, Labelled]]) -> tuple[Beliefs, Labelled]:
    """Beliefs about several sets of runs, as one; for cross-validation."""
    found = Beliefs(np.concatenate([b.causes for b, _ in parts]), np.concatenate([b.healthy for b, _ in parts]))
    first = parts[0][1]
    runs = Labelled(
        [run for _, each in parts for run in each.runs],
        np.concatenate([each.degrees for _, each in parts]),
        np.concatenate([each.causes for _, each in parts]),
        np.concatenate([each.fine for _, each in parts]),
        np.concatenate([each.label for _, each in parts]),
        np.concatenate([each.possible for _, each in parts]),
        np.concatenate([each.weight for _, each in parts]),
        [alike for _, each in parts for alike in each.alike],
        [half for _, each in parts for half in each.half],
        first.skipped,
    )
    return found, runs
