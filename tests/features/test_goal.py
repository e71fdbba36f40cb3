"""A measure of somebody's own that counts in the end."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures

from .fakes import curve, loss, measures

FLAT = [0.04, 0.15, 0.19, *[0.2] * 17]
RISING = np.linspace(0.05, 0.4, 20)


def _run(values: Any, name: str = "val/share_value_kept", config: dict[str, Any] | None = None) -> Measures:
    own = curve(name, "other", "val", list(values))
    usual = curve("val/acc", "metric", "val", np.linspace(0.5, 0.8, 20).tolist(), metric="accuracy", higher=True)
    return measures(own, usual, loss(np.linspace(0.7, 0.4, 20).tolist(), "val"), config=config)


def test_a_measure_that_the_settings_name_is_told_by_a_word_of_it() -> None:
    """The setting counts euros, the log their share: one word of both is the same."""
    m = _run(FLAT, config={"report_metric": "kept_eur_per_1000"})
    assert m.value("goal.change") == pytest.approx(0.0)
    assert m.value("goal.loss_fall") == pytest.approx(0.33, abs=0.1)
    assert m.value("goal.metric_gain") == pytest.approx(0.28, abs=0.05)
    assert _run(RISING, config={"report_metric": "kept_eur_per_1000"}).value("goal.change") > 0.5


def test_without_a_setting_only_money_counts() -> None:
    """Any other column may be anything."""
    assert not _run(FLAT).one("goal.change").known
    assert _run(FLAT, "val/profit_eur").one("goal.change").known
    assert not _run(FLAT, "val/gate_mean", config={"monitor": "val_loss"}).one("goal.change").known
