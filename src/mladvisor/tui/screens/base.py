"""What screens share: bars at the edges, titles without markup, the place of the focus for jump mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from textual.content import Content
from textual.screen import Screen

from mladvisor.render.safe import clean

if TYPE_CHECKING:
    from mladvisor.tui.app import AdvisorApp


def title_of(text: str) -> Any:
    """Text for a border: never taken for markup. Textual escapes `Content` itself when it is given as a title."""
    return Content(clean(text))


class Page(Screen[None]):
    """A whole screen.

    Attributes:
        name_shown: what the title bar calls it.
    """

    name_shown = "mladvisor"

    @property
    def can_go_back(self) -> bool:
        """Whether `go_back` would do something."""
        return True

    def go_back(self) -> bool:
        """One step back inside the screen; False when there is none, and the screen itself should close."""
        return False

    @property
    def advisor(self) -> AdvisorApp:
        """The app, with its own type."""
        return cast("AdvisorApp", self.app)
