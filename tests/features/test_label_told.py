"""The spread of a label that no table holds."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run


def _run(path: Path) -> None:
    rows = "".join(f"{n},{1e6 / n:.1f},{1.1e6 / n:.1f},{900 / n:.2f}\n" for n in range(1, 12))
    (path / "log.csv").write_text("epoch,loss,val_loss,val_mae\n" + rows)
    (path / "config.yaml").write_text("data: {target: price_eur}\ntask: regression\nloss: mse\n")


def test_by_the_true_values_of_predictions(tmp_path: Path) -> None:
    _run(tmp_path)
    true = np.random.default_rng(0).normal(5000, 1200, 300)
    pd.DataFrame({"y_true": true, "y_pred": 0.9 * true}).to_csv(tmp_path / "predictions.csv", index=False)
    m = Measures(read_run(tmp_path))
    assert m.value("label.told_sd") == pytest.approx(true.std(), rel=1e-6)
    assert m.value("label.told_size") == pytest.approx(np.sqrt((true**2).mean()), rel=1e-6)


def test_by_a_report_of_the_column_that_the_settings_name(tmp_path: Path) -> None:
    _run(tmp_path)
    columns = {"area": {"mean": 80.0, "std": 30.0}, "price_eur": {"mean": 3000.0, "std": 4000.0}}
    (tmp_path / "data_profile.json").write_text(json.dumps({"train": columns}))
    m = Measures(read_run(tmp_path))
    assert (m.value("label.told_sd"), m.value("label.told_size")) == (4000.0, 5000.0)


def test_by_a_series_in_a_file_that_is_called_after_the_label(tmp_path: Path) -> None:
    """As pandas prints it, which gives it no name."""
    _run(tmp_path)
    series = (
        "count     1440.0\nmean      3000.0\nstd       4000.0\nmin      -5278.9\n50%       5923.2\nmax      13982.0\n"
    )
    (tmp_path / "target_summary.txt").write_text(series)
    assert Measures(read_run(tmp_path)).value("label.told_size") == 5000.0
    (tmp_path / "target_summary.txt").rename(tmp_path / "input_summary.txt")
    assert Measures(read_run(tmp_path)).value("label.told_size") is None


def test_neither(tmp_path: Path) -> None:
    _run(tmp_path)
    assert Measures(read_run(tmp_path)).value("label.told_sd") is None
