"""Robust numerics: what every loss measurement stands on."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mladvisor.features import robust

values = st.floats(-1e6, 1e6, allow_nan=False, width=64)
arrays = hnp.arrays(np.float64, st.integers(1, 120), elements=values)


@given(arrays)
def test_median_is_numpys(y: np.ndarray) -> None:
    """The fast median is the median, up to the smallest number there is (two are halved before they are added)."""
    assert abs(robust.median(y) - float(np.median(y))) <= 5e-324


def test_median_of_many() -> None:
    """The same where it partitions instead of sorting, for even and odd lengths."""
    for n in (4096, 4097, 10_001):
        y = np.random.default_rng(n).standard_normal(n)
        assert robust.median(y) == np.median(y)


@given(arrays, st.sampled_from([0.0, 0.1, 0.5, 0.95, 1.0]))
def test_quantiles_are_numpys(y: np.ndarray, share: float) -> None:
    """The fast quantile is the linear quantile."""
    assert np.isclose(robust.quantiles(y, share)[0], np.quantile(y, share), rtol=1e-9, atol=1e-6)


@given(arrays, st.sampled_from([1, 3, 5, 9, 31, 201]))
def test_running_median_keeps_falling_curves(y: np.ndarray, window: int) -> None:
    """Any monotone curve is left as it is, up to the last half window, however steep and of whatever length."""
    falling = np.sort(y)[::-1].copy()
    smooth = robust.running_median(falling, window)
    inside = max(len(y) - window // 2 - 1, 0) if len(y) > window else 0
    assert smooth.shape == falling.shape
    assert np.allclose(smooth[:inside], falling[:inside], rtol=1e-12, atol=1e-6)


@given(arrays, st.sampled_from([1, 3, 7, 41]))
def test_running_mean_keeps_straight_lines(y: np.ndarray, window: int) -> None:
    """A straight line has itself as running mean, edges included."""
    line = np.linspace(float(y[0]), float(y[-1]), len(y))
    assert np.allclose(robust.running_mean(line, window), line, rtol=1e-9, atol=1e-4)


def test_running_median_removes_spikes() -> None:
    """A spike narrower than half the window leaves no trace."""
    y = np.ones(50)
    y[20:23] = 100.0
    assert (robust.running_median(y, 9) == 1.0).all()


def test_white_noise_ignores_the_curve() -> None:
    """Noise is measured to 15 % although it lies on a steep exponential."""
    y = 5.0 * np.exp(-np.linspace(0, 6, 2000)) + 0.03 * np.random.default_rng(0).standard_normal(2000)
    assert abs(robust.white_noise(y) / 0.03 - 1.0) < 0.15


@given(st.integers(1, 5000), st.sampled_from([8, 48, 512]))
def test_blocks_keep_the_ends_and_the_count(n: int, count: int) -> None:
    """At most `count` blocks of one odd size, in order, from the first points to the last."""
    y = np.arange(float(n))
    medians, size = robust.blocks(y, count)
    assert size % 2 == 1
    assert len(medians) <= count or size == 1
    assert (np.diff(medians) > 0).all()
    assert medians[0] <= 2 * size
    assert medians[-1] >= n - 1 - 2 * size


def test_quantum_finds_the_last_digit() -> None:
    """Values rounded to two digits have a quantum of a hundredth; a constant has none."""
    assert np.isclose(robust.quantum(np.array([0.64, 0.62, 0.65, 0.64])), 0.01)
    assert robust.quantum(np.full(5, 0.3)) == 0.0
