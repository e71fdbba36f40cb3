"""A line plot as rows of styled cells: one pure function, for the terminal, text reports and widgets alike.

Curves are reduced to first, minimum, maximum and last value per pixel column, which draws the very picture that all
points would (M4; Jugel, Jerzak, Hackenbroich and Markl, VLDB 2014): extremes are never lost, a million points are fine.
Values that are not finite are a gap with a `×` at the top edge: divergence is a diagnosis, not missing data.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from mladvisor.render.axes import Axis, Scale, axis, ticks, whole_ticks
from mladvisor.render.canvas import GLYPH_SETS, POINT, Array, Canvas, Curve, Glyphs
from mladvisor.render.cells import Cell, Row, Style
from mladvisor.render.safe import clean
from mladvisor.render.text import fit, shorten, width


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

    The first row holds the title and a legend of lost points, spans, marks and levels; the last the x axis with its
    ticks. `scale` "auto" is logarithmic where all values are positive and span more than `LOG_DECADES`.
    """
    height, columns = max(1, height), max(1, width)
    signs = GLYPH_SETS[glyphs]
    curves = [curve for curve in (Curve.of(one.x, one.y, one.label, one.style) for one in series) if curve is not None]
    if not curves:
        return _empty(title, "no points to draw", columns, height)
    across = _x_axis(curves)
    up = _y_axis(curves, levels, scale)
    area_height = height - 2
    if up is None and not any(curve.lost.size for curve in curves):
        return _empty(title, "no points to draw", columns, height)
    labels = _y_labels(up, area_height)
    left = max((len(label) for label in labels.values()), default=0) + 1
    names = [f"{POINT.get(c.style, '+')} {c.label}" if glyphs == "ascii" and c.label else c.label for c in curves]
    names = [shorten(clean(name), 14) for name in names]
    right = max((_width(name) for name in names), default=0)
    right += 1 if right else 0
    area_width = columns - left - 1 - right
    if area_width < 8 or area_height < 2:
        return _empty(title, "too little room for a plot", columns, height)

    canvas = Canvas(area_width, area_height, signs, glyphs)
    for span in spans:
        canvas.shade(span.start, span.end, across)
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
    entries: list[tuple[str, str, Style]] = [
        (signs.lost, f"{one.label} NaN or infinite".lstrip(), "bad") for one in curves if one.lost.size
    ]
    entries += [(signs.fill, span.label, "evidence") for span in spans]
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


def _x_axis(curves: Sequence[Curve]) -> Axis:
    ends = [float(part[at]) for curve in curves for part in (curve.x, curve.lost) if part.size for at in (0, -1)]
    return axis(min(ends), max(ends), "linear")


def _y_axis(curves: Sequence[Curve], levels: Sequence[Level], scale: Scale) -> Axis | None:
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
