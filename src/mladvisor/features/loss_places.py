"""Where in the epoch the loss, or the gradient norm, of single batches leaps (fig2).

Epochs are compared with each other: what chance does in one epoch it does not do at the same batch of the next. A batch
of spoilt rows comes back in every epoch as long as the order is kept. Once the network knows its rows by heart the loss
is low there, and the gradient is still large.
"""

from __future__ import annotations

from math import comb

import msgspec
import numpy as np

from mladvisor.features.batch_rows import BatchRows, batch_rows
from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, not_applicable, unknown
from mladvisor.features.robust import Array, median, quantiles, running_median
from mladvisor.features.signal import LARGEST, Signal, step_signal
from mladvisor.runs.model import Curve
from mladvisor.runs.roles import default_columns

HOW = "log the loss of every batch beside its epoch and step"
EPOCHS = 3
BATCHES = 8
"""Epochs, and batches in each, below which no place of an epoch can be told from chance."""
LEAP = 8.0
"""A loss leaps that lies this many times as far above the epoch's median as four of five batches do (seven standard
deviations of a normal distribution)."""
LEAST = 0.05
"""That distance is this share of the level at least: batches may be as good as alike."""


class Steps(msgspec.Struct, eq=False):
    """One quantity of single batches, epoch by epoch.

    Attributes:
        values: of each epoch.
        places: which of the batches that are logged of an epoch each is, from 0.
        batches: the number of each of them in the epoch.
        where: the stretch of the log.
    """

    values: list[Array]
    places: list[np.ndarray]
    batches: Array
    where: Where


def steps_of(m: Measures) -> tuple[Steps | None, Steps | None]:
    """Training loss and gradient norm of single batches: of the per-batch log, else of curves. Use `m.once`."""
    found: BatchRows | None = m.once(batch_rows)
    of_table = [_of_table(found, name) for name in ("loss", _gradient_column(found))]
    s: Signal | None = m.once(step_signal, "train")
    curves = m.run.having("gradient-norm")
    each = m.value("run.updates_per_epoch")
    length = each if isinstance(each, float) and each >= BATCHES else _between_evaluations(m)
    of_curve = [
        _of_curve(None if s is None else s.curve, length),
        _of_curve(max(curves, key=len) if curves else None, length),
    ]
    loss, gradient = (one or other for one, other in zip(of_table, of_curve, strict=True))
    return loss, gradient


def _between_evaluations(m: Measures) -> float | None:
    """Steps from one evaluation to the next, if they are always as many: mostly an epoch, and if not, what comes back
    at one place between them has a clock all the same.
    """
    for curve in (*m.run.having("loss"), *m.run.having("metric")):
        if curve.role.split == "val" and curve.x_unit == "step" and len(curve) >= EPOCHS:
            apart = np.diff(curve.x)
            if bool((apart == apart[0]).all()) and apart[0] >= BATCHES:
                return float(apart[0])
    return None


def _gradient_column(found: BatchRows | None) -> str:
    """The column of a per-batch log that holds the gradient norm, "" when there is none."""
    columns = default_columns()
    names = [] if found is None else found.table.names
    return next((name for name in names if columns.meaning(name).kind == "gradient-norm"), "")


def _of_table(found: BatchRows | None, column: str) -> Steps | None:
    if found is None or column not in found.table or len(found.epochs) < EPOCHS:
        return None
    y = found.numbers(column)
    epochs = [rows[np.isfinite(y[rows])] for rows in found.epochs]
    epochs = [rows for rows in epochs if len(rows)]
    if len(epochs) < EPOCHS:
        return None
    numbers = np.concatenate([found.batch[rows] for rows in epochs])
    batches, at = np.unique(numbers, return_inverse=True)
    places = np.split(at, np.cumsum([len(rows) for rows in epochs])[:-1])
    return Steps([y[rows] for rows in epochs], places, batches, found.where(found.at, column))


def _of_curve(curve: Curve | None, length: float | None) -> Steps | None:
    """Epoch by epoch as the log numbers them, else by the updates in one, where every step, or every other one, is
    logged.
    """
    if curve is None or len(curve) < EPOCHS * BATCHES:
        return None
    told = curve.x if curve.x_unit == "epoch" else curve.epochs
    if told is None and length is not None and curve.x_unit == "step":
        apart = np.diff(curve.x)
        if apart[0] > 0 and bool((apart == apart[0]).all() if apart[0] > 1 else np.median(apart) == 1.0):
            whole = np.ceil(length) % apart[0] == 0
            told = np.floor((curve.x - curve.x[0]) / np.ceil(length)) if whole else None
    if told is None:
        return None
    good = np.abs(curve.y) < LARGEST
    told, x, y = told[good], curve.x[good], curve.y[good]
    numbers = np.floor(told + 1e-9)
    pieces = np.split(np.arange(len(told)), np.flatnonzero(np.diff(numbers)) + 1)
    if len(pieces) < EPOCHS or len(set(numbers.tolist())) < len(pieces) or len(told) < BATCHES * len(pieces):
        return None
    counts = [len(rows) for rows in pieces]
    most = max(counts)
    if any(count != most for count in counts[1:-1]):  # other batches are logged in each epoch
        return None
    where = Where(curve.place.file, curve.place.column, curve.x_unit, float(x[0]), float(x[-1]))
    places = [np.arange(count) for count in counts]
    return Steps([y[rows] for rows in pieces], places, np.arange(most, dtype=np.float64), where)


class Leaps(msgspec.Struct, eq=False):
    """Leaps at one place of the epochs: chance of it, the number of the batch, epochs with it, height over the level,
    and where they stand."""

    q: float
    batch: float
    epochs: int
    height: float
    where: Where


def leaps_of(m: Measures) -> Leaps | None:
    """The leaps of the loss, or of the gradient norm, that chance explains least. Use `m.once`."""
    found = [leaps for steps in m.once(steps_of) if (leaps := _leaps(steps)) is not None]
    if not found:  # where epochs begin is not known: what leaps at one distance comes back all the same
        s: Signal | None = m.once(step_signal, "train")
        curves = m.run.having("gradient-norm")
        told = (None if s is None else s.curve, max(curves, key=len) if curves else None)
        found = [leaps for curve in told if (leaps := evenly_spaced(curve)) is not None]
    return min(found, key=lambda leaps: leaps.q) if found else None


FEWEST = 4
"""Leaps of which a common distance is told."""


def evenly_spaced(curve: Curve | None) -> Leaps | None:
    """Leaps that come at one distance, of which one may be left out now and then; q counts all distances that they
    could have had by chance.
    """
    if curve is None or len(curve) < EPOCHS * BATCHES or curve.x_unit != "step":
        return None
    good = (np.abs(curve.y) < LARGEST) & (curve.y > 0)
    x, y = curve.x[good], curve.y[good]
    count = len(x)
    apart = np.diff(x)
    if count < EPOCHS * BATCHES or bool((apart <= 0).any()):
        return None
    ratio = y / running_median(y, 9)
    middle, upper = quantiles(ratio, 0.5, 0.8)
    at = np.flatnonzero(ratio > middle + LEAP * max(upper - middle, LEAST * middle))
    where = Where(curve.place.file, curve.place.column, curve.x_unit, float(x[0]), float(x[-1]))
    if not FEWEST <= len(at) <= count // FEWEST:
        return Leaps(1.0, -1.0, 0, 0.0, where)
    gaps = np.diff(x[at])
    base, step = float(gaps.min()), float(np.median(apart))
    times = np.rint(gaps / base)
    if base < EPOCHS * step or bool((np.abs(gaps - times * base) > 0.5 * step).any()) or times.max() > 2:
        return Leaps(1.0, -1.0, 0, 0.0, where)
    place = float(x[at[0]]) % base
    if place <= step or base - place < step:  # where one epoch ends and the next begins, as the steps are counted
        return Leaps(1.0, -1.0, 0, 0.0, where)
    ways = count * (count / len(at)) * 2.0 ** float((times > 1).sum())
    q = min(1.0, ways / comb(count, len(at)))
    return Leaps(q, float((x[at[0]] - x[0]) / step % (base / step)), len(at), float(np.median(ratio[at])), where)


def _leaps(steps: Steps | None) -> Leaps | None:
    """How often a quantity leaps at the place where it does so most often."""
    if steps is None or len(steps.batches) < BATCHES:
        return None
    from mladvisor.features.evaluation.intervals import exact_tail

    total = 0
    heights: dict[int, list[float]] = {}
    for values, places in zip(steps.values, steps.places, strict=True):
        if len(values) < BATCHES:
            continue
        middle, upper = quantiles(values, 0.5, 0.8)
        reach = LEAP * max(upper - middle, LEAST * abs(middle))
        for at in np.flatnonzero(values > middle + reach) if reach > 0 else ():
            total += 1
            heights.setdefault(int(places[at]), []).append(float(values[at]) / abs(middle) if middle else 0.0)
    count_of = {place: len(found) for place, found in heights.items() if not _at_an_end(place, heights, steps)}
    if not count_of:
        return _highest(steps)
    place = max(count_of, key=lambda each: (count_of[each], -each))
    count, share = count_of[place], 1.0 / len(steps.batches)
    q = min(1.0, len(steps.batches) * exact_tail(count, total, share))
    found = Leaps(q, float(steps.batches[place]), count, median(np.array(heights[place])), steps.where)
    return min(found, _highest(steps), key=lambda leaps: leaps.q)


STANDS_OUT = 4.0
"""Of the same distance: five standard deviations where epochs are noisy, and many of them have it at one place."""


def _highest(steps: Steps) -> Leaps:
    """How often one batch is the highest of its epoch, which stands out in most of them, alone: beside a batch that is
    hard by chance there are others nearly as hard, and beside a hard class others of the class.
    """
    from mladvisor.features.evaluation.intervals import exact_tail

    none = Leaps(1.0, -1.0, 0, 0.0, steps.where)
    told: list[tuple[int, float, float]] = []
    for values, places in zip(steps.values, steps.places, strict=True):
        if len(values) >= BATCHES:
            at = int(np.argmax(values))
            middle, upper = quantiles(values, 0.5, 0.8)
            unit = max(upper - middle, LEAST * abs(middle))
            second = float(np.delete(values, at).max())
            alone = values[at] - middle > 2.0 * (second - middle)
            far = (float(values[at]) - middle) / unit if unit > 0 and alone else 0.0
            told.append((int(places[at]), far, float(values[at]) / middle if middle > 0 else 0.0))
    tops = [place for place, _, _ in told]
    place = max(set(tops), key=lambda each: (tops.count(each), -each), default=-1)
    mine = [(far, height) for at, far, height in told if at == place and far >= STANDS_OUT]
    count, share = len(mine), 1.0 / len(steps.batches)
    if count < max(EPOCHS, 0.5 * len(told)) or place in (0, len(steps.batches) - 1):
        return none
    q = min(1.0, len(steps.batches) * exact_tail(count, len(told), share))
    heights = np.array([height for _, height in mine])
    return Leaps(q, float(steps.batches[place]), count, median(heights), steps.where)


def _at_an_end(place: int, leaping: dict[int, list[float]], steps: Steps) -> bool:
    """All batches from this one to an end of the epoch leap: there the rows of a rare class of a sorted file stand."""
    before, after = range(place), range(place, len(steps.batches))
    return all(each in leaping for each in before) or all(each in leaping for each in after)


@feature(
    "batches.leap_q",
    unit="probability",
    doc="Chance that leaps of the training loss (or gradient norm) which come at random would meet one batch of the"
    " epochs as often as they do (small: that batch is unlike the others)",
    how=HOW,
    source="fig2.d",
)
def leap_q(m: Measures) -> Measured:
    return _of_leaps(m, "q")


@feature(
    "batches.leap_epochs",
    unit="epochs",
    doc="Epochs in which the training loss (or gradient norm) leaps at one and the same batch, far above all others",
    how=HOW,
    source="fig2.d",
)
def leap_epochs(m: Measures) -> Measured:
    return _of_leaps(m, "epochs")


@feature(
    "batches.leap_height",
    unit="ratio",
    doc="What leaps at that batch as a multiple of the epoch's median: the median over the epochs",
    how=HOW,
    source="fig2.d",
)
def leap_height(m: Measures) -> Measured:
    return _of_leaps(m, "height")


@feature("batches.leap_batch", doc="The number of that batch in the epoch", how=HOW, source="fig2.d")
def leap_batch(m: Measures) -> Measured:
    return _of_leaps(m, "batch")


def _of_leaps(m: Measures, name: str) -> Measured:
    found: Leaps | None = m.once(leaps_of)
    if found is None:
        return unknown(f"the losses of single batches of {EPOCHS} epochs are not logged: {HOW}", "not-logged")
    if name in ("height", "batch") and not found.epochs:
        return not_applicable("the loss leaps at no batch")
    return Measured(float(getattr(found, name)), where=found.where)
