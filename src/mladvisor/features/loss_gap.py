"""Validation loss beside training loss: the gap between them, and whether the one follows the other (fig3)."""

from __future__ import annotations

from math import hypot, sqrt
from typing import NamedTuple

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import flag, pick
from mladvisor.features.loss_units import errors_cost_otherwise
from mladvisor.features.measured import Measured, not_applicable, unknown
from mladvisor.features.robust import Array, median
from mladvisor.features.signal import Signal, missing, signal
from mladvisor.runs.roles import default_columns

_OTHER_UNIT = 5.0


class Pair(NamedTuple):
    """Validation and training loss at the same places, both smoothed, in loss units, shape (n,)."""

    t: Array
    val: Array
    train: Array


def pair(m: Measures) -> Pair | None:
    """Both losses at the validation points; None when one is missing or has fewer than 2 finite points.

    They are matched by x when both count the same thing, by epochs when one has them beside its steps, else by their
    share of the run.
    """
    val: Signal | None = m.once(signal, "val")
    train: Signal | None = m.once(signal, "train")
    if val is None or train is None or len(val) < 2 or len(train) < 2:
        return None
    val_x, train_x = _axes(val, train)
    inside = (val_x >= train_x[0] - 1e-9) & (val_x <= train_x[-1] * (1 + 1e-9) + 1e-9)
    if inside.sum() < min(len(val_x), 2):
        val_x, train_x = val.bt, train.bt
        inside = np.ones(len(val_x), dtype=bool)
    elif inside.sum() < 0.8 * len(val_x):
        # A validation that is logged after the last training point still belongs to it.
        inside[:] = True
    train_z = np.interp(val_x[inside], train_x, train.smooth)
    val_z = val.smooth[inside]
    if train.log:
        train_z = np.exp(np.minimum(train_z, 700.0))
    if val.log:
        val_z = np.exp(np.minimum(val_z, 700.0))
    return Pair(val.bt[inside], val_z, train_z)


@feature(
    "loss.equal_share",
    unit="fraction",
    doc="Share of the logged values of validation loss that equal the training loss at the same place in every digit",
    how="log training and validation loss at every epoch",
    source="dev.check",
)
def equal_share(m: Measures) -> Measured | None:
    val: Signal | None = m.once(signal, "val")
    train: Signal | None = m.once(signal, "train")
    if val is None or train is None:
        return missing("train" if val is not None else "val")
    _, at_val, at_train = np.intersect1d(val.curve.x, train.curve.x, return_indices=True)
    if len(at_val) < 3 or bool((val.curve.y[at_val] == val.curve.y[at_val[0]]).all()):
        return unknown("log training and validation loss at the same epochs", "too-few-points")
    return Measured(float(np.mean(val.curve.y[at_val] == train.curve.y[at_train])), where=val.where(None, None))


def _axes(val: Signal, train: Signal) -> tuple[Array, Array]:
    if val.curve.x_unit == train.curve.x_unit:
        return _bin_axis(val, val.x), _bin_axis(train, train.x)
    val_epochs, train_epochs = _epochs(val), _epochs(train)
    if val_epochs is not None and train_epochs is not None:
        return _bin_axis(val, val_epochs), _bin_axis(train, train_epochs)
    return val.bt, train.bt


def _epochs(s: Signal) -> Array | None:
    if s.curve.x_unit == "epoch":
        return s.x
    epochs = s.curve.epochs
    return epochs if epochs is None or s.kept is None else epochs[s.kept]


def _bin_axis(s: Signal, x: Array) -> Array:
    return x if s.size == 1 else np.interp(s.bt, s.t, x)


def needs_both(m: Measures) -> Pair | Measured:
    """Both losses at the same places, or why they are not there."""
    found: Pair | None = m.once(pair)
    if found is not None:
        return found
    for split in ("val", "train"):
        if m.once(signal, split) is None:
            return missing(split)
    return unknown(
        "evaluate more often, or train longer: of both losses two finite points are needed", "too-few-points"
    )


def _alike(m: Measures) -> Pair | Measured:
    """Both losses, where they can be compared by size.

    Names without a common word ("Cost" and "valid cross-entropy") may stand for different units, nats a word and nats a
    sentence: they do where the one is many times the other from the first validation to the last. A sum over the rows
    of a batch beside one over all rows has the same name (`loss_units`).
    """
    found = needs_both(m)
    if isinstance(found, Measured):
        return found
    if m.value("config.loss_summed") is True:
        return not_applicable(
            "the loss is summed over rows, of which the splits or their batches may have other numbers"
        )
    if pick(m, "binary_in_training", lambda value: flag(value) or None) is not None:
        return not_applicable(
            "training minimises a mean of yes and no for each class, and validation is told otherwise"
        )
    if m.once(errors_cost_otherwise):
        return not_applicable("the same errors cost many times as much on one split as on the other, at all levels")
    names = [m.once(signal, split).curve.name for split in ("val", "train")]
    columns = default_columns()
    val, train = ({word for word in columns.words(name) if columns.is_split(word) is None} for name in names)
    if not val.isdisjoint(train):
        return found
    positive = (found.val > 0) & (found.train > 0)
    ratio = found.val[positive] / found.train[positive]
    if positive.all() and (ratio.min() > _OTHER_UNIT or ratio.max() < 1.0 / _OTHER_UNIT):
        return not_applicable(f'"{names[0]}" and "{names[1]}" are not in the same unit')
    return found


def _scale(m: Measures) -> float:
    """The start level of training; of clean curves no more than twice the larger movement of the two."""
    train, val = m.once(signal, "train"), m.once(signal, "val")
    return float(min(train.scale, max(train.shaped, val.shaped)))


def _gap_se(m: Measures) -> float:
    val, train = m.once(signal, "val"), m.once(signal, "train")
    return sqrt(val.level_se(val.end, val.end_se) ** 2 + train.level_se(train.end, train.end_se) ** 2)


def _difference(m: Measures, doc_place: str) -> Measured:
    found = m.once(_alike)
    if isinstance(found, Measured):
        return found
    scale = _scale(m)
    if scale <= 0.0:
        return unknown("the training loss does not move, so there is no scale for a gap", "too-few-points")
    n = max(1, len(found.t) // 5)
    difference = found.val - found.train
    start, end = median(difference[:n]), median(difference[-n:])
    error = _gap_se(m)
    value = {"end": end, "start": start, "growth": end - start}[doc_place]
    val: Signal = m.once(signal, "val")
    where = (
        val.where() if doc_place == "growth" else val.stretch(0.8, 1.0) if doc_place == "end" else val.stretch(0, 0.2)
    )
    return Measured(value / scale, error / scale * (1.4 if doc_place == "growth" else 1.0), where=where)


_HOW = "log training and validation loss at every epoch"


@feature(
    "loss.gap",
    unit="fraction",
    doc="Validation loss minus training loss at the end, as a share of the training loss's start level",
    how=_HOW,
    source="fig3",
)
def gap(m: Measures) -> Measured:
    return _difference(m, "end")


@feature(
    "loss.gap_start",
    unit="fraction",
    doc="Validation loss minus training loss in the first fifth of the run, as a share of the training loss's start",
    how=_HOW,
    source="fig3.b",
)
def gap_start(m: Measures) -> Measured:
    return _difference(m, "start")


@feature(
    "loss.gap_growth",
    unit="fraction",
    doc="Growth of the gap between validation and training loss from the first to the last fifth of the run",
    how=_HOW,
    source="fig3.a",
)
def gap_growth(m: Measures) -> Measured:
    return _difference(m, "growth")


@feature(
    "loss.val.first_over_train",
    unit="ratio",
    doc="First validation loss over the loss at which training starts: a model that has learnt nothing yet does as well"
    " on both, so above 1 the two splits differ from the beginning",
    how=_HOW,
    source="fig3.b",
)
def first_over_train(m: Measures) -> Measured:
    val, train = m.once(signal, "val"), m.once(signal, "train")
    for found, split in ((val, "val"), (train, "train")):
        if found is None or not len(found):
            return missing(split)
    other = m.once(_alike)
    if isinstance(other, Measured) and other.state == "not-applicable":
        return other
    if not (val.positive and train.positive):
        return not_applicable("a loss goes below zero, so the two have no ratio")
    guess = m.value("chance.loss")
    start = max(train.level(train.start), guess if isinstance(guess, float) else 0.0)
    first = lowest_of_first(val)
    noise = sqrt(val.level_se(val.start, val.bin_noise) ** 2 + train.level_se(train.start, train.start_se) ** 2)
    return Measured(min(first / start, 1e6), min(noise / start, 1e6), where=val.stretch(0.0, 0.1))


def lowest_of_first(val: Signal) -> float:
    """The lowest of the first validation losses, at most three."""
    return float(val.y[: min(3, max(1, len(val) // 5))].min())


@feature(
    "loss.train.fall_beside_val",
    unit="fraction",
    doc="How far the smoothed training loss falls from the first validation point to the last, as a share of its level"
    " there: what it fell before validation began is left out",
    how=_HOW,
    source="fig3",
)
def fall_beside_val(m: Measures) -> Measured:
    found = needs_both(m)
    if isinstance(found, Measured):
        return found
    first, last = float(found.train[0]), float(found.train[-1])
    scale = abs(first) if m.once(signal, "train").positive else _scale(m)
    if scale <= 0.0:
        return unknown("the training loss does not move", "too-few-points")
    return Measured((first - last) / scale, se=_gap_se(m) / scale, where=m.once(signal, "val").where())


@feature(
    "loss.train.over_val",
    unit="ratio",
    doc="Training loss over validation loss at the end",
    how=_HOW,
    source="fig3.b",
)
def train_over_val(m: Measures) -> Measured:
    ratio: Measured = gap_ratio(m)
    if not isinstance(ratio.value, float):
        return ratio
    inverse = min(1.0 / max(ratio.value, 1e-6), 1e6)
    return Measured(inverse, min(ratio.se * inverse**2, 1e6), where=ratio.where)


@feature(
    "loss.gap_ratio",
    unit="ratio",
    doc="Validation loss over training loss at the end",
    how=_HOW,
    source="fig3",
)
def gap_ratio(m: Measures) -> Measured:
    found = m.once(_alike)
    if isinstance(found, Measured):
        return found
    val, train = m.once(signal, "val"), m.once(signal, "train")
    if not (val.positive and train.positive):
        return not_applicable("a loss goes below zero, so the two have no ratio")
    n = max(1, len(found.t) // 5)
    a, b = median(found.val[-n:]), median(found.train[-n:])
    ratio = min(a / b, 1e6)
    val_se = val.level_se(val.end, val.end_se) / a
    train_se = train.level_se(train.end, train.end_se) / b
    return Measured(ratio, min(ratio * hypot(val_se, train_se), 1e6), where=val.stretch(0.8, 1.0))


@feature(
    "loss.val.below_train",
    unit="fraction",
    doc="Share of the run in which validation loss lies below training loss",
    how=_HOW,
    source="fig3.b",
)
def below_train(m: Measures) -> Measured:
    found = m.once(_alike)
    if isinstance(found, Measured):
        return found
    share = float((found.val < found.train).sum()) / len(found.t)
    return Measured(share, where=m.once(signal, "val").where())


@feature(
    "loss.val.follows_train",
    doc="Rank correlation of validation and training loss over the run (1: they move together, -1: against each other)",
    how=_HOW,
    source="fig3",
)
def follows_train(m: Measures) -> Measured:
    found = needs_both(m)
    if isinstance(found, Measured):
        return found
    n = len(found.t)
    if n < 5:
        return unknown(
            f"evaluate more often, or train longer: 5 validation losses are needed, {n} are there", "too-few-points"
        )
    a, b = _ranks(found.val), _ranks(found.train)
    rho = float(a @ b) / max(sqrt(float(a @ a) * float(b @ b)), 1e-12)
    # The points of a smooth are not independent: count its windows.
    windows = max(n / m.once(signal, "val").window, 4.0)
    return Measured(rho, (1.0 - rho * rho) / sqrt(windows - 2.0) + 0.02, where=m.once(signal, "val").where())


def _ranks(y: Array) -> Array:
    ranks = np.empty(len(y))
    ranks[np.argsort(y, kind="stable")] = np.arange(len(y))
    centred: Array = ranks - 0.5 * (len(y) - 1)
    return centred
