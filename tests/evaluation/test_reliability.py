"""Calibration error with an interval, and the temperature that mends it."""

from __future__ import annotations

import numpy as np
import pytest

from mladvisor.features.evaluation import reliability

from .folders import scores


def test_calibrated_scores_are_not_accused() -> None:
    """Of 200 calibrated models, at most two have an interval above zero; the plain error always has one."""
    found = [reliability.calibration(*scores(300, seed=seed)) for seed in range(200)]
    assert sum(each is not None and each.error_low > 0 for each in found) <= 2
    assert np.mean([each.plain for each in found if each]) > 0.03


def test_scores_that_are_too_sure_are_told_so() -> None:
    """Log odds three times too large: an error surely above zero, and a temperature of three."""
    p, y = scores(3000)
    odds = np.log(p / (1 - p))
    sure = 1 / (1 + np.exp(-3 * odds))
    made = reliability.calibration(sure, y)
    fitted = reliability.temperature(np.column_stack([1 - sure, sure]), y.astype(int))
    assert made is not None
    assert made.error_low > 0.05
    assert fitted is not None
    assert fitted[0] == pytest.approx(3, rel=0.15)


def test_too_few_rows_are_not_judged() -> None:
    """Under 80 rows there is no answer, rather than a noisy one."""
    assert reliability.calibration(*scores(60)) is None


def test_promises_that_are_too_high_have_a_sign() -> None:
    """Twice the rate that comes true: a positive excess."""
    rng = np.random.default_rng(0)
    p = rng.uniform(0.2, 0.8, 2000)
    made = reliability.calibration(p, rng.random(2000) < p / 2)
    assert made is not None
    assert made.excess > 5 * made.excess_error


def test_a_perfect_model_has_no_temperature() -> None:
    """Scores that are always right can be made surer without end: no fit, and no crash."""
    scored = np.array([[0.9, 0.1], [0.1, 0.9]] * 20)
    assert reliability.temperature(scored, np.array([0, 1] * 20)) is None
