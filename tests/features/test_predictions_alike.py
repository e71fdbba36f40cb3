"""Whether stored predictions are one answer to everything."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.measured import Measured
from mladvisor.runs.read import read_run


def _share(folder: Path, **columns: object) -> float:
    pd.DataFrame({"split": "test", **columns}).to_csv(folder / "predictions.csv", index=False)
    found = Measures(read_run(folder))["predictions.same_share"]
    assert isinstance(found, Measured)
    return float(found.value or 0.0)


def test_equal_scores_are_one_answer(tmp_path: Path) -> None:
    """Whatever the classes are; scores that differ are several answers, even if all rows get the same class."""
    y = np.arange(200) % 2
    assert _share(tmp_path, y_true=y, y_pred=0, y_score=0.3) == 1.0
    assert _share(tmp_path, y_true=y, y_pred=0, y_score=np.linspace(0.1, 0.4, 200)) < 0.05


def test_without_scores_the_class_is_the_answer(tmp_path: Path) -> None:
    """Nine in ten rows of one class are a share of 0.9."""
    y = np.arange(200) % 2
    assert _share(tmp_path, y_true=y, y_pred=(np.arange(200) % 10 == 0).astype(int)) == pytest.approx(0.9)


def test_numbers_are_equal_beside_the_spread_of_the_truth(tmp_path: Path) -> None:
    """A model that answers 100.0001 and 100.0002 where the truth spreads by 20 answers always the same."""
    true = np.random.default_rng(0).normal(100, 20, 300)
    assert _share(tmp_path, y_true=true, y_pred=100 + np.arange(300) * 1e-6) == 1.0
    assert _share(tmp_path, y_true=true, y_pred=true + 1) < 0.05
