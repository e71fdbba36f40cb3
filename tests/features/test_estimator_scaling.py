"""Whether a printed estimator scales its inputs, and columns that scaling has left out, by reports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

from .fakes import measures

LOG = "".join(f"Iteration {n}, loss = {8.0 + n:.6f}\n" for n in range(1, 9))


def _measured(folder: Path, **files: str) -> Measures:
    for name, text in files.items():
        stem, _, suffix = name.rpartition("_")
        (folder / f"{stem}.{suffix}").write_text(text)
    return Measures(read_run(folder))


@pytest.mark.parametrize(
    ("said", "scales"),
    [
        ("SVC(kernel='rbf', C=1.0), Pipeline: [('onehot', OneHotEncoder()), ('svc', SVC())]", False),
        ("MLPClassifier(hidden_layer_sizes=(32,), solver='sgd')", False),
        ("Pipeline(steps=[('sc', StandardScaler()), ('svc', SVC())])", True),
        ("inputs were standardised\nMLPClassifier(hidden_layer_sizes=(32,))", True),
        ("RandomForestClassifier(n_estimators=100)", None),
    ],
)
def test_what_is_printed_of_an_estimator(tmp_path: Path, said: str, scales: bool | None) -> None:
    assert _measured(tmp_path, fit_log=said + "\n" + LOG)["estimator.scales_inputs"].value is scales


@pytest.mark.parametrize(("spread", "found"), [(2800.0, 2800.0), (1.1, 1.1)])
def test_a_column_that_scaling_left_out(tmp_path: Path, spread: float, found: float) -> None:
    """Where most columns have a mean of 0 and a spread of 1; "acc_x" is no accuracy."""
    stats = {name: {"mean": 0.01, "std": 0.99} for name in ("acc_x", "acc_y", "pay")} | {
        "gyro_z": {"mean": 18.0, "std": spread}
    }
    m = _measured(tmp_path, fit_log=LOG, feature_stats_json=json.dumps(stats))
    assert m["column.reported_left_unscaled"]["gyro_z"].value == found
    raw = {name: {"mean": 40.0 * k, "std": 9.0 * k} for k, name in enumerate(("a1", "b2", "c3"), 1)}
    m = _measured(tmp_path, feature_stats_json=json.dumps(raw))
    assert m["column.reported_left_unscaled"].value is None


def test_identifiers_are_no_wide_columns(tmp_path: Path) -> None:
    stats = {name: {"mean": 40.0, "std": 9.0} for name in ("age", "pay", "calls", "visits")}
    stats["customer_id"] = {"mean": 100000.0, "std": 900.0}
    m = _measured(tmp_path, fit_log=LOG, feature_stats_json=json.dumps(stats))
    assert m["data.widest_column"].value == pytest.approx(41.0)


PARAMS = {"memory": None, "steps": "[('c', SGDClassifier())]", "c__max_iter": 4, "c__solver": "x"}


@pytest.mark.parametrize(
    ("name", "text", "scales"),
    [
        ("pipeline_txt", "Pipeline(steps=[('clf', MLPClassifier(max_iter=60, solver='sgd'))])", False),
        ("pipeline_txt", "Pipeline(steps=[('s', StandardScaler()), ('clf', MLPClassifier(max_iter=60))])", True),
        ("pipeline_json", json.dumps(PARAMS), False),
    ],
)
def test_what_a_file_of_settings_holds_of_an_estimator(tmp_path: Path, name: str, text: str, scales: bool) -> None:
    """Printed, or as its parameters."""
    assert _measured(tmp_path, fit_log=LOG, **{name: text})["estimator.scales_inputs"].value is scales


@pytest.mark.parametrize(
    ("config", "scaled"),
    [
        ({"steps": [{"name": "impute"}, {"name": "scale", "method": "none"}]}, False),
        ({"steps": [{"name": "impute"}, {"name": "scale", "method": "standard"}]}, True),
        ({"preprocessing": ["impute", "StandardScaler"]}, True),
        ({"preprocessing": ["impute", "one_hot"]}, None),
        ({"input_features": [{"name": "a", "preprocessing": {"normalization": None}}]}, False),
        ({"input_features": [{"name": "a", "preprocessing": {"normalization": "zscore"}}]}, True),
        ({"input_features": [{"name": "a", "type": "number"}]}, None),
        ({"features": ["income_normalized", "age"]}, None),
        ({"steps": [{"standardize": {"with_mean": True}}]}, True),
    ],
)
def test_lists_of_steps_say_whether_they_scale(config: dict[str, object], scaled: bool | None) -> None:
    """One that scales, or one of scaling that is switched off; a list without either says nothing for certain."""
    assert measures(config=config).value("config.normalization") is scaled
