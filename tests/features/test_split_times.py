"""From which times the splits are, by names of files, settings and lines of the log."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.periods_said import period_of, periods_in
from mladvisor.runs.read import read_run

LOG = "".join(f"Epoch {n} train_loss: {1 / n:.4f} val_loss: {1.1 / n:.4f}\n" for n in range(1, 9))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2021_2022.csv", 2021, 2023),
        ("sales_2024_q1.parquet", 2024, 2024.25),
        ("2018-01/2019-06", 2018, 2019.5),
        ("2019Q1-2020Q4", 2019, 2021),
        ("from 2020-03-15 until 2020-12-31", 2020 + 2 / 12, 2021),
        ("2023H2", 2023.5, 2024),
    ],
)
def test_periods(text: str, first: float, last: float) -> None:
    found = period_of(text)
    assert found == (pytest.approx(first), pytest.approx(last))


@pytest.mark.parametrize("text", ["12019", "0.2019", "rows: 20190", "v1.2"])
def test_numbers_that_are_no_years(text: str) -> None:
    assert period_of(text) is None


@pytest.mark.parametrize(
    ("line", "splits"),
    [
        ("train: applications 2019Q1-2020Q4, valid: applications 2023Q1 (new channel)", ["train", "val"]),
        ("training data 2019-01 to 2020-12; test data 2022-01 to 2022-03", ["train", "test"]),
        ("train: 2019 rows, val: 2022 rows", []),
        ("2024-06-04 07:44:08 - trainer - INFO - Epoch 1/20 | train_loss: 0.5", []),
        ("train: 2000 images, val: 2010 images", []),
    ],
)
def test_lines_that_say_the_times_of_splits(line: str, splits: list[str]) -> None:
    assert [split for split, _ in periods_in(line)] == splits


@pytest.mark.parametrize(
    ("head", "config", "apart"),
    [
        ("train: orders 2019Q1-2020Q4, valid: orders 2023Q1\n", "lr: 0.1\n", 2.0),
        ("", "train_period: 2018-01/2019-06\nval_period: 2021-01/2021-05\n", 1.5),
        ("", "data:\n  train: data/2021_2022.csv\n  val: data/2023.csv\n", 0.0),
        ("", "train_years: 2017-2019\nval_year: 2020\ntest_year: 2021\n", 0.0),
        ("", "n_train: 2000\nn_val: 2015\n", None),
    ],
)
def test_how_far_apart_the_splits_are(tmp_path: Path, head: str, config: str, apart: float | None) -> None:
    (tmp_path / "train.log").write_text(head + LOG)
    (tmp_path / "config.yaml").write_text(config)
    found = Measures(read_run(tmp_path))["split.years_apart"].value
    assert found == (pytest.approx(apart) if apart is not None else None)
