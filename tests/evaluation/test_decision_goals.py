"""Rates that are asked of decisions, and the cut that costs alone ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from .folders import measures, predictions


def test_a_rate_that_is_missed_at_the_cut_in_use_and_reached_at_another(tmp_path: Path) -> None:
    """Decisions at 0.9 miss the recall that is asked for; the scores allow it."""
    (tmp_path / "config.yaml").write_text("lr: 0.1\nmin_recall: 0.9\n")
    m = measures(tmp_path, predictions=predictions(2000, threshold=0.9))
    assert m.value("threshold.required") == "recall of 90%"
    assert m.value("threshold.required_missed") == pytest.approx(0.9 - m.value("threshold.recall"))
    assert m.value("threshold.required_missed") > 0.2
    assert m.value("threshold.required_at_best") < 0


def test_rates_that_no_cut_reaches_together_stay_missed(tmp_path: Path) -> None:
    """Both at once are beyond these scores."""
    (tmp_path / "config.yaml").write_text("lr: 0.1\nmin_recall: 0.999\nmin_specificity: 0.999\n")
    m = measures(tmp_path, predictions=predictions(2000))
    assert m.value("threshold.required_at_best") > 0.05


def test_costs_alone_tell_the_cut_of_sound_probabilities(tmp_path: Path) -> None:
    """One false alarm to 19 misses: from one in twenty on."""
    (tmp_path / "config.yaml").write_text("cost_false_positive: 1\ncost_false_negative: 19\n")
    m = measures(tmp_path, predictions=predictions(200))
    assert m.value("threshold.by_costs") == pytest.approx(0.05)


def test_the_truth_is_told_by_what_the_score_is_called_after(tmp_path: Path) -> None:
    """`is_fraud`, `fraud_proba` and `blocked`: which is which needs none of our names; a group stays one."""
    table = predictions(600)
    named = {"is_fraud": table["y_true"].astype(int), "fraud_proba": table["y_score"],
             "blocked": (table["y_score"] > 0.7).astype(int),
             "female": [n % 2 for n in range(600)]}  # fmt: skip
    m = measures(tmp_path, predictions=named)
    assert m.value("predictions.recall") == pytest.approx(
        float((table["y_score"] > 0.7)[table["y_true"].astype(bool)].mean())
    )
