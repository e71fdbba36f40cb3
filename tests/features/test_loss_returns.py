"""Stretches of a loss that each begin where the first one began."""

from __future__ import annotations

import numpy as np
import pytest

from mladvisor.features.loss_returns import returns_of


@pytest.mark.parametrize(
    ("y", "times"),
    [
        ([2.3, 2.1, 1.8, 2.2, 2.1, 1.8, 2.3, 2.0, 1.8, 2.3, 2.1, 1.7], 3),
        ([2.3, 2.1, 1.8, 2.2, 2.1, 1.8, 2.3, 2.0], 2),
        ([2.3, 2.1, 1.8, 2.0, 1.9, 1.6, 1.8, 1.6, 1.4], 0),  # warm restarts give back a part
        ([2.3, 1.8, 2.2, 1.8, 2.3, 1.8, 2.2, 1.8], 0),  # up and down from point to point
        ([2.3, 2.1, 1.8, 1.5, 2.2, 2.1, 1.8, 2.3, 2.0, 1.8], 0),  # no regular intervals
        ([2.3, 2.1, 1.8, 1.5, 1.3, 1.2, 1.1, 1.0], 0),
    ],
)
def test_a_loss_that_is_back_at_its_start_at_regular_intervals(y: list[float], times: int) -> None:
    assert returns_of(np.array(y)) == times


def test_noise_is_none() -> None:
    """Of many rough curves none shows equal stretches that fall from point to point and begin alike."""
    draw = np.random.default_rng(1)
    assert not any(returns_of(2 + 0.2 * draw.standard_normal(12)) for _ in range(2_000))
