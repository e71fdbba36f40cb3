"""Tests of training's inside: the loss at the start, weights, layers."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from mladvisor.features.layer_names import layer_kind
from mladvisor.testing.cases import Outcome, case
from mladvisor.testing.data import Data
from mladvisor.testing.result import NotApplicableError
from mladvisor.testing.subjects import Subject, seed_all

ABOVE: Final = 1.0
"""Nats above ln K: logits of standard deviation s cost about s²/2 more than none, and common initialisations give an s
of 0.3 to 1.4."""
BELOW: Final = 0.3
VARIANCES: Final = (0.5, 3.0)
"""Initial squared error in variances of the label: 1 for a model that starts at the mean, and 1 more for outputs as
wide as the label; more means that training starts by learning a constant or a scale."""
SEEDS: Final = 3


@case(
    "Before training a model knows nothing: cross-entropy is ln K (at most 1 nat above, 0.3 below), squared error the "
    "label's variance (0.5 to 3 times). Above: outputs or targets are not scaled, or the loss is a sum rather than a "
    "mean; below: it has seen the data, or the loss is another one.",
    "metric.loss",
)
def initial_loss(subject: Subject, data: Data, seed: int) -> Outcome:
    """Median over three initialisations."""
    losses = []
    for number in range(SEEDS):
        seed_all(seed + number)
        losses.append(subject.loss(subject.make(), data.x, data.y))
    value = float(np.median(losses))
    if data.classes:
        chance = math.log(len(data.classes))
        low, high = max(chance - BELOW, chance / 2), chance + ABOVE
        detail = f"ln {len(data.classes)} is {chance:.3g}"
    else:
        chance = float(data.y.astype(float).var())
        low, high = VARIANCES[0] * chance, VARIANCES[1] * chance
        detail = f"the label's variance is {chance:.3g}"
    passed = math.isfinite(value) and low <= value <= high
    return Outcome(passed, value, f"{low:.4g} to {high:.4g}", detail)


@case(
    "Every trainable weight is another one after training: a weight that stays is outside of the optimizer or gets no "
    "gradient.",
    "feat.tiny",
)
def weights_move(subject: Subject, data: Data, seed: int) -> Outcome:
    """Bitwise, tensor by tensor."""
    trained = subject.trained(data, seed)
    after = subject.weights(trained.model)
    trainable = {name: values for name, (values, learns) in after.items() if learns}
    if not trainable:
        raise NotApplicableError("no weight is trainable")
    still = [n for n, values in trainable.items() if n in trained.before and np.array_equal(values, trained.before[n])]
    detail = f"did not move: {', '.join(still[:8])}" if still else f"{len(trainable)} weights moved"
    return Outcome(not still, len(still), 0, detail)


@case("Frozen weights are the same after training, bit for bit.", "test.architecture")
def frozen_weights_stay(subject: Subject, data: Data, seed: int) -> Outcome:
    """Those that are marked as not trainable."""
    trained = subject.trained(data, seed)
    frozen = {name: values for name, (values, learns) in subject.weights(trained.model).items() if not learns}
    if not frozen:
        raise NotApplicableError("no weight is frozen")
    moved = [n for n, values in frozen.items() if n in trained.before and not np.array_equal(values, trained.before[n])]
    detail = f"moved: {', '.join(moved[:8])}" if moved else f"{len(frozen)} weights stayed"
    return Outcome(not moved, len(moved), 0, detail)


@case(
    "No layer returns NaN or infinity in any pass of a training, and no weight ends as one.",
    "test.layer-nans",
    "test.nan-inputs",
)
def finite_layers(subject: Subject, data: Data, seed: int) -> Outcome:
    """Names the first layer and pass."""
    broken = subject.trained(data, seed).broken
    if broken is None:
        raise NotApplicableError("the model has no layers that can be watched")
    return Outcome(not broken, broken or "finite", "finite", broken)


@case(
    "Layers with weights are those of the design, in its order, with its numbers of units.",
    "test.architecture",
    "hyper.depth",
)
def matches_design(subject: Subject, data: Data, seed: int) -> Outcome:
    """Layer by layer against `design.yaml`; kinds are compared in any framework's words."""
    if data.design is None:
        raise NotApplicableError("there is no design (design.yaml beside the data, or design=[...])")
    seed_all(seed)
    intended = [_short(layer) for layer in data.design if _holds_weights(layer)]
    actual = [_short(layer) for layer in subject.layers(subject.make()) if _holds_weights(layer)]
    told = [(kind, units) for kind, units in intended]
    differing = [
        f"layer {i + 1}: {_say(a)} instead of {_say(b)}"
        for i, (a, b) in enumerate(zip(actual, told, strict=False))
        if a[0] != b[0] or (b[1] is not None and a[1] != b[1])
    ]
    if len(actual) != len(told):
        differing.append(f"{len(actual)} layers with weights instead of {len(told)}")
    return Outcome(not differing, len(differing), 0, "; ".join(differing[:6]))


def _short(layer: dict[str, Any]) -> tuple[str, float | None]:
    units = layer.get("units")
    return layer_kind(str(layer.get("type", ""))), None if units is None else float(units)


def _say(layer: tuple[str, float | None]) -> str:
    return layer[0] + ("" if layer[1] is None else f" of {layer[1]:g}")


def _holds_weights(layer: dict[str, Any]) -> bool:
    if layer.get("params") is not None:
        return bool(layer["params"])
    return layer.get("units") is not None
