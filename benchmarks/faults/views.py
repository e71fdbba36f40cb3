"""What of a history is logged at all: a `View`, the rows that it leaves, and how their numbers are written."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from benchmarks.faults.train import History

CLOCK = 1_700_000_000.0
"""All logs begin at the same second, so that the same training leaves the same bytes."""


class View(NamedTuple):
    """What is logged.

    Attributes:
        every: updates between two step rows; 0 for epoch rows only.
        epochs: epochs between two epoch rows.
        val, metric, lr, gradient: whether these are logged.
    """

    every: int = 0
    epochs: int = 1
    val: bool = True
    metric: bool = True
    lr: bool = False
    gradient: bool = False

    def names(self) -> set[str]:
        """The words in which `traces.Effect.needs` asks."""
        words = {"val": self.val, "metric": self.metric, "steps": self.every > 0, "gradient": self.gradient}
        return {"train"} | {word for word, there in words.items() if there}


Style = np.random.Generator
Row = dict[str, Any]


def epoch_rows(history: History, view: View) -> list[Row]:
    """The epoch rows that are logged, without what only the oracle sees."""
    extra = [f"{split}_{name}" for split in ("train", "val") for name in (history.metric, *history.recipe.metrics)]
    rows = []
    last = len(history.epochs) - 1
    for index, row in enumerate(history.epochs):
        if index % view.epochs and index != last:
            continue
        kept = {"epoch": row["epoch"], "step": row["step"], "train_loss": row["train_loss"]}
        if view.val:
            kept["val_loss"] = row["val_loss"]
        if view.metric:
            kept |= {name: row[name] for name in extra if view.val or name.startswith("train")}
        if view.lr:
            kept["lr"] = row["lr"]
        rows.append(kept)
    return rows


def step_rows(history: History, view: View) -> list[Row]:
    """The step rows that are logged, each the mean loss since the row before, as trainers do."""
    every, steps = max(1, view.every), history.steps
    rows = []
    for end in range(every, len(steps["step"]) + 1, every):
        row: Row = {
            "step": int(steps["step"][end - 1]),
            "epoch": int(steps["epoch"][end - 1]),
            "loss": float(np.mean(steps["loss"][end - every : end])),
        }
        if view.lr:
            row["lr"] = steps["lr"][end - 1]
        if view.gradient:
            row["grad_norm"] = steps["grad_norm"][end - 1]
        rows.append(row)
    return rows


def cell(value: float, digits: int) -> str:
    """A number as trainers write it: fixed digits in the usual range, else seven significant ones."""
    if isinstance(value, int):
        return str(value)
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return f"{value:.{digits}f}" if digits and 1e-3 < abs(value) < 1e6 else f"{value:.7g}"
