"""F1 in what a program printed at its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_loss,val_binary_accuracy\n0,0.5,0.5,0.9\n1,0.3,0.3,0.96\n2,0.2,0.25,0.97\n"


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("micro F1 0.4578  macro F1 0.2387", 0.2387),
        ("precision 0.38 recall 0.85 f1 0.5331 at threshold 0.40", 0.5331),
        ("f1_macro: 0.24", 0.24),
        ("val F1-score = 0.8", 0.8),
        ("Macro-F1: .31", 0.31),
        ("train f1 0.99", None),
        ("              precision    recall  f1-score   support", None),
        ("f1 = 45%", None),
    ],
)
def test_how_f1_is_printed(tmp_path: Path, line: str, value: float | None) -> None:
    (tmp_path / "metrics.csv").write_text(LOG)
    (tmp_path / "nohup.out").write_text(f"done\n{line}\n")
    assert Measures(read_run(tmp_path)).value("printed.f1") == value
