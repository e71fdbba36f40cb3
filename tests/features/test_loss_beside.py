"""What is told beside a ratio is what the ratio is made of."""

from __future__ import annotations

import numpy as np
import pytest

from .loss_runs import curve, decay, measured, measures, noise


@pytest.mark.parametrize("n", [6, 17, 60, 900])
def test_the_levels_told_make_the_ratio_that_is_told(n: int) -> None:
    """However noisy both are, a pocket calculator gets the ratio, and the fall beside validation, out of the levels."""
    m = measures(decay(n, floor=0.1) * np.exp(0.1 * noise(n)), decay(n, floor=0.6) * np.exp(0.3 * noise(n, 1)))
    late = measured(m, "val.late").value / measured(m, "train.late").value
    assert late == pytest.approx(measured(m, "gap_ratio").value)
    assert 1.0 / late == pytest.approx(measured(m, "train.over_val").value)
    first, last = measured(m, "train.at_first_val").value, measured(m, "train.at_last_val").value
    assert (first - last) / first == pytest.approx(measured(m, "train.fall_beside_val").value)


def test_a_rise_is_told_from_the_level_that_it_is_measured_from() -> None:
    """The end over the best level is one plus the rise, where the best level is no tiny one."""
    t = np.linspace(0.0, 1.0, 60)
    val = decay(60, 20.0, floor=0.8) + 0.7 * np.maximum(t - 0.3, 0.0) + 0.02 * noise(60)
    m = measures(decay(60), val)
    told = measured(m, "val.end").value / measured(m, "val.best_level").value - 1.0
    assert told == pytest.approx(measured(m, "val.rise_from_best").value)


def test_below_zero_no_level_is_a_share_of_another() -> None:
    """A likelihood of densities may go below zero."""
    assert measured(measures(decay(30), decay(30, floor=-0.5)), "val.best_level").state == "not-applicable"


def test_the_lowest_of_the_first_validations_is_what_the_start_is_judged_by() -> None:
    """Over that loss and the ratio stands the loss of a model that has learnt nothing."""
    m = measures(decay(40), 2.0 * decay(40))
    assert measured(m, "val.first_lowest").value == pytest.approx(float(2.0 * decay(40)[2]))
    assert measured(m, "val.first_over_train").value > 1.0


def test_of_one_loss_nothing_is_told_beside_the_other() -> None:
    """Without validation the levels are unknown, not zero."""
    m = measures(decay(30))
    assert [measured(m, name).state for name in ("val.late", "train.early", "train.at_first_val")] == ["unknown"] * 3
    assert measured(measures(val=curve([np.nan, np.nan], "val")), "val.first_lowest").state == "unknown"
