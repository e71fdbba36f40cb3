"""Choosing a threshold: the best one is found, and luck is not called a gain."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.features.evaluation import thresholds

from .folders import scores


@given(st.integers(0, 10_000))
def test_no_threshold_beats_the_best_for_f1(seed: int) -> None:
    """By trying every score as a threshold."""
    p, y = scores(40, seed=seed)
    made = thresholds.choose(p, y, 0.5, "f1")
    if made is None:
        assert min(y.sum(), (~y).sum()) < 4
        return
    best = max(thresholds.cut(p, y, each).f1 for each in p)
    assert made.best.f1 == pytest.approx(best)


def test_a_rare_class_gains_from_a_lower_threshold() -> None:
    """Calibrated scores of a rare class at one half find few; lower, they find many, and it is surely a gain."""
    p, y = scores(4000, share=0.05, spread=2.0)
    made = thresholds.choose(p, y, 0.5, "f1")
    assert made is not None
    assert made.best.threshold < 0.4
    assert made.best.recall > made.used.recall + 0.2
    assert made.gain > 3 * made.gain_error


def test_balanced_calibrated_scores_have_nothing_to_gain() -> None:
    """Where one half is right, a gain of four points or more hardly ever appears, surer than its error: 200 samples."""
    claimed = 0
    for seed in range(200):
        p, y = scores(400, seed=seed)
        made = thresholds.choose(p, y, 0.5, "balanced")
        claimed += made is not None and made.gain - 1.64 * made.gain_error > 0 and made.gain > 0.04
    assert claimed <= 2


def test_costs_move_the_threshold() -> None:
    """With a miss nine times as dear as a false alarm, calibrated scores are cut near 0.1."""
    p, y = scores(20_000)
    made = thresholds.choose(p, y, 0.5, "cost", thresholds.Costs(1, 9))
    assert made is not None
    assert 0.05 < made.best.threshold < 0.17
    assert made.gain > 0


def test_two_rows_choose_nothing() -> None:
    """Fewer than four rows of a class are no ground for a threshold."""
    assert thresholds.choose(np.array([0.1, 0.9, 0.4]), np.array([False, True, False]), 0.5, "f1") is None


def test_the_threshold_is_a_number_that_a_person_writes() -> None:
    """Between two scores the roundest number is taken."""
    score = np.array([0.1, 0.11, 0.12, 0.13, 0.41, 0.44, 0.45, 0.49])
    made = thresholds.choose(score, score > 0.3, 0.9, "f1")
    assert made is not None
    assert made.best.threshold == 0.3
