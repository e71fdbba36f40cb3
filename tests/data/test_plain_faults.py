"""Faults that are plain in the tables are named from the tables alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

import mladvisor

from .folders import measured, plain, present, write


def _first(folder: Path) -> tuple[str, float]:
    found = mladvisor.diagnose(folder).hypotheses[0]
    return found.cause, found.probability


def test_copies_with_another_label_are_wrong_labels(tmp_path: Path) -> None:
    """A tenth of the rows stand twice, once with either label: one of two is wrong."""
    train = plain(2000)
    twins = train.sample(200, random_state=1)
    train = pd.concat([train, twins.assign(label=1 - twins["label"], row_id=twins["row_id"] + 50_000)])
    write(tmp_path, train=train, val=plain(500, seed=1))
    cause, probability = _first(tmp_path)
    assert cause == "noisy-labels"
    assert probability > 0.5


def _patients(rng: np.random.Generator, *, one_label: bool) -> pd.DataFrame:
    frame = plain(2400).rename(columns={"row_id": "patient_id"}).assign(patient_id=np.repeat(np.arange(300) + 1000, 8))
    if one_label:
        frame["label"] = np.repeat(rng.integers(0, 2, 300), 8)
        frame["shift"] += frame["label"]  # the features tell something, too
    return frame.sample(frac=1, random_state=1)


def test_entities_with_one_label_on_both_sides_overlap(tmp_path: Path) -> None:
    """To know the patient is to know the label; where a patient has both labels, that is no plain fault."""
    for name, one_label in (("one", True), ("both", False)):
        folder = tmp_path / name
        folder.mkdir()
        rows = _patients(np.random.default_rng(0), one_label=one_label)
        write(folder, train=rows[:1800], test=rows[1800:])
        cause, probability = _first(folder)
        assert (cause == "split-overlap" and probability > 0.5) == one_label
        found = present(measured(folder))
        assert ("groups-give-label-away" in found) == one_label
        assert found["groups-on-both-sides"] == ("patient_id",)


def test_a_shift_of_periods_that_overlap_is_seen(tmp_path: Path) -> None:
    """Most evaluation rows lie within the training period and are later on the whole; dealt at random they are not."""
    rng = np.random.default_rng(2)

    def dated(rows: int, seed: int, low: int, high: int) -> pd.DataFrame:
        days = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(low, high, rows), unit="D")
        return plain(rows, seed=seed).assign(when=days.strftime("%d.%m.%y"))[["when", *plain(2).columns]]

    for name, (low, high), seen in (("later", (200, 450), True), ("same", (0, 400), False)):
        folder = tmp_path / name
        folder.mkdir()
        m = measured(folder, train=dated(2000, 0, 0, 400), val=dated(500, 1, low, high), test=dated(500, 2, low, high))
        assert ("when" in present(m).get("dates-overlap", ())) == seen


def test_near_copies_are_seen_in_a_table_of_numbers_and_categories(tmp_path: Path) -> None:
    """Three numbers and some categories tell a row as surely as four numbers do."""
    train, other = plain(3000), plain(600, seed=1)
    copies = train.iloc[:60].assign(pay=train["pay"] * 1.002, row_id=np.arange(60) + 900_000)
    test = pd.concat([other.iloc[:540], copies])
    kept = ["row_id", "height", "pay", "load", "visits", "city", "member", "label"]
    assert present(measured(tmp_path, train=train[kept], test=test[kept]))["near-copies-across-splits"] == ("test",)
    folder = tmp_path / "clean"
    folder.mkdir()
    assert "near-copies-across-splits" not in present(measured(folder, train=train[kept], test=other[kept]))


def test_always_naming_the_common_class_is_imbalance_first(tmp_path: Path) -> None:
    """At 3 % of positives and not one predicted, the imbalance leads."""
    rare = np.random.default_rng(0).random(3000) < 0.03
    frame = pd.DataFrame({"split": "test", "y_true": rare.astype(int), "y_pred": 0})
    frame.to_csv(tmp_path / "predictions.csv", index=False)
    cause, probability = _first(tmp_path)
    assert cause == "class-imbalance"
    assert probability > 0.4


def test_a_value_beyond_the_scale_in_training_is_no_clipped_end(tmp_path: Path) -> None:
    """A column scaled to 0..1 holds 7.5 in some rows: above its line, and not where a clip would cut the line off."""
    raw = plain(1500)
    low, high = raw["height"].min(), raw["height"].max()
    scaled = raw.assign(height=(raw["height"] - low) / (high - low))
    clipped = scaled.assign(height=scaled["height"].clip(0.2, 0.8))
    for name, own, seen in (("clipped", clipped, False), ("beyond", scaled, True)):
        folder = tmp_path / name
        folder.mkdir()
        if seen:
            own.loc[own.index[:40], "height"] = 7.5
        assert ("engineered-column-off" in present(measured(folder, train_raw=raw, train=own))) == seen


def test_days_and_months_exchanged_between_the_tables(tmp_path: Path) -> None:
    """A part above twelve is no month: the tables write their dates in two ways."""
    days = pd.Series(pd.date_range("2022-01-01", periods=400, freq="D"))
    train, test = plain(400), plain(400, seed=1)
    american = train.assign(sold=days.dt.strftime("%m/%d/%Y"))
    for shape, differs in (("%d/%m/%Y", True), ("%m/%d/%Y", False), ("%Y-%m-%d", False)):
        folder = tmp_path / shape[1]
        folder.mkdir()
        m = measured(folder, train=american, test=test.assign(sold=days.dt.strftime(shape)))
        assert ("date-parts-exchanged" in present(m)) is differs
