"""Both losses side by side, as they are told: the very levels that the gap and its ratio are made of (`loss_gap`), so
that a reader who divides the one by the other gets the ratio that stands beside them."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.loss_gap import Pair, lowest_of_first, needs_both
from mladvisor.features.measured import Measured
from mladvisor.features.robust import Array, median
from mladvisor.features.signal import LOSS_SPLITS, Signal, missing, signal

_HOW = "log training and validation loss at every epoch"


def _level(m: Measures, split: str, *, late: bool) -> Measured:
    found = m.once(needs_both)
    if isinstance(found, Measured):
        return found
    values, n = _of(found, split), max(1, len(found.t) // 5)
    where = m.once(signal, "val").stretch(*((0.8, 1.0) if late else (0.0, 0.2)))
    return Measured(median(values[-n:] if late else values[:n]), where=where)


def _of(found: Pair, split: str) -> Array:
    return found.val if split == "val" else found.train


@feature(
    "loss.{split}.early",
    unit="loss",
    splits=LOSS_SPLITS,
    doc="Typical {split} loss of the first fifth of the run: the median of the smoothed curve at the validation points",
    how=_HOW,
    source="fig3",
)
def early(m: Measures, split: str) -> Measured:
    return _level(m, split, late=False)


@feature(
    "loss.{split}.late",
    unit="loss",
    splits=LOSS_SPLITS,
    doc="Typical {split} loss of the last fifth of the run: the median of the smoothed curve at the validation points",
    how=_HOW,
    source="fig3",
)
def late(m: Measures, split: str) -> Measured:
    return _level(m, split, late=True)


@feature(
    "loss.train.at_first_val",
    unit="loss",
    doc="Smoothed training loss at the first validation",
    how=_HOW,
    source="fig3",
)
def at_first_val(m: Measures) -> Measured:
    return _beside(m, 0)


@feature(
    "loss.train.at_last_val",
    unit="loss",
    doc="Smoothed training loss at the last validation",
    how=_HOW,
    source="fig3",
)
def at_last_val(m: Measures) -> Measured:
    return _beside(m, -1)


def _beside(m: Measures, i: int) -> Measured:
    found = m.once(needs_both)
    return (
        found if isinstance(found, Measured) else Measured(float(found.train[i]), where=m.once(signal, "val").where())
    )


@feature(
    "loss.val.first_lowest",
    unit="loss",
    doc="The lowest of the first (up to three) validation losses",
    how=_HOW,
    source="fig3.b",
)
def first_lowest(m: Measures) -> Measured:
    val: Signal | None = m.once(signal, "val")
    if val is None or not len(val):
        return missing("val")
    return Measured(lowest_of_first(val), where=val.stretch(0.0, 0.1))
