"""Columns whose names say that they were made of others, and are not what such a column is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.made_names import says_made, says_scaled
from mladvisor.runs.read import read_run


def _log(path: Path) -> None:
    (path / "log.csv").write_text(
        "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n:.4f},{1.1 / n:.4f}\n" for n in range(1, 12))
    )


def _values(found: Any) -> dict[str, Any]:
    assert isinstance(found, dict), found
    return {name: each.value for name, each in found.items()}


STANDARD = {"mean": 0.0, "std": 1.0, "min": -3.1, "max": 3.4}


def test_a_report_of_prepared_features_tells_what_is_constant_and_what_is_far_off(tmp_path: Path) -> None:
    _log(tmp_path)
    columns = dict.fromkeys(("age", "pay", "hours", "log_debt"), STANDARD)
    columns["debt_per_income"] = {"mean": 1.9e6, "std": 3.2e6, "min": 0.08, "max": 1e7}
    columns["age_bucket"] = {"mean": 0.0, "std": 0.0, "min": 0.0, "max": 0.0}
    columns["town_ratio_known"] = {"mean": 0.2, "std": 0.4, "min": 0.0, "max": 1.0}
    (tmp_path / "feature_stats.json").write_text(json.dumps({"train": columns}))
    m = Measures(read_run(tmp_path))
    assert _values(m["column.named_made_constant"])["age_bucket"] is True
    assert _values(m["column.named_made_constant"])["log_debt"] is False
    reach = _values(m["column.reported_made_reach"])
    assert reach["debt_per_income"] == 1e7
    assert reach["log_debt"] < 4


def test_without_scaled_columns_only_one_called_scaled_is_judged_by_its_size(tmp_path: Path) -> None:
    _log(tmp_path)
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"age": rng.integers(18, 80, 400), "pay": rng.normal(3000, 500, 400)})
    frame["pay_per_hour"] = frame["pay"] / 40
    frame["pay_z"] = (frame["pay"] - 3000) / 1e-6
    frame["label"] = rng.integers(0, 2, 400)
    frame.to_csv(tmp_path / "train.csv", index=False)
    reach = _values(Measures(read_run(tmp_path))["column.named_made_reach"])
    assert set(reach) == {"pay_z"}
    assert reach["pay_z"] > 1e8


def test_names() -> None:
    assert says_made("calls_per_month", ()) and says_made("log_income", ()) and not says_made("log", ())
    assert says_scaled("charge_z", ()) and not says_scaled("zone", ())
    assert not says_scaled("accel_z", {"accel_x", "accel_y"})


@pytest.mark.parametrize(("file", "fed"), [("feature_stats.csv", 2021.0), ("data_profile.csv", None)])
def test_how_far_inputs_reach_is_told_by_reports_of_what_the_model_is_given(
    tmp_path: Path, file: str, fed: float | None
) -> None:
    _log(tmp_path)
    rows = ",count,mean,std,min,25%,50%,75%,max\nx0,900,119,49,25,84,111,148,330\n"
    rows += "x1,900,1960,35,1900,1930,1960,1992,2021\n"
    (tmp_path / file).write_text(rows)
    assert Measures(read_run(tmp_path)).value("data.fed_reach") == fed


def test_raw_and_scaled_statistics_of_a_column_are_each_compared_with_themselves(tmp_path: Path) -> None:
    _log(tmp_path)
    raw = {"mean": 54.0, "std": 70.0, "min": 1.0, "max": 900.0}
    for name, each in (("data_profile", raw), ("processed_features", STANDARD)):
        columns = dict.fromkeys("abcd", each)
        (tmp_path / f"{name}.json").write_text(json.dumps({"train": columns, "val": columns}))
    assert set(_values(Measures(read_run(tmp_path))["column.reported_shift"]).values()) == {0.0}


def test_a_dictionary_of_raw_columns_says_nothing_of_standardised_ones(tmp_path: Path) -> None:
    _log(tmp_path)
    rng = np.random.default_rng(0)
    raw = pd.DataFrame({name: rng.gamma(2.0, 20.0, 400).round(3) for name in ("age", "pay", "hours", "debt")})
    features = [{"name": name, "type": "numeric", "min": 0} for name in raw]
    (tmp_path / "schema.json").write_text(json.dumps({"features": features}))
    for table, broken in ((raw - 30.0, True), ((raw - raw.mean()) / raw.std(), False)):
        table.assign(label=rng.integers(0, 2, 400)).to_csv(tmp_path / "train.csv", index=False)
        found = Measures(read_run(tmp_path))["column.schema.range_share"]
        assert isinstance(found, dict)
        assert any(each.value for each in found.values()) == broken
