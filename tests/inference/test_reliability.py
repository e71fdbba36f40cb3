"""Scores of probabilities against what happened."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mladvisor.inference.reliability import brier, calibration_error, error_by_chance, log_loss, reliability, wilson


def test_known_values():
    """Brier score and log loss of two predictions, by hand."""
    assert brier([0.8, 0.4], [1, 0]) == pytest.approx((0.04 + 0.16) / 2)
    assert log_loss([0.8, 0.4], [1, 0]) == pytest.approx(-(math.log(0.8) + math.log(0.6)) / 2)
    assert log_loss([0.0], [1]) == pytest.approx(-math.log(1e-6))


def test_calibrated_predictions_have_no_error():
    """Of four predictions of 75 % three come true: error 0; of none of them: 0.75."""
    assert calibration_error([0.75] * 4, [1, 1, 1, 0]) == pytest.approx(0.0)
    assert calibration_error([0.75] * 4, [0, 0, 0, 0]) == pytest.approx(0.75)


def test_bins_are_tenths_and_count_by_their_size():
    """In fifths the first two would be one; three runs of a bin outweigh one of another."""
    assert calibration_error([0.05, 0.15], [1, 0]) == pytest.approx((0.95 + 0.15) / 2)
    assert calibration_error([0.9, 0.9, 0.9, 0.2], [1, 1, 1, 0]) == pytest.approx((3 * 0.1 + 0.2) / 4)


def test_bins():
    """Bins hold what they should, 1 belongs to the last, empty ones are left out."""
    curve = reliability([0.05, 0.95, 1.0], [0, 1, 1])
    assert [(each.low, each.high, each.size) for each in curve] == [(0.0, 0.1, 1), (0.9, 1.0, 2)]
    assert curve[1].predicted == pytest.approx(0.975)
    assert curve[1].observed == 1.0


def test_bad_input():
    """Nothing to score, unequal lengths or a probability outside 0..1 are errors."""
    for probability, happened in (([], []), ([0.5], [1, 0]), ([1.5], [1])):
        with pytest.raises(ValueError, match="expected"):
            brier(np.array(probability), happened)


def test_error_by_chance_is_what_honest_forecasters_get():
    """It falls with the number of runs, and an honest forecaster exceeds its 95th percentile about once in twenty."""
    random = np.random.default_rng(3)
    few, many = (error_by_chance(random.random(size)).mean for size in (50, 5000))
    assert many < few / 5
    exceeded = 0
    for seed in range(200):
        said = random.uniform(0.2, 1.0, 60)
        error = calibration_error(said, random.random(60) < said)
        exceeded += error > error_by_chance(said, draws=300, seed=seed).upper
    assert 2 <= exceeded <= 22


def test_certain_forecasts_have_no_error_by_chance():
    """What is said to be sure happens."""
    assert error_by_chance([1.0] * 10 + [0.0] * 10) == (0.0, 0.0)


def test_error_by_chance_of_coins():
    """One toss is off by a half, always; of many the mean is what the normal distribution says, .8 of a deviation."""
    assert error_by_chance([0.5]) == (0.5, 0.5)
    found = error_by_chance([0.5] * 400, draws=2000)
    assert found.mean == pytest.approx(0.5 / 20 * math.sqrt(2 / math.pi), rel=0.05)
    assert found.upper == pytest.approx(0.5 / 20 * 1.96, rel=0.06)


def test_wilson_interval():
    """Known values; inside 0..1 also at the ends; wide without trials."""
    assert wilson(8, 10) == pytest.approx((0.490, 0.943), abs=0.001)
    assert wilson(0, 10)[0] == 0.0
    assert wilson(10, 10)[1] == 1.0
    assert wilson(0, 0) == (0.0, 1.0)
