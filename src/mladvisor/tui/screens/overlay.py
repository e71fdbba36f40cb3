"""An overlay: a box of text over the screen, which does not move what is below it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from mladvisor.render.cells import Cell
from mladvisor.tui.actions import shown
from mladvisor.tui.widgets.ink import Bar, Build, Link, Sheet


class Foot(Bar):
    """The keys of an overlay."""

    def __init__(self, keys: list[tuple[str, str, str]]) -> None:
        super().__init__(classes="foot")
        self.keys = keys

    def build(self, columns: int) -> list[Cell | Link]:
        cells: list[Cell | Link] = []
        for key, label, action in self.keys:  # keys without a label of their own share that of the next
            cells += [Link(shown(key), "key", f"screen.{action}"), Cell(" ")]
            cells += [Link(label, "dim", f"screen.{action}"), Cell("   ")] if label else []
        return cells


class Overlay(ModalScreen[None]):
    """A titled box that escape closes.

    Attributes:
        wide: takes most of the screen.
        chosen: key of the rows that are selected at first.

    Args:
        title: in the border.
        build: the rows, for a width.
        note: at the lower right.
    """

    BINDINGS = [("escape,q", "close", "Close"), ("c", "copy_block", "Copy")]
    AUTO_FOCUS = "Sheet"

    def __init__(self, title: str, build: Build, *, note: str = "") -> None:
        super().__init__(classes="overlaid")
        self.heading, self.note, self.body = title, note, build
        self.wide = False
        self.chosen = ""

    def keys(self) -> list[tuple[str, str, str]]:
        """(key, label, action) for the foot."""
        return [("escape", "Close", "close"), ("c", "Copy", "copy_block")]

    def compose(self) -> ComposeResult:
        with Vertical(id="overlay", classes="-wide-overlay" if self.wide else ""):
            yield Sheet(id="body")
            yield Foot(self.keys())

    def on_mount(self) -> None:
        from mladvisor.tui.screens.base import title_of

        box = self.query_one("#overlay")
        box.border_title, box.border_subtitle = title_of(self.heading), title_of(self.note)
        self.query_one("#body", Sheet).show(self.body, chosen=self.chosen)
        self.call_after_refresh(self.fit)

    def on_resize(self) -> None:
        self.call_after_refresh(self.fit)

    def fit(self) -> None:
        """As high as the text, and no higher than the screen allows."""
        if self.wide:
            return
        box, sheet = self.query_one("#overlay"), self.query_one("#body", Sheet)
        chrome = box.outer_size.height - sheet.size.height
        box.styles.height = min(len(sheet.lines) + chrome, self.size.height * 9 // 10)

    def action_close(self) -> None:
        self.dismiss()

    def action_copy_block(self) -> None:
        from mladvisor.tui.screens.base import title_of

        self.app.copy_to_clipboard(self.query_one("#body", Sheet).plain)
        self.query_one("#overlay").border_subtitle = title_of("copied")
        self.notify("Copied", markup=False)
