"""Scores of classes that exclude each other add up to one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

CLASSES = ("ok", "crack", "stain")


def _share(folder: Path, scores: np.ndarray, prefix: str = "score_", file: str = "predictions.csv") -> float | None:
    truth = [CLASSES[row] for row in scores.argmax(axis=1)]
    columns = {f"{prefix}{name}": scores[:, at] for at, name in enumerate(CLASSES)}
    (folder / "log.csv").write_text("epoch,loss,val_loss\n0,1.1,1.0\n1,0.9,0.8\n2,0.7,0.7\n3,0.6,0.6\n")
    pd.DataFrame({**columns, "true": truth}).round(4).to_csv(folder / file, index=False)
    measured = Measures(read_run(folder)).one("predictions.sum_off_share")
    return measured.value if measured.known else None  # type: ignore[return-value]


def _drawn(kind: str) -> np.ndarray:
    raw = np.random.default_rng(0).normal(0, 2, (200, 3))
    return 1 / (1 + np.exp(-raw)) if kind == "sigmoid" else np.exp(raw) / np.exp(raw).sum(1, keepdims=True)


@pytest.mark.parametrize(("prefix", "file"), [("score_", "predictions.csv"), ("", "val_probs.csv")])
def test_each_class_squashed_by_itself(tmp_path: Path, prefix: str, file: str) -> None:
    """Columns may be called after the classes alone, in a table of probabilities."""
    assert _share(tmp_path, _drawn("sigmoid"), prefix, file) == pytest.approx(0.95, abs=0.06)


def test_a_softmax_adds_up(tmp_path: Path) -> None:
    """But for rounding."""
    assert _share(tmp_path, _drawn("softmax")) == 0.0


def test_raw_scores_are_no_probabilities(tmp_path: Path) -> None:
    """Logits add up to anything."""
    assert _share(tmp_path, np.random.default_rng(0).normal(0, 2, (200, 3))) is None
