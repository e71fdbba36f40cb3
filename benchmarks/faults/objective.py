"""What is minimised and what is measured: the loss that fits a task, those that do not, and the metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from benchmarks.faults.recipe import Recipe
from torch.nn import functional

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


class Objective(NamedTuple):
    """A loss over raw outputs and targets, the number of output units, and the scores that metrics are made of.

    `scores` gives the predicted value (regression), the probability of class 1 (binary) or one score per class.
    `name` is how a configuration would call the loss.
    """

    loss: Loss
    outputs: int
    scores: Callable[[torch.Tensor], torch.Tensor]
    name: str


def objective(recipe: Recipe, task: str, classes: int) -> Objective:
    """The objective of a recipe, wrapped in whatever the loop does wrong."""
    made = {"regression": _regression, "binary": _binary}.get(task, _multiclass)(recipe, classes)
    if "division" in recipe.loop:
        return made._replace(loss=_mean_of_hard(recipe, task))
    if "auxiliary" in recipe.loop:
        return made._replace(loss=_drowned(made.loss), name=made.name + "_plus_reconstruction")
    return made


def _regression(recipe: Recipe, classes: int) -> Objective:
    squash: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
        "sigmoid": torch.sigmoid,
        "relu": torch.relu,
        "tanh": torch.tanh,
        "softmax": lambda z: torch.softmax(z, dim=1),
    }
    out = squash.get(recipe.output, lambda z: z)
    if recipe.loss == "gaussian-nll":

        def nll(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
            width = z[:, 1].clamp(-6, 6)
            return (0.5 * width + 0.5 * (y - z[:, 0]) ** 2 * torch.exp(-width)).mean()

        return Objective(nll, 2, lambda z: z[:, 0], "gaussian_nll")
    loss = {"mae": functional.l1_loss, "huber": functional.smooth_l1_loss}.get(recipe.loss, functional.mse_loss)
    name = {"mae": "mae", "huber": "huber"}.get(recipe.loss, "mse")
    return Objective(lambda z, y: loss(out(z)[:, 0], y), 1, lambda z: out(z)[:, 0], name)


def _binary(recipe: Recipe, classes: int) -> Objective:
    weight = torch.tensor(recipe.positive_weight)
    if recipe.loss == "mse":
        return Objective(
            lambda z, y: functional.mse_loss(torch.relu(z[:, 0]), y.float()), 1, lambda z: z[:, 0].clamp(0, 1), "mse"
        )
    if recipe.loss == "nll-of-logits":
        return _multiclass(recipe, 2)._replace(scores=lambda z: torch.softmax(z, dim=1)[:, 1])
    if recipe.output == "softmax":
        return Objective(
            lambda z, y: functional.binary_cross_entropy(
                torch.softmax(z, dim=1)[:, 0].clamp(1e-7, 1 - 1e-7), y.float()
            ),
            1,
            lambda z: torch.softmax(z, dim=1)[:, 0],
            "binary_crossentropy",
        )
    if recipe.output == "twice":
        return Objective(
            lambda z, y: functional.binary_cross_entropy_with_logits(torch.sigmoid(z[:, 0]), y.float()),
            1,
            lambda z: torch.sigmoid(torch.sigmoid(z[:, 0])),
            "bce_with_logits",
        )
    if "naive-log" in recipe.loop:

        def naive(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
            p = _rounded(torch.sigmoid(z[:, 0]), float(recipe.option("bits", 9)))
            return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()

        return Objective(naive, 1, lambda z: torch.sigmoid(z[:, 0]), "custom_bce")

    def bce(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return functional.binary_cross_entropy_with_logits(z[:, 0], y.float(), pos_weight=weight)

    return Objective(bce, 1, lambda z: torch.sigmoid(z[:, 0]), "bce_with_logits")


def _multiclass(recipe: Recipe, classes: int) -> Objective:
    if recipe.loss == "mse":  # the class number as if it were a quantity
        return Objective(
            lambda z, y: functional.mse_loss(z[:, 0], y.float()),
            1,
            lambda z: -((z - torch.arange(classes, dtype=torch.float32)) ** 2),
            "mse",
        )
    if recipe.loss == "binary":  # one unit, class numbers fed as if they were 0 or 1: unbounded below
        return Objective(
            lambda z, y: functional.binary_cross_entropy_with_logits(z[:, 0], y.float()),
            1,
            lambda z: -((torch.sigmoid(z) - torch.arange(classes, dtype=torch.float32)) ** 2),
            "bce_with_logits",
        )
    if recipe.loss == "nll-of-logits":  # log-probabilities expected, logits given: unbounded below
        return Objective(functional.nll_loss, classes, lambda z: z, "nll_loss")
    if recipe.output == "twice":
        return Objective(
            lambda z, y: functional.cross_entropy(torch.softmax(z, dim=1), y), classes, lambda z: z, "cross_entropy"
        )
    if recipe.output == "relu":
        return Objective(lambda z, y: functional.cross_entropy(torch.relu(z), y), classes, torch.relu, "cross_entropy")
    if "naive-log" in recipe.loop:

        def naive(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
            p = _rounded(torch.softmax(z, dim=1), float(recipe.option("bits", 9)))
            return -(functional.one_hot(y, classes) * torch.log(p)).sum(dim=1).mean()

        return Objective(naive, classes, lambda z: z, "custom_cross_entropy")
    smoothing = recipe.label_smoothing
    return Objective(
        lambda z, y: functional.cross_entropy(z, y, label_smoothing=smoothing), classes, lambda z: z, "cross_entropy"
    )


def _rounded(p: torch.Tensor, bits: float) -> torch.Tensor:
    """Probabilities kept in low precision, as half-precision losses do; the gradient passes straight through."""
    step = 2.0**-bits
    return p + ((p / step).round() * step - p).detach()


def _mean_of_hard(recipe: Recipe, task: str) -> Loss:
    """The mean over the examples that are still hard: a division by zero in the first batch that has none."""
    limit = float(recipe.option("hard", 0.05))

    def loss(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        if task == "regression":
            each = (z[:, 0] - y) ** 2
        elif task == "binary":
            each = functional.binary_cross_entropy_with_logits(z[:, 0], y.float(), reduction="none")
        else:
            each = functional.cross_entropy(z, y, reduction="none")
        hard = (each.detach() > limit).float()
        return (each * hard).sum() / hard.sum()

    return loss


def _drowned(loss: Loss) -> Loss:
    """A second term a hundred times as large pulls the outputs to a constant: the sum falls, the task does not."""
    return lambda z, y: 0.02 * loss(z, y) + ((z - 1.5) ** 2).mean()


def measures(
    scores: np.ndarray, y: np.ndarray, task: str, threshold: float, wanted: tuple[str, ...]
) -> dict[str, float]:
    """Metrics of one split by name: accuracy (classes) or r2 (regression), and those that are wanted."""
    if not np.all(np.isfinite(scores)):
        return dict.fromkeys(("r2",) if task == "regression" else ("accuracy", *wanted), float("nan"))
    if task == "regression":
        y, scores = y.astype(np.float64), scores.astype(np.float64)
        spread = float(((y - y.mean()) ** 2).sum()) or 1.0
        return {"r2": 1 - float(((y - scores) ** 2).sum()) / spread}
    if task != "binary":
        return {"accuracy": float((scores.argmax(axis=1) == y).mean())}
    said, true = scores >= threshold, y == 1
    hits = float((said & true).sum())
    precision, recall = hits / max(1.0, float(said.sum())), hits / max(1.0, float(true.sum()))
    values = {
        "accuracy": float((said == true).mean()),
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / max(1e-12, precision + recall),
        "auc": _auc(scores, true),
    }
    return {name: values[name] for name in ("accuracy", *wanted)}


def _auc(scores: np.ndarray, true: np.ndarray) -> float:
    positives = int(true.sum())
    if positives in (0, len(true)):
        return 0.5
    order = scores.argsort(kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    values, inverse = np.unique(scores, return_inverse=True)
    if len(values) < len(scores):
        sums = np.bincount(inverse, ranks)
        ranks = (sums / np.bincount(inverse))[inverse]
    return float((ranks[true].sum() - positives * (positives + 1) / 2) / (positives * (len(true) - positives)))
