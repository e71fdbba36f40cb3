"""Scores of probabilities against what happened."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mladvisor.inference.reliability import brier, calibration_error, log_loss, reliability


def test_known_values():
    """Brier score and log loss of two predictions, by hand."""
    assert brier([0.8, 0.4], [1, 0]) == pytest.approx((0.04 + 0.16) / 2)
    assert log_loss([0.8, 0.4], [1, 0]) == pytest.approx(-(math.log(0.8) + math.log(0.6)) / 2)
    assert math.isfinite(log_loss([0.0], [1]))


def test_calibrated_predictions_have_no_error():
    """Of four predictions of 75 % three come true: error 0; of none of them: 0.75."""
    assert calibration_error([0.75] * 4, [1, 1, 1, 0]) == pytest.approx(0.0)
    assert calibration_error([0.75] * 4, [0, 0, 0, 0]) == pytest.approx(0.75)


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
