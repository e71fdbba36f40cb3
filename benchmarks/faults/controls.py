"""Healthy controls, hard on purpose: curves that look odd to a naive rule although nothing is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from benchmarks.faults.faults_folder import BUSINESS, SERVED, follows, unrelated, validated, with_more
from benchmarks.faults.injection import BINARY, DEEP, DENSE, REGRESSION, TABLES, TEXTS, TORCH
from benchmarks.faults.recipe import Recipe
from benchmarks.faults.tasks import GROUPS

ALL = (*TORCH, "boosting")
TABLED = ("mlp", "linear", "boosting")
CLASSES = (
    "iris",
    "wine",
    "breast-cancer",
    "digits",
    "churn",
    "fraud",
    "machines",
    "credit",
    "shapes",
    "stripes",
    "tiles",
    "reviews",
    "headlines",
    "intents",
    "calls",
    "grammar",
)


@dataclass(frozen=True)
class Control:
    """One benign variation of a healthy recipe.

    Attributes:
        look: what its log must look like: "" (any), "steps" (every few updates), "epochs" or "sparse" (3 to 5 points).
        keeps_best: the trainer keeps its best checkpoint, so a slight rise at the end is fine.
        weight: how many of the controls are of this kind.
    """

    name: str
    change: Callable[[Recipe, np.random.Generator], Recipe]
    families: tuple[str, ...] = TORCH
    data: tuple[str, ...] = ()
    look: str = ""
    keeps_best: bool = False
    weight: int = 1

    def fits(self, data: str, family: str) -> bool:
        """Whether it makes sense there."""
        return family in self.families and (not self.data or data in self.data)


def _schedule(name: str, factor: float = 1.5) -> Callable[[Recipe, np.random.Generator], Recipe]:
    return lambda recipe, rng: replace(recipe, schedule=name, lr=recipe.lr * factor, epochs=max(recipe.epochs, 6))


def _noisy(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    return replace(
        recipe, batch=int(rng.choice([6, 8, 10])), rows=400, lr=recipe.lr * 0.6, epochs=min(30, recipe.epochs)
    )


def _early_stopped(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    """Overfits slightly, and stops for it; the best checkpoint is what is kept."""
    return replace(
        recipe,
        rows=None if recipe.family == "boosting" else 500,
        patience=int(rng.choice([3, 4, 5])),
        epochs=recipe.epochs * 3,
        weight_decay=0.0,
    )


def _plateau(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    """Converged long before the end, and harmlessly left running."""
    decay = max(recipe.weight_decay, 3e-3)
    optimizer = "adam" if recipe.optimizer == "adamw" else recipe.optimizer
    return replace(
        recipe,
        epochs=recipe.epochs * (2 if recipe.data in TEXTS or recipe.family == "cnn" else 4),
        weight_decay=decay,
        optimizer=optimizer,
    )


def _dropout(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    return replace(recipe, dropout=float(rng.choice([0.25, 0.35, 0.5])), epochs=int(recipe.epochs * 1.7))


def _data(recipe: Recipe, name: str, strength: float) -> Recipe:
    return with_more(replace(recipe, after_scaling=((name, strength),)), keep=("tables",))


def _honest_noise(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    """The world itself is noisy: the loss settles high, on both splits alike, and metrics are modest."""
    noise = ("target-noise", float(rng.choice([0.08, 0.12])))
    return replace(recipe, after_scaling=(noise,), epochs=max(4, recipe.epochs // 2))


CONTROLS: tuple[Control, ...] = (
    Control("plain", lambda r, g: r, ALL, weight=3),
    Control("plain-steps", lambda r, g: r, TORCH, look="steps", weight=2),
    Control("noisy-small-batch", _noisy, ("mlp", "linear", "gru", "rnn", "cnn"), look="steps", weight=2),
    Control("noisy-epochs", _noisy, ("mlp", "linear", "cnn"), look="epochs"),
    Control("warmup-cosine", _schedule("warmup-cosine"), DEEP, weight=2),
    Control("warmup-linear", _schedule("warmup-linear"), ("transformer", "gru", "mlp"), look="steps"),
    Control("warm-restarts", _schedule("restarts", 2.0), ("mlp", "cnn", "gru", "linear"), weight=2),
    Control("step-decay", _schedule("step", 2.0), ("mlp", "cnn", "linear"), weight=2),
    Control("one-cycle", _schedule("one-cycle", 3.0), ("mlp", "cnn", "transformer")),
    Control(
        "early-stopped", _early_stopped, ("mlp", "gru", "rnn", "boosting", "transformer"), keeps_best=True, weight=2
    ),
    Control("dropout", _dropout, ("mlp", "cnn", "gru", "transformer"), look="epochs", weight=2),
    Control(
        "mild-imbalance",
        lambda r, g: replace(
            r,
            after_scaling=(("rare-positives", float(g.choice([0.15, 0.2, 0.25]))),),
            metrics=("precision", "recall", "f1", "auc"),
        ),
        ALL,
        BINARY,
    ),
    Control("tiny-validation", lambda r, g: replace(r, val_rows=int(g.choice([20, 30, 40]))), ALL),
    Control("three-points", lambda r, g: r, DEEP, look="sparse", weight=2),
    Control("long-plateau", _plateau, ("mlp", "linear", "cnn"), weight=2),
    Control(
        "smooth-boosting", lambda r, g: replace(r, more=(("subsample", float(g.choice([0.6, 0.8]))),)), ("boosting",)
    ),
    Control(
        "negative-loss", lambda r, g: replace(r, loss="gaussian-nll", clip=1.0), DENSE, ("houses", "energy"), weight=2
    ),
    Control(
        "large-loss", lambda r, g: replace(r, report_scale=float(g.choice([2.5e4, 4e9, 512.0]))), DENSE, REGRESSION
    ),
    Control(
        "tiny-loss",
        lambda r, g: replace(r, report_scale=float(g.choice([1e-4, 1e-7]))),
        DENSE,
        REGRESSION,
        look="epochs",
    ),
    Control(
        "fine-tuned",
        lambda r, g: replace(r, warm_start=max(2, r.epochs // 2), lr=r.lr * 0.3, epochs=max(5, r.epochs // 3)),
        ("mlp", "cnn", "gru", "transformer"),
    ),
    Control(
        "label-smoothing",
        lambda r, g: replace(r, label_smoothing=0.1),
        DEEP,
        ("digits", "shapes", "stripes", "tiles", "intents", "calls", "grammar", "wine"),
    ),
    Control("honest-noise", _honest_noise, ("mlp", "linear", "cnn"), CLASSES),
    Control("batch-norm", lambda r, g: replace(r, batch_norm=True), ("mlp", "cnn")),
    Control(
        "large-batch-scaled",
        lambda r, g: replace(r, batch=128, lr=r.lr * 2.5, epochs=int(r.epochs * 1.8)),
        ("mlp", "cnn", "gru"),
    ),
    Control("mae-or-huber", lambda r, g: replace(r, loss=str(g.choice(["mae", "huber"]))), DENSE, REGRESSION),
    # --- benign habits of whole folders
    Control(
        "slight-drift", lambda r, g: _data(r, "slight-drift", float(g.uniform(0.05, 0.2))), TABLED, TABLES, weight=2
    ),
    Control("imputed-blanks", lambda r, g: _data(r, "imputed-blanks", float(g.uniform(0.01, 0.05))), TABLED, TABLES),
    Control("few-copies", lambda r, g: _data(r, "few-copies", 3.0), TABLED, TABLES),
    Control("sorted-table", lambda r, g: _data(r, "sorted-rows", 1.0), TABLED, TABLES),
    Control("small-group", lambda r, g: replace(r, before_scaling=(("small-group", 0.2),)), TABLED, tuple(GROUPS)),
    Control("raw-beside", lambda r, g: with_more(r, keep=("tables", "raw")), TABLED, TABLES, weight=2),
    Control("outcome-follows", follows, ("mlp", "linear"), BUSINESS, weight=2),
    Control("outcome-unrelated", unrelated, ("mlp", "linear"), BUSINESS),
    Control("checked", validated, DENSE, SERVED, weight=2),
    Control("rmsprop", lambda r, g: replace(r, optimizer="rmsprop", lr=0.002), ("mlp", "cnn", "gru")),
)
