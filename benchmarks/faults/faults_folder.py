"""Faults that only a whole folder can show: in tables, the architecture, answers to bad input, real-world outcomes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from benchmarks.faults.injection import (
    DEEP,
    DENSE,
    TABLES,
    TORCH,
    Fault,
    imbalance_metrics,
    raw_data,
    scaled_data,
)
from benchmarks.faults.recipe import Recipe
from benchmarks.faults.tasks import GROUPS

Change = Callable[[Recipe, np.random.Generator], Recipe]
ALL = (*TORCH, "boosting")
CHANGED = ("worse-train", "worse-val", "worse-metric", "gap", "turns-up")
NAMED = tuple(name for name in TABLES if name not in ("iris", "wine"))
WORDED = ("churn", "credit", "scooters")


def with_more(recipe: Recipe, **options: object) -> Recipe:
    """The recipe with rare settings added."""
    return replace(recipe, more=(*recipe.more, *options.items()))


def keeping(change: Change, *files: str) -> Change:
    """The change, with these files kept."""
    return lambda recipe, rng: with_more(change(recipe, rng), keep=files)


def built_otherwise(change: Change) -> Change:
    """Something else was built than was meant; both lists are there."""

    def changed(recipe: Recipe, rng: np.random.Generator) -> Recipe:
        return with_more(change(recipe, rng), meant=recipe, keep=("design", "model"))

    return changed


def _layer_lost(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    return replace(recipe, hidden=recipe.hidden[1:])


def _two_layers(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    width = recipe.hidden[0]
    return recipe if len(recipe.hidden) > 1 else replace(recipe, hidden=(width, width // 2))


def _width_typed_wrong(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    at = int(rng.integers(len(recipe.hidden)))
    width = int(rng.choice([2, 3, 4])) if recipe.family in ("mlp", "cnn") else 4
    return replace(recipe, hidden=(*recipe.hidden[:at], width, *recipe.hidden[at + 1 :]))


def _waist(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    width = max(16, recipe.hidden[0])
    return replace(recipe, hidden=(width, 2 if recipe.data == "digits" else 1, width))


def _very_deep(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    return replace(recipe, hidden=(max(12, recipe.hidden[0] // 2),) * int(rng.choice([12, 14])), activation="relu")


def _outcomes(kind: str) -> Change:
    """Metrics and slow progress, so that versions differ."""

    def change(recipe: Recipe, rng: np.random.Generator) -> Recipe:
        if recipe.data not in ("houses", "energy", "scooters", "diabetes"):
            recipe = imbalance_metrics(recipe, rng)
        return with_more(
            replace(recipe, lr=float(f"{0.5 * recipe.lr:.2g}"), epochs=int(1.6 * recipe.epochs)), business=kind
        )

    return change


def _checks(kind: str) -> Change:
    return lambda recipe, rng: with_more(recipe, checks=kind)


follows, against, unrelated = (_outcomes(kind) for kind in ("follows", "against", "unrelated"))
validated, unvalidated = _checks("validated"), _checks("unvalidated")
BUSINESS = ("churn", "fraud", "credit", "houses", "energy", "scooters")
SERVED = ("wine", "churn", "fraud", "machines", "houses", "energy", "credit", "scooters")

FOLDER: tuple[Fault, ...] = (
    Fault(
        "columns-absent",
        "missing-features",
        keeping(scaled_data("absent-columns", 1, 2.99), "tables", "schema"),
        traces=CHANGED,
        families=("mlp", "linear", "boosting"),
        data=NAMED,
        level="folder",
        also=("schema-skew",),
        pieces=("missing-columns",),
    ),
    Fault(
        "columns-empty",
        "missing-features",
        keeping(scaled_data("empty-columns", 1, 2.99), "tables"),
        traces=CHANGED,
        families=("mlp", "linear", "boosting"),
        data=NAMED,
        level="folder",
        also=("schema-skew", "value-skew"),
        pieces=("blank-in-one", "missing-columns"),
    ),
    Fault(
        "words-respelt",
        "schema-skew",
        keeping(scaled_data("respelt", 1, 1), "tables"),
        traces=CHANGED,
        families=("mlp", "linear", "boosting"),
        data=WORDED,
        level="folder",
        also=("value-skew",),
        pieces=("schema-broken", "unknown-words"),
    ),
    Fault(
        "columns-swapped",
        "schema-skew",
        keeping(raw_data("swapped-columns", 1), "tables"),
        traces=CHANGED,
        families=("mlp", "linear", "boosting"),
        data=TABLES,
        level="folder",
        also=("value-skew",),
    ),
    Fault(
        "transform-blanks",
        "engineered-feature-fault",
        keeping(scaled_data("engineered-blanks", 0.1, 0.4), "tables", "raw"),
        traces=CHANGED,
        families=("mlp", "linear"),
        data=NAMED,
        level="folder",
        also=("missing-features", "nan-inputs"),
    ),
    Fault(
        "transform-nan",
        "engineered-feature-fault",
        keeping(scaled_data("engineered-nan", 0.01, 0.1), "tables", "raw"),
        traces=("nonfinite",),
        families=("mlp", "linear"),
        data=NAMED,
        level="folder",
        also=("nan-inputs",),
    ),
    Fault(
        "transform-constant",
        "engineered-feature-fault",
        keeping(scaled_data("engineered-constant", 1, 2.99), "tables", "raw"),
        traces=CHANGED,
        families=("mlp", "linear", "boosting"),
        data=NAMED,
        level="folder",
        also=("missing-features",),
    ),
    Fault(
        "transform-forgotten",
        "engineered-feature-fault",
        keeping(scaled_data("engineered-unscaled", 1, 3.99), "tables", "raw"),
        traces=CHANGED,
        families=("mlp", "linear"),
        data=NAMED,
        level="folder",
        also=("schema-skew", "value-skew"),
    ),
    Fault(
        "thin-in-training",
        "underrepresented-slice",
        keeping(raw_data("thin-group", 3, 5, 8), "tables", "predictions", "manifest"),
        base=raw_data("small-group", 0.15, 0.2),
        traces=CHANGED,
        families=("mlp", "boosting"),
        data=tuple(GROUPS),
        level="folder",
        also=("biased-split", "value-skew"),
    ),
    Fault(
        "some-rows-twice",
        "split-overlap",
        keeping(scaled_data("partial-overlap", 0.25, 0.6), "tables"),
        traces=("better-val", "better-metric"),
        families=ALL,
        data=(*NAMED, "reviews", "headlines", "intents", "calls"),
        level="folder",
        also=("overfitting",),
    ),
    Fault(
        "few-columns-moved",
        "value-skew",
        keeping(scaled_data("some-drift", 1.0, 2.5), "tables"),
        traces=CHANGED,
        families=("mlp", "linear", "boosting"),
        data=TABLES,
        level="folder",
        also=("schema-skew", "biased-split"),
    ),
    Fault(
        "layer-lost",
        "architecture-mismatch",
        built_otherwise(_layer_lost),
        base=_two_layers,
        traces=CHANGED,
        families=("mlp", "cnn"),
        level="folder",
        also=("insufficient-capacity",),
    ),
    Fault(
        "width-typed-wrong",
        "architecture-mismatch",
        built_otherwise(_width_typed_wrong),
        traces=CHANGED,
        families=("mlp", "cnn", "gru", "rnn"),
        level="folder",
        also=("insufficient-capacity", "unsuited-architecture"),
    ),
    Fault(
        "activation-lost",
        "architecture-mismatch",
        built_otherwise(lambda r, g: replace(r, activation="linear")),
        traces=CHANGED,
        families=("mlp", "cnn"),
        level="folder",
        also=("wrong-hidden-activation", "insufficient-capacity"),
    ),
    Fault(
        "waist",
        "unsuited-architecture",
        keeping(_waist, "model"),
        traces=("worse-train", "worse-val", "worse-metric"),
        families=("mlp",),
        data=("digits", "machines", "energy", "credit", "scooters"),
        keys=("hidden",),
        level="config",
        also=("insufficient-capacity",),
    ),
    Fault(
        "dropout-on-answers",
        "unsuited-architecture",
        keeping(lambda r, g: with_more(r, behind=("dropout", float(g.choice([0.5, 0.7])))), "model"),
        traces=("worse-train", "worse-val", "rougher"),
        families=("mlp", "cnn", "linear"),
        level="folder",
        also=("excessive-regularization",),
    ),
    Fault(
        "very-deep",
        "unsuited-architecture",
        keeping(_very_deep, "model"),
        traces=("worse-train", "worse-val", "worse-metric", "rougher"),
        families=("mlp",),
        keys=("hidden",),
        level="config",
        also=("vanishing-gradients", "dead-units", "poor-initialization"),
    ),
    Fault(
        "answers-anything",
        "weak-input-validation",
        unvalidated,
        base=validated,
        traces=(),
        families=DENSE,
        data=SERVED,
        level="folder",
    ),
    Fault(
        "outcome-against",
        "proxy-metric-divergence",
        against,
        base=follows,
        traces=(),
        families=(*DEEP, "linear"),
        data=BUSINESS,
        level="folder",
        also=("loss-metric-mismatch",),
    ),
)
