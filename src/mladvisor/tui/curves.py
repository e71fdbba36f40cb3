"""Curves made ready for a moving window: minima and maxima of ever wider blocks, so that drawing costs the width alone.

A level keeps, of each block of the level below, its lowest and highest point and one that is not finite, in the order
of x. Extremes and divergence are therefore never lost, whatever the zoom.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mladvisor.diagnosis.picture import Panel
from mladvisor.render.cells import Row, Style
from mladvisor.render.plot import Mark, Series, Span, plot
from mladvisor.render.text import shorten

if TYPE_CHECKING:
    from mladvisor.render.axes import Scale
    from mladvisor.render.canvas import Glyphs

Array = np.ndarray[Any, np.dtype[Any]]

BLOCK = 16
ENOUGH = 12_000
"""Points that are drawn at most: more than ten for each pixel column of a wide terminal."""
FEWEST = 6
"""A window holds at least the width of this many points; below, there is nothing left to see."""
_STYLE: dict[str, Style] = {"train": "train", "val": "val", "test": "val"}


class Pyramid:
    """One curve at several levels of detail; the finest is the data itself."""

    def __init__(self, x: Array, y: Array) -> None:
        count = min(len(x), len(y))
        x, y = np.asarray(x[:count], dtype=np.float64), np.asarray(y[:count], dtype=np.float64)
        placed = np.isfinite(x)
        if not placed.all():
            x, y = x[placed], y[placed]
        if len(x) and (x[1:] < x[:-1]).any():
            order = np.argsort(x, kind="stable")
            x, y = x[order], y[order]
        self.levels: list[tuple[Array, Array]] = [(x, y)]
        while len(self.levels[-1][0]) > ENOUGH:
            self.levels.append(_coarser(*self.levels[-1]))

    def __len__(self) -> int:
        return len(self.levels[0][0])

    def within(self, low: float, high: float) -> tuple[Array, Array]:
        """The points of a window at the finest level that is cheap to draw, with its ends interpolated."""
        for x, y in self.levels:
            start = int(np.searchsorted(x, low, side="left"))
            stop = int(np.searchsorted(x, high, side="right"))
            if stop - start <= ENOUGH:
                return _with_ends(x, y, (start, stop), low, high)
        raise AssertionError("the coarsest level is always small enough")


def _coarser(x: Array, y: Array) -> tuple[Array, Array]:
    whole = len(x) // BLOCK * BLOCK
    blocks = y[:whole].reshape(-1, BLOCK)
    finite = np.isfinite(blocks)
    lowest = np.where(finite, blocks, np.inf).argmin(axis=1)
    highest = np.where(finite, blocks, -np.inf).argmax(axis=1)
    lost = np.where(finite.all(axis=1), highest, finite.argmin(axis=1))
    kept = np.sort(np.stack([lowest, highest, lost], axis=1), axis=1)
    kept += np.arange(len(blocks))[:, None] * BLOCK
    at = np.concatenate([kept.ravel(), np.arange(whole, len(x))])
    return x[at], y[at]


def _with_ends(x: Array, y: Array, at: tuple[int, int], low: float, high: float) -> tuple[Array, Array]:
    """The points between two indices, and where the line crosses the ends of the window."""
    start, stop = at
    xs, ys = x[start:stop], y[start:stop]
    if 0 < start < len(x) and (not len(xs) or xs[0] > low):
        xs, ys = np.insert(xs, 0, low), np.insert(ys, 0, _between(x, y, start, low))
    if 0 < stop < len(x) and len(xs) and xs[-1] < high:
        xs, ys = np.append(xs, high), np.append(ys, _between(x, y, stop, high))
    return xs, ys


def _between(x: Array, y: Array, right: int, at: float) -> float:
    """The y at a place between the points `right - 1` and `right`."""
    x0, x1, y0, y1 = float(x[right - 1]), float(x[right]), float(y[right - 1]), float(y[right])
    return y1 if x1 <= x0 else y0 + (y1 - y0) * (at - x0) / (x1 - x0)


def moving_mean(y: Array, share: float) -> Array:
    """The mean around each point, over a share of all points; ends use what there is, lost values stay lost."""
    half = max(1, round(len(y) * share / 2))
    finite = np.isfinite(y)
    sums = np.concatenate([[0.0], np.cumsum(np.where(finite, y, 0.0))])
    counts = np.concatenate([[0], np.cumsum(finite)])
    at = np.arange(len(y))
    low, high = np.maximum(0, at - half), np.minimum(len(y), at + half + 1)
    found = counts[high] - counts[low]
    mean = (sums[high] - sums[low]) / np.maximum(1, found)
    return np.where(finite & (found > 0), mean, y)


class Drawing:
    """A panel made ready for drawing: levels of detail are made once, when they are first needed.

    Args:
        cache: levels of detail to share between drawings of one run, empty at first.
    """

    def __init__(self, panel: Panel, cache: dict[tuple[int, float], Pyramid] | None = None) -> None:
        self.panel = panel
        self._levels = {} if cache is None else cache
        ends = [float(c.x[at]) for c in panel.curves if len(c.x) for at in (0, -1) if np.isfinite(c.x[at])]
        self.span = (min(ends), max(ends)) if ends and max(ends) > min(ends) else (0.0, 1.0)
        most = max((len(curve.x) for curve in panel.curves), default=1)
        self.least = (self.span[1] - self.span[0]) * min(1.0, FEWEST / max(1, most))
        self._whole = all(bool((curve.x[:1000] == np.floor(curve.x[:1000])).all()) for curve in panel.curves)

    def _pyramid(self, number: int, smooth: float) -> Pyramid:
        curve = self.panel.curves[number]
        key = (id(curve.y), smooth)
        if key not in self._levels:
            self._levels[key] = Pyramid(curve.x, moving_mean(curve.y, smooth) if smooth else curve.y)
        return self._levels[key]

    def rows(
        self,
        columns: int,
        rows: int,
        *,
        window: tuple[float, float] | None = None,
        scale: Scale = "auto",
        smooth: float = 0.0,
        hidden: Collection[int] = (),
        glyphs: Glyphs = "braille",
    ) -> list[Row]:
        """The picture in exactly `rows` rows of `columns` columns."""
        low, high = window or self.span
        if self._whole and window:
            low, high = np.floor(low), np.ceil(high)
        series: list[Series] = []
        for number, curve in enumerate(self.panel.curves):
            if number in hidden or not len(curve.x):
                continue
            style = _STYLE.get(curve.split, "other")
            x, y = self._pyramid(number, smooth).within(low, high)
            if smooth:
                series.insert(0, Series(*self._pyramid(number, 0.0).within(low, high), "", "dim"))
            series.append(Series(x, y, curve.label, style))
        if scale == "auto" and not self.panel.log_helps:
            scale = "linear"
        return plot(
            series,
            width=columns,
            height=rows,
            spans=[Span(max(low, one.start), min(high, one.end), one.label) for one in self._spans(low, high)],
            marks=[Mark(one.x, one.label) for one in self.panel.marks if low <= one.x <= high],
            scale=scale,
            glyphs=glyphs,
            title=shorten(self.panel.title, max(8, columns // 3)),
            x_label=self.panel.x_label,
        )

    def _spans(self, low: float, high: float) -> Sequence[Any]:
        return [one for one in self.panel.spans if one.start <= high and one.end >= low]
