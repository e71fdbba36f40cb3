"""What reports say of columns before and after a step that makes features of them."""

from __future__ import annotations

import pytest

from mladvisor.runs.data_records import Record
from mladvisor.runs.made_said import made_of_raw


def _rows(called: str, **spreads: float) -> tuple[str, list[Record]]:
    return f"{called}.csv", [
        Record((called,), {"feature": name, "mean": 0.0, "std": std}) for name, std in spreads.items()
    ]


def _said(*reports: tuple[str, list[Record]]) -> dict[tuple[str, str], float]:
    return {(said.what, said.name): said.value for said, _ in made_of_raw(reports)}


def test_two_reports_side_by_side() -> None:
    """A column without spread, and one that spreads far beyond its source and the others."""
    said = _said(
        _rows("raw_stats", a=1.0, b=2.0, c=0.0, d=3.0, e=1.0, f=1.0),
        _rows("engineered", a=0.0, b=90_000.0, c=0.0, d=3.0, e=1.0, f=1.0),
    )
    assert said["lost", "a"] == 1.0
    assert said["lost", "d"] == 0.0
    assert ("lost", "c") not in said
    assert said["blown-up", "b"] == 30_000.0
    assert said["blown-up", "d"] == 1.0


def test_scaled_columns_are_sound() -> None:
    """Standardised columns spread less than their sources, and all alike."""
    said = _said(_rows("raw", a=500.0, b=0.01, c=3.0, d=9.0), _rows("processed", a=1.0, b=1.0, c=1.0, d=1.0))
    assert not any(value > 1.0 for (what, _), value in said.items() if what == "blown-up")
    assert not any(value for (what, _), value in said.items() if what == "lost")


def test_one_report_with_both_stages() -> None:
    rows = [
        Record(("pipeline",), {"feature": "pay", "stage": "raw", "mean": 1.0, "std": 2.0}),
        Record(("pipeline",), {"feature": "pay", "stage": "processed", "mean": 9.0, "std": 0.0}),
    ]
    assert _said(("pipeline.csv", rows))["lost", "pay"] == 1.0
    wide = [Record(("pipeline",), {"feature": "pay", "raw_mean": 1.0, "raw_std": 2.0, "out_mean": 0, "out_std": 0.0})]
    assert _said(("pipeline.csv", wide))["lost", "pay"] == 1.0


def test_correlation_with_the_source() -> None:
    rows = [
        Record(("check",), {"feature": name, "corr_raw_vs_processed": corr}) for name, corr in (("a", -1.0), ("b", 0.1))
    ]
    said = _said(("check.json", rows))
    assert said["unfollowed", "a"] == 0.0
    assert said["unfollowed", "b"] == pytest.approx(0.9)


def test_one_stage_says_nothing() -> None:
    assert not _said(_rows("feature_stats", a=0.0, b=1.0))
