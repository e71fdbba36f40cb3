"""A line plot as rows of styled cells: one pure function, for the terminal, text reports and widgets alike.

Curves are reduced to first, minimum, maximum and last value per pixel column, which draws the very picture that all
points would (M4; Jugel, Jerzak, Hackenbroich and Markl, VLDB 2014): extremes are never lost, a million points are fine.
Values that are not finite are a gap with a `×` at the top edge: divergence is a diagnosis, not missing data.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import msgspec
import numpy as np

from mladvisor.render.axes import Axis, Scale, axis, ticks, whole_ticks
from mladvisor.render.cells import Cell, Row, Style, merged
from mladvisor.render.safe import clean
from mladvisor.render.text import fit, shorten, width

Glyphs = Literal["braille", "quadrant", "ascii"]
Array = np.ndarray[Any, np.dtype[Any]]


class Series(msgspec.Struct, frozen=True, eq=False):
    """One curve. `x` never decreases (it is sorted otherwise); `label` stands at its right end."""

    x: Sequence[float] | Array
    y: Sequence[float] | Array
    label: str = ""
    style: Style = "train"


class Span(msgspec.Struct, frozen=True):
    """A stretch of x to shade, both ends inside; None: to the edge."""

    start: float | None
    end: float | None
    label: str = ""


class Mark(msgspec.Struct, frozen=True):
    """A vertical line at x."""

    x: float
    label: str = ""


class Level(msgspec.Struct, frozen=True):
    """A horizontal line at y."""

    y: float
    label: str = ""


class _Set(msgspec.Struct, frozen=True):
    """A glyph set: pixels per cell, and the signs that are no curve."""

    across: int
    down: int
    fill: str
    mark: str
    level: str
    lost: str
    side: str
    tick: str
    corner: str
    floor: str


_SETS: dict[Glyphs, _Set] = {
    "braille": _Set(2, 4, "·", "┊", "╌", "×", "│", "┤", "└", "─"),
    "quadrant": _Set(2, 2, "·", "┊", "╌", "×", "│", "┤", "└", "─"),
    "ascii": _Set(1, 1, ".", "|", "-", "X", "|", "+", "+", "-"),
}
_QUADRANTS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
_POINT: dict[Style, str] = {"train": "*", "val": "o"}
# Bits of U+2800: dots 1 2 3 7 down the left column, 4 5 6 8 down the right.
_BRAILLE = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_QUADRANT = ((1, 2), (4, 8))


def plot(
    series: Sequence[Series],
    *,
    width: int = 80,
    height: int = 12,
    marks: Sequence[Mark] = (),
    spans: Sequence[Span] = (),
    levels: Sequence[Level] = (),
    scale: Scale = "auto",
    glyphs: Glyphs = "braille",
    title: str = "",
    x_label: str = "",
) -> list[Row]:
    """Draw curves into exactly `height` rows of exactly `width` columns. Never raises, whatever the data.

    The first row holds the title and a legend of spans, marks and levels; the last the x axis with its ticks.
    `scale` "auto" is logarithmic where all values are positive and span more than `LOG_DECADES`.
    """
    height, columns = max(1, height), max(1, width)
    signs = _SETS[glyphs]
    curves = [curve for curve in (_Curve.of(one) for one in series) if curve is not None]
    if not curves:
        return _empty(title, "no points to draw", columns, height)
    across = _x_axis(curves)
    up = _y_axis(curves, levels, scale)
    area_height = height - 2
    if up is None and not any(curve.lost.size for curve in curves):
        return _empty(title, "no points to draw", columns, height)
    labels = _y_labels(up, area_height)
    left = max((len(label) for label in labels.values()), default=0) + 1
    names = [f"{_POINT.get(c.style, '+')} {c.label}" if glyphs == "ascii" and c.label else c.label for c in curves]
    names = [shorten(clean(name), 14) for name in names]
    right = max((_width(name) for name in names), default=0)
    right += 1 if right else 0
    area_width = columns - left - 1 - right
    if area_width < 8 or area_height < 2:
        return _empty(title, "too little room for a plot", columns, height)

    canvas = _Canvas(area_width, area_height, signs, glyphs)
    for span in spans:
        canvas.shade(span, across)
    for level in levels:
        if up is not None and math.isfinite(level.y):
            canvas.level(up.share(level.y))
    for mark in marks:
        if math.isfinite(mark.x) and across.low <= mark.x <= across.high:
            canvas.mark(across.share(mark.x))
    ends = [canvas.draw(curve, across, up) for curve in curves]
    for curve in curves:
        canvas.lose(curve, across)

    beside = _place_names(ends, area_height)
    title += ", log scale" if up is not None and up.log else ""
    entries: list[tuple[str, str, Style]] = [(signs.fill, span.label, "evidence") for span in spans]
    entries += [(signs.mark, mark.label, "mark") for mark in marks]
    entries += [(signs.level, level.label, "dim") for level in levels]
    rows = [_head(title, entries, columns)]
    for line in range(area_height):
        label = labels.get(line)
        cells: Row = [
            Cell(fit(label or "", left - 1, right=True) + " ", "dim"),
            Cell(signs.tick if label else signs.side, "dim"),
        ]
        cells += canvas.row(line)
        if right:
            which = beside.get(line)
            text = fit(names[which], right - 1) if which is not None else " " * (right - 1)
            cells += [Cell(" "), Cell(text, curves[which].style if which is not None else "")]
        rows.append(cells)
    whole = all(curve.whole for curve in curves)
    floor = _floor(across, signs.floor, area=area_width, right=right, unit=x_label, whole=whole)
    rows.append([Cell(" " * left + signs.corner, "dim"), Cell(floor, "dim")])
    return rows


def _width(text: str) -> int:
    return width(text)


class _Curve(msgspec.Struct, frozen=True, eq=False):
    """A series as arrays: finite points with the number of the unbroken run each is in, and the x of lost points."""

    x: Array
    y: Array
    run: Array
    lost: Array
    label: str
    style: Style
    whole: bool

    @classmethod
    def of(cls, series: Series) -> _Curve | None:
        x = np.asarray(series.x, dtype=np.float64).ravel()
        y = np.asarray(series.y, dtype=np.float64).ravel()
        count = min(len(x), len(y))
        x, y = x[:count], y[:count]
        placed = np.isfinite(x)
        if not placed.all():
            x, y = x[placed], y[placed]
        if not len(x):
            return None
        x = np.clip(x, -8e307, 8e307)
        if (x[1:] < x[:-1]).any():
            order = np.argsort(x, kind="stable")
            x, y = x[order], y[order]
        finite = np.isfinite(y)
        whole = bool((x == np.floor(x)).all())
        if finite.all():
            run = np.zeros(len(x), dtype=np.int64)
            return cls(x, y, run, x[:0], series.label, series.style, whole)
        run = np.cumsum(~finite)
        return cls(x[finite], y[finite], run[finite], x[~finite], series.label, series.style, whole)


def _x_axis(curves: Sequence[_Curve]) -> Axis:
    ends = [float(part[at]) for curve in curves for part in (curve.x, curve.lost) if part.size for at in (0, -1)]
    return axis(min(ends), max(ends), "linear")


def _y_axis(curves: Sequence[_Curve], levels: Sequence[Level], scale: Scale) -> Axis | None:
    """The y axis over all finite values; levels are included unless they would more than double the range."""
    parts = [curve.y for curve in curves if curve.y.size]
    if not parts:
        return None
    low, high = min(float(part.min()) for part in parts), max(float(part.max()) for part in parts)
    reach = min(high, 8e307) - max(low, -8e307)
    for level in levels:
        if math.isfinite(level.y) and low - reach / 2 <= level.y <= high + reach / 2:
            low, high = min(low, level.y), max(high, level.y)
    positive = None
    if scale == "log" and low <= 0:
        above = [part[part > 0] for part in parts]
        positive = min((float(part.min()) for part in above if part.size), default=None)
    return axis(low, high, scale, positive=positive)


class _Canvas:
    """The inner area: one pixel mask, style and sign per cell."""

    def __init__(self, columns: int, rows: int, signs: _Set, glyphs: Glyphs) -> None:
        self.columns, self.rows, self.signs, self.glyphs = columns, rows, signs, glyphs
        self.across, self.down = columns * signs.across, rows * signs.down
        self.bits = {"braille": _BRAILLE, "quadrant": _QUADRANT, "ascii": ((1,),)}[glyphs]
        self.masks = [[0] * columns for _ in range(rows)]
        self.styles: list[list[Style]] = [[""] * columns for _ in range(rows)]
        self.under = [[" "] * columns for _ in range(rows)]

    def _column(self, share: float) -> int:
        return min(self.columns - 1, int(share * self.columns))

    def _put(self, line: int, column: int, sign: str, style: Style) -> None:
        self.under[line][column] = sign
        self.styles[line][column] = style

    def shade(self, span: Span, across: Axis) -> None:
        start = across.low if span.start is None or math.isnan(span.start) else span.start
        end = across.high if span.end is None or math.isnan(span.end) else span.end
        if start > end or end < across.low or start > across.high:
            return
        for column in range(self._column(across.share(start)), self._column(across.share(end)) + 1):
            for line in range(self.rows):
                self._put(line, column, self.signs.fill, "evidence")

    def level(self, share: float) -> None:
        line = min(self.rows - 1, int((1 - share) * self.rows))
        for column in range(self.columns):
            self._put(line, column, self.signs.level, "dim")

    def mark(self, share: float) -> None:
        for line in range(self.rows):
            self._put(line, self._column(share), self.signs.mark, "mark")

    def lose(self, curve: _Curve, across: Axis) -> None:
        """A sign on the top edge wherever the curve has values that are not finite."""
        if curve.lost.size:
            shares = (curve.lost - across.low) / (across.high - across.low)
            for column in np.unique(np.minimum(self.columns - 1, (shares * self.columns).astype(np.int64))).tolist():
                self.masks[0][column] = 0
                self._put(0, column, self.signs.lost, "bad")

    def draw(self, curve: _Curve, across: Axis, up: Axis | None) -> int | None:
        """Draw the curve; the line on which it ends, None when it has no finite point."""
        if up is None or not curve.y.size:
            return None
        previous: tuple[int, int, int] | None = None
        bottom = 0
        for column, first, low, high, last, begins, ends in _columns(curve, across, up, self.across, self.down):
            if previous is not None and previous[2] == begins:
                for x, y in _line(previous[0], previous[1], column, first):
                    self._dot(x, y, curve.style)
            for y in range(low, high + 1):
                self._dot(column, y, curve.style)
            previous, bottom = (column, last, ends), last
        return bottom // self.signs.down

    def _dot(self, x: int, y: int, style: Style) -> None:
        line, column = y // self.signs.down, x // self.signs.across
        bit = self.bits[y % self.signs.down][x % self.signs.across]
        masks = self.masks[line]
        if self.glyphs == "ascii":
            self.under[line][column] = _POINT.get(style, "+")
        masks[column] |= bit
        self.styles[line][column] = style

    def row(self, line: int) -> Row:
        under, masks = self.under[line], self.masks[line]
        if self.glyphs == "braille":
            text = [chr(0x2800 + mask) if mask else sign for mask, sign in zip(masks, under, strict=True)]
        elif self.glyphs == "quadrant":
            text = [_QUADRANTS[mask] if mask else sign for mask, sign in zip(masks, under, strict=True)]
        else:
            text = list(under)
        return merged(text, self.styles[line])


def _columns(
    curve: _Curve, across: Axis, up: Axis, columns: int, rows: int
) -> Iterator[tuple[int, int, int, int, int, int, int]]:
    """Per pixel column with points: column, first, top, bottom and last pixel row, unbroken run at start and end."""
    shares = (curve.x - across.low) / (across.high - across.low)
    at = np.clip(np.rint(shares * (columns - 1)), 0, columns - 1).astype(np.int64)
    values = np.log10(np.maximum(curve.y, 5e-324)) if up.log else np.clip(curve.y, -8e307, 8e307)
    heights = (np.clip(values, up.low, up.high) - up.low) / (up.high - up.low)
    pixels = (rows - 1) - np.clip(np.rint(heights * (rows - 1)), 0, rows - 1).astype(np.int64)
    starts = np.concatenate(([0], np.flatnonzero(at[1:] != at[:-1]) + 1))
    stops = np.concatenate((starts[1:], [len(at)])) - 1
    yield from zip(
        at[starts].tolist(),
        pixels[starts].tolist(),
        np.minimum.reduceat(pixels, starts).tolist(),
        np.maximum.reduceat(pixels, starts).tolist(),
        pixels[stops].tolist(),
        curve.run[starts].tolist(),
        curve.run[stops].tolist(),
        strict=True,
    )


def _line(x0: int, y0: int, x1: int, y1: int) -> Iterator[tuple[int, int]]:
    """The pixels of a straight line between two points (Bresenham), both ends included; x0 < x1."""
    dx, dy, step = x1 - x0, -abs(y1 - y0), 1 if y0 < y1 else -1
    error = dx + dy
    while True:
        yield x0, y0
        if x0 == x1 and y0 == y1:
            return
        twice = 2 * error
        if twice >= dy:
            error += dy
            x0 += 1
        if twice <= dx:
            error += dx
            y0 += step


def _y_labels(up: Axis | None, rows: int) -> dict[int, str]:
    """Row -> tick label; rows keep a distance of two so that labels can be told apart."""
    if up is None or rows < 1:
        return {}
    chosen: dict[int, str] = {}
    for value, label in ticks(up, max(2, rows // 2)):
        line = min(rows - 1, int((1 - up.share(value)) * rows))
        if not any(abs(line - other) < 2 for other in chosen):
            chosen[line] = label
    return chosen


def _place_names(ends: Sequence[int | None], rows: int) -> dict[int, int]:
    """Row -> index of the curve whose name stands there: where the curve ends, moved apart where names collide."""
    wanted = sorted((end, index) for index, end in enumerate(ends) if end is not None)
    placed: dict[int, int] = {}
    line = -1
    for position, (end, index) in enumerate(wanted):
        line = max(line + 1, min(end, rows - (len(wanted) - position)))
        if line < rows:
            placed[line] = index
    return placed


def _head(title: str, entries: list[tuple[str, str, Style]], columns: int) -> Row:
    """The title and as much of the legend as fits."""
    cells: Row = [Cell(shorten(clean(title), columns), "strong")]
    used = _width(cells[0].text)
    for sign, label, style in dict.fromkeys(entries):
        part = f"{sign} {clean(label)}"
        if label and used + 3 + _width(part) <= columns:
            cells += [Cell("   "), Cell(part, style)]
            used += 3 + _width(part)
    return [*cells, Cell(" " * (columns - used))]


def _floor(across: Axis, sign: str, *, area: int, right: int, unit: str, whole: bool) -> str:
    """The x axis: tick labels set into the line, the unit at its right end."""
    total = area + right
    line = [sign] * area + [" "] * right
    unit = shorten(f" {clean(unit)}" if unit else "", max(0, total - 4))
    limit = total - _width(unit)
    end = 0
    last = min(area, limit)
    for value, label in (whole_ticks if whole else ticks)(across, max(2, area // 12)):
        start = min(max(0, int(across.share(value) * (area - 1)) - len(label) // 2), limit - len(label))
        if start >= 0 and (not end or start > end):
            line[start : start + len(label)] = label
            end = start + len(label)
            last = max(last, end)
    return fit("".join(line[:last]) + unit, total)


def _empty(title: str, why: str, columns: int, height: int) -> list[Row]:
    text = clean(title)
    rows: list[Row] = [[Cell(fit(f"{text}: {why}" if text else why, columns), "dim")]]
    return rows + [[Cell(" " * columns)] for _ in range(height - 1)]
