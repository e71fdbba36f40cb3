"""Epochs that go the same way, and such as only wander or repeat."""

from __future__ import annotations

import numpy as np
import pytest

from .loss_runs import curve, decay, measures, red_noise

EPOCHS, BATCHES = 8, 30


def _in_epochs(parts: list[np.ndarray]) -> dict[str, float]:
    """What is measured of the losses of some epochs, one after another."""
    y = np.concatenate(parts)
    m = measures(curve(y, unit="step", epochs=np.repeat(np.arange(len(parts)), len(parts[0])).astype(float)))
    return {name: m.one(f"batches.order_{name}").value for name in ("agreement", "smoothness", "height")}  # type: ignore[misc]


def test_rows_sorted_by_class() -> None:
    """Each epoch has an easy and a hard half, and the first one is many times as high as the last."""
    half = np.where(np.arange(BATCHES) < BATCHES // 2, -0.2, 0.2)
    levels = decay(EPOCHS, start=4.0, floor=0.7)
    rng = np.random.default_rng(0)
    found = _in_epochs([level * (1 + half) + 0.02 * rng.normal(size=BATCHES) for level in levels])
    assert found["agreement"] > 0.8
    assert found["smoothness"] > 0.5
    assert found["height"] > 0.05


@pytest.mark.parametrize("seed", range(5))
def test_mixed_rows_and_wandering(seed: int) -> None:
    """New batches in each epoch agree with nothing; a loss that wanders is smooth, and goes another way each time."""
    rng = np.random.default_rng(seed)
    mixed = _in_epochs([1.0 + 0.1 * rng.normal(size=BATCHES) for _ in range(EPOCHS)])
    assert abs(mixed["agreement"]) < 0.3
    assert mixed["smoothness"] < 0.3
    slow = red_noise(EPOCHS * BATCHES, seed)
    assert _in_epochs(list(np.split(1.0 + 0.1 * slow, EPOCHS)))["agreement"] < 0.6


def test_fixed_batches_that_are_alike() -> None:
    """The same batches in each epoch repeat, and jump from one to the next."""
    own = 0.1 * np.random.default_rng(0).normal(size=BATCHES)
    rng = np.random.default_rng(1)
    found = _in_epochs([1.0 + own + 0.01 * rng.normal(size=BATCHES) for _ in range(EPOCHS)])
    assert found["agreement"] > 0.8
    assert found["smoothness"] < 0.3


def test_too_few_epochs() -> None:
    """Four epochs say nothing."""
    y = np.tile(np.where(np.arange(BATCHES) < 15, 0.8, 1.2), 4)
    m = measures(curve(y, unit="step", epochs=np.repeat(np.arange(4), BATCHES).astype(float)))
    assert not m.one("batches.order_agreement").known
