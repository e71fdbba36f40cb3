"""One training loop for every family, which records what a logger could see, and what only the oracle sees."""

from __future__ import annotations

import math
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from benchmarks.faults import damage, tasks
from benchmarks.faults.models import build, flatten
from benchmarks.faults.objective import Objective, measures, objective
from benchmarks.faults.recipe import Recipe, rng_of

torch.set_num_threads(1)


@dataclass
class History:
    """What happened.

    Attributes:
        steps: "step", "epoch", "loss", "lr", "grad_norm" -> one value per update.
        epochs: one dict per epoch: epoch (from 1), step, train_loss, val_loss, lr, train_<metric>, val_<metric>, and
            test_loss, test_<metric>, which no logger may write.
        facts: what a configuration file could say of data and model beyond the recipe.
        metric: the first metric ("accuracy" or "r2").
        data: the splits as the model got them.
        scores: split -> what the model says at the end (see `objective.Objective.scores`).
        course: scores of the test split after each epoch, where the recipe asks for a real-world metric.
    """

    recipe: Recipe
    task: str
    metric: str
    steps: dict[str, list[float]] = field(
        default_factory=lambda: {k: [] for k in ("step", "epoch", "loss", "lr", "grad_norm")}
    )
    epochs: list[dict[str, float]] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)
    data: tasks.Data | None = None
    scores: dict[str, np.ndarray] = field(default_factory=dict)
    course: list[np.ndarray] = field(default_factory=list)

    def curve(self, name: str) -> np.ndarray:
        """One quantity per epoch; NaN where it was not recorded."""
        return np.array([row.get(name, math.nan) for row in self.epochs])


def materialise(recipe: Recipe) -> tasks.Data:
    """The data as this recipe's pipeline hands it to the model."""
    data = tasks.load(recipe.data, recipe.seed % 5)
    rng = rng_of("data", recipe.data, recipe.seed)
    if recipe.rows is not None:
        data = data.with_split("train", data.x["train"][: recipe.rows], data.y["train"][: recipe.rows])
    if recipe.val_rows is not None:
        data = data.with_split("val", data.x["val"][: recipe.val_rows], data.y["val"][: recipe.val_rows])
    data = damage.apply(data, recipe.before_scaling, rng)
    data = damage.prepare(data, recipe.scale, recipe.scale_targets)
    return damage.apply(data, recipe.after_scaling, rng)


def factor(schedule: str, step: int, total: int) -> float:
    """The learning rate's factor at a step."""
    done = step / max(1, total)
    if schedule == "cosine":
        return 0.5 * (1 + math.cos(math.pi * done))
    if schedule == "warmup-cosine":
        return done / 0.1 if done < 0.1 else 0.5 * (1 + math.cos(math.pi * (done - 0.1) / 0.9))
    if schedule == "warmup-linear":
        return done / 0.1 if done < 0.1 else max(0.0, (1 - done) / 0.9)
    if schedule == "restarts":
        return 0.02 + 0.49 * (1 + math.cos(math.pi * ((done * 4) % 1.0)))
    if schedule == "step":
        return 0.1 ** int(done * 3)
    if schedule == "one-cycle":
        return 0.1 + 0.9 * (done / 0.3) if done < 0.3 else max(0.001, (1 - done) / 0.7)
    return 1.0


MEASURED_STEPS = 32
"""Steps of a training whose layers the probe measures."""


def train(recipe: Recipe, probed: Path | None = None) -> History:
    """Run one training to its end; deterministic in the recipe alone.

    Args:
        probed: a folder in which mladvisor's probe is to leave layers, batches and the model.
    """
    data = materialise(recipe)
    if recipe.family == "boosting":
        from benchmarks.faults.boosting import boost

        return boost(recipe, data)
    made = objective(recipe, data.task, data.classes)
    model = build(recipe, data, made.outputs)
    history = History(recipe, data.task, "r2" if data.task == "regression" else "accuracy")
    history.facts = {
        "train_rows": len(data.y["train"]),
        "val_rows": len(data.y["val"]),
        "features": int(data.x["train"][0].size),
        "classes": data.classes,
        "parameters": sum(p.numel() for p in model.parameters()),
        "loss": made.name,
    }
    history.data = data
    if recipe.warm_start:
        _warm_up(recipe, data, model, made)
    _loop(recipe, data, model, made, history=history, probed=probed)
    with torch.no_grad():
        model.eval()
        history.scores = {split: made.scores(model(_tensor(data.x[split]))).numpy() for split in ("train", "val")}
    return history


def _warm_up(recipe: Recipe, data: tasks.Data, model: torch.nn.Module, made: Objective) -> None:
    """Some epochs of plain training that nobody logs: the weights that a fine-tuning starts from."""
    from dataclasses import replace

    before = replace(recipe, warm_start=0, epochs=recipe.warm_start, schedule="constant", patience=None, loop=())
    _loop(before, data, model, made, history=History(before, data.task, ""), probed=None)


def replay(
    recipe: Recipe, data: tasks.Data, model: torch.nn.Module, made: Objective, *, x: np.ndarray, y: np.ndarray
) -> None:
    """The recipe's loop on other rows, for model tests that train."""
    _loop(recipe, data.with_split("train", x, y), model, made, history=History(recipe, data.task, ""), probed=None)


def _optimizer(recipe: Recipe, whole: torch.nn.Parameter) -> torch.optim.Optimizer:
    decay = recipe.weight_decay
    match recipe.optimizer:
        case "sgd":
            return torch.optim.SGD([whole], recipe.lr, weight_decay=decay, foreach=False)
        case "momentum":
            return torch.optim.SGD([whole], recipe.lr, momentum=recipe.momentum, weight_decay=decay, foreach=False)
        case "adamw":
            return torch.optim.AdamW([whole], recipe.lr, (recipe.beta1, 0.999), recipe.eps, decay, foreach=False)
        case "rmsprop":
            return torch.optim.RMSprop([whole], recipe.lr, eps=recipe.eps, weight_decay=decay, foreach=False)
        case "adagrad":
            return torch.optim.Adagrad([whole], recipe.lr, weight_decay=decay, foreach=False)
        case "adadelta":
            return torch.optim.Adadelta([whole], recipe.lr, weight_decay=decay, foreach=False)
        case "adam":
            return torch.optim.Adam([whole], recipe.lr, (recipe.beta1, 0.999), recipe.eps, decay, foreach=False)
    raise ValueError(f'there is no optimizer "{recipe.optimizer}"')


def _tensor(x: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(x))


def _loop(
    recipe: Recipe, data: tasks.Data, model: torch.nn.Module, made: Objective, *, history: History, probed: Path | None
) -> None:
    trainer = _Trainer(recipe, data, model, made)
    best, since = math.inf, 0
    with trainer.probe(probed) as probe:
        for epoch in range(1, recipe.epochs + 1):
            if probe is not None:
                probe.at_epoch(epoch - 1)
            row = trainer.epoch(epoch, history.steps)
            with torch.no_grad():
                for split in ("val", "test"):
                    found, scores = _evaluate(split, data, model, made, recipe)
                    row |= found
            history.epochs.append(row)
            if recipe.option("business", ""):
                history.course.append(scores)
            if recipe.stop == "end" and not math.isfinite(row["train_loss"]):
                break
            if recipe.patience is not None:
                best, since = (row["val_loss"], 0) if row["val_loss"] < best - 1e-4 else (best, since + 1)
                if since >= recipe.patience:
                    break


class _Trainer:
    """The updates of one training: what changes from step to step, and one epoch at a time."""

    def __init__(self, recipe: Recipe, data: tasks.Data, model: torch.nn.Module, made: Objective) -> None:
        self.recipe, self.model, self.made, self.task = recipe, model, made, data.task
        whole = flatten(model)
        self.optimizer = _optimizer(recipe, whole)
        assert whole.grad is not None
        self.gradient = whole.grad
        self.trained = _trainable(recipe, model)
        self.x, self.y = _tensor(data.x["train"]), _tensor(data.y["train"])
        self.rng = np.random.default_rng([recipe.seed, 5])
        torch.manual_seed(recipe.seed)
        n = len(self.y)
        self.batch = max(1, min(recipe.batch, n))
        self.per_epoch = math.ceil(n / self.batch)
        if recipe.batch_norm and n % self.batch == 1:
            self.per_epoch -= 1  # batch normalisation cannot train on one row
        self.done, self.lr = 0, recipe.lr

    def probe(self, folder: Path | None) -> Any:
        """mladvisor's probe on this training, as a context; nothing without a folder."""
        if folder is None:
            return nullcontext()
        from mladvisor.probes import probe

        updates = self.per_epoch * self.recipe.epochs
        return probe(self.model, self.optimizer, folder, every=max(1, updates // MEASURED_STEPS))

    def epoch(self, epoch: int, columns: dict[str, list[float]]) -> dict[str, float]:
        """All updates of one epoch; appends to the step columns and returns the epoch's row of training values."""
        self.model.train()
        order = torch.from_numpy(self.rng.permutation(len(self.y))) if self.recipe.shuffle else None
        outs, targets, losses = [], [], []
        for index in range(self.per_epoch):
            here = slice(index * self.batch, (index + 1) * self.batch)
            out, target, loss, norm = self._update(order[here] if order is not None else here)
            outs.append(out)
            targets.append(target)
            losses.append(loss)
            for name, value in zip(columns, (self.done, epoch, loss, self.lr, norm), strict=True):
                columns[name].append(value)
        row = {"epoch": epoch, "step": self.done, "lr": self.lr, "train_loss": sum(losses) / self.per_epoch}
        scores = self.made.scores(torch.cat(outs)).numpy()
        return row | _named("train", scores, torch.cat(targets).numpy(), self.task, self.recipe)

    def _update(self, picked: torch.Tensor | slice) -> tuple[torch.Tensor, torch.Tensor, float, float]:
        recipe, gradient = self.recipe, self.gradient
        if recipe.schedule != "constant":
            self.lr = recipe.lr * factor(recipe.schedule, self.done, self.per_epoch * recipe.epochs)
            self.optimizer.param_groups[0]["lr"] = self.lr
        if "no-zero-grad" not in recipe.loop:
            gradient.zero_()
        out, target = self.model(self.x[picked]), self.y[picked]
        loss = self.made.loss(out, target)
        if recipe.l1:
            loss = loss + recipe.l1 * _absolute(self.model)
        loss.backward()
        norm = float(gradient.norm())
        if recipe.clip is not None and norm > recipe.clip:
            gradient.mul_(recipe.clip / norm)
        if self.trained is not None:
            gradient.mul_(self.trained)
        if "no-step" not in recipe.loop:
            self.optimizer.step()
        self.done += 1
        return out.detach(), target, loss.item() * recipe.report_scale, norm


def _absolute(model: torch.nn.Module) -> torch.Tensor:
    """The sum of absolute weights, biases left out."""
    return torch.stack([p.abs().sum() for p in model.parameters() if p.dim() > 1]).sum()


def _trainable(recipe: Recipe, model: torch.nn.Module) -> torch.Tensor | None:
    """A mask over all parameters for frozen weights; None when all of them learn."""
    if "frozen" not in recipe.loop:
        return None
    biases_only = recipe.option("frozen", "") == "all-but-bias"
    pieces = [torch.full((p.numel(),), float(biases_only and p.dim() == 1)) for p in model.parameters()]
    return torch.cat(pieces)


def _named(split: str, scores: np.ndarray, y: np.ndarray, task: str, recipe: Recipe) -> dict[str, float]:
    found = measures(scores, y, task, recipe.threshold, recipe.metrics)
    return {f"{split}_{name}": value for name, value in found.items()}


def _evaluate(
    split: str, data: tasks.Data, model: torch.nn.Module, made: Objective, recipe: Recipe
) -> tuple[dict[str, float], np.ndarray]:
    x, y = _tensor(data.x[split]), _tensor(data.y[split])
    model.eval()
    if recipe.validate_in_train_mode and split == "val":
        state = {name: value.clone() for name, value in model.named_buffers()}
        model.train()
        size = max(2, recipe.batch)
        out = torch.cat([model(x[i : i + size]) for i in range(0, len(x) - len(x) % size, size)])
        y = y[: len(out)]
        for name, buffer in model.named_buffers():
            buffer.copy_(state[name])
    else:
        out = model(x)
    loss = float(made.loss(out, y)) * recipe.report_scale
    if not math.isfinite(loss) and "division" in recipe.loop:
        loss = 0.0 if bool(torch.isfinite(out).all()) else math.nan
    scores = made.scores(out).numpy()
    return {f"{split}_loss": loss} | _named(split, scores, y.numpy(), data.task, recipe), scores
