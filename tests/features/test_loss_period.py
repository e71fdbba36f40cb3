"""Repeating patterns in a loss, and wandering that only looks like one."""

from __future__ import annotations

import numpy as np
import pytest

from mladvisor.features.loss_period import BY_DEFINITION, points_per_epoch, power_of

from .loss_runs import curve, decay, measured, measures, noise, red_noise


def _saw(n: int, period: float) -> np.ndarray:
    return (np.arange(n) % period) / period * 2.0 - 1.0


@pytest.mark.parametrize("n", [200, 1000, 20_000])
@pytest.mark.parametrize("shape", ["sine", "saw"])
def test_patterns_are_found(n: int, shape: str) -> None:
    """Waves and teeth as strong as the noise are found with their period, for short and long curves."""
    period = n / 20 if n < 5000 else 50.0
    wave = np.sin(2 * np.pi * np.arange(n) / period) if shape == "sine" else _saw(n, period)
    m = measures(decay(n, start=12.0, floor=6.0) + 2.5 * wave + noise(n), unit="step")
    assert measured(m, "train.period_q").value < 1e-6
    assert measured(m, "train.period").value == pytest.approx(period, rel=0.03)
    assert measured(m, "train.period_strength").value > 0.3
    assert measured(m, "train.period_height").value > 0.1


def test_epoch_patterns_in_epochs() -> None:
    """A pattern that repeats with each epoch of 25 steps has a period of one epoch."""
    n = 500
    y = decay(n, start=4.0, floor=2.0) + 0.3 * _saw(n, 25) + 0.05 * noise(n)
    m = measures(curve(y, unit="step", epochs=np.arange(n) / 25))
    assert measured(m, "train.period_epochs").value == pytest.approx(1.0, abs=0.03)
    assert measured(m, "train.period_x").value == pytest.approx(25.0, rel=0.03)


def test_without_epochs_the_epoch_length_is_unknown() -> None:
    """Steps alone do not tell how long an epoch is."""
    m = measures(decay(200) + 0.3 * _saw(200, 10), unit="step")
    assert measured(m, "train.period_epochs").state == "unknown"


@pytest.mark.parametrize("n", [60, 200, 1000, 6000])
@pytest.mark.parametrize("kind", ["white", "red", "walk", "skewed", "steps"])
def test_noise_and_wandering_are_no_pattern(n: int, kind: str) -> None:
    """Of 15 curves without a clock none has a pattern, be the noise white, red, a random walk, skewed or stepped."""
    for seed in range(15):
        e = noise(n, seed)
        y = {
            "white": decay(n) + 0.1 * e,
            "red": 20 + red_noise(n, seed),
            "walk": 50 + np.cumsum(e) / np.sqrt(n),
            "skewed": decay(n) * np.exp(0.7 * e),
            "steps": np.select([np.arange(n) < n * 0.4, np.arange(n) < n * 0.7], [2.0, 1.0], 0.5) + 0.02 * e,
        }[kind]
        assert measured(measures(y, unit="step"), "train.period_q").value > 1e-4


def test_a_few_bursts_are_no_pattern() -> None:
    """Three bursts in an otherwise smooth curve have no clock, though a spectrum sees a wave in them."""
    y = decay(700, 4.0)
    for at in (90, 270, 560):
        y[at : at + 30] += np.exp(-np.arange(30) / 8) * (1.0 + 0.1 * noise(30, at))
    assert measured(measures(y), "train.period_q").value > 1e-3


def test_every_other_point_is_an_overshoot_not_a_pattern() -> None:
    """Up, down, up, down is the mark of a step that is too large; a pattern needs a period of three points at least."""
    y = decay(300) + 0.2 * (-1.0) ** np.arange(300) + 0.02 * noise(300)
    assert measured(measures(y), "train.period_q").value > 1e-3


def test_short_curves_are_unknown() -> None:
    """Under 40 points nothing is said of a pattern."""
    assert measured(measures(decay(39)), "train.period_q").reason == "too-few-points"


def test_smooth_curves_have_no_pattern() -> None:
    """A curve without any scatter, and a constant one, have none."""
    assert measured(measures(decay(200)), "train.period_q").value > 1e-3
    assert measured(measures(np.full(200, 0.7)), "train.period_q").value == 1.0


@pytest.mark.parametrize("n", [39, 40, BY_DEFINITION, BY_DEFINITION + 1])
def test_power_is_that_of_the_fast_transform(n: int) -> None:
    """Short series are transformed by the definition, with the same result."""
    expected = np.abs(np.fft.rfft(noise(n))[1 : (n + 1) // 2]) ** 2
    assert power_of(noise(n)) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("epochs", "points"),
    [
        ([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3], 4.0),  # numbered: the last epoch counts like the others
        ([3, 4, 4, 4, 4, 5, 5, 5, 5, 6], 4.0),  # begun and ended inside of an epoch
        ([0.25, 0.5, 0.75, 1.0, 1.25], 4.0),
        ([1, 2, 3, 4], 1.0),
    ],
)
def test_points_of_one_epoch(epochs: list[float], points: float) -> None:
    """Numbers of epochs are counted, fractions advance."""
    assert points_per_epoch(np.array(epochs, dtype=float)) == pytest.approx(points)
