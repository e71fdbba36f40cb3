"""The loss of guessing."""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np
import pytest

from .fakes import curve, loss, measures

STUCK = np.full(20, log(10)) + 0.001 * np.sin(np.arange(20))


@pytest.mark.parametrize(
    ("config", "task", "value"),
    [
        ({"num_classes": 10, "loss": "cross_entropy"}, "multiclass", log(10)),
        ({"loss": "binary_crossentropy"}, "binary", log(2)),
        ({"num_classes": 10, "loss": "mse"}, "multiclass", 0.09),
        ({"vocab_size": 50257, "loss": "cross_entropy"}, "language-modelling", log(50257)),
        ({"num_classes": 10, "loss": "focal"}, "multiclass", None),
        ({"loss": "cross_entropy"}, "multiclass", log(10)),
    ],
)
def test_level_of_guessing(config: dict[str, Any], task: str, value: float | None) -> None:
    """ln K for cross-entropy over K choices (which a loss that has settled there tells), (K-1)/K^2 for squared error;
    unknown for losses without such a level."""
    found = measures(loss(STUCK), config=config, task=task).value("chance.loss")
    assert found == (None if value is None else pytest.approx(value))


def test_a_loss_without_a_name_counts_as_cross_entropy_only_near_it() -> None:
    """A loss that starts at 2.3 over ten classes is taken for cross-entropy, one that starts at 200 is not."""
    config = {"num_classes": 10}
    assert measures(loss(STUCK), config=config, task="multiclass").one("chance.loss").known
    assert not measures(loss(100 * STUCK), config=config, task="multiclass").one("chance.loss").known


def test_a_sum_of_losses_has_no_level_of_guessing() -> None:
    """Components beside the total make it incomparable with ln K."""
    part = curve("loss_aux", "loss", "train", STUCK, metric="aux", component=True)
    m = measures(loss(STUCK), part, config={"num_classes": 10, "loss": "cross_entropy"}, task="multiclass")
    assert not m.one("chance.loss").known


def test_over_chance_is_a_ratio_with_an_error() -> None:
    """A loss that stays at ln 10 over ten classes is at 1."""
    found = measures(loss(STUCK), config={"num_classes": 10}, task="multiclass").one("loss.train.over_chance")
    assert found.value == pytest.approx(1, abs=0.01)
    assert found.se >= 0


def test_detection_has_none() -> None:
    """Not applicable rather than unknown: no question will be asked about it."""
    assert measures(loss(STUCK), task="detection").one("loss.train.over_chance").state == "not-applicable"
