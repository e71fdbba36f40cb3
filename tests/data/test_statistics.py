"""Two-sample statistics: they agree with scipy, and keep their promises on samples of one source."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mladvisor.tables.statistics import chi_squared, known_factor, kolmogorov, ks, mean_shift, q_values, shares_differ

stats = pytest.importorskip("scipy.stats")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(40, 300), st.integers(40, 300), st.floats(0, 1))
def test_ks_agrees_with_scipy(seed: int, n: int, m: int, shift: float) -> None:
    """Distance is exact; the p-value lies within a third of scipy's, or both are small."""
    rng = np.random.default_rng(seed)
    first, second = rng.normal(size=n), rng.normal(shift, 1, m)
    ours, theirs = ks(first, second), stats.ks_2samp(first, second, method="asymp")
    assert ours.size == pytest.approx(theirs.statistic)
    assert ours.p == pytest.approx(theirs.pvalue, rel=0.35, abs=0.05)


@pytest.mark.parametrize("degrees", [1, 2, 3, 10, 60])
@pytest.mark.parametrize("ratio", [0.3, 1.0, 1.7, 3.0])
def test_chi_squared_agrees_with_scipy(degrees: int, ratio: float) -> None:
    """The tail is right to ten percent, or to a thousandth."""
    assert chi_squared(ratio * degrees, degrees) == pytest.approx(
        stats.chi2.sf(ratio * degrees, degrees), rel=0.1, abs=1e-3
    )


def test_kolmogorov_is_a_survival_function() -> None:
    """It falls from one to zero."""
    tail = [kolmogorov(size, 10.0) for size in np.linspace(0, 1, 30)]
    assert tail[0] == 1.0
    assert tail[-1] < 1e-9
    assert all(before >= after - 1e-12 for before, after in itertools.pairwise(tail))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50))
def test_q_values_bound_the_p_values(p: list[float]) -> None:
    """A q-value is no less than its p-value, no more than one, and keeps the order."""
    q = q_values(p)
    assert all(one <= other + 1e-12 <= 1 + 1e-9 for one, other in zip(p, q, strict=True))
    order = np.argsort(p)
    assert all(q[a] <= q[b] + 1e-12 for a, b in itertools.pairwise(order))


def test_equal_shares_of_any_size_show_no_effect() -> None:
    """What chance gives is taken off: samples of 60 and of 60,000 rows of one source differ by next to nothing."""
    rng = np.random.default_rng(1)
    p = rng.dirichlet(np.ones(12))
    for rows in (60, 600, 60_000):
        sizes = [shares_differ(rng.multinomial(rows, p), rng.multinomial(rows // 2, p)).size for _ in range(50)]
        assert np.mean(sizes) < 1.0 / np.sqrt(rows)


def test_a_change_of_shares_is_measured_in_rows() -> None:
    """Twenty percent of the rows changed category: the size is 0.2, whatever the size of the tables."""
    for scale in (1, 1000):
        found = shares_differ(np.array([500, 300, 200]) * scale, np.array([300, 500, 200]) * scale)
        assert found.size == pytest.approx(0.2, abs=0.02)
        assert found.p < 1e-9


@given(st.floats(-50, 50), st.floats(0.1, 100))
def test_mean_shift_is_free_of_scale(offset: float, scale: float) -> None:
    """A shift of half a standard deviation is 0.5 in every unit."""
    base = np.random.default_rng(2).normal(size=2000)
    size, error = mean_shift(base * scale + offset, (base + 0.5) * scale + offset)
    assert size == pytest.approx(0.5, abs=0.03)
    assert 0 < error < 0.05


@pytest.mark.parametrize("factor", [1000, 0.001, 0.45359237, 2.54, 10, 1 / 60])
def test_factors_between_units_are_known(factor: float) -> None:
    """A ratio within a few percent of a factor is that factor; one between two factors is none."""
    assert known_factor(factor * 1.01) == pytest.approx(factor)
    assert known_factor(1.0) is None
    assert known_factor(1.3) is None
    assert known_factor(float("nan")) is None


def test_a_code_of_nines_among_few_codes_is_no_blank_in_disguise() -> None:
    """As common as the other codes it is one of them; rare among them, or below zero, or among amounts it is none."""
    from mladvisor.tables.hygiene import sentinel

    rng = np.random.default_rng(0)
    codes = rng.choice([1.0, 2.0, 3.0], 2000)
    for nines, share, blank in ((99.0, 0.15, False), (999.0, 0.3, False), (99.0, 0.02, True), (-99.0, 0.15, True)):
        marked = np.where(rng.random(2000) < share, nines, codes)
        assert (sentinel(marked)[0] > 0) == blank, nines
    amounts = rng.normal(40, 5, 2000)
    assert sentinel(np.where(rng.random(2000) < 0.15, 999.0, amounts))[0] > 0
