"""NaN among the inputs, as reports and settings count them; and a metric beside a loss that is NaN."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.data_names import lists_examples
from mladvisor.runs.read import read_run


def _log(path: Path, errors: list[float]) -> None:
    rows = [f"{n},nan,{error!r},nan,{error!r}" for n, error in enumerate(errors)]
    (path / "log.csv").write_text("epoch,loss,r2,val_loss,val_r2\n" + "\n".join(rows) + "\n")


def test_nan_of_prepared_columns_and_of_arrays_is_told(tmp_path: Path) -> None:
    _log(tmp_path, [0.4] * 6)
    column = {"n": 2400, "nan": 40, "inf": 0, "mean": 0.0, "std": 1.0, "min": -3.0, "max": 3.0}
    whole = {**column, "nan": 0}
    report = {"train": {"pressure": column, "speed": whole}, "val": {"pressure": whole, "speed": column}}
    (tmp_path / "processed_stats.json").write_text(json.dumps(report))
    found = Measures(read_run(tmp_path))["column.reported_nan_fed"]
    assert isinstance(found, dict)
    assert {name: round(float(each.value or 0), 4) for name, each in found.items()} == {
        "pressure": 0.0167,
        "speed": 0.0,
    }
    array = {"shape": [900, 18, 10], "nan_values": 1620, "inf_values": 0, "mean": 0.2, "std": 0.7}
    (tmp_path / "processed_stats.json").write_text(json.dumps({"train": {"input": array}}))
    found = Measures(read_run(tmp_path))["column.reported_nan_fed"]
    assert isinstance(found, dict)
    assert found["input"].value == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("cells", "share"),
    [
        ({"windows": 900, "values": 90_000, "nonfinite": 9, "windows_with_nonfinite": 9}, 0.0001),
        ({"samples": 500, "samples_with_nan": 5}, 0.01),
        ({"rows": 500, "non_finite_rows": 0}, 0.0),
        ({"nan_values": 3, "mean": 0.1}, 1.0),
        ({"rows": 500, "rows_with_nan": 5}, None),  # blanks of a table, which may be filled in
        ({"rows": 500, "nan_policy": 1}, None),
    ],
)
def test_a_report_that_counts_inputs_of_each_split(
    tmp_path: Path, cells: dict[str, float], share: float | None
) -> None:
    _log(tmp_path, [0.4] * 6)
    (tmp_path / "input_check.json").write_text(json.dumps({"train": cells, "val": dict.fromkeys(cells, 0)}))
    found = Measures(read_run(tmp_path))["column.reported_nan_fed"]
    assert (found["inputs"].value if isinstance(found, dict) else None) == (
        share if share is None else pytest.approx(share)
    )


def test_who_counts_blanks_alone_says_nothing_of_what_the_model_is_given(tmp_path: Path) -> None:
    _log(tmp_path, [0.4] * 6)
    columns = {name: {"count": 2400, "missing": 40, "mean": 1.0, "std": 1.0, "min": 0, "max": 9} for name in "abc"}
    (tmp_path / "data_profile.json").write_text(json.dumps({"train": columns}))
    assert not isinstance(Measures(read_run(tmp_path))["column.reported_nan_fed"], dict)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("nonfinite_inputs_train: 20", 20),
        ("n_nan_rows: 3", 3),
        ("nan_share: 0.01", 0.01),
        ("nan_patience: 5", None),
        ("terminate_on_nan: true", None),
        ("n_train: 500", None),
    ],
)
def test_settings_that_count_inputs_that_are_no_numbers(tmp_path: Path, setting: str, value: float | None) -> None:
    _log(tmp_path, [0.4] * 6)
    (tmp_path / "config.yaml").write_text(f"data: {{{setting}}}\n")
    assert Measures(read_run(tmp_path)).value("config.inputs_not_finite") == value


def test_a_metric_that_differs_in_its_last_digit_does_not_live(tmp_path: Path) -> None:
    _log(tmp_path, [-0.0174, -0.00056216963770065, -0.00056216963770064, -0.00056216963770063, -0.00056216963770065])
    assert Measures(read_run(tmp_path)).value("loss_metric.metric_lives_without_loss") is False
    _log(tmp_path, [0.1, 0.3, 0.4, 0.45, 0.5])
    assert Measures(read_run(tmp_path)).value("loss_metric.metric_lives_without_loss") is True


def test_a_manifest_of_splits_is_no_table_of_inputs() -> None:
    assert lists_examples("split_manifest.csv", [])
    assert not lists_examples("patients.csv", ["age", "label"])
