"""Intervals and tests of few rows, against their definitions."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.features.evaluation import intervals


@given(st.integers(1, 400), st.data())
def test_wilson_holds_the_share_and_stays_inside(n: int, data: st.DataObject) -> None:
    """The interval contains the share and never leaves 0..1."""
    k = data.draw(st.integers(0, n))
    low, high = intervals.wilson(k, n)
    assert 0 <= low <= k / n + 1e-12
    assert k / n - 1e-12 <= high <= 1


def test_nothing_of_five_is_not_known_for_sure() -> None:
    """0 of 5 has an error, unlike the plain formula's 0."""
    assert intervals.share_error(0, 5) > 0.1


@pytest.mark.parametrize(("n", "p"), [(30, 0.05), (60, 0.3), (20, 0.5), (200, 0.02)])
def test_binomial_tails_agree_with_the_sum(n: int, p: float) -> None:
    """Within 15 % of the exact tail down to 1e-6: a normal tail is wrong by a factor of fifty there."""
    hits = np.arange(n + 1)
    exact = np.array([sum(comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(k, n + 1)) for k in range(n + 1)])
    found = intervals.binomial_tail(hits.astype(float), np.full(n + 1, n), p)
    judged = exact > 1e-6
    assert found[judged] == pytest.approx(exact[judged], rel=0.15)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_q_values_order_as_p_values_and_are_never_smaller(p: list[float]) -> None:
    """Benjamini and Hochberg: q >= p, monotone in p, and the largest q is at most 1."""
    values = np.array(p)
    q = intervals.false_discovery(values)
    assert (q >= values - 1e-12).all()
    assert q.max() <= 1
    order = np.argsort(values, kind="stable")
    assert (np.diff(q[order]) >= -1e-12).all()


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=50))
def test_midranks_share_ties(values: list[int]) -> None:
    """Ranks add to n(n + 1)/2, and equal values have equal ranks."""
    ranks = intervals.midranks(np.array(values, float))
    assert ranks.sum() == pytest.approx(len(values) * (len(values) + 1) / 2)
    for value in set(values):
        assert len({rank for rank, each in zip(ranks, values, strict=True) if each == value}) == 1


def test_rank_correlation_of_a_constant_is_unknown() -> None:
    """A series that never moves agrees with nothing."""
    assert intervals.rank_correlation(np.ones(8), np.arange(8.0)) is None
    assert intervals.rank_correlation(np.arange(8.0) ** 3, np.arange(8.0)) == pytest.approx(1.0)


def test_few_rows_say_nothing_of_a_correlation() -> None:
    """With four rows the interval is everything; with more it narrows."""
    assert intervals.correlation_interval(0.9, 4) == (-1.0, 1.0)
    wide, narrow = intervals.correlation_interval(0.5, 10), intervals.correlation_interval(0.5, 200)
    assert wide[0] < narrow[0] < 0.5 < narrow[1] < wide[1]


def test_a_perfect_order_of_few_rows_is_worth_no_more_than_they_are() -> None:
    """Five rows in order leave room for a modest correlation, and many leave none."""
    lows = [intervals.correlation_interval(1.0, n)[0] for n in (5, 6, 12, 100)]
    assert 0.2 < lows[0] < 0.5 < lows[1] < lows[2] < lows[3] < 1
