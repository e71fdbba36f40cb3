"""The error of a simple prediction beside that of the model, in what was printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

CURVE = "".join(f"epoch {at} loss {1 / at:.3f} val_loss {1.1 / at:.3f}\n" for at in range(1, 9))


@pytest.mark.parametrize(
    ("line", "ratio"),
    [
        ("test MAE 84.20, MAE of the train mean 65.14", 84.2 / 65.14),
        ("test MAE 3172.8 MW   (persistence 268.9 MW)", 3172.8 / 268.9),
        ("RMSE: 0.31 (baseline: 0.25)", 0.31 / 0.25),
        ("mape=12.0% vs naive forecast 10.0%", 1.2),
        ("naive mae 0.25, model mae 0.31", 0.31 / 0.25),
        ("persistence RMSE 2.0 | LSTM RMSE 3.0", 1.5),
        ("MAE 0.31, target below the baseline of 0.25", None),
        ("MAE 12% (baseline 0.3)", None),
        ("accuracy 0.81 (baseline 0.75)", None),
        ("naive bayes error 0.2, model error 0.3", None),
        ("epoch 3 mae 0.25 val_mae 0.31", None),
    ],
)
def test_both_errors_on_a_line(tmp_path: Path, line: str, ratio: float | None) -> None:
    """In either order; goals, shares beside amounts and scores are no pair of errors."""
    (tmp_path / "train.log").write_text(f"{CURVE}{line}\n")
    found = Measures(read_run(tmp_path)).value("baseline.printed_ratio")
    assert found == (pytest.approx(ratio) if ratio is not None else None)
