"""A list of runs to choose one from, over the screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input
from textual.worker import get_current_worker

from mladvisor.errors import MladvisorError
from mladvisor.tui.runs_found import MOST, Found, look_at, run_lines
from mladvisor.tui.screens.base import title_of
from mladvisor.tui.screens.overlay import Foot
from mladvisor.tui.widgets.ink import Sheet

if TYPE_CHECKING:
    from mladvisor.tui.app import AdvisorApp


class Runs(Sheet, can_focus=True, inherit_bindings=False):
    """The runs."""


class RunPicker(ModalScreen["str | None"]):
    """A list of runs to choose one from."""

    BINDINGS = [("escape", "close", "Close"), ("down", "move(1)", "Down"), ("up", "move(-1)", "Up")]
    AUTO_FOCUS = "Input"

    def __init__(self, root: Path, title: str) -> None:
        super().__init__(classes="overlaid")
        self.root, self.heading = root, title
        self.found: list[Found] = []
        self._words = ""
        self.at = 0

    def compose(self) -> ComposeResult:
        with Vertical(id="overlay", classes="-wide-overlay"):
            yield Input(placeholder="type to filter, or a path")
            yield Runs(id="runs")
            yield Foot(
                [
                    ("up", "", "move(-1)"),
                    ("down", "Choose", "move(1)"),
                    ("enter", "Take it", "take"),
                    ("escape", "Close", "close"),
                ]
            )

    def on_mount(self) -> None:
        self.query_one("#overlay").border_title = title_of(self.heading)
        self._draw()
        self.run_worker(self._search, thread=True, exclusive=True, exit_on_error=False)

    def _search(self) -> None:
        from mladvisor.runs.discover import find_runs

        worker = get_current_worker()
        rules = cast("AdvisorApp", self.app).rules
        try:
            for number, path in enumerate(find_runs(self.root)):
                if worker.is_cancelled or number >= MOST:
                    return
                self.app.call_from_thread(self._came, look_at(path, self.root, rules))
        except MladvisorError as error:
            if not worker.is_cancelled:
                self.app.call_from_thread(self.notify, str(error), severity="warning", markup=False)

    def _came(self, one: Found) -> None:
        self.found.append(one)
        self._draw()

    def _shown(self) -> list[Found]:
        return [one for one in self.found if self._words.lower() in one.name.lower()]

    def _draw(self) -> None:
        shown = self._shown()
        self.at = max(0, min(self.at, len(shown) - 1))
        chosen = shown[self.at].path if shown else ""
        sheet = self.query_one("#runs", Sheet)
        sheet.show(lambda columns: run_lines(shown, chosen, columns, done=False), chosen=chosen)
        if shown:
            sheet.choose(chosen)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._words, self.at = event.value, 0
        self._draw()

    @on(Input.Submitted)
    def action_take(self) -> None:
        shown = self._shown()
        typed = Path(self._words).expanduser()
        if shown:
            self.dismiss(shown[self.at].path)
        elif self._words and typed.exists():
            self.dismiss(str(typed))

    @on(Sheet.Clicked)
    def _clicked(self, event: Sheet.Clicked) -> None:
        self.dismiss(event.key)

    def action_move(self, by: int) -> None:
        self.at += by
        self._draw()

    def action_close(self) -> None:
        self.dismiss(None)
