"""Predicted rows that are the moments of one series."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from .folders import measures

_T = np.arange(300.0)
_NOISE = np.random.default_rng(0).normal(0, 0.2, 300)
_SEASON = np.sin(_T * 2 * np.pi / 24) + _NOISE


@pytest.mark.parametrize(
    ("truth", "expected"),
    [
        (_SEASON, True),
        (np.random.default_rng(1).permutation(_SEASON), False),
        (np.sort(_SEASON), False),  # sorted rows are another matter
        (np.repeat(np.random.default_rng(2).normal(0, 1, 30), 10) + 4 * _NOISE, False),  # groups, one after another
    ],
)
def test_a_series_of_numbers(tmp_path: Path, truth: np.ndarray, expected: bool) -> None:
    """Each number is near the one before, and the whole goes up and down."""
    m = measures(tmp_path, predictions={"split": ["test"] * 300, "y_true": truth, "y_pred": truth + _NOISE})
    assert m.value("predictions.series") is expected
