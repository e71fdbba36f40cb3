"""Logs as the field's trainers leave them, one function per logger: the same history in many clothes.

`View` says what of a history is logged at all; every logger writes what it can of that view. Column names, number
formats and layouts are drawn from the spellings met in public repositories.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from benchmarks.faults.tfevents import write_events
from benchmarks.faults.train import History
from benchmarks.faults.views import CLOCK, Row, Style, View, cell, epoch_rows, step_rows


def _table(path: Path, rows: Iterable[Row], columns: list[str], style: Style, separator: str = ",") -> None:
    digits = int(style.choice([0, 0, 4, 6]))
    lines = [separator.join(columns)]
    lines += [separator.join("" if row.get(c) is None else cell(row[c], digits) for c in columns) for row in rows]
    path.write_text("\n".join(lines) + "\n")


_CSV_SPELLINGS: tuple[dict[str, str], ...] = (
    {},
    {"train_loss": "train/loss", "val_loss": "val/loss", "lr": "learning_rate", "train_": "train/", "val_": "val/"},
    {"train_loss": "loss", "val_loss": "val_loss", "train_": "", "val_": "val_"},
    {
        "epoch": "Epoch",
        "train_loss": "Train Loss",
        "val_loss": "Val Loss",
        "lr": "LR",
        "train_": "Train ",
        "val_": "Val ",
    },
    {"train_loss": "training_loss", "val_loss": "validation_loss", "train_": "training_", "val_": "validation_"},
    {"train_loss": "TrainLoss", "val_loss": "ValidLoss", "epoch": "epoch", "train_": "Train_", "val_": "Valid_"},
    {"train_loss": "loss_train", "val_loss": "loss_eval", "train_": "train_", "val_": "eval_"},
)


def _spell(row: Row, spelling: dict[str, str]) -> Row:
    spelt = {}
    for key, value in row.items():
        name = spelling.get(key)
        if name is None:
            name = key
            for prefix in ("train_", "val_"):
                if key.startswith(prefix):
                    name = spelling.get(prefix, prefix) + key[len(prefix) :]
        spelt[name] = value
    return spelt


def csv(folder: Path, history: History, view: View, style: Style) -> None:
    """A hand-written table: one row per epoch, or per logged step with validation where an epoch ends."""
    spelling = _CSV_SPELLINGS[int(style.integers(len(_CSV_SPELLINGS)))]
    separator = str(style.choice([",", ",", ",", ";", "\t"]))
    name = str(style.choice(["log.csv", "history.csv", "metrics.csv", "results.csv", "training_log.csv"]))
    if view.every:
        ends = {int(row["step"]): row for row in epoch_rows(history, view)}
        rows = [
            _spell(
                {
                    "step": row["step"],
                    "epoch": row["epoch"],
                    "train_loss": row["loss"],
                    **{k: v for k, v in row.items() if k in ("lr", "grad_norm")},
                    **{k: v for k, v in _nearest(ends, row["step"], view.every).items() if k.startswith("val_")},
                },
                spelling,
            )
            for row in step_rows(history, view)
        ]
    else:
        rows = [
            _spell({key: value for key, value in row.items() if key != "step"}, spelling)
            for row in epoch_rows(history, view)
        ]
    columns = list(dict.fromkeys(column for row in rows for column in row))
    _table(folder / name, rows, columns, style, separator)


def _nearest(ends: dict[int, Row], step: int, every: int) -> Row:
    """The epoch that ended since the row before, if one did."""
    return next((ends[s] for s in range(step, step - every, -1) if s in ends), {})


def lightning(folder: Path, history: History, view: View, style: Style) -> None:
    """Lightning's CSVLogger: train and validation on rows of their own, steps from 0, blanks between."""
    metric = {"accuracy": "acc"}.get(history.metric, history.metric) if style.random() < 0.5 else history.metric
    train = str(style.choice(["train_loss", "train_loss_step", "train/loss"])) if view.every else "train_loss"
    joint = "/" if "/" in train else "_"
    rows: list[Row] = []
    for row in step_rows(history, view) if view.every else []:
        out: Row = {"epoch": row["epoch"] - 1, "step": row["step"] - 1, train: row["loss"]}
        rows.append(out | {"lr-Adam": row.get("lr"), "grad_norm": row.get("grad_norm")})
    for row in epoch_rows(history, view):
        at = {"epoch": int(row["epoch"]) - 1, "step": int(row["step"]) - 1}
        if view.val:
            rows.append(
                at
                | {
                    f"val{joint}{key[4:].replace(history.metric, metric)}": row[key]
                    for key in row
                    if key.startswith("val_")
                }
            )
        if not view.every or train.endswith("_step"):
            name = "train_loss_epoch" if view.every else train
            more = {
                f"train{joint}{key[6:].replace(history.metric, metric)}": row[key]
                for key in row
                if key.startswith("train_") and key != "train_loss"
            }
            rows.append(at | {name: row["train_loss"]} | more | ({} if view.every else {"lr-Adam": row.get("lr")}))
    rows.sort(key=lambda row: row["step"])
    columns = [c for c in dict.fromkeys(c for row in rows for c in row) if any(row.get(c) is not None for row in rows)]
    if style.random() < 0.3:
        columns.sort()
    _table(folder / "metrics.csv", rows, columns, style)


def keras(folder: Path, history: History, view: View, style: Style) -> None:
    """Keras's CSVLogger: epoch from 0, then sorted names, bare names for training."""
    rate = str(style.choice(["lr", "learning_rate"]))
    rows = []
    for row in epoch_rows(history, view):
        bare = {key.removeprefix("train_"): value for key, value in row.items() if key not in ("step", "lr")}
        if "lr" in row:
            bare[rate] = row["lr"]
        rows.append(bare | {"epoch": int(row["epoch"]) - 1})
    columns = ["epoch", *sorted(key for key in rows[0] if key != "epoch")]
    name = str(style.choice(["training_log.csv", "log.csv", "training.csv", "history.log"]))
    _table(folder / name, rows, columns, style, str(style.choice([",", ",", ";"])))


def _json_number(value: float, digits: int = 4) -> float | None:
    return round(float(value), digits) if math.isfinite(value) else value


def huggingface(folder: Path, history: History, view: View, style: Style) -> None:
    """trainer_state.json: training rows every logging_steps, evaluation rows after each epoch, one summary."""
    per_epoch = max(1.0, history.epochs[0]["step"])
    entries: list[Row] = []
    for row in step_rows(history, view._replace(every=view.every or int(per_epoch))):
        entry: Row = {
            "epoch": round(row["step"] / per_epoch, 2),
            "step": row["step"],
            "loss": _json_number(row["loss"]),
        }
        if view.gradient:
            entry["grad_norm"] = row["grad_norm"]
        entries.append(entry | {"learning_rate": row.get("lr", history.recipe.lr)})
    for row in epoch_rows(history, view):
        if view.val:
            entry = {f"eval_{key[4:]}": row[key] for key in row if key.startswith("val_")}
            clock = {"eval_runtime": 0.4121, "eval_samples_per_second": 727.9, "eval_steps_per_second": 24.3}
            entries.append(entry | clock | {"epoch": float(row["epoch"]), "step": int(row["step"])})
    entries.sort(key=lambda entry: (entry["step"], "eval_loss" in entry))
    last = history.epochs[-1]
    mean = float(np.mean(history.steps["loss"]))
    entries.append(
        {
            "epoch": float(last["epoch"]),
            "step": int(last["step"]),
            "total_flos": 81230412.0,
            "train_loss": mean,
            "train_runtime": 12.31,
            "train_samples_per_second": 810.2,
            "train_steps_per_second": 25.3,
        }
    )
    state = {
        "best_metric": None,
        "best_model_checkpoint": None,
        "epoch": float(last["epoch"]),
        "eval_steps": int(per_epoch),
        "global_step": int(last["step"]),
        "is_hyper_param_search": False,
        "is_local_process_zero": True,
        "is_world_process_zero": True,
        "log_history": entries,
        "logging_steps": view.every or int(per_epoch),
        "max_steps": int(per_epoch * history.recipe.epochs),
        "num_train_epochs": history.recipe.epochs,
        "save_steps": 500,
        "train_batch_size": history.recipe.batch,
        "trial_name": None,
        "trial_params": None,
    }
    (folder / "trainer_state.json").write_text(json.dumps(state, indent=2) + "\n")


def tensorboard(folder: Path, history: History, view: View, style: Style) -> None:
    """Event files: torch's SummaryWriter (one file), or Keras's (train/ and validation/, tensors)."""
    name = f"events.out.tfevents.{CLOCK:.0f}.trainer.42.0"
    if style.random() < 0.3 and not view.every:
        for part, split in (("train", "train_"), ("validation", "val_")):
            points = [
                (f"epoch_{key[len(split) :]}", int(row["epoch"]) - 1, row[key])
                for row in epoch_rows(history, view)
                for key in row
                if key.startswith(split)
            ]
            if points:
                write_events(folder / part / f"{name}.v2", points, start=CLOCK, tensors=True)
        return
    points = []
    slash = style.random() < 0.5
    for row in step_rows(history, view) if view.every else []:
        points.append(("train/loss" if slash else "Loss/train", row["step"], row["loss"]))
        points += [(f"train/{key}", row["step"], row[key]) for key in ("lr", "grad_norm") if key in row]
    for row in epoch_rows(history, view):
        at = int(row["step"] if view.every else row["epoch"])
        for key, value in row.items():
            split, _, quantity = key.partition("_")
            if split not in ("train", "val") or (view.every and key == "train_loss"):
                continue
            points.append((f"{split}/{quantity}" if slash else f"{quantity.capitalize()}/{split}", at, value))
    points.sort(key=lambda point: point[1])
    write_events(folder / name, points, start=CLOCK)


def jsonl(folder: Path, history: History, view: View, style: Style) -> None:
    """One JSON object a line: steps and epochs, or epochs alone."""
    slash = "/" if style.random() < 0.4 else "_"
    lines = []
    if view.every:
        for row in step_rows(history, view):
            kept = {"step": row["step"], "epoch": row["epoch"], f"train{slash}loss": row["loss"]}
            kept |= {key: row[key] for key in ("lr", "grad_norm") if key in row}
            lines.append((row["step"], kept))
    for row in epoch_rows(history, view):
        kept = {
            key.replace("_", slash, 1) if key.startswith(("train_", "val_")) else key: value
            for key, value in row.items()
        }
        if view.every:
            kept.pop(f"train{slash}loss")
        if len(kept) > 2:
            lines.append((row["step"], {key: int(v) if key in ("epoch", "step") else v for key, v in kept.items()}))
    lines.sort(key=lambda line: line[0])
    name = str(style.choice(["metrics.jsonl", "log.jsonl", "log.txt", "train_log.json"]))
    (folder / name).write_text("".join(json.dumps(line) + "\n" for _, line in lines))


def history_json(folder: Path, history: History, view: View, style: Style) -> None:
    """A dict of lists, as `json.dump(model.fit(...).history)` leaves it; non-finite values as NaN or null."""
    rows = epoch_rows(history, view)
    bare = style.random() < 0.6
    null = style.random() < 0.5
    columns = {
        key.removeprefix("train_") if bare else key: [
            None if null and not math.isfinite(row[key]) else row[key] for row in rows
        ]
        for key in rows[0]
        if key not in ("epoch", "step")
    }
    (folder / str(style.choice(["history.json", "train_history.json"]))).write_text(json.dumps(columns))


def text(folder: Path, history: History, view: View, style: Style) -> None:
    """What was printed: one of several hands' ways to print an epoch or a step, with some chatter before."""
    kind, epochs = int(style.integers(5)), history.recipe.epochs
    lines = [
        "Loading data ...",
        f"{history.facts['train_rows']} training examples, {history.facts['val_rows']} validation examples",
    ]
    metric = history.metric
    shown = "acc" if metric == "accuracy" else "R2"
    ends = {int(row["step"]): row for row in epoch_rows(history, view)}
    per_epoch = int(history.epochs[0]["step"])
    if view.every:
        steps = step_rows(history, view)
        for row in steps:
            lr = f", lr {row['lr']:.2e}" if "lr" in row else ""
            norm = f", grad norm {row['grad_norm']:.3f}" if "grad_norm" in row else ""
            if kind % 2:
                lines.append(f"epoch {row['epoch']} step {row['step']}: loss {cell(row['loss'], 4)}{lr}{norm}")
            else:
                within = (row["step"] - 1) % per_epoch + 1
                place = f"Epoch [{row['epoch']}/{epochs}], Step [{within}/{per_epoch}]"
                lines.append(f"{place}, Loss: {cell(row['loss'], 4)}{lr}{norm}")
            end = _nearest(ends, row["step"], view.every)
            if end and view.val:
                m = f", val {shown} {cell(end['val_' + metric], 4)}" if view.metric else ""
                lines.append(f"epoch {int(end['epoch'])}: val loss {cell(end['val_loss'], 4)}{m}")
    else:
        for row in ends.values():
            e, loss = int(row["epoch"]), cell(row["train_loss"], 4)
            val = cell(row["val_loss"], 4) if view.val else ""
            score = cell(row["val_" + metric], 4) if view.val and view.metric else ""
            lr = f"{row['lr']:.3e}" if "lr" in row else ""
            lines.append(
                (
                    f"Epoch {e}/{epochs} - Train Loss: {loss}"
                    + f", Val Loss: {val}" * bool(val)
                    + f", Val {shown}: {score}" * bool(score),
                    f"Epoch [{e}/{epochs}], Train Loss: {loss}"
                    + f", Val Loss: {val}" * bool(val)
                    + f", Val {metric.capitalize()}: {score}" * bool(score)
                    + f", lr: {lr}" * bool(lr),
                    f"2024-03-02 10:{e // 60 % 60:02d}:{e % 60:02d},512 - INFO - epoch: {e} | train_loss: {loss}"
                    + f" | val_loss: {val}" * bool(val)
                    + f" | val_{metric}: {score}" * bool(score),
                    f">>> Ep {e}: loss={loss}" + f" val_loss={val}" * bool(val) + f" {metric}={score}" * bool(score),
                    f"[{e:03d}] train loss {loss}"
                    + f"  valid loss {val}" * bool(val)
                    + f"  {shown} {score}" * bool(score),
                )[kind]
            )
    lines.append("Training finished.")
    name = str(style.choice(["train.log", "training.log", "output.txt", "log.txt"]))
    (folder / name).write_text("\n".join(lines) + "\n")


def mlflow(folder: Path, history: History, view: View, style: Style) -> None:
    """One run of MLflow's file store: a file per metric, `timestamp value step` on each line.

    Half of them are the run's own folder, half a project's with `mlruns/<experiment>/<run>/` in it.
    """
    run = f"{style.integers(1 << 60):015x}" + "ab12" * 4 + "c"
    if style.random() < 0.5:
        folder = folder / "mlruns" / "0" / run
        folder.mkdir(parents=True)
        (folder.parent / "meta.yaml").write_text(
            "artifact_location: mlruns/0\nexperiment_id: '0'\nlifecycle_stage: active\nname: Default\n"
        )
    metrics = folder / "metrics"
    metrics.mkdir()
    series: dict[str, list[str]] = {}
    for row in step_rows(history, view) if view.every else []:
        for key in ("loss", "lr", "grad_norm"):
            if key in row:
                name = "train_loss" if key == "loss" else key
                series.setdefault(name, []).append(f"{(CLOCK + row['step']) * 1000:.0f} {row[key]!r} {row['step']}")
    for row in epoch_rows(history, view):
        at = int(row["step"] if view.every else row["epoch"])
        for key, value in row.items():
            if key not in ("epoch", "step", "lr") and not (view.every and key == "train_loss"):
                series.setdefault(key, []).append(f"{(CLOCK + at) * 1000:.0f} {value!r} {at}")
    for name, lines in series.items():
        (metrics / name).write_text("\n".join(lines) + "\n")
    clock = int(CLOCK * 1000)
    (folder / "meta.yaml").write_text(
        f"end_time: {clock + 60000}\nentry_point_name: ''\nexperiment_id: '0'\nlifecycle_stage: active\n"
        f"run_id: {run}\nrun_name: {history.recipe.data}-{history.recipe.family}\nsource_type: 4\n"
        f"start_time: {clock}\nstatus: 3\ntags: []\n"
    )


LOGGERS: dict[str, Callable[[Path, History, View, Style], None]] = {
    "csv": csv,
    "lightning": lightning,
    "keras": keras,
    "huggingface": huggingface,
    "tensorboard": tensorboard,
    "jsonl": jsonl,
    "history-json": history_json,
    "text": text,
    "mlflow": mlflow,
}
EPOCHS_ONLY = ("keras", "history-json")


def usual_config(logger: str) -> str:
    """The name that this logger's own configuration file has; "" where habits differ."""
    return {"lightning": "hparams.yaml", "mlflow": "params/"}.get(logger, "")
