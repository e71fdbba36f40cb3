"""Metrics that move against the loss, accuracies at rest, and the metric that guessing has a level of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mladvisor.runs.assign import assign
from mladvisor.runs.readers.base import RawCurve
from mladvisor.runs.roles import default_columns

from .fakes import curve, loss, measures

N = 20
FALLING = 1.0 - 0.5 * (1 - np.exp(-np.arange(N) / 6))
RISING = 0.8 + 1.5 * (1 - np.exp(-np.arange(N) / 6))


def _metric(name: str, y: Any, canonical: str = "", split: str = "val") -> Any:
    return curve(name, "metric", split, y, metric=canonical)


@pytest.mark.parametrize(
    ("name", "canonical", "y"),
    [
        ("val_mape", "mape", RISING),
        ("val_wape", "mape", RISING),
        ("val_rmse", "rmse", RISING),
        ("val_volume_bias_pct", "bias", -20 * RISING),
        ("val_auc", "auc", 1.0 - RISING / 5),
    ],
)
def test_a_metric_that_worsens_while_the_loss_falls_is_found(name: str, canonical: str, y: Any) -> None:
    """Whatever its name and direction; a bias by its size."""
    primary = _metric("val_r2", 1 - FALLING, "r2")
    m = measures(loss(FALLING), loss(FALLING, "val"), _metric(name, y, canonical), primary)
    if canonical == "auc":  # the primary metric has a rule of its own
        assert m.one("metric.name").value == "auc"
        return
    assert m.one("loss_metric.another.name").value == name
    assert m.one("loss_metric.another.disagreement").value < -0.95
    assert m.one("loss_metric.another.worsening").value > 0.5


def test_a_metric_that_follows_the_loss_does_not_worsen() -> None:
    """A falling MAPE beside a falling loss."""
    m = measures(
        loss(FALLING), loss(FALLING, "val"), _metric("val_mape", FALLING, "mape"), _metric("val_r2", 1 - FALLING)
    )
    assert m.one("loss_metric.another.worsening").value == 0.0


@pytest.mark.parametrize(
    ("accuracy", "losses", "rests"),
    [
        ([0.5, 0.8, 0.96] + [0.98] * 9, FALLING[:12] - 0.3, True),
        ([0.5, 0.8, 0.96] + [0.98] * 9, [0.3] * 12, False),
        (list(np.linspace(0.5, 0.98, 12)), FALLING[:12] - 0.3, False),
        ([0.9] * 9 + [0.98, 0.98, 0.98], FALLING[:12] - 0.3, False),
    ],
)
def test_an_accuracy_at_rest_needs_a_loss_that_goes_on(accuracy: Any, losses: Any, rests: bool) -> None:
    """Both splits at one value exactly, for four evaluations and a third of the run."""
    m = measures(
        loss(losses),
        loss(losses, "val"),
        _metric("accuracy", accuracy, "accuracy", "train"),
        _metric("val_accuracy", accuracy, "accuracy"),
    )
    assert m.one("metric.comes_to_rest").value is rests


def test_guessing_has_a_level_of_the_auc_beside_f1() -> None:
    """F1 is judged first, and has no level of chance."""
    m = measures(loss(FALLING), _metric("val_f1", [0.1] * N, "f1"), _metric("val_auc", [0.5] * N, "auc"))
    assert m.one("metric.name").value == "f1"
    assert m.one("metric.beside_chance_name").value == "auc"
    assert m.one("metric.val.over_chance").value == 0.0


def test_eta_is_a_rate_where_it_stays_the_same() -> None:
    """The time that is left shrinks from point to point."""

    def kind(y: list[float]) -> str:
        values = np.asarray(y)
        raw = RawCurve("eta", values)
        return assign([(raw, "log.csv", None)], default_columns(), [])[0].role.kind

    assert kind([0.15] * 5) == "learning-rate"
    assert kind([0.0007, 0.003, 0.005, 0.002]) == "learning-rate"
    assert kind([1.9, 1.4, 0.9, 0.4]) == "time"
    assert kind([3600.0] * 5) == "time"
