"""Parts of a loss that both splits log (box and class, reconstruction and divergence): which of them go apart."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where
from mladvisor.features.robust import median
from mladvisor.runs.model import Curve
from mladvisor.runs.roles import default_columns

_LEAST = 8
"""Points of a part below which its ends are single values."""
_HOW = "log each part of the loss on training and on validation data at every epoch"


class Apart(NamedTuple):
    """The part whose training loss fell furthest beyond its validation loss, as shares of where each began."""

    name: str
    train: float
    val: float
    where: Where


def _fall(curve: Curve) -> float | None:
    y = curve.y[np.isfinite(curve.y)]
    if len(y) < _LEAST or bool((y < 0).any()):
        return None
    end, first = median(y[-max(2, len(y) // 5) :]), median(y[: max(2, len(y) // 10)])
    return (first - end) / first if first > 0 else None


def furthest_apart(m: Measures) -> Apart | None:
    """Of the parts that both splits log. Use `m.once`."""
    of_split = {
        split: {curve.role.name: curve for curve in m.run.having("loss", split) if curve.role.component}
        for split in ("train", "val")
    }
    found: list[tuple[float, Apart]] = []
    for name, curve in of_split["val"].items():
        beside = of_split["train"].get(name)
        if beside is None:
            continue
        train, val = _fall(beside), _fall(curve)
        if train is not None and val is not None:
            x = curve.x[np.isfinite(curve.x)]
            where = Where(curve.place.file, curve.place.column, curve.x_unit, float(x[0]), float(x[-1]))
            found.append((train - val, Apart(name, train, val, where)))
    return max(found, key=lambda one: one[0])[1] if found else None


@feature(
    "loss.part.train_fall",
    unit="fraction",
    doc="Of the part of the loss whose splits go furthest apart: how far it falls on training data",
    how=_HOW,
    source="fig3",
)
def train_fall(m: Measures) -> Measured | None:
    found: Apart | None = m.once(furthest_apart)
    return None if found is None else Measured(found.train, note=found.name, where=found.where)


@feature(
    "loss.part.val_fall",
    unit="fraction",
    doc="Of the same part: how far it falls on validation data; negative where it rises",
    how=_HOW,
    source="fig3",
)
def val_fall(m: Measures) -> Measured | None:
    found: Apart | None = m.once(furthest_apart)
    return None if found is None else Measured(max(found.val, -1e6), note=found.name, where=found.where)


@feature(
    "loss.part.name",
    type="any",
    doc="What that part is called",
    how=_HOW,
    source="fig3",
)
def name_of_part(m: Measures) -> Measured | None:
    found: Apart | None = m.once(furthest_apart)
    return None if found is None else Measured(found.name, where=found.where)


_OF_BOXES = frozenset(("box", "boxes", "bbox", "bboxes"))


@feature(
    "loss.box_term_zero",
    unit="fraction",
    doc="Share of the points at which the term of a detector's training loss that is about boxes is exactly zero; the"
    " largest of several, in whose note stands which",
    how="log each part of the loss on training data",
    source="fig4.a",
)
def box_term_zero(m: Measures) -> Measured | None:
    """A term about boxes is zero where no box of the labels is given to it: it has no other reason to be so exactly."""
    shares: list[tuple[float, Curve]] = []
    for curve in m.run.having("loss", "train"):
        own = _OF_BOXES.intersection(default_columns().words(curve.name))
        if curve.role.component and own and len(curve) >= _LEAST and bool(np.isfinite(curve.y).all()):
            shares.append((float(np.mean(curve.y == 0.0)), curve))
    if not shares:
        return None
    share, curve = max(shares, key=lambda one: one[0])
    where = Where(curve.place.file, curve.place.column, curve.x_unit, float(curve.x[0]), float(curve.x[-1]))
    return Measured(share, note=curve.name, where=where)


@feature(
    "loss.box_term_says",
    type="any",
    doc="The name of the term that `loss.box_term_zero` is of",
    how="log each part of the loss on training data",
    source="fig4.a",
)
def box_term_says(m: Measures) -> Measured | None:
    found = m.one("loss.box_term_zero")
    return Measured(found.note, where=found.where) if found.known else None
