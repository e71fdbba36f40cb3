"""Engineered tables against raw ones: what a transform broke is found; a sound transform is not accused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from .folders import measured, plain, present, values

NUMERIC = ["height", "pay", "load", "shift"]


def _scaled(frame: pd.DataFrame, by: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(**{name: (frame[name] - by[name].mean()) / by[name].std() for name in NUMERIC})


def _coded(frame: pd.DataFrame) -> pd.DataFrame:
    codes = {f"city_{name}": (frame["city"] == name).astype(int) for name in ("oslo", "rome", "wien")}
    return frame.drop(columns="city").assign(**codes)


@pytest.fixture
def raw() -> dict[str, pd.DataFrame]:
    """Raw tables of one source."""
    return {"train_raw": plain(900), "test_raw": plain(300, seed=1)}


def test_a_sound_pipeline_is_not_accused(raw: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    """Scaled by training rows and one-hot coded: nothing about engineered columns is present."""
    train, test = (_coded(_scaled(raw[name], raw["train_raw"])) for name in ("train_raw", "test_raw"))
    m = measured(tmp_path, train=train, test=test, **raw)
    found = present(m)
    wrong = ("engineered-column-off", "scaler-fitted-on-all-rows", "rows-lost-in-engineering", "inputs-not-finite")
    assert not set(wrong) & found.keys()
    assert values(m, "column.fitted_on_all") == dict.fromkeys(NUMERIC, False)


@pytest.mark.parametrize(
    ("change", "case", "column"),
    [
        (lambda f: f.assign(pay=np.log(f["pay"] - 2000)), "blank after the transform", "pay"),
        (lambda f: f.assign(pay=1 / (f.index.to_numpy() % 50)), "infinite after the transform", "pay"),
        (lambda f: f.assign(load=0.0), "constant after the transform", "load"),
        (
            lambda f: f.assign(share=np.log10(1 + (f.index.to_numpy() % 250 == 7))),  # of whole numbers divided
            "constant after the transform",
            "share",
        ),
    ],
)
def test_what_a_transform_broke_is_found(
    raw: dict[str, pd.DataFrame], tmp_path: Path, change: object, case: str, column: str
) -> None:
    """Blanks, infinities and constants that the raw table does not have."""
    with np.errstate(all="ignore"):
        frames = {name: change(raw[f"{name}_raw"]) for name in ("train", "test")}  # type: ignore[operator]
    m = measured(tmp_path, **frames, **raw)
    assert column in present(m)["engineered-column-off"], case
    assert not m.failures


def test_rare_flags_and_rare_amounts_are_no_constants(raw: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    """A flag that one row in 250 has, and an amount that few rows have, each another one."""
    rows = {name: raw[f"{name}_raw"].index.to_numpy() for name in ("train", "test")}
    frames = {
        name: raw[f"{name}_raw"].assign(
            flag=(at % 250 == 7).astype(int), fee=np.where(at % 120 == 7, 10.5 + at / 7.0, 0.0)
        )
        for name, at in rows.items()
    }
    assert "engineered-column-off" not in present(measured(tmp_path, **frames, **raw))


def test_a_scaler_that_saw_all_rows_is_found(raw: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    """Mean 0 and deviation 1 over both tables, and not over training."""
    everything = pd.concat(raw.values())
    frames = {name: _scaled(raw[f"{name}_raw"], everything) for name in ("train", "test")}
    found = present(measured(tmp_path, **frames))
    assert set(found["scaler-fitted-on-all-rows"]) == set(NUMERIC)


def test_a_table_that_was_not_scaled_is_found(raw: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    """Training is standardised, the test table has its raw values."""
    found = measured(tmp_path, train=_scaled(raw["train_raw"], raw["train_raw"]), test=raw["test_raw"])
    assert values(found, "column.scaling_missed")["height"] is True


def test_another_unit_through_the_right_scaler_is_not_the_scaler_s_fault(
    raw: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    """The raw test table counts in metres, and was scaled as training was: the raw column is to blame."""
    other = raw["test_raw"].assign(height=raw["test_raw"]["height"] / 100.0)
    frames = {"train": _scaled(raw["train_raw"], raw["train_raw"]), "test": _scaled(other, raw["train_raw"])}
    found = measured(tmp_path, **frames, train_raw=raw["train_raw"], test_raw=other)
    assert values(found, "column.scaling_missed")["height"] is False
    assert "engineered-column-off" not in present(found)
    missed = {**frames, "test": frames["test"].assign(height=other["height"])}
    found = measured(tmp_path, **missed, train_raw=raw["train_raw"], test_raw=other)
    assert values(found, "column.scaling_missed")["height"] is True


def test_rows_that_are_lost_are_counted(raw: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    """A tenth of the raw rows is gone."""
    m = measured(tmp_path, train=raw["train_raw"].iloc[90:], **raw)
    assert m.value("data.rows_lost") == pytest.approx(0.1)
    assert "rows-lost-in-engineering" in present(m)


def test_a_column_that_stands_twice_is_found(tmp_path: Path) -> None:
    """A copy under another name is found; two rare indicators that happen to agree are not."""
    frame = plain(600)
    rare = (frame.index == 5).astype(int)
    m = measured(tmp_path, train=frame.assign(again=frame["pay"], r1=rare, r2=rare))
    copies = {column: value for column, value in values(m, "column.copy_of").items() if value}
    assert copies == {"again": "pay"}


def test_one_hot_rows_hold_exactly_one(raw: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    """A row with two ones breaks the code; indicators that are no code are left alone."""
    train = _coded(raw["train_raw"])
    train.loc[:20, ["city_oslo", "city_rome"]] = 1
    m = measured(tmp_path, train=train)
    assert values(m, "column.one_hot_broken")["city_oslo"] == pytest.approx(21 / 900, abs=0.02)
    flags = pd.DataFrame({f"has_{name}": np.random.default_rng(0).integers(0, 2, 300) for name in "abc"})
    other = tmp_path / "other"
    other.mkdir()
    assert values(measured(other, train=flags.assign(label=[0, 1] * 150)), "column.one_hot_broken") == {}


def test_the_indicator_of_a_category_that_is_not_there_is_no_fault(
    raw: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    """An encoder that knows more words than the table holds leaves zeros."""
    train, test = (_coded(raw[name]).assign(city_kiel=0) for name in ("train_raw", "test_raw"))
    assert "engineered-column-off" not in present(measured(tmp_path, train=train, test=test, **raw))


def test_rows_that_left_their_raw_rows(tmp_path: Path) -> None:
    """A column in another order, a part of the rows off the line, labels dealt anew: each with its line."""
    raw = plain(800)
    own = _scaled(raw, raw)
    own["height"] = np.roll(own["height"].to_numpy(), 3)
    own.loc[100:119, "load"] *= 100
    own["label"] = np.random.default_rng(0).permutation(own["label"].to_numpy())
    m = measured(tmp_path, train=own, train_raw=raw)
    found = values(m, "column.out_of_line")
    assert found["height"] == 1.0
    assert found["load"] == pytest.approx(20 / 800, abs=0.003)
    assert found["label"] > 0.2
    assert "line 102" in values(m, "column.out_of_line_says")["load"]
    assert set(present(m)["engineered-column-off"]) == {"height", "load", "label"}


def test_transforms_that_are_no_line(tmp_path: Path) -> None:
    """Clipped ends, filled blanks, logarithms, words for classes and lost rows leave nothing to say."""
    raw = plain(800)
    raw.loc[::9, "height"] = np.nan
    own = _scaled(raw, raw)
    own["height"] = own["height"].fillna(0.0)
    own["load"] = own["load"].clip(-1.5, 1.5)
    own["pay"] = np.log(raw["pay"]).round(4)
    own["label"] = np.where(raw["label"] == 1, "yes", "no")
    m = measured(tmp_path, train=own, train_raw=raw)
    assert all(share == 0.0 for share in values(m, "column.out_of_line").values())
    fewer = tmp_path / "fewer"
    fewer.mkdir()
    assert "engineered-column-off" not in present(measured(fewer, train=own[:700], train_raw=raw))


def test_each_table_scaled_by_itself(tmp_path: Path) -> None:
    """Mean 0 in both tables is no chance; a scaler of training alone leaves other means in the rest."""
    train, test = plain(800), plain(300, seed=1)
    m = measured(tmp_path, train=_scaled(train, train), test=_scaled(test, test))
    assert set(present(m)["tables-scaled-apart"]) == set(NUMERIC)
    together = tmp_path / "together"
    together.mkdir()
    assert "tables-scaled-apart" not in present(
        measured(together, train=_scaled(train, train), test=_scaled(test, train))
    )


def test_a_raw_table_saved_with_few_digits_is_in_line(tmp_path: Path) -> None:
    """The engineered column was made before rounding: half a step of the raw one is no deviation."""
    rng = np.random.default_rng(0)
    exact = rng.normal(4.6, 0.5, 400)
    raw = pd.DataFrame({"size": exact.round(1), "label": rng.integers(0, 2, 400)})
    engineered = raw.assign(size=((exact - exact.mean()) / exact.std()).round(5))
    assert "engineered-column-off" not in present(measured(tmp_path, train_raw=raw, train=engineered))
