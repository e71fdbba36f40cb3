"""Columns that stand still, tables from one place, and words for numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from .folders import measured, plain, present, values


def test_a_sensor_that_repeats_its_last_value(tmp_path: Path) -> None:
    """A run of one value among measured ones is told with its value, its length and its line."""
    test = plain(seed=1)
    test.loc[100:199, "load"] = 7.5
    m = measured(tmp_path, train=plain(), test=test)
    assert values(m, "column.stuck_share")["load"] == pytest.approx(0.25)
    assert values(m, "column.stuck_says")["load"] == "7.5 in 100 rows of test.csv on end from line 102"
    assert present(m)["sensor-stuck"] == ("load",)


def test_a_column_that_stands_still_in_one_table_only(tmp_path: Path) -> None:
    """It takes many values in training, and a single one in the evaluation table."""
    m = measured(tmp_path, train=plain(), test=plain(seed=1).assign(load=7.5))
    assert values(m, "column.stuck_share")["load"] == 1.0


@pytest.mark.parametrize("kind", ["sorted", "spells of zero", "counts"])
def test_columns_that_may_repeat(tmp_path: Path, kind: str) -> None:
    """Sorted columns, quantities with spells of zero, and counts repeat by nature."""
    rng = np.random.default_rng(2)
    train = plain(2000)
    if kind == "sorted":
        train["load"] = np.sort(np.round(rng.gamma(3, 4, 2000), 0))
    elif kind == "spells of zero":
        train["load"] = np.where(np.sin(np.arange(2000) / 60) > 0, rng.gamma(3, 4, 2000).round(3), 0.0)
    else:
        train["load"] = np.repeat([2, 1], [300, 1700]) * (rng.random(2000) < 0.1)
    assert values(measured(tmp_path, train=train), "column.stuck_share").get("load", 0.0) == 0.0


def test_a_table_from_one_place(tmp_path: Path) -> None:
    """One city in test and three in training is no chance, and one of three rows may be."""
    m = measured(tmp_path, train=plain(), test=plain(seed=1).assign(city="rome"))
    assert present(m)["one-place-only"] == ("city",)
    assert 'nothing but "rome"' in values(m, "column.only_value")["city"]
    small = tmp_path / "small"
    small.mkdir()
    assert "one-place-only" not in present(measured(small, train=plain(), test=plain(3, seed=1).assign(city="rome")))


def test_numbers_with_their_unit_behind_them(tmp_path: Path) -> None:
    """ "72 kg" is no number, and another table has numbers there."""
    test = plain(seed=1)
    test["height"] = test["height"].map(lambda value: f"{value} cm")
    m = measured(tmp_path, train=plain(), test=test)
    assert present(m)["numbers-written-as-words"] == ("height",)
    assert 'cm" in test.csv' in values(m, "column.words_for_numbers_says")["height"]


def test_dates_and_zeros_that_stand_for_blanks(tmp_path: Path) -> None:
    """1970-01-01 far before all other dates, and a height of 0, are no values; zeros of an amount are."""
    train = plain(800)
    train["seen"] = np.datetime_as_string(np.datetime64("2023-01-01") + np.arange(800) // 3)
    train.loc[:19, "seen"] = "1970-01-01"
    train.loc[:19, "height"] = 0
    train.loc[:99, "pay"] = 0
    m = measured(tmp_path, train=train)
    assert set(present(m)["blanks-disguised"]) == {"seen", "height"}


def test_a_few_values_beyond_a_light_tail(tmp_path: Path) -> None:
    """A hundred times a height is corrupt; the far end of an income is not."""
    train = plain(1000)
    train.loc[5:7, "height"] *= 100
    train.loc[5:7, "pay"] = train["pay"].max() * 3
    assert present(measured(tmp_path, train=train))["corrupt-rows"] == ("height",)


def test_minus_one_beside_one_is_a_class(tmp_path: Path) -> None:
    """Of two values none stands for a blank, and of a few counts zero does not."""
    train = plain(400)
    train["label"] = train["label"] * 2 - 1
    train["visits"] = np.where(train["visits"] > 3, 9, 0)
    assert "blanks-disguised" not in present(measured(tmp_path, train=train))
