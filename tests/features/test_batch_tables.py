"""Tables with a row for each batch, as people write them: log and statistics of the inputs in one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.batch_columns import is_batch_table
from mladvisor.runs.read import read_run


def _table(names: str, *, spoilt: tuple[int, ...] = (), seed: int = 1) -> str:
    """Three epochs of 20 batches: loss, mean, standard deviation and largest value of the inputs."""
    rng = np.random.default_rng(seed)
    lines = [names]
    for epoch in range(3):
        for batch in range(20):
            scale = 200.0 if batch in spoilt else 1.0
            mean, largest = 0.3 + rng.normal(0, 0.01), rng.choice([1.0, 1.0, 0.97])
            loss = 2.0 / (epoch + 1) + rng.normal(0, 0.02) + 0.02 * (scale - 1)
            lines.append(f"{epoch},{batch},{loss:.4f},{scale * mean:.4f},{scale * 0.2:.4f},{scale * largest:.4f}")
    return "\n".join(lines) + "\n"


NAMES = ["epoch,batch,loss,x_mean,x_std,x_max", "epoch,batch_idx,train_loss,pixel_mean,pixel_std,pixel_max"]


@pytest.mark.parametrize("names", NAMES)
def test_spoilt_batches_are_found_by_their_inputs(tmp_path: Path, names: str) -> None:
    (tmp_path / "batch_stats.csv").write_text(_table(names, spoilt=(7, 13)))
    m = Measures(read_run(tmp_path))
    distance = m["batch.input_distance"]
    assert isinstance(distance, dict)
    assert {name.partition(", ")[2] for name in distance} == {"batch 7", "batch 13"}
    assert m.run.having("loss")  # it is the log as well


def test_the_largest_input_alone_counts_by_its_level(tmp_path: Path) -> None:
    """Of pixels it is 1 in nearly every batch: 0.97 is no outlier, 200 is."""
    for spoilt, far in (((7,), True), ((), False)):
        text = _table("epoch,batch,loss,a,b,x_max", spoilt=spoilt)
        (tmp_path / "batches_seen.csv").write_text(text)
        distance = Measures(read_run(tmp_path))["batch.input_distance"]
        assert isinstance(distance, dict)
        assert (max(float(each.value or 0) for each in distance.values()) > 100) == far


@pytest.mark.parametrize(
    "names",
    ["epoch,step,loss,lr,grad_norm,time", "epoch,loss,x_mean,x_std,a,b", "x_mean,x_std,label", "batch_size,x_mean,lr"],
)
def test_other_tables_are_none(names: str) -> None:
    assert not is_batch_table(names.split(","))


@pytest.mark.parametrize("ordered", [True, False])
def test_rows_of_each_class_by_batch(tmp_path: Path, ordered: bool) -> None:
    """Counted by batch, classes tell whether the rows are mixed; they are no labels that were given twice."""
    rng = np.random.default_rng(4)
    lines = ["batch,class_0,class_1,class_2"]
    for batch in range(45):
        counts = [32 * (batch // 15 == of) for of in range(3)] if ordered else rng.multinomial(32, [1 / 3] * 3).tolist()
        lines.append(",".join(map(str, (batch, *counts))))
    (tmp_path / "metrics.csv").write_text("epoch,loss,val_loss\n1,2,2\n2,1,1.1\n3,0.8,0.9\n")
    (tmp_path / "batch_labels.csv").write_text("\n".join(lines) + "\n")
    m = Measures(read_run(tmp_path))
    assert "label_audit" not in m.run.files
    value = m.value("batches.label_between")
    assert isinstance(value, float)
    assert (value > 0.9) == ordered


@pytest.mark.parametrize("ordered", [True, False])
def test_numbers_and_numbered_classes_by_batch(tmp_path: Path, ordered: bool) -> None:
    """The mean of the target by batch tells the same of a number; classes may be counted as "n_0, n_1" alone."""
    rng = np.random.default_rng(5)
    values = rng.normal(300, 60, 640)
    values = np.sort(values) if ordered else values
    (tmp_path / "metrics.csv").write_text("epoch,loss,val_loss\n1,2,2\n2,1,1.1\n3,0.8,0.9\n")
    lines = [f"{n},32,{part.mean():.3f},{part.std():.3f}" for n, part in enumerate(values.reshape(20, 32))]
    (tmp_path / "batches.csv").write_text("batch,rows,target_mean,target_std\n" + "\n".join(lines) + "\n")
    m = Measures(read_run(tmp_path))
    assert m.value("batches.label_between") is None
    value = m.value("batches.target_between")
    assert isinstance(value, float)
    assert (value > 0.9) == ordered
    assert (value < 0.05) == (not ordered)
    assert is_batch_table(["batch", "n_0", "n_1", "n_2"])
    assert not is_batch_table(["batch", "n_0", "n_1", "loss_x"])


def test_the_largest_input_of_the_farthest_batch(tmp_path: Path) -> None:
    (tmp_path / "batch_stats.csv").write_text(_table("epoch,batch,loss,x_mean,x_std,x_abs_max", spoilt=(7,)))
    assert Measures(read_run(tmp_path))["batches.largest_top"].value == pytest.approx(2.3, abs=0.05)


@pytest.mark.parametrize("mixed", [False, True])
def test_the_least_and_largest_label_of_each_batch(tmp_path: Path, mixed: bool) -> None:
    """Of a sorted file both are the same, or neighbours; of mixed batches they are those of all classes every time."""
    ends = [(0, 9)] * 34 if mixed else [(at * 10 // 34, min(9, (at * 10 + 7) // 34)) for at in range(34)]
    rows = "".join(f"{at},{low},{high}\n" for at, (low, high) in enumerate(ends))
    (tmp_path / "log.csv").write_text("epoch,loss,val_loss\n0,2.3,2.3\n1,2.2,2.3\n2,2.1,2.3\n")
    (tmp_path / "config.yaml").write_text("batch_size: 32\n")
    (tmp_path / "batches.csv").write_text("batch,label_min,label_max\n" + rows)
    value = Measures(read_run(tmp_path)).value("batches.label_between")
    assert value == 0.0 if mixed else value > 0.8


@pytest.mark.parametrize("name", ["px_mean", "input_mean", "x_mean"])
def test_a_log_of_steps_tells_what_they_were_fed(tmp_path: Path, name: str) -> None:
    """Where no table of batches lies beside it: `{"step": 6, "loss": 1.98, "px_mean": 9.0}`."""
    rng = np.random.default_rng(3)
    for spoilt, far in ((True, True), (False, False)):
        rows = [
            {"epoch": at // 20, "step": at + 1, "loss": 2.0 - at / 50 + rng.normal(0, 0.02), "lr": 0.1,
             name: 9.0 if spoilt and at % 20 == 5 else 0.3 + rng.normal(0, 0.01)}
            for at in range(60)
        ]  # fmt: skip
        (tmp_path / "log.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
        distance = Measures(read_run(tmp_path))["batch.input_distance"]
        assert isinstance(distance, dict)
        assert (max(float(each.value or 0) for each in distance.values()) > 100) == far
        if far:
            assert set(distance) == {f"epoch {epoch}, batch 5" for epoch in range(3)}
            assert {each.where.rows for each in distance.values() if each.where} == {(6, 6), (26, 26), (46, 46)}


def test_a_mean_told_once_an_epoch_is_of_no_batch(tmp_path: Path) -> None:
    rows = [
        {"epoch": at, "step": 20 * at, "loss": 2.0 - at / 50, "x_mean": 9.0 if at == 5 else 0.3} for at in range(30)
    ]
    (tmp_path / "log.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    assert not isinstance(Measures(read_run(tmp_path))["batch.input_distance"], dict)


@pytest.mark.parametrize(
    "ends",
    [
        [(at * 7 % 30, 40 + at * 11 % 40) for at in range(34)],  # a batch holds many of eighty labels
        [(0, at % 2) for at in range(34)],  # a rare label that not each batch holds
        [(0, 20 + at * 13 % 40) for at in range(34)],  # counts, of which the least is always there
    ],
)
def test_ends_that_differ_by_chance_tell_nothing(tmp_path: Path, ends: list[tuple[int, int]]) -> None:
    rows = "".join(f"{at},{low},{high}\n" for at, (low, high) in enumerate(ends))
    (tmp_path / "log.csv").write_text("epoch,loss,val_loss\n0,2.3,2.3\n1,2.2,2.3\n2,2.1,2.3\n")
    (tmp_path / "config.yaml").write_text("batch_size: 32\n")
    (tmp_path / "batches.csv").write_text("batch,label_min,label_max\n" + rows)
    assert Measures(read_run(tmp_path)).value("batches.label_between") is None
