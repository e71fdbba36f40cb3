"""Predicted numbers that keep to the range of an activation while the truth does not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

TRUE = np.random.default_rng(0).normal(1.0, 1.0, 400)


def _measures(folder: Path, true: np.ndarray, given: np.ndarray) -> Measures:
    pd.DataFrame({"split": "test", "y_true": true, "y_pred": given}).to_csv(folder / "predictions.csv", index=False)
    return Measures(read_run(folder))


@pytest.mark.parametrize(
    ("given", "bound", "share"),
    [
        (1 / (1 + np.exp(-8 * (TRUE - 0.5))), 1.0, 0.48),
        (np.maximum(TRUE, 0.0), 0.0, 0.15),
        (np.tanh(5 * (TRUE - 1)), 1.0, 0.32),
    ],
)
def test_the_end_of_a_range_is_told(tmp_path: Path, given: np.ndarray, bound: float, share: float) -> None:
    """Sigmoid, ReLU and tanh end where the target goes on."""
    m = _measures(tmp_path, TRUE, given)
    assert m.value("predictions.bound") == bound
    assert m.value("predictions.capped_share") == pytest.approx(share, abs=0.08)


@pytest.mark.parametrize(
    ("true", "given"),
    [
        (TRUE, TRUE * 0.7 + 0.1),  # no bound at all
        (np.maximum(TRUE, 0.0), np.maximum(TRUE - 0.2, 0.0)),  # the truth ends there, too
        (TRUE, np.clip(0.2 + 0.3 * TRUE, 0.05, 0.9)),  # too narrow, but not at the end of a range
    ],
)
def test_other_answers_are_not_capped(tmp_path: Path, true: np.ndarray, given: np.ndarray) -> None:
    """A target that is never negative may end in a ReLU, and timid answers end nowhere."""
    assert _measures(tmp_path, true, given).value("predictions.capped_share") == pytest.approx(0.0, abs=0.02)


@pytest.mark.parametrize(
    ("true", "given", "share"),
    [
        (TRUE * 20 + 300, np.maximum(TRUE - 1.0, 0.0) * 15 + 320, 0.4),  # a ReLU whose answers were scaled back
        (TRUE, TRUE * 0.3 + 0.7, 0.0),  # timid answers
        (np.maximum(TRUE, 0.0) * 50, np.maximum(TRUE - 0.2, 0.0) * 45, 0.0),  # the truth ends where the answers do
        (np.exp(TRUE), np.exp(TRUE * 0.6), 0.0),  # a long tail on one side, and nothing below it
    ],
)
def test_answers_pile_up_at_an_end_that_was_scaled_back(
    tmp_path: Path, true: np.ndarray, given: np.ndarray, share: float
) -> None:
    """Wherever the end lies; what a free output gives has few answers at its ends, or no truth beyond them."""
    assert _measures(tmp_path, true, given).value("predictions.end_share") == pytest.approx(share, abs=0.06)


@pytest.mark.parametrize(
    ("truth", "answer"), [("load_actual", "load_predicted"), ("carga_real", "carga_prevista"), ("true km", "pred km")]
)
def test_truth_and_answer_may_be_told_by_one_word_each(tmp_path: Path, truth: str, answer: str) -> None:
    """Two columns of one quantity, whatever it is."""
    frame = pd.DataFrame({"id": range(400), truth: TRUE, answer: TRUE * 0.7 + 0.1})
    frame.to_csv(tmp_path / "predictions.csv", index=False)
    assert Measures(read_run(tmp_path)).value("predictions.r2") == pytest.approx(0.85, abs=0.1)
