"""How far probabilities can be believed, given what turned out to be true."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from mladvisor.inference.network import Floats


class Bin(NamedTuple):
    """The predictions from `low` to `high`: how many, their mean, and the share that came true."""

    low: float
    high: float
    size: int
    predicted: float
    observed: float


def brier(probability: ArrayLike, happened: ArrayLike) -> float:
    """Mean squared distance of probabilities from what happened (0 or 1); 0 is perfect (Brier 1950)."""
    p, y = _checked(probability, happened)
    return float(np.mean((p - y) ** 2))


def log_loss(probability: ArrayLike, happened: ArrayLike, *, floor: float = 1e-6) -> float:
    """Mean negative log probability (nats) of what happened; probabilities are kept `floor` away from 0 and 1."""
    p, y = _checked(probability, happened)
    p = np.clip(p, floor, 1.0 - floor)
    return float(-np.mean(y * np.log(p) + (1.0 - y) * np.log(1.0 - p)))


def reliability(probability: ArrayLike, happened: ArrayLike, *, bins: int = 10) -> list[Bin]:
    """The reliability curve in equally wide bins; empty ones are left out. 1 belongs to the last bin."""
    p, y = _checked(probability, happened)
    index = np.minimum((p * bins).astype(np.intp), bins - 1)
    result = []
    for number in np.unique(index).tolist():
        inside = index == number
        mean, share = float(p[inside].mean()), float(y[inside].mean())
        result.append(Bin(number / bins, (number + 1) / bins, int(inside.sum()), mean, share))
    return result


def calibration_error(probability: ArrayLike, happened: ArrayLike, *, bins: int = 10) -> float:
    """Expected calibration error: mean distance of predicted from observed over the bins, by their sizes."""
    curve = reliability(probability, happened, bins=bins)
    total = sum(each.size for each in curve)
    return sum(each.size * abs(each.predicted - each.observed) for each in curve) / total


class ByChance(NamedTuple):
    """The calibration error that a perfectly calibrated forecaster gets by chance: mean and 95th percentile."""

    mean: float
    upper: float


def error_by_chance(probability: ArrayLike, *, bins: int = 10, draws: int = 500, seed: int = 0) -> ByChance:
    """The `calibration_error` of these probabilities if each were exactly right, by simulation.

    With few runs the error of an honest forecaster is far from 0; only what exceeds it tells of a fault.
    """
    p, _ = _checked(probability, probability)
    index = np.minimum((p * bins).astype(np.intp), bins - 1)
    random = np.random.default_rng(seed)
    happened = random.random((draws, p.size)) < p
    distance = np.zeros(draws)
    for number in np.unique(index):
        inside = index == number
        distance += np.abs(p[inside].sum() - happened[:, inside].sum(axis=1))
    errors = distance / p.size
    return ByChance(float(errors.mean()), float(np.quantile(errors, 0.95)))


def wilson(successes: float, trials: float, *, z: float = 1.96) -> tuple[float, float]:
    """The interval of a share (Wilson 1927), 95 % with the usual z; (0, 1) without trials."""
    if trials <= 0:
        return 0.0, 1.0
    share, spread = successes / trials, z * z / trials
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * np.sqrt(share * (1 - share) / trials + spread / (4 * trials))
    return float(max(0.0, middle - half)), float(min(1.0, middle + half))


def _checked(probability: ArrayLike, happened: ArrayLike) -> tuple[Floats, Floats]:
    p, y = np.asarray(probability, dtype=np.float64), np.asarray(happened, dtype=np.float64)
    if p.shape != y.shape or p.ndim != 1 or p.size == 0:
        raise ValueError(f"as many outcomes as probabilities are expected, at least one; got {y.shape} and {p.shape}")
    if not np.all((p >= 0) & (p <= 1)):
        raise ValueError("probabilities from 0 to 1 are expected")
    return p, y
