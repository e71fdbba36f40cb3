"""Labels that have slipped against their rows, and what only looks like it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mladvisor.features.measured import Measured

from .folders import measured, plain, present


def _table(rows: int = 400, seed: int = 0) -> pd.DataFrame:
    """Three columns, of which two tell the label."""
    rng = np.random.default_rng(seed)
    a, b, noise = rng.normal(size=(3, rows))
    return pd.DataFrame({"a": a, "b": b, "noise": noise, "label": np.where(a + b + 0.3 * noise > 0, "yes", "no")})


def _slipped(folder: Path, train: pd.DataFrame) -> Measured:
    found = measured(folder, train=train)["label.slipped"]
    assert isinstance(found, Measured)
    return found


@pytest.mark.parametrize("step", [-2, -1, 1, 2])
def test_labels_shifted_by_some_rows_are_found_with_the_direction(tmp_path: Path, step: int) -> None:
    """Both columns that tell the label tell that of a neighbour; the note says how far and which way."""
    table = _table()
    found = _slipped(tmp_path, table.assign(label=np.roll(table["label"].to_numpy(), step)))
    assert found.value is not None
    assert float(found.value) > 0.05
    assert f"{abs(step)} row{'s' if abs(step) > 1 else ''} {'below' if step > 0 else 'above'}" in found.note


def test_labels_of_numbers_slip_likewise(tmp_path: Path) -> None:
    """A regression target one row off."""
    table = _table()
    target = (table["a"] + table["b"]).to_numpy()
    assert float(_slipped(tmp_path, table.assign(label=np.roll(target, 1))).value or 0.0) > 0.05


@pytest.mark.parametrize("seed", range(6))
def test_rows_in_step_and_labels_dealt_at_random_have_not_slipped(tmp_path: Path, seed: int) -> None:
    """Nothing is found where the signal is in its own row, and nothing where there is none."""
    table = _table(seed=seed)
    assert _slipped(tmp_path, table).value == 0.0
    dealt = np.random.default_rng(seed).permutation(table["label"].to_numpy())
    assert _slipped(tmp_path, table.assign(label=dealt)).value == 0.0


def test_a_series_with_lagged_features_has_not_slipped(tmp_path: Path) -> None:
    """Today's return, yesterday's and the one before are features of tomorrow's: each is a neighbour's label itself."""
    returns = np.random.default_rng(0).normal(size=600)
    table = pd.DataFrame(
        {"today": returns[2:-1], "before": returns[1:-2], "earlier": returns[:-3], "label": returns[3:]}
    )
    assert _slipped(tmp_path, table).value == 0.0


def test_neighbours_alike_are_no_slip(tmp_path: Path) -> None:
    """A slow series: the columns tell the labels of many rows around, their own among them."""
    rng = np.random.default_rng(0)
    slow = np.cumsum(rng.normal(size=600))
    table = pd.DataFrame({"a": slow + rng.normal(size=600), "b": slow + rng.normal(size=600), "label": slow})
    assert _slipped(tmp_path, table).value == 0.0


def test_one_column_is_enough_where_another_table_has_it_in_step(tmp_path: Path) -> None:
    """A column that tells its own label in the test table is no lagged one, so it needs no second witness."""
    train = plain(1500)
    train["label"] = np.roll(train["label"].to_numpy(), 1)
    found = measured(tmp_path, train=train, test=plain(500, seed=1))
    assert "1 row below" in found["label.slipped_says"].value  # type: ignore[union-attr,operator]
    assert "labels-out-of-step" in present(found)


def test_a_forecast_of_one_column_has_not_slipped(tmp_path: Path) -> None:
    """The label is the next value of a column, in both tables."""
    rng = np.random.default_rng(1)

    def forecast(rows: int) -> pd.DataFrame:
        returns = rng.normal(size=rows + 1).round(5)
        return pd.DataFrame({"now": returns[:-1], "noise": rng.normal(size=rows), "label": np.sign(returns[1:])})

    found = measured(tmp_path, train=forecast(1000), test=forecast(400))["label.slipped"]
    assert isinstance(found, Measured)
    assert found.value == 0.0


def test_a_noisy_series_told_by_its_own_past_has_not_slipped(tmp_path: Path) -> None:
    """The past value is the neighbour's label to the digit, though bins of it tell less; other lags tell much of it."""
    rng = np.random.default_rng(2)
    day = np.arange(908)
    level = np.round(100 + 30 * np.sin(day * 2 * np.pi / 8 * 3) + 15 * rng.normal(size=len(day)), 2)
    table = pd.DataFrame({f"lag{lag}": level[8 - lag : -lag] for lag in range(1, 8)} | {"label": level[8:]})
    assert _slipped(tmp_path, table.iloc[::3].reset_index(drop=True)).value == 0.0
    assert _slipped(tmp_path, table).value == 0.0
