"""Every log of the corpus beside the repository (skipped where that is missing)."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from mladvisor.runs.primary import primary
from mladvisor.runs.read import read_run

ROOT = Path(__file__).parents[3] / "shared" / "real_runs"
INDEX = ROOT / "INDEX.csv"


def rows() -> list[dict[str, str]]:
    """Rows of the index; none where the corpus is missing."""
    if not INDEX.exists():
        return []
    with INDEX.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


# Index and reader differ on purpose: the index takes any column with "loss" in its name for the training loss.
NOT_SUPERVISED = ("ray_tune", "spinningup", "sb3_progress", "tensorboard/Jorgitou98", "custom_csv/0111yoyo")


@pytest.mark.skipif(not INDEX.exists(), reason="the corpus of real logs is not beside the repository")
@pytest.mark.parametrize("row", rows(), ids=lambda row: row["folder"])
def test_every_real_folder_is_read(row: dict[str, str]) -> None:
    """Each real run gives curves in order, and a training loss where the index knows one of a supervised training."""
    run = read_run(ROOT / row["folder"])
    assert run.curves
    assert run.format
    assert not any("a bug" in line.why for line in run.ignored)
    for curve in run.curves:
        assert len(curve.x) == len(curve.y) > 0
        assert not (np.diff(curve.x) < 0).any()
    if row["folder"].startswith(NOT_SUPERVISED):
        return
    if row["has_train_loss"] == "True" and row["folder"] not in ONLY_VALIDATION:
        assert primary(run, "loss", "train") is not None
    if row["has_val_loss"] == "True":
        assert primary(run, "loss", "val") is not None or row["folder"] in NO_VALIDATION_CURVE


# val_metrics.csv: its bare `loss` is the validation loss.
ONLY_VALIDATION = (
    "keras_csv/adbruijn-offensive-text-classification__1",
    "keras_csv/adbruijn-offensive-text-classification__2",
)
NO_VALIDATION_CURVE: tuple[str, ...] = ()
