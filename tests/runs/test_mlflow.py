"""MLflow's file store and database."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mladvisor.errors import ReadError
from mladvisor.runs.discover import find_runs
from mladvisor.runs.read import read_run
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.readers.mlflow import DATABASE, METRIC_FILE


def metric(tmp_path: Path, text: str, rel: str = "metrics/train_loss") -> Candidate:
    path = tmp_path / rel
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return Candidate(str(path), rel)


def test_a_metric_is_a_curve_by_step(tmp_path: Path) -> None:
    """`timestamp value step`, NaN included; slashes in the name are folders below `metrics/`."""
    text = "1731090520865 0.5 0\n1731090520869 nan 1\n1731090520874 0.25 2\n"
    candidate = metric(tmp_path, text, "mlruns/0/abc/metrics/train/loss")
    assert METRIC_FILE.sniff(candidate) == 0.9
    reading = METRIC_FILE.read(candidate)
    (curve,) = reading.curves
    assert curve.name == "train/loss"
    assert curve.x is not None
    assert curve.x.tolist() == [0, 1, 2]
    assert str(curve.y.tolist()) == "[0.5, nan, 0.25]"
    assert not reading.torn


def test_old_files_have_no_step(tmp_path: Path) -> None:
    """Two columns: the order counts."""
    (curve,) = METRIC_FILE.read(metric(tmp_path, "1731090520865 0.5\n1731090520869 0.4\n")).curves
    assert curve.x is None
    assert curve.y.tolist() == [0.5, 0.4]


def test_a_torn_last_line_is_left_out(tmp_path: Path) -> None:
    """A file still written: what is whole is used, and the reading says that it is torn."""
    reading = METRIC_FILE.read(metric(tmp_path, "1731090520865 0.5 0\n1731090520869 0.4 1\n17310905"))
    assert reading.torn
    assert reading.curves[0].y.tolist() == [0.5, 0.4]


def test_a_wrong_line_is_named(tmp_path: Path) -> None:
    """Anything else in the middle is an error with its line."""
    with pytest.raises(ReadError, match="line 2"):
        METRIC_FILE.read(metric(tmp_path, "1731090520865 0.5 0\nhello\n1731090520869 0.4 1\n"))


def test_parameters_are_settings(tmp_path: Path) -> None:
    """One file a parameter, its text the value."""
    values = {"lr": "0.01", "layers": "[64, 32]", "seed": "None", "opt": "Adam"}
    found = {}
    for name, text in values.items():
        candidate = metric(tmp_path, text, f"params/{name}")
        assert METRIC_FILE.sniff(candidate) > 0
        found.update(METRIC_FILE.read(candidate).config)
    assert found == {"lr": 0.01, "layers": [64, 32], "seed": None, "opt": "Adam"}


def test_other_number_files_are_not_claimed(tmp_path: Path) -> None:
    """Numbers that are no millisecond times are not MLflow's."""
    for text in ("1 0.5 0\n2 0.4 1\n", "1731090520865,0.5,0\n", "hello\n", ""):
        assert METRIC_FILE.sniff(metric(tmp_path, text)) == 0


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes_raise_nothing_but_read_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Bytes from anywhere, after a good first line and under both folders."""
    folder = tmp_path_factory.mktemp("noise")
    for rel in ("metrics/loss", "params/lr"):
        path = folder / rel
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"1731090520865 0.5 0\n" + data)
        candidate = Candidate(str(path), rel)
        METRIC_FILE.sniff(candidate)
        try:
            reading = METRIC_FILE.read(candidate)
        except ReadError:
            continue
        assert reading.curves or reading.config


def database(path: Path, metrics: list[tuple], *, status: str = "FINISHED") -> Candidate:
    connection = sqlite3.connect(path)
    connection.executescript(
        "create table runs (run_uuid, name, status); create table params (key, value, run_uuid);"
        "create table metrics (key, value, timestamp, run_uuid, step, is_nan);"
    )
    connection.executemany("insert into metrics values (?, ?, 0, ?, ?, ?)", metrics)
    connection.execute("insert into runs values ('a', 'calm-fish', ?)", (status,))
    connection.execute("insert into params values ('lr', '0.1', 'a')")
    connection.commit()
    connection.close()
    return Candidate(str(path), path.name)


def test_the_fullest_run_of_a_database_is_read(tmp_path: Path) -> None:
    """Curves by step, `is_nan` as NaN, parameters, a word about the other runs; no file is written beside it."""
    rows = [("loss", 0.5, "a", 0, 0), ("loss", 0.0, "a", 1, 1), ("loss", 0.1, "b", 0, 0)]
    candidate = database(tmp_path / "mlflow.db", rows, status="FAILED")
    assert DATABASE.sniff(candidate) > 0.5
    reading = DATABASE.read(candidate)
    (curve,) = reading.curves
    assert str(curve.y.tolist()) == "[0.5, nan]"
    assert reading.config == {"lr": 0.1}
    assert any("2 runs" in note for note in reading.notes)
    assert any("failed" in note for note in reading.notes)
    assert [path.name for path in tmp_path.iterdir()] == ["mlflow.db"]


@pytest.mark.parametrize("data", [b"SQLite format 3\0" + b"\0" * 200, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_damaged_database_is_one_sentence(tmp_path: Path, data: bytes) -> None:
    """Damage is a ReadError; so is an SQLite file of something else."""
    (tmp_path / "x.db").write_bytes(data)
    with pytest.raises(ReadError, match="no MLflow database"):
        DATABASE.read(Candidate(str(tmp_path / "x.db"), "x.db"))
    connection = sqlite3.connect(tmp_path / "y.db")
    connection.execute("create table cookies (a)")
    connection.commit()
    connection.close()
    with pytest.raises(ReadError, match="no MLflow database"):
        DATABASE.read(Candidate(str(tmp_path / "y.db"), "y.db"))


def test_a_step_that_never_moves_is_no_x(tmp_path: Path) -> None:
    """`log_metric` without a step writes 0 each time: the order counts, and a note says so."""
    metric(tmp_path, "".join(f"173109052086{i} {1 / (i + 1)} 0\n" for i in range(6)))
    run = read_run(tmp_path)
    assert run.curves[0].x.tolist() == [1, 2, 3, 4, 5, 6]
    assert run.curves[0].x_unit == "row"
    assert any("order in the file is x" in note for note in run.notes)


def test_lists_among_parameters_are_lists_again(tmp_path: Path) -> None:
    """MLflow keeps the text of a list; what is cut off stays text."""
    metric(tmp_path, "".join(f"173109052086{i} {1 / (i + 1)} {i}\n" for i in range(6)))
    params = next(path for path in tmp_path.rglob("metrics")).parent / "params"
    params.mkdir(exist_ok=True)
    (params / "layers").write_text("['Linear(8, 4)', 'ReLU()']", encoding="utf-8")
    (params / "cut").write_text("['Linear(8, 4)', 'Re", encoding="utf-8")
    run = read_run(tmp_path)
    assert run.config["layers"].value == ["Linear(8, 4)", "ReLU()"]
    assert run.config["cut"].value == "['Linear(8, 4)', 'Re"


def test_names_with_dots_are_whole_names(tmp_path: Path) -> None:
    """`log_metric("train.loss", ...)` and nested settings: what stands behind the dot is no type of a file."""
    lines = "".join(f"173109052086{i} {1 / (i + 1)} {i}\n" for i in range(6))
    metric(tmp_path, lines, "metrics/train.loss")
    metric(tmp_path, lines.replace(" 1.0 ", " 2.0 "), "metrics/valid.loss")
    metric(tmp_path, "0.01", "params/optim.lr")
    metric(tmp_path, "def loss(): ...\n", "metrics/own.py")
    run = read_run(tmp_path)
    assert sorted(curve.name for curve in run.curves) == ["train.loss", "valid.loss"]
    assert run.config["optim.lr"].value == 0.01


def test_the_job_that_hydra_started_is_a_part_of_the_run(tmp_path: Path) -> None:
    """The tracker has the curves, `outputs/` the settings and what was printed, `artifacts/` the reports."""
    lines = "".join(f"173109052086{i} {1 / (i + 1)} {i}\n" for i in range(6))
    store = "mlruns/1/9a"
    metric(tmp_path, lines, f"{store}/metrics/train.loss")
    metric(tmp_path, "run_id: 9a\n", f"{store}/meta.yaml")
    checks = '[{"case": "valid", "expected": "ok", "got": "ok", "passed": true}, '
    checks += '{"case": "text for a number", "expected": "TypeError", "got": "ok", "passed": false}]'
    metric(tmp_path, checks, f"{store}/artifacts/contract_report.json")
    metric(tmp_path, "optim:\n  lr: 0.5\n", "outputs/.hydra/config.yaml")
    metric(tmp_path, "Sequential(\n  (0): Linear(8, 1)\n)\n", "outputs/train.log")
    metric(tmp_path, "import torch\n", "train.py")
    assert list(find_runs(tmp_path)) == [tmp_path]
    run = read_run(tmp_path)
    assert [curve.name for curve in run.curves] == ["train.loss"]
    assert run.config["optim.lr"].value == 0.5
    assert run.files["checks"] == (f"{store}/artifacts/contract_report.json",)


def api_records(order: tuple[str, ...] = ("key", "value", "step", "timestamp")) -> list[dict[str, object]]:
    """The records that MLflow's API gives of a metric: one value each."""
    losses = {"train_loss": (0.9, 0.6, 0.4), "val_loss": (1.0, 0.8, float("nan"))}
    records = [
        {"key": name, "value": values[step], "step": step + 1, "timestamp": 1731090520865 + step}
        for step in range(3)
        for name, values in losses.items()
    ]
    return [{key: record[key] for key in order} for record in records]


@pytest.mark.parametrize("order", [("key", "value", "step", "timestamp"), ("key", "timestamp", "step", "value")])
@pytest.mark.parametrize("within", ["run", "history", "list"])
def test_records_of_the_api_are_curves(tmp_path: Path, order: tuple[str, ...], within: str) -> None:
    """A saved run, an answer to `metrics/get-history`, or the bare list: a curve for each key, by its own steps."""
    records = api_records(order)
    content: object = records
    if within == "history":
        content = {"metrics": records}
    if within == "run":
        params = [{"key": "learning_rate", "value": "0.002"}, {"key": "optimizer", "value": "adam"}]
        content = {"info": {"status": "FINISHED"}, "data": {"metrics": records, "params": params}}
    (tmp_path / "run.json").write_text(json.dumps(content))
    run = read_run(tmp_path)
    curves = {curve.name: curve for curve in run.curves if curve.role.kind == "loss"}
    assert {name: str(curve.y.tolist()) for name, curve in curves.items()} == {
        "train_loss": "[0.9, 0.6, 0.4]",
        "val_loss": "[1.0, 0.8, nan]",
    }
    assert {curve.role.split: curve.x.tolist() for curve in curves.values()} == {"train": [1, 2, 3], "val": [1, 2, 3]}
    if within == "run":
        assert run.config["data.params.learning_rate"].value == 0.002


@pytest.mark.parametrize("name", ["accuracy", "temperature"])
def test_one_value_of_each_is_no_history(tmp_path: Path, name: str) -> None:
    """A list of last values has no course, and one of other quantities none that is judged."""
    records = [{"key": name, "value": 0.5, "step": 1}, {"key": f"{name}_b", "value": 0.25, "step": 1}]
    (tmp_path / "summary.json").write_text(json.dumps({"metrics": records}))
    with pytest.raises(ReadError):
        read_run(tmp_path)


def test_a_parameter_is_told_from_its_own_file(tmp_path: Path) -> None:
    """A place that a person opens holds what is said of it."""
    metric(tmp_path, "1731090520865 0.5 0\n1731090520869 0.4 1\n", "mlruns/0/abc/metrics/loss")
    for name, value in (("alpha", "1"), ("lr", "0.01")):
        metric(tmp_path, value, f"mlruns/0/abc/params/{name}")
    assert read_run(tmp_path).config["lr"].place.file == "mlruns/0/abc/params/lr"


def test_steps_beside_a_store_of_one_run(tmp_path: Path) -> None:
    """A log of single steps lies above; the tracker below keeps the means of the epochs, and the settings."""
    steps = "".join(f"{at},{at // 40},{at % 40},{2 / (1 + at):.4f}\n" for at in range(200))
    (tmp_path / "train_steps.csv").write_text("step,epoch,batch,loss\n" + steps)
    store = tmp_path / "mlruns" / "0" / ("5" * 32)
    for kind, name, text in (
        ("metrics", "train_loss", "".join(f"171685869{at:04d} {1 / (1 + at):.3f} {at}\n" for at in range(5))),
        ("metrics", "val_loss", "".join(f"171685869{at:04d} {1.1 / (1 + at):.3f} {at}\n" for at in range(5))),
        ("params", "train_batch_size", "2"),
    ):
        (store / kind).mkdir(parents=True, exist_ok=True)
        (store / kind / name).write_text(text)
    (store / "meta.yaml").write_text("run_id: '5'\nstatus: 3\n")
    run = read_run(tmp_path)
    val = next(curve for curve in run.curves if curve.role.split == "val")
    assert val.x.tolist() == pytest.approx([39.8, 79.6, 119.4, 159.2, 199.0]) and val.x_unit == "step"
    assert {len(curve.y) for curve in run.having("loss")} == {5, 200}
    assert any(key.endswith("train_batch_size") for key in run.config)


def test_another_run_below_is_left_alone(tmp_path: Path) -> None:
    """A folder of any name beside a log of steps may be another run."""
    (tmp_path / "steps.csv").write_text("step,loss\n" + "".join(f"{at},{2 / (1 + at):.4f}\n" for at in range(200)))
    (tmp_path / "baseline").mkdir()
    (tmp_path / "baseline" / "log.csv").write_text(
        "epoch,train_loss,val_loss\n" + "".join(f"{at},{1 / (1 + at):.3f},{1 / (1 + at):.3f}\n" for at in range(5))
    )
    assert {curve.place.file for curve in read_run(tmp_path).curves} == {"steps.csv"}
