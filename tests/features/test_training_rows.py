"""How many rows a model was trained on, where only its output tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LINES = "".join(f"epoch {e} loss {1 / (e + 1):.4f}\n" for e in range(5))


@pytest.mark.parametrize(
    ("printed", "rows"),
    [
        ("[LightGBM] [Info] Number of data points in the train set: 900, number of used features: 8", 900),
        (
            "***** Running training *****\n  Num examples = 1,200\n  Num Epochs = 3\n"
            "***** Running Evaluation *****\n  Num examples = 300",
            1200,
        ),
        ("Train on 900 samples, validate on 300 samples", 900),
        ("train: 900 val: 300", 900),
        ("Training samples: 900", 900),
        ("train size: 900, val size: 100", 900),
        ("n_train=900 n_val=30", 900),
        ("X_train.shape (900, 8)", 900),
        ("X_train shape: torch.Size([900, 8])", 900),
        ("Training data: 900 rows x 8 columns", 900),
        ("training on 1_234 labelled images", 1234),
        ("train loss: 12", None),
        ("Training time: 900 s", None),
        ("train set: 80%", None),
        ("Training samples: 900\nTraining samples: 800", None),
    ],
)
def test_rows_are_read_as_they_are_printed(tmp_path: Path, printed: str, rows: float | None) -> None:
    """Libraries and lines of one's own; two numbers are none, and so are shares, times and losses."""
    (tmp_path / "train.log").write_text(f"{printed}\n{LINES}")
    assert Measures(read_run(tmp_path)).one("data.rows.train").value == rows


def test_settings_and_tables_go_before_what_was_printed(tmp_path: Path) -> None:
    """What the configuration says is what was asked for."""
    (tmp_path / "train.log").write_text(f"Training samples: 900\n{LINES}")
    (tmp_path / "config.yaml").write_text("n_train: 800\nlr: 0.1\n")
    assert Measures(read_run(tmp_path)).value("data.rows.train") == 800
