"""From a panel of a story to rows of cells."""

from __future__ import annotations

from mladvisor.diagnosis.picture import Panel
from mladvisor.render.canvas import Glyphs
from mladvisor.render.cells import Row, Style
from mladvisor.render.plot import Mark, Series, Span, plot
from mladvisor.render.text import paragraph

_STYLE: dict[str, Style] = {"train": "train", "val": "val", "test": "val"}


def draw(panel: Panel, *, width: int, height: int, glyphs: Glyphs) -> list[Row]:
    """The panel as a plot of exactly `width` x `height`; in words where there is nothing to draw."""
    if panel.flat:
        return paragraph(panel.flat, width)
    return plot(
        [Series(curve.x, curve.y, curve.label, _STYLE.get(curve.split, "other")) for curve in panel.curves],
        width=width,
        height=height,
        spans=[Span(span.start, span.end, span.label) for span in panel.spans],
        marks=[Mark(mark.x, mark.label) for mark in panel.marks],
        scale="auto" if panel.log_helps else "linear",
        glyphs=glyphs,
        title=panel.title,
        x_label=panel.x_label,
    )
