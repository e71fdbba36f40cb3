"""Where the metric parts from the loss: it turns while the loss falls; and which metric the settings name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

EPOCHS = np.arange(30)
LOSS = 0.2 + 0.8 * 0.93**EPOCHS


def run_of(folder: Path, metric: str, values: np.ndarray, settings: str = "lr: 0.1\n") -> Measures:
    rows = "".join(f"{n},{LOSS[n]:.5f},{LOSS[n]:.5f},{values[n]:.5f}\n" for n in EPOCHS)
    (folder / "metrics.csv").write_text(f"epoch,train_loss,val_loss,{metric}\n{rows}")
    (folder / "config.yaml").write_text(settings)
    return Measures(read_run(folder))


@pytest.mark.parametrize("turns", [True, False])
def test_a_metric_that_turns_while_the_loss_falls(tmp_path: Path, turns: bool) -> None:
    """What it loses is a share of what it had gained; of what trembles nothing is lost."""
    values = 0.5 + 0.02 * np.minimum(EPOCHS, 10) + 0.002 * (-1.0) ** EPOCHS
    if turns:
        values = values - 0.005 * np.maximum(EPOCHS - 10, 0)
    m = run_of(tmp_path, "val_ndcg@10", values)
    assert m.value("loss_metric.turned.lost") == pytest.approx(0.43 if turns else 0.0, abs=0.08)
    assert 0.2 < m.value("loss_metric.turned.loss_fall") < 0.6 or not turns


@pytest.mark.parametrize(("rows", "turns"), [(1, False), (3, False), (12, True)])
def test_a_row_or_two_that_tip_are_no_turn(tmp_path: Path, rows: int, turns: bool) -> None:
    """An accuracy of 300 rows rises by nine of them, rests, and loses some: it shows no noise, and moves by rows."""
    right = np.where(EPOCHS < 6, 255 + 5 * EPOCHS, np.where(EPOCHS < 20, 284, 284 - rows))
    m = run_of(tmp_path, "val_accuracy", np.round(np.minimum(right, 284) / 300, 3))
    assert (m.value("loss_metric.turned.lost") > 0) is turns


def test_the_levels_told_make_the_share_that_is_lost(tmp_path: Path) -> None:
    """The first, the best and the last mean of three evaluations."""
    m = run_of(tmp_path, "val_ndcg@10", 0.5 + 0.02 * np.minimum(EPOCHS, 10) - 0.01 * np.maximum(EPOCHS - 10, 0))
    first, best, end = (m.value(f"loss_metric.turned.{name}") for name in ("first", "best", "end"))
    assert (best - end) / (best - first) == pytest.approx(m.value("loss_metric.turned.lost"))


@pytest.mark.parametrize(("logged", "known"), [("val_ndcg@10", True), ("val_rmse", False)])
def test_the_metric_that_the_settings_name(tmp_path: Path, logged: str, known: bool) -> None:
    """It may be one that the log does not follow."""
    m = run_of(tmp_path, logged, 0.5 + 0.01 * EPOCHS, "eval_metric: ndcg@1\n")
    assert m.value("metric.named") == "ndcg"
    assert m.value("metric.named_is_logged") is known
    assert not run_of(tmp_path, logged, 0.5 + 0.01 * EPOCHS, "monitor: val_loss\n").one("metric.named").known


@pytest.mark.parametrize("name", ["val/gauc", "val_group_auc", "eval_uauc"])
def test_an_area_within_groups_is_a_metric_of_its_own(tmp_path: Path, name: str) -> None:
    """It is no plain area under the curve."""
    m = run_of(tmp_path, name, 0.5 + 0.001 * EPOCHS)
    assert m.value("metric.name") == "grouped-auc"
    assert m.value("metric.higher_is_better") is True
