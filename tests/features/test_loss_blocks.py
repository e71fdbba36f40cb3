"""A loss that falls in blocks, with a leap behind each."""

from __future__ import annotations

import numpy as np
import pytest

from .fakes import loss, measures


def test_a_saw_of_blocks() -> None:
    """Each block of rows of one kind is learnt, and unlearnt in the next."""
    blocks = [start * 0.7**step for start in (2.3, 3.1, 2.8, 3.4, 2.9) for step in np.arange(8)]
    assert measures(loss(blocks)).value("loss.train.block_share") == pytest.approx(
        32 / 40
    )  # the last has no leap behind


@pytest.mark.parametrize("noise", [0.0, 0.02, 0.3])
def test_other_losses_have_none(noise: float) -> None:
    """A smooth fall has no leaps, and noise no stretches."""
    losses = 2.3 / (1 + np.arange(200) / 30) + noise * np.random.default_rng(3).normal(size=200)
    assert measures(loss(losses)).value("loss.train.block_share") == 0.0


def test_a_few_points_tell_nothing() -> None:
    assert measures(loss([2.3, 2.1, 1.9, 1.7])).value("loss.train.block_share") is None


def test_epochs_are_no_steps() -> None:
    """Folds one after another, each of which starts anew and is evaluated after each epoch."""
    folds = [1.2 * 0.7**step + 0.2 for _ in range(5) for step in np.arange(8)]
    assert measures(loss(folds), loss(folds, "val")).value("loss.train.block_share") is None
