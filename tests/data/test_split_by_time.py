"""Tables that were divided by time or by entity: what differs then is judged for what it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from mladvisor.features.catalogue import Measures
from mladvisor.features.data_at_once import drift_at_once
from mladvisor.features.measured import Measured
from mladvisor.tables.entities import design_effect

from .folders import measured, plain, present, table

TALE = {"columns-drift", "label-mix-differs", "signal-lost-in-evaluation", "neighbours-alike", "keys-tell-label"}


def _hours(first: int, rows: int, *, mixed: bool = False) -> pd.DataFrame:
    """A load that follows season and hour; rows in the order of time, or mixed."""
    rng = np.random.default_rng(first)
    at = np.arange(first, first + rows) if not mixed else rng.permutation(8000)[:rows]
    when = pd.Timestamp("2023-01-01") + pd.to_timedelta(at, unit="h")
    warm = 10 * np.sin(2 * np.pi * at / 8760) + rng.normal(size=rows)
    load = 100 - 3 * warm + 20 * np.sin(2 * np.pi * at / 24) + rng.normal(size=rows)
    return pd.DataFrame({"when": when.strftime("%Y-%m-%d %H:%M"), "warm": warm, "hour": at % 24, "load": load})


def test_a_split_by_time_is_not_accused_of_the_drift_that_time_brings(tmp_path: Path) -> None:
    """Later rows differ from earlier ones: told as such, and neither split nor order of the rows is at fault."""
    frames = {"train": _hours(0, 5000), "val": _hours(5000, 1200), "test": _hours(6200, 1200)}
    m = measured(tmp_path, mladvisor="label: load\ntask: regression\n", **frames)
    found = present(m)
    assert m.value("split.by_time") is True
    assert "drift-over-time" in found
    assert not TALE & set(found)


def test_rows_dealt_at_random_are_no_split_by_time(tmp_path: Path) -> None:
    """Dates that lie among each other: drift is drift."""
    test = _hours(9, 1200, mixed=True)
    frames = {"train": _hours(0, 5000, mixed=True), "test": test.assign(warm=test["warm"] + 9)}
    m = measured(tmp_path, mladvisor="label: load\ntask: regression\n", **frames)
    assert m.value("split.by_time") is False
    assert "warm" in present(m)["columns-drift"]


def _windows(first: int, rows: int, *, mixed: bool = False) -> pd.DataFrame:
    """Twelve lags of a load and what comes next, without a date; row by row, or mixed."""
    at = np.arange(9000)
    load = np.random.default_rng(1).normal(size=9000).cumsum() * 0.1 + 20 * np.sin(2 * np.pi * at / 24)
    load += 15 * np.sin(2 * np.pi * at / 4000)
    frame = pd.DataFrame(
        {f"lag_{12 - k}": load[first + k : first + k + rows] for k in range(12)} | {"next": load[first + 12 :][:rows]}
    )
    return frame.sample(frac=1.0, random_state=0) if mixed else frame


def test_windows_that_slide_over_a_series_are_in_its_order(tmp_path: Path) -> None:
    """Without a date the overlap of consecutive rows tells it; rows mixed before are a table like any other."""
    for name in "ab":
        (tmp_path / name).mkdir()
    frames = {"train": _windows(0, 1500), "val": _windows(1500, 400), "test": _windows(1900, 400)}
    m = measured(tmp_path / "a", mladvisor="label: next\ntask: regression\n", **frames)
    assert m.value("split.by_time") is True
    assert not TALE & set(present(m))
    frames = {name: _windows(0, 1500, mixed=True) for name in ("train", "test")}
    assert measured(tmp_path / "b", mladvisor="label: next\n", **frames).value("split.by_time") is False


def _stores(first: int, count: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    level = np.repeat(rng.normal(size=count), 30)
    rows = plain(30 * count, seed=seed)
    return rows.assign(
        row_id=np.repeat(np.arange(first, first + count), 30), height=level + rng.normal(0, 0.2, 30 * count)
    ).rename(columns={"row_id": "store_id"})


def test_drift_between_groups_is_judged_by_groups(tmp_path: Path) -> None:
    """Thirty rows of a store are as good as one where a store has its level: chance alone makes such columns differ."""
    accused = 0
    for seed in range(5):
        folder = tmp_path / str(seed)
        folder.mkdir()
        m = measured(folder, train=_stores(1000, 100, seed), test=_stores(2000, 30, seed + 50))
        assert m.value("split.by_entity") is True
        accused += "columns-drift" in present(m)
    assert accused == 0
    moved = _stores(2000, 60, 9)
    m = measured(tmp_path, train=_stores(1000, 100, 8), test=moved.assign(height=moved["height"] + 3))
    assert "height" in present(m)["columns-drift"]


def test_the_design_effect_is_that_of_alike_and_of_unlike_rows() -> None:
    """Rows of a group that are all equal count once; rows that share nothing count all."""
    frame = _stores(1000, 100, 3)
    effect = design_effect(table(frame.assign(height=np.repeat(np.arange(100.0), 30))), "height", "store_id")
    assert 29.0 < effect < 31.0
    assert design_effect(table(frame), "pay", "store_id") < 2.0


def test_a_few_patients_on_one_side_each_are_no_new_categories(tmp_path: Path) -> None:
    """Nine patients train and four test: a split by group, not a vocabulary that has changed."""
    train, test = plain(120), plain(50, seed=1)
    train["patient_id"] = [f"P{row % 9}" for row in range(120)]
    test["patient_id"] = [f"P{9 + row % 4}" for row in range(50)]
    m = measured(tmp_path, train=train.drop(columns="row_id"), test=test.drop(columns="row_id"))
    assert m.value("split.by_entity") is True
    assert not {"category-unseen-in-training", "columns-drift"} & set(present(m))
    test["patient_id"] = [f"P{8 + row % 4}" for row in range(50)]
    again = measured(tmp_path, train=train.drop(columns="row_id"), test=test.drop(columns="row_id"))
    assert "category-unseen-in-training" in present(again)


def test_people_with_numbers_on_one_side_each_are_no_shift(tmp_path: Path) -> None:
    """Subjects 1 to 6 train and 7 to 9 test, a hundred rows each that are alike: their number is no measurement."""
    rng = np.random.default_rng(0)
    frames = []
    for seed, people in ((0, range(1, 7)), (1, range(7, 10))):
        frame = plain(100 * len(people), seed=seed).drop(columns="row_id")
        frame["subject"] = np.repeat(list(people), 100)
        frame["height"] = np.repeat(rng.normal(size=len(people)), 100) + rng.normal(0, 0.2, len(frame))
        frame["load"] = np.repeat(rng.normal(size=len(people)), 100) + rng.normal(0, 0.2, len(frame))
        frames.append(frame)
    m = measured(tmp_path, train=frames[0], test=frames[1])
    assert m.value("split.by_entity") is True
    assert not {"columns-drift", "columns-related-differently", "values-outside-training"} & set(present(m))
    counted = [frame.rename(columns={"subject": "dose"}) for frame in frames]
    assert "dose" in present(measured(tmp_path, train=counted[0], test=counted[1]))["columns-drift"]


def test_what_changes_at_once_is_told_from_season_and_trend(tmp_path: Path) -> None:
    """A column that was steady through the training rows and is another one after them; the season is none."""
    train, test = _hours(0, 5000), _hours(5000, 1200)
    rng = np.random.default_rng(3)
    train["price"], test["price"] = rng.lognormal(3, 0.4, 5000), 1.6 * rng.lognormal(3, 0.4, 1200)
    train["grows"], test["grows"] = (
        at / 2000 + rng.normal(size=len(at)) for at in (np.arange(5000), np.arange(5000, 6200))
    )
    kind = {"plan": rng.choice(["a", "b"], 5000), "later": rng.choice(["a", "c"], 1200)}
    train["plan"], test["plan"] = kind["plan"], kind["later"]
    m = measured(tmp_path, mladvisor="label: load\ntask: regression\n", train=train, test=test)
    assert set(present(m)["changed-at-once"]) == {"price", "plan"}
    assert m.once(every_at_once)["warm"] == 0.0


def every_at_once(m: Measures) -> dict[str, object]:
    found = drift_at_once(m)
    assert isinstance(found, dict)
    return {name: each.value for name, each in found.items()}


def test_rows_dealt_at_random_change_at_no_time(tmp_path: Path) -> None:
    frames = {"train": _hours(0, 5000, mixed=True), "test": _hours(9, 1200, mixed=True)}
    found = drift_at_once(measured(tmp_path, mladvisor="label: load\ntask: regression\n", **frames))
    assert isinstance(found, Measured)
    assert found.state == "unknown"
