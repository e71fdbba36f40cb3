"""Errors of one size, told by two measures of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run


def alike(folder: Path, loss: str, offset: float, spread: float) -> object:
    """The feature of a log whose errors have this mean and spread at the end."""
    errors = offset + spread * np.random.default_rng(3).normal(size=4000)
    square, size = float((errors**2).mean()), float(abs(errors).mean())
    rows = [f"{e},{square * (2 - e / 10):.4f},{square:.4f},{size:.4f}" for e in range(1, 11)]
    (folder / "log.csv").write_text("\n".join(["epoch,loss,val_loss,val_mae", *rows]) + "\n")
    (folder / "config.yaml").write_text(f"loss: {loss}\ntask: regression\n")
    return Measures(read_run(folder)).value("metric.errors_alike")


def test_answers_that_stand_together_far_from_the_labels(tmp_path: Path) -> None:
    assert alike(tmp_path, "mse", 4000.0, 500.0) == pytest.approx(0.99, abs=0.01)


def test_errors_that_scatter(tmp_path: Path) -> None:
    """Whatever their unit is."""
    assert alike(tmp_path, "mse", 0.0, 4000.0) == pytest.approx(0.8, abs=0.02)


def test_a_loss_of_another_kind_tells_nothing(tmp_path: Path) -> None:
    assert alike(tmp_path, "mae", 4000.0, 500.0) is None
