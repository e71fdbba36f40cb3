"""Cells beyond what is known of a column, stretches of one source, and shares of unknown tokens, by reports."""

from __future__ import annotations

from typing import Any

import pytest

from mladvisor.runs.data_records import Record
from mladvisor.runs.data_said import said_in


def _said(what: str, *records: tuple[tuple[str, ...], dict[str, Any]]) -> dict[str, float]:
    found = said_in([Record(path, cells) for path, cells in records])
    return {one.name: one.value for one in found if one.what == what}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"out_of_range_share": 0.4}, 0.4),
        ({"unseen_share": 1.0}, 1.0),
        ({"pct_new_categories": 30.0}, 0.3),
        ({"unknown_value_rate": 0.2, "outside_train_range_pct": 50.0}, 0.5),
        ({"dropout_rate": 0.4}, None),
        ({"new_rows_share": 0.4}, None),
        ({"out_of_fold_share": 0.4}, None),
    ],
)
def test_cells_beyond_training(cells: dict[str, Any], expected: float | None) -> None:
    said = _said("outside", (("data_checks", "0"), {"column": "plan", **cells}))
    assert said == ({} if expected is None else {"plan": pytest.approx(expected)})


@pytest.mark.parametrize(
    ("cells", "what", "expected"),
    [
        ({"raw_source": "temp", "min": -5e4, "max": -4e4, "expected": [-3, 3]}, "made-broken", 1.0),
        ({"min": 2.0, "max": 9.0, "expected_min": 10, "expected_max": 20}, "broken", 1.0),
        ({"min": -2.8, "max": 4.1, "expected": [-3, 3]}, "broken", 0.0),
        ({"min": -2.8, "max": 400.0, "expected_range": [-3, 3]}, "broken", 0.05),
    ],
)
def test_ends_beside_those_expected(cells: dict[str, Any], what: str, expected: float) -> None:
    assert _said(what, (("feature_report", "temp_z"), cells)) == {"temp_z": expected}


def test_one_value_of_a_source_that_varies() -> None:
    lost = {"raw_source": "hour", "raw_std": 6.9, "min": 1.0, "max": 1.0, "n_unique": 1}
    kept = {"raw_source": "hour", "raw_std": 6.9, "min": -1.0, "max": 1.0, "n_unique": 24}
    flat = {"raw_source": "unit", "raw_std": 0.0, "min": 1.0, "max": 1.0, "n_unique": 1}
    records = [(("feature_report", name), cells) for name, cells in (("a", lost), ("b", kept), ("c", flat))]
    assert _said("lost", *records)["a"] == 1.0
    assert _said("lost", *records)["b"] == 0.0
    assert "c" not in _said("lost", *records)


def test_cells_that_are_not_null_counted_beside_the_rows() -> None:
    rows = [(("column_profile", str(n)), {"column": name, "non_null": count, "rows": 1120}) for n, (name, count) in
            enumerate({"age": 1120, "flow": 56}.items())]  # fmt: skip
    assert _said("missing", *rows) == {"age": 0.0, "flow": pytest.approx(0.95)}


@pytest.mark.parametrize(
    ("train", "val", "expected"),
    [
        ({"start_char": 0, "end_char": 12000}, {"start_char": 5000, "end_char": 8000}, 1.0),
        ({"from": 0, "to": 800}, {"from": 750, "to": 950}, 0.25),
        ({"rows": [0, 800]}, {"rows": [800, 1000]}, 0.0),
        ({"start": 0, "end": 800}, {"start": 0, "end": 200}, None),  # each may be counted in a file of its own
        ({"file": "a.txt", "start": 10, "end": 800}, {"file": "b.txt", "start": 20, "end": 200}, None),
        ({"start": "2020-01-01", "end": "2021-01-01"}, {"start": "2020-06-01", "end": "2020-09-01"}, None),
        ({"start_lr": 1, "end_lr": 9}, {"start_lr": 2, "end_lr": 4}, None),
    ],
)
def test_stretches_of_one_source(train: dict[str, Any], val: dict[str, Any], expected: float | None) -> None:
    said = _said("copies", (("split_manifest", "train"), train), (("split_manifest", "val"), val))
    assert said == ({} if expected is None else {"": expected})


def test_stretches_listed_by_split() -> None:
    assert _said("copies", (("manifest", "ranges"), {"train": [0, 900], "test": [800, 1000]})) == {"": 0.5}


def test_the_ends_of_all_inputs() -> None:
    assert _said("high", (("input_stats",), {"shape": [90, 64], "min": 0.0, "max": 255.0})) == {"inputs": 255.0}
    assert _said("high", (("raw_input_stats",), {"shape": [90, 64], "min": 0.0, "max": 255.0})) == {}


def test_means_of_columns_month_by_month() -> None:
    rows = [(("monthly_monitoring", str(n)), {"month": f"2024-0{n}", "auc": 0.9, "mean_score": 0.4, "age_mean": 60.0})
            for n in (1, 2)]  # fmt: skip
    assert set(_said("mean", *rows)) == {"age"}


def test_scores_of_folds_by_the_name_of_a_model() -> None:
    cells = {"most_frequent": [0.38, 0.39, 0.40], "hist_gradient_boosting": [0.33, 0.35, 0.34]}
    assert _said("baseline", (("cv_baselines",), cells)) == {"hist_gradient_boosting": pytest.approx(0.34)}
