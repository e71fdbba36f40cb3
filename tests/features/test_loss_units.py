"""Losses that are sums, or cost the same errors otherwise, are not compared by size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.features.loss_runs import curve, decay, measured

from mladvisor.features.catalogue import Measures
from mladvisor.runs.model import Curve, Place, Role, Run, Setting

ERROR = np.sqrt(decay(20))


def run(val_loss: np.ndarray, val_error: np.ndarray, loss: str = "mse") -> Measures:
    errors = tuple(
        Curve(f"{split}_mae", Role("metric", split, "mae", False), np.arange(1.0, 21.0), y, "epoch", Place("m.csv"))
        for split, y in (("train", ERROR), ("val", val_error))
    )
    losses = (curve(100 * ERROR**2), curve(val_loss, "val"))
    return Measures(Run(Path("run"), "run", curves=losses + errors, config={"loss": Setting(loss, Place("c.yaml"))}))


def test_errors_that_cost_six_times_as_much_on_the_one_split() -> None:
    """A sum over a batch of 64 beside one over 400 rows: the same mean error has another price at every epoch."""
    m = run(600 * (1.05 * ERROR) ** 2, 1.05 * ERROR)
    assert measured(m, "gap_ratio").state == "not-applicable"


def test_a_few_rows_far_off_are_no_other_unit() -> None:
    """They add a constant, so that what an error costs rises while the others are learnt."""
    assert measured(run(100 * ERROR**2 + 300, 1.05 * ERROR), "gap_ratio").known


def test_overfitting_is_no_other_unit() -> None:
    """The errors grow with the loss."""
    assert measured(run(600 * ERROR**2, 2.4 * ERROR), "gap_ratio").known


@pytest.mark.parametrize(
    ("loss", "summed"),
    [("mse_sum", True), ("SSE", True), ("summed_bce", True), ("mse", False), ("sum_over_tokens_mean_over_rows", False)],
)
def test_a_sum_by_its_name(loss: str, summed: bool) -> None:
    m = run(100 * ERROR**2, ERROR, loss)
    assert m.value("config.loss_summed") is summed
    assert measured(m, "gap_ratio").known is not summed


@pytest.mark.parametrize(
    ("loss", "said"),
    [("bce_with_logits (one-vs-rest)", True), ("BCE, OvR", True), ("bce_with_logits", False), ("overall_loss", False)],
)
def test_each_class_against_the_rest(loss: str, said: bool) -> None:
    """Who writes so knows that the classes exclude each other."""
    assert run(100 * ERROR**2, ERROR, loss).value("config.loss_one_against_rest") is said


@pytest.mark.parametrize(
    ("listed", "outside"), [([1, 2], True), ("[-1, 1]", True), ([0, 1], False), ([0, 1, 2], None), (None, None)]
)
def test_labels_that_a_binary_cross_entropy_does_not_take(listed: object, outside: bool | None) -> None:
    """Two labels that the settings list, and that are not 0 and 1."""
    place = Place("c.yaml")
    said = {"loss.name": Setting("binary_cross_entropy", place), "data.label_values": Setting(listed, place)}
    assert Measures(Run(Path("run"), "run", config=said)).value("config.labels_outside_loss") is outside
