"""The curve: a panel of curves drawn by `render.plot`, with a window that moves over it.

What is drawn is reduced first (`tui.curves`), so that a million points pan and zoom as a thousand do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from textual.message import Message
from textual.strip import Strip

from mladvisor.render.cells import Row
from mladvisor.render.text import paragraph
from mladvisor.tui.widgets.ink import Inked

if TYPE_CHECKING:
    from textual import events

    from mladvisor.render.canvas import Glyphs
    from mladvisor.tui.curves import Drawing

Scale = Literal["auto", "linear", "log"]


class PlotView(Inked, can_focus=True):
    """A plot.

    Attributes:
        drawing: what is drawn; None: nothing yet.
        window: (low, high) of x in view; None: all of it.
        scale: of y; "auto" follows the data.
        smooth: width of the moving mean as a share of the curve; 0 for none.
        hidden: numbers of curves that are not drawn.
    """

    DEFAULT_CSS = "PlotView { width: 1fr; height: 1fr; }"
    ALLOW_SELECT = False

    class Moved(Message):
        """The window was moved with the mouse."""

        def __init__(self, view: PlotView) -> None:
            super().__init__()
            self.view = view

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.drawing: Drawing | None = None
        self.window: tuple[float, float] | None = None
        self.scale: Scale = "auto"
        self.smooth = 0.0
        self.hidden: set[int] = set()
        self.glyphs: Glyphs = "braille"
        self.empty = "no curves to draw"
        self._rows: list[Row] = []
        self._made: object = None
        self._dragged: int | None = None

    def show(self, drawing: Drawing | None, *, keep: bool = False) -> None:
        """Draw this. `keep`: leave the window where it is."""
        if not keep:
            self.window, self.hidden = None, set()
        self.drawing = drawing
        self.redraw()

    def redraw(self) -> None:
        """Draw again with the same data."""
        self._made = None
        self.refresh()

    @property
    def span(self) -> tuple[float, float]:
        """All of x."""
        return self.drawing.span if self.drawing is not None else (0.0, 1.0)

    def zoom(self, factor: float, at: float = 0.5) -> None:
        """Make the window `factor` times as wide, around the point at the share `at` of it."""
        low, high = self.window or self.span
        centre = low + (high - low) * at
        self._go(centre - (centre - low) * factor, centre + (high - centre) * factor)

    def pan(self, share: float) -> None:
        """Move the window by a share of its width."""
        low, high = self.window or self.span
        step = (high - low) * share
        start, end = self.span
        step = max(start - low, min(end - high, step))
        self._go(low + step, high + step)

    def reset(self) -> None:
        """Show all of x."""
        self.window = None
        self.redraw()

    def _go(self, low: float, high: float) -> None:
        start, end = self.span
        least = self.drawing.least if self.drawing is not None else 0.0
        low, high = max(start, low), min(end, high)
        if high - low < least:
            return
        self.window = None if low <= start and high >= end else (low, high)
        self.redraw()

    def render_line(self, y: int) -> Strip:
        size = self.size
        wanted = (size, self.scale, self.smooth, frozenset(self.hidden), self.window, self.glyphs)
        if self._made != wanted:
            self._rows, self._made = self._draw(size.width, size.height), wanted
        return self.strip(self._rows[y] if y < len(self._rows) else [], size.width)

    @property
    def plain(self) -> str:
        """The picture as text."""
        return "\n".join("".join(cell.text for cell in row).rstrip() for row in self._rows)

    def _draw(self, columns: int, rows: int) -> list[Row]:
        if self.drawing is None:
            told = paragraph(self.empty, columns - 2, lead="  ", style="dim")
            return [[] for _ in range(max(0, (rows - len(told)) // 2))] + told
        return self.drawing.rows(
            columns,
            rows,
            window=self.window,
            scale=self.scale,
            smooth=self.smooth,
            hidden=self.hidden,
            glyphs=self.glyphs,
        )

    # The mouse: the wheel zooms where it points, dragging pans

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._wheel(0.7, event.x)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._wheel(1 / 0.7, event.x)

    def _wheel(self, factor: float, x: int) -> None:
        self.zoom(factor, min(1.0, max(0.0, x / max(1, self.size.width))))
        self.post_message(self.Moved(self))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._dragged = event.x
        self.capture_mouse()

    def on_mouse_up(self, _: events.MouseUp) -> None:
        self._dragged = None
        self.release_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._dragged is not None and event.x != self._dragged:
            self.pan((self._dragged - event.x) / max(1, self.size.width))
            self._dragged = event.x
            self.post_message(self.Moved(self))
