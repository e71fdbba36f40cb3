"""A loss that falls in blocks, with a leap behind each."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from mladvisor.runs.model import Curve

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


def _saw(blocks: int) -> list[float]:
    """Steps that fall by turns from a level that itself falls."""
    return [3.0 / (1 + at / 4) * 0.9**step for at in range(blocks) for step in range(6)]


def _of(blocks: int, epochs: np.ndarray) -> Curve:
    return msgspec.structs.replace(loss(_saw(blocks), unit="step"), epochs=epochs)


def test_a_leap_an_epoch_is_no_change_of_kind() -> None:
    """A mean over the epoch so far, or over a window that the short last batch passes through, falls and leaps once."""
    epochs = np.repeat(np.arange(1.0, 13.0), 6)
    assert measures(loss(_saw(12))).value("loss.train.block_share") == pytest.approx(66 / 72)
    assert measures(_of(12, epochs)).value("loss.train.block_share") == 0.0
    later = np.roll(epochs, 2)  # the leap lies a step or two behind the start of the epoch
    later[:2] = 1.0
    assert measures(_of(12, later)).value("loss.train.block_share") == 0.0


def test_several_leaps_an_epoch_are_kinds() -> None:
    """Two classes one after the other in each epoch: every second leap is that of the epoch."""
    epochs = np.repeat(np.arange(1.0, 7.0), 12)
    assert measures(_of(12, epochs)).value("loss.train.block_share") == pytest.approx(66 / 72)
