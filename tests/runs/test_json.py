"""JSON lines, JSON histories and the Trainer's state."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from mladvisor.errors import ReadError
from mladvisor.runs.primary import metric_name, primary
from mladvisor.runs.read import read_run

from .conftest import Folder


def lines(*records: object) -> str:
    """One JSON value a line."""
    return "".join(json.dumps(record) + "\n" for record in records)


def test_detectron2(folder: Folder) -> None:
    """`total_loss` is the total, its parts are components; AP rows stand in; an AP that is NaN is kept as such."""
    common = {"data_time": 0.1, "eta_seconds": 5, "lr": 0.1}
    text = (
        lines(
            {"iteration": 19, "total_loss": 3.0, "loss_cls": 1.0, "loss_box_reg": 2.0, **common},
            {"iteration": 39, "total_loss": 2.0, "loss_cls": 0.5, "loss_box_reg": 1.5, **common},
        )
        + '{"iteration": 39, "bbox/AP": 12.5, "bbox/APl": NaN}\n'
    )
    run = read_run(folder({"metrics.json": text}))
    train = primary(run, "loss", "train")
    assert run.format == "detectron2"
    assert train is not None
    assert train.name == "total_loss"
    assert list(train.x) == [19, 39]
    assert {c.name for c in run.curves if c.role.component} == {"loss_cls", "loss_box_reg"}
    assert math.isnan(next(c for c in run.curves if c.name == "bbox/APl").y[0])


@pytest.mark.parametrize("kind", ["mmcv", "mmengine"])
def test_openmmlab_validation_counts_otherwise(folder: Folder, kind: str) -> None:
    """Validation rows count epochs, or their own iterations: they are put where the training was."""
    if kind == "mmcv":
        text = "{}\n" + lines(
            *({"mode": "train", "epoch": e, "iter": i, "lr": 0.1, "loss": 1.0 / e} for e in (1, 2) for i in (10, 20)),
            {"mode": "val", "epoch": 2, "iter": 7, "mAP": 0.5},
            *({"mode": "train", "epoch": 3, "iter": i, "lr": 0.1, "loss": 0.2} for i in (10, 20)),
        )
    else:
        text = lines(
            *({"epoch": e, "iter": 20 * e, "step": 20 * e, "lr": 0.1, "loss": 1.0 / e, "data_time": 0} for e in (1, 2)),
            {"coco/mAP": 0.5, "step": 2},
            {"epoch": 3, "iter": 60, "step": 60, "lr": 0.1, "loss": 0.2, "data_time": 0},
        )
    run = read_run(folder({"20230605_200941.json": text}))
    assert run.format == "openmmlab"
    train = primary(run, "loss", "train")
    assert train is not None
    assert train.x[-1] == 60
    metric = primary(run, "metric", "val")
    assert metric is not None
    assert list(metric.x) == [40]
    assert not any("trainings" in note for note in run.notes)


def test_detr(folder: Folder) -> None:
    """`test_loss` is what is watched; of COCO's twelve numbers the first is AP."""
    rows = [
        {"epoch": e, "train_loss": 2.0 - e, "train_loss_ce": 1.0, "test_loss": 3.0 - e, "train_lr": 0.1,
         "n_parameters": 5, "test_coco_eval_bbox": [0.1 * e] * 12}
        for e in range(3)
    ]  # fmt: skip
    run = read_run(folder({"log.txt": lines(*rows)}))
    val = primary(run, "loss", "val")
    assert run.format == "detr"
    assert val is not None
    assert val.name == "test_loss"
    assert metric_name(run) == "map"
    assert [c.name for c in run.having("learning-rate")] == ["train_lr"]


def test_json_lines_torn_and_damaged(folder: Folder) -> None:
    """A line cut off at the end means that the log grows; a damaged line between is left out, with a warning."""
    good = lines(*({"step": i, "loss": 1.0 / (i + 1)} for i in range(5)))
    run = read_run(folder({"log.jsonl": good + "<<<<<<< HEAD\n" + lines({"step": 5, "loss": 0.1}) + '{"step": 6, "lo'}))
    assert run.growing
    assert len(run.curves[0]) == 6
    assert any("left out" in line for line in run.warnings)


def test_json_lines_below_words(folder: Folder) -> None:
    """A script may say something before its first record."""
    records = lines(*({"epoch": e, "loss": 0.9 - e / 10, "val_iou": e / 10} for e in range(5)))
    run = read_run(folder({"metrics.jsonl": "foreground share 0.1842\nparams 7236\n" + records}))
    assert run.format == "jsonl"
    assert metric_name(run) == "iou"
    assert len(run.curves[0]) == 5


def test_modes_name_the_split(folder: Folder) -> None:
    """A key such as `phase` whose value is a split tells train rows from validation rows."""
    text = lines(*({"epoch": e, "phase": p, "loss": 1.0} for e in range(3) for p in ("train", "val")))
    run = read_run(folder({"log.jsonl": text}))
    assert {(c.role.split, len(c)) for c in run.curves} == {("train", 3), ("val", 3)}


@pytest.mark.parametrize("key", ["log", "msg", "message"])
def test_printed_lines_in_records(folder: Folder, key: str) -> None:
    """Docker and structured loggers wrap what was printed into JSON, one object a line."""
    rows = [{"level": "INFO", key: f"epoch {e} train_loss 0.{9 - e} val_loss 0.{9 - e}5\n"} for e in (1, 2, 3, 4)]
    run = read_run(folder({"container.log": lines({"level": "INFO", key: "starting"}, *rows)}))
    assert {(c.role.split, tuple(c.x.tolist()), c.y[0]) for c in run.curves} == {
        ("train", (1, 2, 3, 4), 0.8),
        ("val", (1, 2, 3, 4), 0.85),
    }
    assert run.curves[0].rows is not None
    assert run.curves[0].rows.tolist() == [2, 3, 4, 5]


def test_null_is_what_was_not_logged(folder: Folder) -> None:
    """LLaMA-Factory writes every key at every call: null is no NaN, and a key that never has a number no curve."""
    keys = {"total_steps": 40, "loss": None, "eval_loss": None, "reward": None, "learning_rate": None}
    rows = [
        {"current_steps": s, **keys, "loss": 2.0 - s / 40, "learning_rate": 1e-4, "epoch": 0.1} for s in (10, 20, 30)
    ]
    rows += [{"current_steps": s, **keys, "eval_loss": 1.5} for s in (30, 40)]
    run = read_run(folder({"trainer_log.jsonl": lines(*rows, {"current_steps": 40, **keys})}))
    assert {c.name: c.x.tolist() for c in run.curves if c.name.endswith("loss")} == {
        "loss": [10, 20, 30],
        "eval_loss": [30, 40],
    }
    assert all(np.isfinite(c.y).all() for c in run.curves)
    assert not run.having("reward")


def test_null_to_the_end_is_a_loss_that_was_lost(folder: Folder) -> None:
    """Writers that know no NaN (orjson) put null: with no loss left that has numbers, training has diverged."""
    rows = [{"step": s, "loss": 1.0 if s < 6 else None, "acc": 0.5} for s in range(10)]
    run = read_run(folder({"log.jsonl": lines(*rows)}))
    loss = primary(run, "loss", "train")
    assert loss is not None
    assert np.isnan(loss.y).tolist() == [False] * 6 + [True] * 4


def test_a_log_without_a_suffix(folder: Folder) -> None:
    """Chainer's LogReport writes a list of records into a file that is called `log`."""
    rows = [{"main/loss": 3.0 - e, "validation/main/loss": 3.5 - e, "iteration": 600 * e, "epoch": e} for e in (1, 2)]
    run = read_run(folder({"log": json.dumps(rows, indent=4)}))
    assert {(c.role.split, c.x_unit, len(c)) for c in run.curves} == {("train", "epoch", 2), ("val", "epoch", 2)}


HISTORIES = {
    "lists": {"loss": [3, 2, 1], "val_loss": [3, None, 2], "layers": [64, 32]},
    "nested": {"config": {"lr": 0.1, "hidden": [64, 32]}, "history": {"loss": [3, 2, 1], "val_loss": [3, None, 2]}},
    "pandas": {"loss": {"0": 3, "1": 2, "2": 1}, "val_loss": {"0": 3, "1": None, "2": 2}},
    "records": [{"loss": 3, "val_loss": 3}, {"loss": 2, "val_loss": None}, {"loss": 1, "val_loss": 2}],
    "with epochs": {"epoch": [1, 2, 3], "loss": [3, 2, 1], "val_loss": [3, None, 2]},
}


@pytest.mark.parametrize("shape", list(HISTORIES))
def test_histories_of_every_shape_read_alike(folder: Folder, shape: str) -> None:
    """Dict of lists, nested, pandas' dict of dicts and list of records are one history; null is NaN."""
    run = read_run(folder({"history.json": json.dumps(HISTORIES[shape], indent=1)}))
    train, val = primary(run, "loss", "train"), primary(run, "loss", "val")
    assert train is not None
    assert val is not None
    np.testing.assert_array_equal(train.y, [3, 2, 1])
    np.testing.assert_array_equal(val.y, [3, np.nan, 2])
    assert {c.name for c in run.curves} == {"loss", "val_loss"}
    if shape == "nested":
        assert run.config["lr"].value == 0.1
        assert run.config["hidden"].value == [64, 32]


def test_xgboost_sets(folder: Folder) -> None:
    """Of XGBoost's numbered sets the first is the training set, and that is said."""
    run = read_run(folder({"evals.json": json.dumps({f"validation_{i}": {"rmse": [3, 2, 1 + i]} for i in (0, 1)})}))
    train, val = primary(run, "loss", "train"), primary(run, "loss", "val")
    assert train is not None
    assert val is not None
    assert (train.y[-1], val.y[-1]) == (1, 2)
    assert any("validation_0" in line for line in run.assumed)


@pytest.mark.parametrize(
    "content", [{"accuracy": 0.9, "loss": 0.1}, {"vocabulary": [1, 2, 3]}, {"log_history": []}, [1, 2], "text", {}]
)
def test_json_without_a_curve(folder: Folder, content: object) -> None:
    """Final scores, vocabularies and empty histories are no logs: one clear sentence."""
    with pytest.raises(ReadError):
        read_run(folder({"metrics.json": json.dumps(content)}))


def trainer_state(*rows: dict[str, float], **more: object) -> str:
    """A trainer_state.json as the Trainer writes it."""
    return json.dumps(
        {"best_metric": None, "log_history": list(rows), "max_steps": 30, "num_train_epochs": 2**63 - 1, **more}
    )


def test_trainer_state(folder: Folder) -> None:
    """Steps count, epochs come along; the summary's `train_loss` is no point; the state's settings are kept."""
    stopping = {"EarlyStoppingCallback": {"args": {"early_stopping_patience": 3}}}
    run = read_run(folder({"trainer_state.json": trainer_state(
        {"loss": 2.0, "learning_rate": 0.1, "epoch": 0.5, "step": 10, "grad_norm": 1.0},
        {"eval_loss": 1.9, "eval_accuracy": 0.5, "eval_runtime": 1.0, "epoch": 0.5, "step": 10},
        {"loss": 1.0, "learning_rate": 0.05, "epoch": 1.0, "step": 20, "grad_norm": 1.0},
        {"eval_loss": 1.1, "eval_accuracy": 0.7, "eval_runtime": 1.0, "epoch": 1.0, "step": 20},
        {"train_loss": 1.5, "train_runtime": 9.0, "total_flos": 1.0, "epoch": 1.0, "step": 20},
        train_batch_size=8, stateful_callbacks=stopping,
    )}))  # fmt: skip
    train, val = primary(run, "loss", "train"), primary(run, "loss", "val")
    assert run.format == "hf-trainer"
    assert train is not None
    assert val is not None
    assert (train.name, list(train.x), train.x_unit) == ("loss", [10, 20], "step")
    assert train.epochs is not None
    assert list(train.epochs) == [0.5, 1.0]
    assert list(val.y) == [1.9, 1.1]
    assert run.config["train_batch_size"].value == 8
    assert run.config["early_stopping_patience"].value == 3
    assert "num_train_epochs" not in run.config  # a streamed data set has no number of epochs
    assert not any(c.name == "train_loss" for c in run.curves)


def test_a_history_that_breaks_off_is_read_as_far_as_it_goes(folder: Folder) -> None:
    """The whole rows of a copy that was cut are read, with a warning; of one without any nothing is."""
    text = trainer_state(*({"loss": 2.0 - s / 20, "step": s, "grad_norm": 1.0} for s in range(1, 21)))
    cut = text.index('"step": 15')
    run = read_run(folder({"trainer_state.json": text[:cut]}))
    train = primary(run, "loss", "train")
    assert train is not None and list(train.x) == list(range(1, 15))
    assert run.growing and "only the 14 whole rows" in run.warnings[0]
    with pytest.raises(ReadError, match="not valid JSON"):
        read_run(folder({"trainer_state.json": text[: text.index('"step": 1,')]}))


def test_several_evaluation_sets(folder: Folder) -> None:
    """Without an `eval_loss`, the mean over the evaluation sets is the validation loss."""
    rows = [{"eval_a_loss": 1.0 + s, "eval_b_loss": 3.0 + s, "step": s, "loss": 1.0} for s in (1, 2)]
    val = primary(read_run(folder({"trainer_state.json": trainer_state(*rows)})), "loss", "val")
    assert val is not None
    assert list(val.y) == [3.0, 4.0]
