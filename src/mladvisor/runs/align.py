"""Curves whose x never decreases: logs in which a training starts again are cut, those that resume are joined.

A file may hold several trainings (an appended log, k folds, a restart). x falling back to the start is a new training:
of those, the last one that is at least half as long as the longest is used, so that an attempt that was broken off
does not hide the training before it. Long is what has many points, or what went far in x: one that is logged every
hundredth step rather than every tenth is no shorter. x falling back to the middle is a resume from a checkpoint: the
points logged again replace the ones before.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import msgspec
import numpy as np

from mladvisor.runs.model import XUnit
from mladvisor.runs.readers.base import RawCurve

_NEW_TRAINING = 0.1  # x falls back into the first tenth of what was reached: a start, not a resume
_ENOUGH = 0.5
_READABLE = 10  # rows of a training that went as far with fewer points: its curves can still be read
_TELLING = 4  # points of a training that can be told to go on
_LOST = 0.1  # of the first training's gain: one that begins anew has lost all of it, one that goes on next to nothing
_UNITS: tuple[XUnit, ...] = ("epoch", "step", "row")


class Cut:
    """Which rows of a file are used. `ranges` are (first, last) row of the trainings, the used one at `used`."""

    __slots__ = ("drops", "first", "last", "notes", "shifts", "unit")

    def __init__(self) -> None:
        self.unit: XUnit = "step"  # what the x's of `drops` count
        self.first, self.last = -np.inf, np.inf
        self.drops: list[tuple[float, float, float]] = []  # (from row, to row, x): points at or after x are replaced
        self.shifts: list[tuple[float, float]] = []  # (from row, by): x is counted on from an earlier training
        self.notes: list[str] = []


def falls_back(curves: list[RawCurve]) -> bool:
    """Some curve's x decreases somewhere."""
    return any(c.x is not None and len(c.x) > 1 and bool((np.diff(c.x) < 0).any()) for c in curves)


def plan(
    curves: list[RawCurve], file: str, *, pieces: int = 1, losses: Sequence[RawCurve] = (), unit_shared: bool = True
) -> Cut:
    """How to cut the curves of one log, all of them alike. Rows stand for time.

    Args:
        pieces: files that it consists of.
        losses: those of the curves that tell whether a training goes on with the model of the one before.
        unit_shared: the x of all curves counts the same.
    """
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
    every = starts
    if unit_shared and losses and len(starts) > 1:
        starts = _new_ones(starts, row, losses)
    bounds = [*starts, len(x)]
    sizes = [bounds[at + 1] - bounds[at] for at in range(len(starts))]
    used = _last_long(bounds, every, row, x)
    lines = ", ".join(f"{int(row[at])}" for at in every[1:6]) + (", ..." if len(every) > 6 else "")
    place = f"x falls back at row {lines}" if pieces == 1 else "x falls back"
    if len(every) > 1:
        told = [at for at in every if bounds[used] < at < bounds[used + 1]]
        cut.shifts = _shifts(told, bounds[used], row, x)
        which = _which(len(starts), used, len(told))
        cut.notes.append(f"{file} holds {len(every)} trainings, one after the other ({place}): {which}")
    if len(sizes) > 1:
        cut.first = float(row[bounds[used]])
        cut.last = float(row[bounds[used + 1]]) - 0.5 if used + 1 < len(starts) else np.inf
    own = [(at, to) for at, to in resumes if bounds[used] <= at < bounds[used + 1]]
    for at, to in own:
        cut.drops.append((cut.first, float(row[at]), to))
    if own:
        where = ", ".join(f"{to:g}" for _, to in own[:5])
        cut.notes.append(
            f"{file} was resumed at x = {where}: what was logged again from there replaces what was before"
        )
    return cut


def _last_long(bounds: list[int], every: list[int], row: np.ndarray, x: np.ndarray) -> int:
    """The number of the last training, of those between `bounds`, that is at least half as long as the longest.

    Args:
        every: where x falls back to its start, in a training that goes on as well.
    """
    sizes, rows, ways = [], [], []
    for first, end in itertools.pairwise(bounds):
        pieces = [at for at in every if first <= at < end] + [end]
        sizes.append(end - first)
        rows.append(len(np.unique(row[first:end])))
        ways.append(sum(float(np.ptp(x[one:to])) for one, to in itertools.pairwise(pieces)))
    return max(
        at
        for at, (size, count, way) in enumerate(zip(sizes, rows, ways, strict=True))
        if size >= _ENOUGH * max(sizes) or (count >= _READABLE and way >= _ENOUGH * max(ways))
    )


def _which(count: int, used: int, joined: int) -> str:
    """What becomes of `count` trainings of which number `used` is read, made of `joined` more that go on."""
    goes_on = "each goes on where the one before ended" if joined > 1 else "the second goes on where the first ended"
    if count == 1:
        return f"{goes_on}, and they are read as one"
    which = "the last" if used == count - 1 else f"number {used + 1}, as those after it are much shorter,"
    return f"{which} is used" + (", with what goes on from it" if joined else "")


def _new_ones(starts: list[int], row: np.ndarray, losses: Sequence[RawCurve]) -> list[int]:
    """Those of the starts at which a training begins anew."""
    rows = [float(row[at]) for at in starts] + [np.inf]
    return [at for i, at in enumerate(starts) if i == 0 or not _goes_on(losses, rows[i - 1], rows[i], rows[i + 1])]


def _goes_on(losses: Sequence[RawCurve], first: float, second: float, end: float) -> bool:
    """Every loss of the rows from `second` on starts where it stood at the end of those from `first` on, and falls on
    as slowly: what the first training gained is not gained again.
    """
    told = False
    for c in losses:
        row = np.asarray(c.rows if c.rows is not None else np.arange(1, len(c.y) + 1), dtype=float)
        before, after = c.y[(row >= first) & (row < second)], c.y[(row >= second) & (row < end)]
        if min(len(before), len(after)) < _TELLING or not (np.isfinite(before).all() and np.isfinite(after[:2]).all()):
            continue
        reached = float(np.median(before[-3:]))
        gain = float(before[0]) - reached
        if gain <= 0:
            continue
        noise = float(np.median(np.abs(np.diff(before[len(before) // 2 :]))))
        if max(abs(after[0] - reached), abs(after[0] - after[1])) > _LOST * gain + 2 * noise:
            return False
        told = True
    return told


def _shifts(joined: list[int], begun: int, row: np.ndarray, x: np.ndarray) -> list[tuple[float, float]]:
    """What is added to x from each of the points `joined` on, so that it counts on from the training before."""
    shifts: list[tuple[float, float]] = []
    by = 0.0
    ends = [*joined[1:], len(x)][: len(joined)]
    for at, end in zip(joined, ends, strict=True):
        ahead = np.diff(x[at:end])
        step = float(np.median(ahead[ahead > 0])) if (ahead > 0).any() else 1.0
        by += float(x[begun:at].max()) + step - float(x[at])
        shifts.append((float(row[at]), by))
        begun = at
    return shifts


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
    if cut.shifts and c.x_unit == cut.unit:
        x = x.copy()
        for begun, by in cut.shifts:
            x[row >= begun] = c.x[row >= begun] + by  # type: ignore[index]
        c = msgspec.structs.replace(c, x=x, epochs=None)
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
        None if c.steps is None else c.steps[index],
    )
