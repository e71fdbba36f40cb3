"""A loss that climbs for long."""

from __future__ import annotations

import numpy as np
import pytest

from .loss_runs import decay, measured, measures, noise


def test_a_loss_that_falls_does_not_climb() -> None:
    """What comes down and stays has climbed by nothing that counts."""
    m = measures(decay(60) * np.exp(0.02 * noise(60)))
    assert measured(m, "train.climb").value < 0.1


@pytest.mark.parametrize("n", [12, 60, 4000])
def test_a_steady_climb_is_told_in_decades(n: int) -> None:
    """From 1 to 1,000 are three decades, in a short log and in a long one."""
    m = measures(np.logspace(0, 3, n) * np.exp(0.1 * noise(n)))
    assert measured(m, "train.climb").value == pytest.approx(3, abs=0.5)
    assert measured(m, "train.climb_steadiness").value > 0.9
    assert measured(m, "train.climb_points").value == pytest.approx(n, rel=0.2)


def test_a_climb_begins_at_the_lowest_point() -> None:
    """What was lost before the lowest point does not count."""
    m = measures(np.concatenate([np.linspace(2, 1, 20), np.logspace(0, 1, 20)]))
    assert 0.7 < measured(m, "train.climb").value <= 1
    assert measured(m, "train.climb_points").value == pytest.approx(20, abs=2)


def test_swings_about_a_level_are_no_steady_climb() -> None:
    """A loss that ends above its lowest point because it swings is not steady."""
    y = 1 + 0.8 * np.sin(np.arange(80) * 1.7) + 0.05 * noise(80)
    m = measures(y - y.min() + 0.1)
    assert measured(m, "train.climb_steadiness").value < 0.6


def test_a_loss_below_zero_has_no_decades() -> None:
    """Then nothing is said."""
    assert measured(measures(np.linspace(-1, 5, 30)), "train.climb").state == "not-applicable"
