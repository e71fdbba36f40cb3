"""Points gathered from text, and the curves they make.

One name may be printed on two levels, for single steps and as a mean of the epoch ("Batch loss" lines and a summary):
these are two curves. Steps that start again in every epoch are laid end to end.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from math import isnan
from typing import TYPE_CHECKING, Literal

import numpy as np

from mladvisor.runs.model import Split, XUnit
from mladvisor.runs.readers.base import RawCurve

if TYPE_CHECKING:
    from mladvisor.runs.readers.sentences import Where

Level = Literal["epoch", "step", "row"]
MAX_TRACKS = 300
_FEW = 3
_MANY = 10
_SHARE = 0.25
_LEVELS: tuple[Level, ...] = ("epoch", "step", "row")
_PASSES = 2  # starts from the beginning that are passes over the data; one may be a second training
_TIED = 0.2  # share of points whose x repeats the one before, above which x does not tell the points apart


class Track:
    """The points of one name on one level."""

    __slots__ = ("epochs", "name", "of_total", "own", "rows", "split", "steps", "totals", "values", "within")

    def __init__(self, name: str, split: Split | None) -> None:
        self.name, self.split = name, split
        self.values, self.steps, self.epochs = array("d"), array("d"), array("d")
        self.rows = array("q")
        self.totals = array("d")
        self.within = False
        self.of_total = True  # each point says of how many steps
        self.own = 0

    def was_at(self, where: Where, row: int) -> bool:
        """The last point stands there, and the line before told it."""
        epoch = self.epochs[-1]
        return (
            row <= self.rows[-1] + 1
            and self.steps[-1] == where.step
            and (epoch == where.epoch or (isnan(epoch) and isnan(where.epoch)))
        )

    def in_one_place(self) -> bool:
        """All points stand at the same epoch and step."""
        return all(len({value for value in column if not isnan(value)}) <= 1 for column in (self.steps, self.epochs))


class Tracks:
    """All points of a log."""

    def __init__(self) -> None:
        self._tracks: dict[tuple[str, Level], Track] = {}

    def add(
        self,
        name: str,
        value: float,
        split: Split | None,
        row: int,
        where: Where,
        *,
        own: bool,
        replace: bool = False,
        since: int = 0,
    ) -> None:
        """One point.

        Args:
            own: its place is on the line itself.
            replace: a rewrite of the last point there.
            since: a point from this row on is a state of the same pass, and gives way (0: there is no pass).
        """
        level: Level = "step" if where.step == where.step else "epoch" if where.epoch == where.epoch else "row"
        track = self._tracks.get((name, level))
        if track and track.of_total and level == "step" and where.epoch == where.epoch and isnan(where.total):
            level = "epoch"  # fairseq's mean of the epoch, which says how many updates there were
            track = self._tracks.get((name, level))
        if track is None:
            if len(self._tracks) >= MAX_TRACKS:
                return
            track = self._tracks[name, level] = Track(name, split)
        if replace and track.values and track.epochs[-1] == where.epoch and level == "epoch":
            track.values[-1], track.rows[-1] = value, row
            return
        if since and track.values and track.rows[-1] >= since:
            track.values[-1], track.rows[-1] = value, row
            return
        if level == "step" and track.values and value == track.values[-1] and track.was_at(where, row):
            return  # two loggers print the same line
        track.values.append(value)
        track.steps.append(where.step)
        track.epochs.append(where.epoch)
        track.rows.append(row)
        track.own += own
        track.totals.append(where.total)
        if track.of_total and isnan(where.total):
            track.of_total = False
        track.within = track.within or (where.within and not isnan(where.total))

    def means_of_training(self, is_one: Callable[[str], bool]) -> dict[float, float]:
        """Epoch -> value of the first track by epochs that `is_one`; {} where there is none."""
        for (name, level), track in self._tracks.items():
            if level == "epoch" and is_one(name):
                return dict(zip(track.epochs, track.values, strict=True))
        return {}

    def names(self) -> list[tuple[str, Level]]:
        """Names and levels met, in order of first appearance."""
        return list(self._tracks)

    def curves(self, is_judged: frozenset[str], at_the_end: frozenset[str] = frozenset()) -> list[RawCurve]:
        """The curves worth keeping.

        Args:
            is_judged: the names that are losses or metrics (these decide which level is).
            at_the_end: those that are kept though they were told once, after a long training.
        """
        longest = {
            level: max(
                (len(t.values) for (n, at), t in self._tracks.items() if n in is_judged and at == level), default=0
            )
            for level in _LEVELS
        }
        placed = max(longest["epoch"], longest["step"]) >= _FEW
        found: list[RawCurve] = []
        for (name, level), track in self._tracks.items():
            size = len(track.values)
            judged = name in is_judged
            if size < _FEW and (level == "row" or not judged):
                continue
            if level == "row" and placed:
                continue
            last = name in at_the_end and size < _FEW
            if size < _FEW and max(longest.values()) >= _MANY and track.split in (None, "train") and not last:
                continue
            few = not track.own and size < _SHARE * longest[level]
            if few and (not judged or (size >= _FEW and track.in_one_place())):
                continue  # a setting printed whenever training starts again, or a report for each class at the end
            twin = self._tracks.get((name, "epoch")) if level == "step" else None
            if level == "epoch":
                steps = self._tracks.get((name, "step"))
                if steps and size < _FEW and len(steps.values) >= _MANY:
                    continue
            crowded = twin is not None and not (len(twin.values) < _FEW and size >= _MANY)
            found.append(_curve(track, level, name + " batch" if crowded else name))
        if not any(c.x_unit == "epoch" and c.column in is_judged and c.split in (None, "train") for c in found):
            _count_in_steps(found)
        return found


def _curve(track: Track, level: Level, name: str) -> RawCurve:
    y = np.frombuffer(track.values, np.float64).copy()
    rows = np.frombuffer(track.rows, np.int64).copy()
    epochs = np.frombuffer(track.epochs, np.float64).copy()
    steps = np.frombuffer(track.steps, np.float64).copy()
    curve = RawCurve(name=name, y=y, rows=rows, split=track.split, column=track.name)
    unit: XUnit = "row"
    if level == "epoch":
        unit, x = "epoch", epochs
    elif level == "step":
        unit, x = "step", _laid_out(steps, epochs, track)
    else:
        return curve
    if len(x) > 1 and np.mean(x[1:] == x[:-1]) > _TIED:
        # many points at one place: a header that names the epoch once, or steps rounded to three digits
        if np.isfinite(epochs).all():
            curve.x, curve.x_unit, curve.epochs = np.arange(1.0, len(y) + 1), "step", epochs
        return curve
    curve.x, curve.x_unit = x, unit
    if level == "step" and np.isfinite(epochs).any():
        curve.epochs = epochs
    return curve


def _count_in_steps(curves: list[RawCurve]) -> None:
    """Validation printed by epoch beside training printed by step: its x becomes the step printed last before it."""
    steps = [c for c in curves if c.x_unit == "step" and c.epochs is not None and c.split in (None, "train")]
    if not steps:
        return
    clock = max(steps, key=lambda c: len(c.y))
    if clock.rows is None or clock.x is None or (np.diff(clock.rows) < 0).any():
        return
    for curve in curves:
        if curve.x_unit == "epoch" and curve.rows is not None:
            at = np.maximum(np.searchsorted(clock.rows, curve.rows, side="right") - 1, 0)
            curve.epochs, curve.x, curve.x_unit = curve.x, clock.x[at], "step"


def _laid_out(steps: np.ndarray, epochs: np.ndarray, track: Track) -> np.ndarray:
    """Steps counted over the whole training, shape (n,), where the log starts again in every epoch."""
    if len(steps) < 2:
        return steps
    if not np.isfinite(epochs).all():
        return _end_to_end(steps, np.frombuffer(track.totals, np.float64))
    back = (steps[1:] < steps[:-1]) & (epochs[1:] != epochs[:-1])
    if not (back.any() or (track.within and np.ptp(epochs) > 0)):
        return steps
    totals = np.frombuffer(track.totals, np.float64)
    ahead = np.diff(steps)
    guess = steps.max() + (np.median(ahead[ahead > 0]) if (ahead > 0).any() else 1.0)
    length = np.where(totals >= steps, totals, guess)  # of the epoch of each point: trainings in one file may differ
    return np.asarray((epochs - epochs.min()) * length + steps)


def _end_to_end(steps: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Steps "n/total" that start again without an epoch named: where they do so more than once, each is a new pass."""
    starts = steps[1:] < steps[:-1]
    if starts.sum() < _PASSES or not (totals == totals[0]).all():
        return steps
    return np.asarray(np.concatenate([[0.0], np.cumsum(starts)]) * totals[0] + steps)
