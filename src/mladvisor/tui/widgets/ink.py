"""Rows of styled cells on a Textual screen: the one way by which text reaches it.

Cells are plain text: nothing here parses markup, so brackets in run names and log lines stay brackets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.color import Color
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from mladvisor.render.cells import Cell, Row
from mladvisor.render.safe import clean
from mladvisor.render.text import width as width_of

if TYPE_CHECKING:
    from rich.color import Color as RichColor
    from textual import events
    from textual.app import App

_COLOURS = {
    "train": "curve-train",
    "val": "curve-val",
    "other": "curve-other",
    "evidence": "curve-evidence",
    "mark": "curve-mark",
    "dim": "dim",
    "track": "track",
    "good": "text-success",
    "bad": "text-error",
    "warn": "text-warning",
    "accent": "text-accent",
    "key": "text-accent",
    "cap": "text-accent",
}
_BACKGROUNDS = {"chosen": "chosen", "cap": "panel"}
_BOLD = ("accent", "strong", "key", "cap")
_made: dict[str, dict[str, RichStyle]] = {}


def styles_of(app: App[Any]) -> dict[str, RichStyle]:
    """Every style in the colours of the app's theme: those of the renderer, and of ours a key to press ("key"), the
    same on a button ("cap") and the selected row ("chosen").

    Component classes of Textual would do the same, at the cost of matching fifteen of them for every widget again and
    again: half of the time to the first frame.
    """
    made = _made.get(app.theme)
    if made is None:
        variables = app.theme_variables
        made = {}
        for style in (*_COLOURS, "strong", "chosen"):
            ink, paper = variables.get(_COLOURS.get(style, "")), variables.get(_BACKGROUNDS.get(style, ""))
            made[style] = RichStyle(color=_colour(ink), bgcolor=_colour(paper), bold=style in _BOLD or None)
        if app.current_theme.ansi:
            made["chosen"] = RichStyle(reverse=True)  # no grey of sixteen suits every terminal
        _made[app.theme] = made
    return made


def _colour(text: str | None) -> RichColor | None:
    """A colour of the theme as Rich has it; None for what is no plain colour."""
    if not text or text.startswith("auto"):
        return None
    return Color.parse(text).rich_color


class Link(NamedTuple):
    """A cell that runs an action when it is clicked. It goes wherever a `Cell` does."""

    text: str
    style: str = ""
    action: str = ""


class Line(NamedTuple):
    """A row and what it stands for: rows of one key are selected together."""

    cells: Sequence[Cell | Link]
    key: str = ""


Lines = Sequence["Line | Row"]
Build = Callable[[int], Lines]


class Inked(Widget):
    """What can turn rows into strips in the colours of the theme."""

    def ink(self, style: str, base: RichStyle) -> RichStyle:
        """The Rich style of a semantic style on a base; of several ("strong bad"), one over the other."""
        for part in style.split():
            base += styles_of(self.app)[part]
        return base

    def strip(self, cells: Iterable[Cell | Link], columns: int, *, chosen: bool = False) -> Strip:
        """Cells as exactly `columns` columns; what is longer is cut."""
        base = self.rich_style
        reversed_ = chosen and self.app.current_theme.ansi  # colours of the terminal do not show on a reversed row
        if chosen:
            base = self.ink("chosen", base)
        segments: list[Segment] = []
        used = 0
        for cell in cells:
            text = clean(cell.text)
            style = base if reversed_ else self.ink(cell.style, base)
            action = getattr(cell, "action", "")
            if action:
                style += RichStyle.from_meta({"@click": action})
            segments.append(Segment(text, style))
            used += width_of(text)
        if used < columns:
            segments.append(Segment(" " * (columns - used), base))
            return Strip(segments, columns)
        return Strip(segments, used).crop(0, columns)


class Bar(Inked):
    """One line, made anew for each width."""

    DEFAULT_CSS = "Bar { height: 1; width: 1fr; }"
    ALLOW_SELECT = False

    def build(self, columns: int) -> Sequence[Cell | Link]:
        """The cells of the line."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        if y:
            return Strip.blank(self.size.width, self.rich_style)
        return self.strip(self.build(self.size.width), self.size.width)


class Sheet(ScrollView, Inked):
    """Rows that scroll, made anew for each width, with a selection if rows have keys.

    Attributes:
        chosen: key of the selected rows, or "".
    """

    DEFAULT_CSS = """
    Sheet { height: 1fr; width: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }
    """
    ALLOW_SELECT = False

    class Clicked(Message):
        """A row with a key was clicked."""

        def __init__(self, sheet: Sheet, key: str, chain: int) -> None:
            super().__init__()
            self.sheet, self.key, self.chain = sheet, key, chain

        @property
        def control(self) -> Sheet:
            return self.sheet

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._build: Build | None = None
        self._lines: list[Line] = []
        self._made_for = (0, 0)
        self.chosen = ""
        self.start = ""

    def show(self, build: Build, *, chosen: str | None = None, start: str = "", top: bool = False) -> None:
        """Draw these rows. `start`: key of what is new, to be read from its first row on; `top`: go to the first."""
        self._build = build
        new, self.start = start != self.start, start
        if chosen is not None:
            self.chosen = chosen
        self._make(begin=new)
        if top:
            self.scroll_to(y=0, animate=False, immediate=True)

    @property
    def lines(self) -> list[Line]:
        """What is drawn."""
        return self._lines

    @property
    def plain(self) -> str:
        """The text that is drawn."""
        return "\n".join("".join(clean(cell.text) for cell in line.cells).rstrip() for line in self._lines)

    def choose(self, key: str) -> None:
        """Select the rows with this key and bring them into view."""
        self.chosen = key
        self._reveal()
        self.refresh()

    def keys_in_order(self) -> list[str]:
        """Each key once."""
        return list(dict.fromkeys(line.key for line in self._lines if line.key))

    def _reveal(self) -> None:
        at = [number for number, line in enumerate(self._lines) if line.key == self.chosen and line.key]
        if at and self.size.height:
            self.scroll_to_region(Region(0, at[0], 1, len(at)), animate=False, force=True, immediate=True)

    @property
    def _room(self) -> tuple[int, int]:
        """Columns, with that of the scrollbar whether it is there or not, and rows."""
        region = self.scrollable_content_region
        return region.width + (self.scrollbar_size_vertical if self.show_vertical_scrollbar else 0), region.height

    def _overflows(self, lines: int, rows: int) -> bool:
        return lines > rows > 0 and self.styles.overflow_y == "auto" and not self.styles.is_auto_height

    def _make(self, *, begin: bool = True) -> None:
        columns, rows = self._made_for = self._room
        if self._build is None or columns <= 0:
            return
        made = self._build(columns)
        if self._overflows(len(made), rows):  # the scrollbar will take a column, and text keeps one away from it
            columns -= 2
            made = self._build(columns)
        self._lines = [line if isinstance(line, Line) else Line(line) for line in made]
        self.virtual_size = Size(columns, len(self._lines))
        if self.styles.is_auto_height:
            self.refresh(layout=True)
        else:
            self.refresh()
        if self.start and begin:
            self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """Go to the first row of what is new, or to where all of it is in view."""
        at = next((number for number, line in enumerate(self._lines) if line.key == self.start), None)
        if at is not None:
            self.scroll_to(y=at, animate=False, immediate=True, force=True)  # before its scrollbar is there, too

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        if self._build is None:
            return 1
        return max(1, len(self._build(width)))

    def on_resize(self, event: events.Resize) -> None:
        if self._room != self._made_for:
            self._make()
        if self.chosen:
            self.call_after_refresh(self._reveal)

    def render_line(self, y: int) -> Strip:
        number = y + round(self.scroll_offset.y)
        columns = self.scrollable_content_region.width
        if number >= len(self._lines):
            return Strip.blank(columns, self.rich_style)
        line = self._lines[number]
        return self.strip(line.cells, columns, chosen=bool(line.key) and line.key == self.chosen)

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        if at is None or "@click" in event.style.meta:
            return
        number = at.y + round(self.scroll_offset.y)
        if number < len(self._lines) and self._lines[number].key:
            self.post_message(self.Clicked(self, self._lines[number].key, event.chain))
