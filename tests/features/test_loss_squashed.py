"""Losses that follow from the accuracy, as two softmaxes make them."""

from __future__ import annotations

from math import e, log

import numpy as np
import pytest

from .fakes import curve, loss, measures

RIGHT = np.array([0.26, 0.33, 0.15, 0.148, 0.16, 0.16, 0.148, 0.16, 0.164, 0.16, 0.152, 0.16, 0.168, 0.164])


def off(y: np.ndarray, right: np.ndarray = RIGHT) -> float | None:
    """The distance that is measured, of ten classes."""
    accuracy = curve("val_accuracy", "metric", "val", right)
    config = {"loss": "cross_entropy", "num_classes": 10}
    return measures(loss(y, "val"), accuracy, config=config).value("loss_metric.val.off_squashed")  # type: ignore[return-value]


def test_sure_answers_after_two_softmaxes() -> None:
    """Each error costs one more, whatever the accuracy is."""
    assert off(log(e + 9) - RIGHT) == pytest.approx(0.0, abs=1e-6)


def test_guessing_at_one_accuracy_says_nothing() -> None:
    """ln 10 is what two softmaxes cost at 16 % right."""
    assert off(np.full(14, log(10.0)), np.full(14, 0.159)) is None


def test_a_sound_loss() -> None:
    """It falls below, and does not follow the accuracy."""
    right = np.linspace(0.3, 0.9, 14)
    found = off(2.3 * (1 - right) + 0.1, right)
    assert found is not None
    assert found > 0.1


@pytest.mark.parametrize(("right", "least"), [(1.0, 1.03), (0.66, 0.89)])
def test_what_errors_cost_at_least_after_two_softmaxes(right: float, least: float) -> None:
    """At the floor of right answers a third of wrong ones is impossible: there are not two softmaxes."""
    losses = np.linspace(1.6, 0.93, 30).clip(0.93) if right < 1 else np.full(30, 1.03 * (log(e + 4) - 1))
    accuracy = curve("val_accuracy", "metric", "val", np.full(30, right))
    m = measures(loss(losses, "val"), accuracy, config={"loss": "cross_entropy", "num_classes": 5})
    assert m.value("loss_metric.val.over_squashed_least") == pytest.approx(least, abs=0.02)


def test_without_the_accuracy_the_least_is_unknown() -> None:
    """Nothing says then how many answers are wrong."""
    m = measures(loss(np.full(30, 0.93), "val"), config={"loss": "cross_entropy", "num_classes": 5})
    assert m.value("loss_metric.val.over_squashed_least") is None
