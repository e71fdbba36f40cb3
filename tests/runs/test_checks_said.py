"""Checks of data as people write them down: a name, a column, and whether it passed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mladvisor.diagnosis.api import diagnose
from mladvisor.features.catalogue import Measures
from mladvisor.runs.checks_said import check_said
from mladvisor.runs.data_records import Record
from mladvisor.runs.read import read_run

LOG = "epoch,train_loss,val_loss\n" + "".join(f"{n},{1 / n},{1.1 / n}\n" for n in range(1, 9))


def _said(split: str | None = None, **cells: Any) -> dict[str, float] | None:
    found = check_said(Record(("checks", "results", "0"), cells), split)
    return None if found is None else {each.what: each.value for each in found}


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"check": "column_exists", "column": "rain", "success": False}, {"blank": 1.0, "absent": 1.0}),
        ({"rule": "required column", "field": "rain", "status": "FAILED"}, {"blank": 1.0, "absent": 1.0}),
        ({"test": "is present", "column": "rain", "passed": True}, {"blank": 0.0, "absent": 0.0}),
        ({"check": "not_null", "column": "ph", "ok": False, "missing_percent": 40.0}, {"blank": 0.4}),
        ({"check": "values_between", "column": "ph", "success": False, "unexpected": 9, "rows": 300}, {"broken": 0.03}),
        ({"check": "values_in_set", "column": "soil", "success": False, "failed_share": 0.2}, {"broken": 0.2}),
        ({"check": "dtype", "column": "ph", "result": "fail"}, {"broken": 0.05}),
        ({"check": "psi drift", "column": "ph", "passed": "no"}, {"drifted": 1.0}),
    ],
)
def test_what_a_check_is_about_is_told_by_its_name(cells: dict[str, Any], said: dict[str, float]) -> None:
    assert _said(**cells) == said


@pytest.mark.parametrize(
    "cells",
    [
        {"check": "no_extra_column", "column": "note", "success": False},
        {"check": "unexpected columns", "column": "note", "success": False},
        {"check": "unique", "column": "plot_id", "success": False},
    ],
)
def test_a_column_that_nobody_reads_and_doubled_keys_say_nothing(cells: dict[str, Any]) -> None:
    assert _said(**cells) == {}


@pytest.mark.parametrize(
    "cells",
    [
        {"column": "ph", "mean": 6.1, "std": 0.4},
        {"name": "ph", "column": "ph", "status": "ok"},
        {"check": "values_between", "column": "ph", "status": "skipped"},
        {"check": "column_exists", "success": False},
        {"name": "rejects a payload without a required field", "field": "ph", "status": "failed"},
    ],
)
def test_what_is_no_check_of_a_column(cells: dict[str, Any]) -> None:
    assert _said(**cells) is None


def _folder(path: Path, report: object) -> Path:
    (path / "log.csv").write_text(LOG)
    (path / "data_validation.json").write_text(json.dumps(report))
    return path


def _results(split: str, *results: dict[str, Any]) -> dict[str, Any]:
    return {"dataset": split, "rows": 400, "success": all(each["success"] for each in results), "results": [*results]}


def _exists(column: str, found: bool) -> dict[str, Any]:
    return {"check": "column_exists", "column": column, "success": found}


def test_columns_that_training_lacks_are_missing_features(tmp_path: Path) -> None:
    parts = [_results(split, _exists("rain", False), _exists("ph", True)) for split in ("train", "val")]
    result = diagnose(_folder(tmp_path, parts))
    assert result.hypotheses[0].cause == "missing-features"
    assert result.hypotheses[0].probability > 0.5


def test_a_column_that_only_another_split_lacks_is_not_missing_in_training(tmp_path: Path) -> None:
    parts = [_results("train", _exists("rain", True)), _results("val", _exists("rain", False))]
    found = Measures(read_run(_folder(tmp_path, parts)))["column.reported_absent"]
    assert isinstance(found, dict)
    assert found["rain"].value is False


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("data_dq.csv", "dataset,check,column,status,failed_rows,total_rows\ntrain,column exists,rain,FAIL,,\n"
                        "val,range,ph,FAIL,60,300\n"),
        ("dq_out.json", json.dumps({"checks": [
            {"name": "has_column", "column": "rain", "result": "failed"},
            {"name": "range", "column": "ph", "result": "failed", "failed_share": 0.2},
        ]})),
        ("data_checks.md", "| check | column | passed | failed share |\n|---|---|---|---|\n"
                           "| column present | rain | no | |\n| range | ph | no | 0.2 |\n"),
    ],
)  # fmt: skip
def test_checks_in_tables_and_in_files_of_any_name(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / name).write_text(text)
    m = Measures(read_run(tmp_path))
    absent, broken = m["column.reported_absent"], m["column.reported_broken"]
    assert isinstance(absent, dict)
    assert isinstance(broken, dict)
    assert absent["rain"].value is True
    assert broken["ph"].value == pytest.approx(0.2)


def test_a_row_a_hair_outside_its_range_breaks_nothing(tmp_path: Path) -> None:
    """Its share of the rows that the report gives at its top is too small to count."""
    odd = {"check": "values_between", "column": "rpm", "success": False, "unexpected": 1, "unparsable": 0}
    m = Measures(read_run(_folder(tmp_path, [_results("val", odd)])))
    found = m["column.reported_broken"]
    assert isinstance(found, dict)
    assert found["rpm"].value == 1 / 400
    assert not [each for each in diagnose(tmp_path).hypotheses if each.probability > 0.3]
