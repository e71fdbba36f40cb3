"""Whether loss and metric tell the same story."""

from __future__ import annotations

import numpy as np
import pytest

from .fakes import curve, loss, measures

N = 40
T = np.linspace(0, 1, N)
FALLING = 0.2 + np.exp(-3 * T)


def _accuracy(y, **more):  # type: ignore[no-untyped-def]
    return curve("val_accuracy", "metric", "val", y, **more)


def test_agreement_and_contradiction() -> None:
    """+1 when accuracy rises as the loss falls, -1 when both rise."""
    agree = measures(loss(FALLING, "val"), _accuracy(1 - 0.5 * FALLING)).one("loss_metric.disagreement")
    oppose = measures(loss(1 / FALLING, "val"), _accuracy(1 - 0.5 * FALLING)).one("loss_metric.disagreement")
    assert agree.value == pytest.approx(1)
    assert oppose.value == pytest.approx(-1)
    assert 0 < oppose.se < 0.2


def test_lower_is_better_turns_the_sign() -> None:
    """An error rate that falls with the loss agrees with it."""
    error = curve("val_error_rate", "metric", "val", FALLING / 2)
    assert measures(loss(FALLING, "val"), error).value("loss_metric.disagreement") == pytest.approx(1)


def test_few_points_say_less() -> None:
    """Under six common points nothing is said, and few points have a wide error."""
    few = measures(loss(FALLING[:5], "val"), _accuracy(FALLING[:5])).one("loss_metric.disagreement")
    some = measures(loss(FALLING[:7], "val"), _accuracy(FALLING[:7])).one("loss_metric.disagreement")
    many = measures(loss(FALLING, "val"), _accuracy(FALLING)).one("loss_metric.disagreement")
    assert few.reason == "too-few-points"
    assert some.se > many.se


def test_a_metric_that_is_the_loss_cannot_contradict_it() -> None:
    """Perplexity is the exponential of the loss."""
    perplexity = curve("val_perplexity", "metric", "val", np.exp(FALLING))
    found = measures(loss(FALLING, "val"), perplexity).one("loss_metric.disagreement")
    assert found.state == "not-applicable"


def test_curves_are_aligned_on_x() -> None:
    """A metric evaluated at every fourth epoch is compared with the loss of those epochs."""
    sparse = _accuracy((1 - 0.5 * FALLING)[::4], x=np.arange(N)[::4])
    assert measures(loss(FALLING, "val"), sparse).value("loss_metric.disagreement") == pytest.approx(1)


def test_loss_falls_and_metric_does_not() -> None:
    """Figure 4 of the article; and not when the metric follows."""
    noise = 0.01 * np.random.default_rng(0).normal(size=N)
    assert measures(loss(FALLING), _accuracy(0.5 + noise)).value("loss_metric.loss_falls_metric_flat") is True
    assert measures(loss(FALLING), _accuracy(0.9 - 0.5 * FALLING)).value("loss_metric.loss_falls_metric_flat") is False
    assert not measures(loss(FALLING)).one("loss_metric.loss_falls_metric_flat").known
