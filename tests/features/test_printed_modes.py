"""Scores of the same rows in both modes, as they are printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "epoch 1 loss 0.9 acc 0.5\nepoch 2 loss 0.8 acc 0.6\nepoch 3 loss 0.7 acc 0.7\n"


@pytest.mark.parametrize(
    ("said", "gap"),
    [
        ("accuracy of the held-out rows with net.train() 0.90, with net.eval() 0.60", 0.3),
        ("eval mode acc 55.0% / train mode acc 80.0%", 0.25),
        ("test accuracy (train mode): 0.8\ntest accuracy (eval mode): 0.6", 0.2),
        ("accuracy using batch statistics 0.9, using running statistics 0.5", 0.4),
        ("train accuracy (train mode): 0.8\ntest accuracy (eval mode): 0.6", None),  # other rows
        ("switched to train mode at epoch 3, accuracy is judged in eval mode", None),
        ("train acc 0.9 eval acc 0.6", None),
    ],
)
def test_scores_in_both_modes(tmp_path: Path, said: str, gap: float | None) -> None:
    """In one line, or in two that differ in the mode alone; parts called train and eval are no modes."""
    (tmp_path / "train.log").write_text(LOG + said + "\n")
    found = Measures(read_run(tmp_path)).value("printed.mode_gap")
    assert found == (pytest.approx(gap) if gap is not None else None)
