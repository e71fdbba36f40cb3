"""Runs with made loss curves, for the tests of the loss measurements."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from mladvisor.features.catalogue import Measures
from mladvisor.features.measured import Measured
from mladvisor.runs.model import Curve, Place, Role, Run, Split, XUnit


def curve(
    y: Any, split: Split = "train", *, x: Any = None, unit: XUnit = "epoch", epochs: Any = None, name: str = ""
) -> Curve:
    """A loss curve over epochs 1, 2, 3 ... unless x is given."""
    values = np.asarray(y, dtype=np.float64)
    places = np.arange(1.0, len(values) + 1) if x is None else np.asarray(x, dtype=np.float64)
    column = name or f"{split}_loss"
    role, place = Role("loss", split, "total"), Place("metrics.csv", column)
    return Curve(column, role, places, values, unit, place, np.arange(2, len(values) + 2), epochs)


def measures(train: Any = None, val: Any = None, **how: Any) -> Measures:
    """Measurements of a run with these training and validation losses."""
    given = [(train, "train"), (val, "val")]
    curves = [y if isinstance(y, Curve) else curve(y, split, **how) for y, split in given if y is not None]
    return Measures(Run(Path("run"), "run", curves=tuple(curves)))


def measured(m: Measures, name: str) -> Measured:
    """One loss feature; a crash of the measurement fails the test."""
    value = m.one(f"loss.{name}")
    assert not m.failures, m.failures
    return value


def decay(n: int, rate: float = 8.0, *, start: float = 2.0, floor: float = 0.5) -> np.ndarray:
    """An exponential fall from `start` to `floor`."""
    return floor + (start - floor) * np.exp(-rate * np.linspace(0.0, 1.0, n))


def noise(n: int, seed: int = 0) -> np.ndarray:
    """White normal noise of sd 1."""
    return np.random.default_rng(seed).standard_normal(n)


def red_noise(n: int, seed: int = 0, rho: float = 0.9) -> np.ndarray:
    """Autocorrelated noise of sd 1."""
    steps, value = noise(n, seed), 0.0
    out = np.empty(n)
    for i in range(n):
        value = rho * value + steps[i]
        out[i] = value
    return out * np.sqrt(1.0 - rho * rho)
