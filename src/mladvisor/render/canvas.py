"""The inside of a plot: curves as arrays, reduced to pixel columns, and a canvas of pixels that becomes characters."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import msgspec
import numpy as np

from mladvisor.render.axes import Axis
from mladvisor.render.cells import Row, Style, merged

Glyphs = Literal["braille", "quadrant", "ascii"]
Array = np.ndarray[Any, np.dtype[Any]]


class GlyphSet(msgspec.Struct, frozen=True):
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


GLYPH_SETS: dict[Glyphs, GlyphSet] = {
    "braille": GlyphSet(2, 4, "·", "┊", "╌", "×", "│", "┤", "└", "─"),
    "quadrant": GlyphSet(2, 2, "·", "┊", "╌", "×", "│", "┤", "└", "─"),
    "ascii": GlyphSet(1, 1, ".", "|", "-", "X", "|", "+", "+", "-"),
}
_QUADRANTS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
POINT: dict[Style, str] = {"train": "*", "val": "o"}
# Bits of U+2800: dots 1 2 3 7 down the left column, 4 5 6 8 down the right.
_BRAILLE = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_QUADRANT = ((1, 2), (4, 8))


class Curve(msgspec.Struct, frozen=True, eq=False):
    """A series as arrays: finite points with the number of the unbroken run each is in, and the x of lost points."""

    x: Array
    y: Array
    run: Array
    lost: Array
    label: str
    style: Style
    whole: bool

    @classmethod
    def of(cls, x: Sequence[float] | Array, y: Sequence[float] | Array, label: str, style: Style) -> Curve | None:
        x = np.asarray(x, dtype=np.float64).ravel()
        y = np.asarray(y, dtype=np.float64).ravel()
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
            return cls(x, y, run, x[:0], label, style, whole)
        run = np.cumsum(~finite)
        return cls(x[finite], y[finite], run[finite], x[~finite], label, style, whole)


class Canvas:
    """The inner area: one pixel mask, style and sign per cell."""

    def __init__(self, columns: int, rows: int, signs: GlyphSet, glyphs: Glyphs) -> None:
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

    def shade(self, start: float | None, end: float | None, across: Axis) -> None:
        """Fill a stretch of x, both ends inside; None reaches to the edge."""
        start = across.low if start is None or math.isnan(start) else start
        end = across.high if end is None or math.isnan(end) else end
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

    def lose(self, curve: Curve, across: Axis) -> None:
        """A sign on the top edge wherever the curve has values that are not finite."""
        if curve.lost.size:
            shares = (curve.lost - across.low) / (across.high - across.low)
            for column in np.unique(np.minimum(self.columns - 1, (shares * self.columns).astype(np.int64))).tolist():
                self.masks[0][column] = 0
                self._put(0, column, self.signs.lost, "bad")

    def draw(self, curve: Curve, across: Axis, up: Axis | None) -> int | None:
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
            self.under[line][column] = POINT.get(style, "+")
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
    curve: Curve, across: Axis, up: Axis, columns: int, rows: int
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
