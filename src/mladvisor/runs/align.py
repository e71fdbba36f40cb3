"""Curves whose x never decreases: logs in which a training starts again are cut, those that resume are joined.

A file may hold several trainings (an appended log, k folds, a restart). x falling back to the start is a new training:
of those, the last one with at least half the points of the longest is used, so that an attempt that was broken off
does not hide the training before it. x falling back to the middle is a resume from a checkpoint: the points logged
again replace the ones before.
"""

from __future__ import annotations

import numpy as np

from mladvisor.runs.model import XUnit
from mladvisor.runs.readers.base import RawCurve

_NEW_TRAINING = 0.1  # x falls back into the first tenth of what was reached: a start, not a resume
_ENOUGH = 0.5
_UNITS: tuple[XUnit, ...] = ("epoch", "step", "row")


class Cut:
    """Which rows of a file are used. `ranges` are (first, last) row of the trainings, the used one at `used`."""

    __slots__ = ("drops", "first", "last", "notes", "unit")

    def __init__(self) -> None:
        self.unit: XUnit = "step"  # what the x's of `drops` count
        self.first, self.last = -np.inf, np.inf
        self.drops: list[tuple[float, float, float]] = []  # (from row, to row, x): points at or after x are replaced
        self.notes: list[str] = []


def falls_back(curves: list[RawCurve]) -> bool:
    """Some curve's x decreases somewhere."""
    return any(c.x is not None and len(c.x) > 1 and bool((np.diff(c.x) < 0).any()) for c in curves)


def plan(curves: list[RawCurve], file: str, *, pieces: int = 1) -> Cut:
    """How to cut the curves of one log, all of them alike. Rows stand for time; `pieces`: files that it consists of."""
    cut = Cut()
    cut.unit, row, x = _timeline(curves)
    back = np.flatnonzero(np.diff(x) < 0) + 1
    if not back.size:
        return cut
    starts = [0]
    resumes: list[tuple[int, float]] = []
    for at in back.tolist():
        begun = starts[-1]
        if row[at] == row[begun]:
            continue
        low, high = float(x[begun:at].min()), float(x[begun:at].max())
        if x[at] <= low + _NEW_TRAINING * (high - low):
            starts.append(at)
        else:
            resumes.append((at, float(x[at])))
    bounds = [*starts, len(x)]
    sizes = [bounds[at + 1] - bounds[at] for at in range(len(starts))]
    longest = max(sizes)
    used = max(at for at, size in enumerate(sizes) if size >= _ENOUGH * longest)
    if len(sizes) > 1:
        cut.first = float(row[bounds[used]])
        cut.last = float(row[bounds[used + 1]]) - 0.5 if used + 1 < len(starts) else np.inf
        which = "the last" if used == len(sizes) - 1 else f"number {used + 1}, as those after it are much shorter,"
        lines = ", ".join(f"{int(row[at])}" for at in starts[1:6]) + (", ..." if len(starts) > 6 else "")
        place = f"x falls back at row {lines}" if pieces == 1 else "x falls back"
        cut.notes.append(f"{file} holds {len(sizes)} trainings, one after the other ({place}): {which} is used")
    own = [(at, to) for at, to in resumes if bounds[used] <= at < bounds[used + 1]]
    for at, to in own:
        cut.drops.append((cut.first, float(row[at]), to))
    if own:
        where = ", ".join(f"{to:g}" for _, to in own[:5])
        cut.notes.append(
            f"{file} was resumed at x = {where}: what was logged again from there replaces what was before"
        )
    return cut


def _timeline(curves: list[RawCurve]) -> tuple[XUnit, np.ndarray, np.ndarray]:
    """(unit, row, x) of a file's points in the order of its rows: of the unit that most points have.

    Printed logs count steps and, between them, epochs: in one line of time x would fall back at every summary.
    """
    rows: list[np.ndarray] = []
    xs: list[np.ndarray] = []
    points = {unit: sum(len(c.y) for c in curves if c.x is not None and c.x_unit == unit) for unit in _UNITS}
    unit = max(_UNITS, key=lambda one: points[one])
    for c in curves:
        if c.x is None or not len(c.x) or c.x_unit != unit:
            continue
        rows.append(np.asarray(c.rows if c.rows is not None else np.arange(1, len(c.x) + 1), dtype=float))
        xs.append(c.x)
    row = np.concatenate(rows)
    x = np.concatenate(xs)
    order = np.argsort(row, kind="stable")
    return unit, row[order], x[order]


def apply(cut: Cut, c: RawCurve) -> RawCurve:
    """The curve with only the rows that `cut` keeps, and x that never decreases."""
    x = c.x
    if x is None:
        return c
    row = np.asarray(c.rows if c.rows is not None else np.arange(1, len(x) + 1), dtype=float)
    keep = (row >= cut.first) & (row <= cut.last)
    for first, at, to in cut.drops if c.x_unit == cut.unit else ():
        keep &= ~((row >= first) & (row < at) & (x >= to))
    index = np.flatnonzero(keep)
    if index.size > 1 and (np.diff(x[index]) < 0).any():
        # Left-over disorder (two writers in one file): a point is kept when nothing after it has a smaller x.
        later = np.minimum.accumulate(x[index][::-1])[::-1]
        index = index[x[index] <= later]
    return take(c, index)


def take(c: RawCurve, index: np.ndarray) -> RawCurve:
    """The points of a curve at `index`."""
    return RawCurve(
        c.name,
        c.y[index],
        None if c.x is None else c.x[index],
        c.x_unit,
        None if c.rows is None else c.rows[index],
        None if c.epochs is None else c.epochs[index],
        c.blanks,
        c.split,
        c.role,
        c.column,
    )
