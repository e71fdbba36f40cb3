"""Numbers as a label: classes, or counts and grades; what a loss can take of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mladvisor.tables.label import task_of
from mladvisor.tables.table import Table

from .folders import measured

RNG = np.random.default_rng(5)


@pytest.mark.parametrize(
    ("labels", "task"),
    [
        (RNG.poisson(3.0, 2000), "regression"),
        (np.clip(np.round(RNG.normal(5.6, 0.9, 2000)), 3, 8).astype(int), "regression"),
        (RNG.integers(0, 10, 2000), "multiclass"),
        (RNG.choice(5, 2000, p=[0.6, 0.2, 0.12, 0.06, 0.02]), "multiclass"),
        (RNG.choice(4, 2000, p=[0.7, 0.2, 0.08, 0.02]), "multiclass"),
        (RNG.choice(6, 2000, p=[0.5, 0.01, 0.24, 0.02, 0.2, 0.03]), "multiclass"),
    ],
)
def test_counts_and_grades_are_amounts(labels: np.ndarray, task: str) -> None:
    """One peak with thin tails; digits, few classes, classes numbered by size, and sizes that jump are classes."""
    assert task_of(Table("train", "train.csv", pd.DataFrame({"x": 0.5, "y": labels})), "y") == task


@given(st.lists(st.integers(-3, 9), min_size=1, max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_whole_numbers_have_a_task(labels: list[int]) -> None:
    """Nothing fails on few or equal labels."""
    assert task_of(Table("train", "train.csv", pd.DataFrame({"y": labels})), "y") in (
        "binary",
        "multiclass",
        "regression",
    )


@pytest.mark.parametrize(
    ("loss", "labels", "share"),
    [
        ("mean_absolute_percentage_error", [0.0, 1.0, 2.0, 4.0], 0.25),
        ("mape", [1.0, 2.0, 3.5, 4.0], 0.0),
        ("msle", [-3.0, 0.0, 2.0, 4.0], 0.25),
        ("poisson", [-1.0, 0.0, 2.0, 4.0], 0.25),
        ("mse", [-1.0, 0.0, 2.0, 4.0], None),
        ("symmetric_mean_absolute_percentage_error", [0.0, 1.0, 2.0, 4.0], None),
    ],
)
def test_targets_that_a_loss_cannot_take_are_counted(
    tmp_path: Path, loss: str, labels: list[float], share: float | None
) -> None:
    """A relative error divides by the target, a logarithmic one takes its logarithm; others take any number."""
    (tmp_path / "config.yaml").write_text(f"loss: {loss}\n")
    values = np.array(labels * 20) * (1 + np.arange(80) / 1000)
    frame = pd.DataFrame({"x": np.arange(80.0), "label": values})
    assert measured(tmp_path, train=frame).value("data.label_outside_loss") == share
