"""Jump mode: every part of the screen gets a letter; pressing it goes there."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.events import Key
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Static

LETTERS = "asdfghjklqwertyuiop"


def targets(screen: Screen[Any]) -> list[Widget]:
    """What can be jumped to: everything in view that takes the focus."""
    return [widget for widget in screen.focus_chain if widget.region.area and widget.display][: len(LETTERS)]


class JumpScreen(ModalScreen[None]):
    """The letters, over the screen below."""

    BINDINGS = [("escape,ctrl+o", "close", "Close")]
    CSS = """
    JumpScreen { background: $background 40%; }
    JumpScreen Static { position: absolute; width: auto; height: 1; background: $accent; color: $background;
                        text-style: bold; padding: 0 1; }
    """

    def __init__(self, below: Screen[Any]) -> None:
        super().__init__()
        self._targets = dict(zip(LETTERS, targets(below), strict=False))

    def compose(self) -> ComposeResult:
        for letter, widget in self._targets.items():
            label = Static(letter, markup=False)
            # At the right end, where no title stands.
            label.styles.offset = (widget.region.right - 5, widget.region.y)
            yield label

    def on_key(self, event: Key) -> None:
        widget = self._targets.get(event.key)
        if widget is not None:
            event.stop()
            self.dismiss()
            widget.focus()
        elif event.key not in ("escape", "ctrl+o"):
            event.stop()
            self.dismiss()

    def action_close(self) -> None:
        self.dismiss()
