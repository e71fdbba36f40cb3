"""A recipe: everything that decides one training. Healthy ones per (data, family, seed), and ways to vary them.

Faults and benign variations are both functions that change a recipe, so that each faulty run has a healthy twin: the
same recipe without the one change.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

COMBINATIONS: tuple[tuple[str, str], ...] = (
    ("iris", "mlp"),
    ("iris", "linear"),
    ("wine", "mlp"),
    ("wine", "linear"),
    ("breast-cancer", "mlp"),
    ("breast-cancer", "linear"),
    ("breast-cancer", "boosting"),
    ("diabetes", "mlp"),
    ("diabetes", "linear"),
    ("diabetes", "boosting"),
    ("digits", "mlp"),
    ("digits", "cnn"),
    ("digits", "linear"),
    ("churn", "mlp"),
    ("churn", "boosting"),
    ("fraud", "mlp"),
    ("fraud", "linear"),
    ("fraud", "boosting"),
    ("machines", "mlp"),
    ("machines", "boosting"),
    ("houses", "mlp"),
    ("houses", "boosting"),
    ("energy", "mlp"),
    ("energy", "boosting"),
    ("credit", "mlp"),
    ("credit", "boosting"),
    ("scooters", "mlp"),
    ("scooters", "boosting"),
    ("shapes", "cnn"),
    ("reviews", "gru"),
    ("reviews", "transformer"),
    ("reviews", "rnn"),
    ("intents", "gru"),
    ("intents", "transformer"),
    ("intents", "rnn"),
    ("grammar", "gru"),
    ("grammar", "transformer"),
    ("grammar", "rnn"),
    ("stripes", "cnn"),
    ("tiles", "cnn"),
    ("calls", "gru"),
    ("calls", "transformer"),
    ("calls", "rnn"),
    ("headlines", "gru"),
    ("headlines", "transformer"),
    ("headlines", "rnn"),
)
"""(data, family) pairs that train well; a task follows from its data."""


@dataclass(frozen=True)
class Recipe:
    """One training, whole. Changes are made with `dataclasses.replace`.

    Attributes:
        before_scaling, after_scaling: names of data changes (`damage.py`) with their strength.
        loop: names of faults in the training loop ("frozen", "no-zero-grad", "division", ...).
        loss: "auto" (fits the task) or the name of another (`objective.py`).
        output: last activation before the loss; "auto" fits the loss.
        bias: added to every hidden bias at the start. gain: factor on every initial weight.
        stop: what a non-finite loss does: "go-on" or "end" (the trainer ends within an epoch).
    """

    data: str
    family: str
    seed: int
    # data
    rows: int | None = None
    val_rows: int | None = None
    scale: bool = True
    scale_targets: bool = True
    shuffle: bool = True
    before_scaling: tuple[tuple[str, float], ...] = ()
    after_scaling: tuple[tuple[str, float], ...] = ()
    # model
    hidden: tuple[int, ...] = (32,)
    activation: str = "relu"
    dropout: float = 0.0
    batch_norm: bool = False
    batch_norm_momentum: float = 0.1
    gain: float = 1.0
    bias: float = 0.0
    constant_weights: bool = False
    output: str = "auto"
    loss: str = "auto"
    label_smoothing: float = 0.0
    # optimisation
    optimizer: str = "adam"
    lr: float = 0.005
    momentum: float = 0.9
    eps: float = 1e-8
    beta1: float = 0.9
    weight_decay: float = 0.0
    l1: float = 0.0
    clip: float | None = None
    schedule: str = "constant"
    batch: int = 32
    epochs: int = 30
    patience: int | None = None
    warm_start: int = 0
    # evaluation and loop
    threshold: float = 0.5
    positive_weight: float = 1.0
    metrics: tuple[str, ...] = ()
    loop: tuple[str, ...] = ()
    stop: str = "go-on"
    validate_in_train_mode: bool = False
    report_scale: float = 1.0
    more: tuple[tuple[str, Any], ...] = ()

    def option(self, name: str, default: Any) -> Any:
        """A rare setting from `more`."""
        return dict(self.more).get(name, default)


def rng_of(*words: object) -> np.random.Generator:
    """A generator that depends on the words alone, alike on every machine and in every process."""
    return np.random.default_rng(zlib.crc32("/".join(map(str, words)).encode()))


SMALL = ("iris", "wine", "diabetes", "breast-cancer")


def healthy(data: str, family: str, seed: int) -> Recipe:
    """A recipe that trains well; its free choices (optimizer, widths, batch size, ...) are drawn by the seed."""
    recipe = _draw(data, family, seed)
    return replace(recipe, lr=float(f"{recipe.lr:.2g}"))


def _draw(data: str, family: str, seed: int) -> Recipe:
    rng = rng_of("recipe", data, family, seed)
    recipe = Recipe(data, family, seed)
    regression = data in ("diabetes", "houses", "energy", "scooters")
    if family == "boosting":
        stages = int(rng.choice([80, 100, 120]))
        lr = float(rng.choice([8.0, 10.0, 12.0])) / stages * (0.5 if data in ("diabetes", "fraud", "churn") else 1.0)
        return replace(
            recipe,
            lr=lr,
            epochs=stages,
            hidden=(3 if data in ("machines", "credit") else 2,),
            batch=0,
            optimizer="gradient-boosting",
        )
    if family == "linear":
        return replace(
            recipe,
            hidden=(),
            optimizer="sgd",
            momentum=0.0,
            lr=float(rng.choice([0.02, 0.03, 0.05])) if regression else float(rng.choice([0.1, 0.15, 0.2])),
            batch=int(rng.choice([16, 32])),
            epochs=int(rng.choice([40, 50, 60])) if data in SMALL else 25,
            weight_decay=1e-3,
        )
    if family == "mlp":
        optimizer = str(rng.choice(["adam", "adam", "adamw", "momentum"]))
        lr = {"momentum": 0.03}.get(optimizer, 0.004) * float(rng.choice([0.7, 1.0, 1.4]))
        width = int(rng.choice([16, 24, 32]))
        small = data in SMALL
        return replace(
            recipe,
            hidden=(width,) if small or rng.random() < 0.4 else (width, width // 2),
            activation=str(rng.choice(["relu", "relu", "tanh"])),
            optimizer=optimizer,
            lr=lr * (0.4 if data in ("diabetes", "breast-cancer") else 1.0),
            batch=int(rng.choice([16, 32])),
            epochs={
                "iris": 40,
                "wine": 22,
                "diabetes": 14,
                "breast-cancer": 22,
                "digits": 20,
                "machines": 45,
                "churn": 10,
                "fraud": 14,
                "credit": 18,
            }.get(data, 28)
            + int(rng.integers(0, 4)),
            weight_decay={"adamw": 0.02}.get(optimizer, 1e-3),
            dropout=0.1 if data == "churn" else 0.0,
        )
    if family == "cnn":
        return replace(
            recipe,
            hidden=(8, 16),
            lr=float(rng.choice([0.003, 0.004, 0.005])),
            batch=int(rng.choice([32, 50])),
            epochs=12,
            optimizer=str(rng.choice(["adam", "adamw"])),
            weight_decay=1e-4,
        )
    lr = {"gru": 0.012, "rnn": 0.006, "transformer": 0.008}[family] * float(rng.choice([0.8, 1.0]))
    return replace(
        recipe,
        hidden=(16,),
        lr=lr,
        batch=int(rng.choice([32, 40, 50])),
        epochs={"reviews": 8, "headlines": 8}.get(data, 6) + (3 if family == "rnn" else 0),
        optimizer=str(rng.choice(["adam", "adamw"])),
        weight_decay=1e-3,
        clip=1.0,
        schedule=str(rng.choice(["constant", "cosine"])),
    )
