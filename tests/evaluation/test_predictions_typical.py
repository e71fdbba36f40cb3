"""What the row in the middle is answered."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from .folders import measures


def test_a_few_rows_far_off_leave_the_typical_row_alone(tmp_path: Path) -> None:
    """One row in ten is many times as large as it was answered: R2 is nothing, and most rows are answered well."""
    rng = np.random.default_rng(0)
    answers = rng.normal(100, 30, 200)
    truth = answers + rng.normal(0, 5, 200)
    truth[::10] *= 25
    m = measures(tmp_path, predictions={"split": ["test"] * 200, "y_true": truth, "y_pred": answers})
    assert m["predictions.r2"].value < 0.1  # type: ignore[union-attr, operator]
    assert m["predictions.typical_skill"].value == pytest.approx(0.83, abs=0.08)  # type: ignore[union-attr]


def test_answers_that_know_nothing(tmp_path: Path) -> None:
    """The mean for all rows."""
    truth = np.random.default_rng(0).normal(100, 30, 200)
    m = measures(tmp_path, predictions={"split": ["test"] * 200, "y_true": truth, "y_pred": np.full(200, 100.0)})
    assert m["predictions.typical_skill"].value == pytest.approx(0.0, abs=0.1)  # type: ignore[union-attr]
