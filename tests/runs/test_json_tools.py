"""Sacred, AllenNLP and Ludwig: JSON that only one tool writes; and a file for each epoch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mladvisor.errors import ReadError
from mladvisor.runs.read import read_run
from mladvisor.runs.readers.allennlp import ALLENNLP
from mladvisor.runs.readers.base import Candidate, Reader
from mladvisor.runs.readers.epoch_files import EPOCH_FILES
from mladvisor.runs.readers.ludwig import LUDWIG
from mladvisor.runs.readers.sacred import SACRED

from .conftest import Folder


def write(tmp_path: Path, name: str, content: Any) -> Candidate:
    (tmp_path / name).write_text(content if isinstance(content, str) else json.dumps(content, indent=1))
    return Candidate(str(tmp_path / name), name)


def test_sacred(tmp_path: Path) -> None:
    """Steps and values of each metric; NaN unquoted, wrapped numpy scalars, and empty metrics."""
    metrics = {
        "loss": {"steps": [0, 10, 20], "timestamps": ["a", "b", "c"], "values": [0.5, float("nan"), 0.25]},
        "acc": {"steps": [0], "values": [{"dtype": "float64", "py/object": "numpy.float64", "value": 0.5}]},
        "none": {"steps": [], "values": []},
    }
    candidate = write(tmp_path, "metrics.json", metrics)
    assert SACRED.sniff(candidate) == 0.9
    loss, acc = SACRED.read(candidate).curves
    assert loss.x is not None
    assert loss.x.tolist() == [0, 10, 20]
    assert str(loss.y.tolist()) == "[0.5, nan, 0.25]"
    assert acc.y.tolist() == [0.5]
    bad = write(tmp_path, "metrics.json", {"loss": {"steps": [0], "values": [1, 2]}})
    with pytest.raises(ReadError, match="1 steps but 2 values"):
        SACRED.read(bad)


def test_allennlp(tmp_path: Path) -> None:
    """One file is one epoch: training and validation metrics, best-so-far values left out."""
    metrics = {"training_start_epoch": 0, "training_epochs": 3, "epoch": 3, "training_duration": "0:07"}
    metrics |= {"training_loss": 0.5, "validation_loss": 0.6, "best_validation_loss": 0.4, "training_cpu_memory_MB": 9}
    candidate = write(tmp_path, "metrics_epoch_3.json", metrics)
    assert ALLENNLP.sniff(candidate) > 0.9
    found = {curve.name: (curve.x, curve.y) for curve in ALLENNLP.read(candidate).curves}
    assert set(found) == {"training_loss", "validation_loss"}
    assert found["training_loss"][0] == [3]
    assert ALLENNLP.joins


@pytest.mark.parametrize("name", ["metrics_epoch_{}.json", "epoch-{}.json", "eval_step_{}.json"])
def test_a_file_for_each_epoch_or_step(name: str, tmp_path: Path) -> None:
    """Three and more of one name are one log, at the numbers in their names; two are something else."""
    for at in (10, 0, 5):
        content = {"train": {"loss": 0.9 - at / 20, "acc": 0.5}, "val": {"loss": 0.9}, "epoch": at}
        (tmp_path / name.format(at)).write_text(json.dumps(content))
    curves = {curve.name: curve for curve in read_run(tmp_path).curves}
    assert set(curves) == {"train/loss", "train/acc", "val/loss"}
    assert curves["train/loss"].x.tolist() == [0, 5, 10] and curves["train/loss"].y.tolist() == [0.9, 0.65, 0.4]
    (tmp_path / name.format(10)).unlink()
    assert EPOCH_FILES.sniff(Candidate(str(tmp_path / name.format(5)), name.format(5))) == 0


@pytest.mark.parametrize("keys", [("training", "validation", "test"), ("train_stats", "vali_stats", "test_stats")])
def test_ludwig(tmp_path: Path, keys: tuple[str, ...]) -> None:
    """Both spellings of the splits; epochs from 1; Infinity as Python writes it; `[epoch, step, value]` triples."""
    content = {key: {"combined": {"loss": [0.5, float("inf")]}, "y": {"acc": [[0, 1, 0.5]]}} for key in keys}
    candidate = write(tmp_path, "training_statistics.json", {"learning_rate": 0.1, **content})
    assert LUDWIG.sniff(candidate) == 0.9
    reading = LUDWIG.read(candidate)
    assert reading.config == {"learning_rate": 0.1}
    assert [(curve.name, curve.split) for curve in reading.curves][:2] == [
        ("training/combined/loss", "train"),
        ("training/y/acc", "train"),
    ]
    assert reading.curves[0].y.tolist() == [0.5, float("inf")]
    assert reading.curves[1].y.tolist() == [0.5]


OTHERS = [
    '{"loss": [0.5, 0.4], "val_loss": [0.6, 0.5]}',
    '{"log_history": [{"loss": 0.5, "step": 1}], "steps": 10}',
    '{"iteration": 19, "total_loss": 1.2}\n{"iteration": 39, "total_loss": 1.1}\n',
    '{"a": 1, "b": {"steps": [1]}}',
    "[]",
    "",
]


@pytest.mark.parametrize("text", OTHERS)
def test_other_json_is_not_claimed(tmp_path: Path, text: str) -> None:
    """Histories, trainer states and JSON lines are left to their readers."""
    candidate = write(tmp_path, "metrics.json", text)
    assert [reader.sniff(candidate) for reader in (SACRED, ALLENNLP, LUDWIG)] == [0, 0, 0]


_json = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["steps", "values", "training", "combined", "loss", "epoch"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(_json)
@pytest.mark.parametrize("reader", [SACRED, ALLENNLP, LUDWIG])
def test_any_json_gives_a_reading_or_a_read_error(
    tmp_path_factory: pytest.TempPathFactory, reader: Reader, content: Any
) -> None:
    """JSON of any shape under these names never raises anything else."""
    candidate = write(tmp_path_factory.mktemp("json"), "metrics_epoch_1.json", content)
    try:
        reading = reader.read(candidate)
    except ReadError:
        return
    assert all(curve.x is None or len(curve.x) == len(curve.y) for curve in reading.curves)


def test_an_export_of_comet_is_a_run(tmp_path: Path) -> None:
    """Its metrics are records of one value each, as text, under keys in camel case; so are its parameters."""
    records = [
        {"metricName": name, "metricValue": str(value / (step + 1)), "step": 10 * step, "epoch": step}
        for step in range(4)
        for name, value in (("train_loss", 1.0), ("val_loss", 2.0))
    ]
    (tmp_path / "metrics_export.json").write_text(json.dumps({"experimentKey": "8f6b", "metrics": records}))
    settings = {"lr": "0.0025", "hidden_sizes": "[32, 16]", "loss": "MSELoss", "grad_clip": "None"}
    (tmp_path / "parameters.json").write_text(
        json.dumps([{"name": name, "valueCurrent": value, "editable": False} for name, value in settings.items()])
    )
    run = read_run(tmp_path)
    assert {curve.name: curve.y.tolist() for curve in run.curves} == {
        "train_loss": [1.0, 0.5, 1 / 3, 0.25],
        "val_loss": [2.0, 1.0, 2 / 3, 0.5],
    }
    assert {key: one.value for key, one in run.config.items()} == {
        "lr": 0.0025, "hidden_sizes": [32, 16], "loss": "MSELoss", "grad_clip": None,
    }  # fmt: skip


def test_a_class_that_is_called_like_a_split(folder: Folder) -> None:
    """Cityscapes has trains: "IoU.train" of mmsegmentation is of the validation, as that of any class."""
    row = {"mode": "val", "iter": 500, "mIoU": 0.7, "IoU.road": 0.9, "IoU.car": 0.9, "IoU.bus": 0.8, "IoU.train": 0.1}
    lines = [{"mode": "train", "iter": at * 50, "loss": 2 - at / 10} for at in range(1, 9)] + [row]
    run = read_run(folder({"20230101.log.json": "".join(json.dumps(each) + "\n" for each in lines)}))
    told = {curve.name: curve.role.split for curve in run.curves if curve.name.startswith("IoU")}
    assert told == dict.fromkeys(told, "val")
    assert "IoU.train" in told
