"""What a fault is, and the ways to inject one into a healthy recipe.

`base` is a benign variation that the faulty run and its healthy twin share (a longer sequence, metrics that are
logged); `change` is the fault itself. `traces` names the effects of `traces.py` of which at least one must be measured
against the twin; `keys` the configuration entries that would give the fault away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from benchmarks.faults.recipe import Recipe

Change = Callable[[Recipe, np.random.Generator], Recipe]

TABLES = (
    "iris",
    "wine",
    "breast-cancer",
    "diabetes",
    "churn",
    "fraud",
    "machines",
    "houses",
    "energy",
    "credit",
    "scooters",
)
IMAGES = ("digits", "shapes", "stripes", "tiles")
TEXTS = ("reviews", "intents", "grammar", "calls", "headlines")
BINARY = ("breast-cancer", "churn", "fraud", "credit", "reviews", "headlines")
REGRESSION = ("diabetes", "houses", "energy", "scooters")
TORCH = ("mlp", "cnn", "rnn", "gru", "transformer", "linear")
DEEP = ("mlp", "cnn", "rnn", "gru", "transformer")
DENSE = ("mlp", "linear")
TRAIN, VALID = ("worse-train", "rougher", "explodes", "nonfinite"), ("worse-val", "gap", "turns-up")


def unchanged(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    """The recipe as it is."""
    return recipe


@dataclass(frozen=True)
class Fault:
    """One way to go wrong.

    Attributes:
        cause: id of the root. also: mechanisms or look-alikes that may rightly be named beside it.
        families, data: where it fits; an empty data tuple means everywhere.
        level: the least evidence that can show it when its trace is there: curves, config or folder.
        pieces: what shows it in a whole folder (`evidence.PIECES`); () for what shows its cause in general.
    """

    name: str
    cause: str
    change: Change
    traces: tuple[str, ...] = TRAIN
    families: tuple[str, ...] = TORCH
    data: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    base: Change = unchanged
    keys: tuple[str, ...] = ()
    level: str = "curves"
    pieces: tuple[str, ...] = ()

    def fits(self, data: str, family: str) -> bool:
        """Whether it can be injected there."""
        return family in self.families and (not self.data or data in self.data)


def fixed(**values: object) -> Change:
    """The recipe with these fields set."""
    return lambda recipe, rng: replace(recipe, **values)  # type: ignore[arg-type]


def scaled_data(name: str, low: float, high: float, **values: object) -> Change:
    """Damage to scaled data, with a strength drawn between two numbers."""

    def change(recipe: Recipe, rng: np.random.Generator) -> Recipe:
        strength = float(low + (high - low) * rng.random())
        return replace(recipe, after_scaling=(*recipe.after_scaling, (name, strength)), **values)  # type: ignore[arg-type]

    return change


def raw_data(name: str, *strengths: float) -> Change:
    def change(recipe: Recipe, rng: np.random.Generator) -> Recipe:
        return replace(recipe, before_scaling=(*recipe.before_scaling, (name, float(rng.choice(strengths)))))

    return change


def rate_times(*factors: float, **values: object) -> Change:
    def change(recipe: Recipe, rng: np.random.Generator) -> Recipe:
        lr = float(f"{recipe.lr * float(rng.choice(factors)):.2g}")
        return replace(recipe, lr=lr, **values)  # type: ignore[arg-type]

    return change


def plain_sgd(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    """The healthy recipe with SGD, at a rate that suits it."""
    if recipe.optimizer == "sgd":
        return recipe
    rate = 0.5 if recipe.family in ("rnn", "gru") else 0.1
    return replace(recipe, optimizer="sgd", lr=rate, momentum=0.0, weight_decay=min(recipe.weight_decay, 1e-3))


def wild_rate(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    """High enough to swing, not to blow up: adaptive methods bear a larger factor."""
    adaptive = recipe.optimizer.startswith("adam")
    factor = float(rng.choice([20, 40, 80] if adaptive else [8, 15, 30]))
    return replace(recipe, lr=float(f"{recipe.lr * factor:.2g}"), schedule="constant")


def few_epochs(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    share = float(rng.choice([0.06, 0.1, 0.16]))
    return replace(
        recipe, epochs=max(2 if recipe.data in TEXTS or recipe.family == "cnn" else 3, int(recipe.epochs * share))
    )


def memorise(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    """Few rows, many units, no regularisation, long training."""
    rows = {"grammar": 300, "digits": 120, "shapes": 90, "stripes": 90, "tiles": 90}.get(
        recipe.data, int(rng.choice([60, 90, 120]))
    )
    hidden = tuple(min(128, 4 * width) for width in recipe.hidden)
    if recipe.family in ("rnn", "gru", "transformer"):
        hidden = (32,)
    return replace(
        recipe,
        rows=rows,
        hidden=hidden,
        weight_decay=0.0,
        dropout=0.0,
        schedule="constant",
        epochs={"cnn": 40, "mlp": 90}.get(recipe.family, 30),
        patience=None,
    )


def train_on(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    hidden = (64, 64) if recipe.family == "mlp" else (32,)
    rows = 400 if recipe.data in TEXTS else 300
    return replace(
        recipe,
        epochs=int(rng.choice([60, 80])) if recipe.family == "mlp" else 24,
        hidden=hidden,
        rows=rows,
        weight_decay=0.0,
        dropout=0.0,
        schedule="constant",
        lr=recipe.lr * 1.5,
    )


def overgrown_trees(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    return replace(recipe, hidden=(int(rng.choice([5, 6])),), lr=float(rng.choice([0.3, 0.4])), rows=180)


def fewer_rows(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    """So that many updates an epoch stay cheap."""
    return replace(recipe, rows=240, epochs=min(recipe.epochs, 14), schedule="constant")


def fewer_noisy_rows(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    """A rate that suits batches of 32, and labels that are hard to learn by heart: single rows then jerk it about."""
    noise = () if recipe.data in REGRESSION else (("target-noise", 0.08),)
    return replace(fewer_rows(recipe, rng), lr=float(f"{2.5 * recipe.lr:.2g}"), after_scaling=noise)


def tiny_batch(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    return replace(recipe, batch=int(rng.choice([1, 2])))


def whole_batch(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    return replace(recipe, batch=int(rng.choice([1024, 2048, 4096])))


def imbalance_metrics(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    return replace(recipe, metrics=("precision", "recall", "f1", "auc"))


def deep(activation: str, layers: int, width: int = 24, **values: object) -> Change:
    return lambda recipe, rng: replace(recipe, hidden=(width,) * layers, activation=activation, **values)  # type: ignore[arg-type]


def with_metrics_sgd(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    return plain_sgd(imbalance_metrics(recipe, rng), rng)
