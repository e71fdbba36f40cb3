"""Gradient boosting, stage by stage, as a history with one row per boosting round."""

from __future__ import annotations

import math

import numpy as np
from benchmarks.faults import tasks
from benchmarks.faults.objective import measures
from benchmarks.faults.recipe import Recipe
from benchmarks.faults.train import History


def _losses(raw: np.ndarray, y: np.ndarray, task: str) -> tuple[float, np.ndarray]:
    """Loss and scores of raw predictions: mean squared error, or the log loss."""
    if task == "regression":
        return float(((raw[:, 0] - y) ** 2).mean()), raw[:, 0]
    if raw.shape[1] == 1:
        margin = np.where(y == 1, raw[:, 0], -raw[:, 0])
        return float(np.logaddexp(0, -margin).mean()), 1 / (1 + np.exp(-raw[:, 0]))
    top = raw.max(axis=1, keepdims=True)
    logs = raw - top - np.log(np.exp(raw - top).sum(axis=1, keepdims=True))
    return float(-logs[np.arange(len(y)), y].mean()), logs


def boost(recipe: Recipe, data: tasks.Data) -> History:
    """Fit `recipe.epochs` stages of trees of depth `recipe.hidden[0]` and replay them on every split."""
    from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor

    regression = data.task == "regression"
    kind = GradientBoostingRegressor if regression else GradientBoostingClassifier
    model = kind(
        learning_rate=recipe.lr,
        n_estimators=recipe.epochs,
        max_depth=recipe.hidden[0],
        subsample=float(recipe.option("subsample", 1.0)),
        min_samples_leaf=int(recipe.option("min_samples_leaf", 1)),
        random_state=recipe.seed,
    )
    model.fit(data.x["train"], data.y["train"])
    history = History(recipe, data.task, "r2" if regression else "accuracy")
    history.facts = {
        "train_rows": len(data.y["train"]),
        "val_rows": len(data.y["val"]),
        "features": data.x["train"].shape[1],
        "classes": data.classes,
        "loss": "mse" if regression else "logloss",
    }
    staged = model.staged_predict if regression else model.staged_decision_function
    stages = {split: list(staged(data.x[split])) for split in ("train", "val", "test")}
    history.data = data
    best, since = math.inf, 0
    for round_ in range(recipe.epochs):
        row: dict[str, float] = {"epoch": round_ + 1, "step": round_ + 1, "lr": recipe.lr}
        for split, raws in stages.items():
            raw = raws[round_] if raws[round_].ndim == 2 else raws[round_][:, None]
            y = data.y[split]
            row[f"{split}_loss"], scores = _losses(raw, y, data.task)
            found = measures(scores, y, data.task, recipe.threshold, recipe.metrics)
            row |= {f"{split}_{name}": value for name, value in found.items()}
            history.scores[split] = scores
        if recipe.option("business", ""):
            history.course.append(history.scores["test"])
        history.epochs.append(row)
        if recipe.patience is not None:
            best, since = (row["val_loss"], 0) if row["val_loss"] < best - 1e-4 else (best, since + 1)
            if since >= recipe.patience:
                break
    return history
