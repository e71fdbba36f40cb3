"""Home: the runs below a folder, each with its curve and what is probably wrong, and the cases begun before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input
from textual.worker import get_current_worker

from mladvisor.errors import MladvisorError
from mladvisor.tui.app import Source
from mladvisor.tui.bindings import bindings_of
from mladvisor.tui.runs_found import MOST, Found, cases_in, look_at, run_lines
from mladvisor.tui.screens.base import Page, title_of
from mladvisor.tui.widgets.bars import KeyBar, TitleBar
from mladvisor.tui.widgets.ink import Sheet


class RunList(Sheet, can_focus=True, inherit_bindings=False):
    """The runs."""


class HomeScreen(Page):
    """Where to begin."""

    BINDINGS = bindings_of("home")
    AUTO_FOCUS = "#runs"
    name_shown = "mladvisor"

    def __init__(self, root: Path) -> None:
        super().__init__()
        self.root = root
        self.found: list[Found] = []
        self.cases: list[Found] = []
        self.at = 0
        self._words = ""
        self._done = False

    def compose(self) -> ComposeResult:
        yield TitleBar(self.name_shown)
        yield Input(id="filter", name="Take it", placeholder="filter, or the path of a run")
        yield RunList(id="runs", classes="pane")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#runs").border_title = title_of(f"Runs below {self.root.resolve()}")
        self.query_one(TitleBar).tell(about="Which run shall we talk over?", state="looking …")
        self._draw()
        self.call_after_refresh(self._begin)

    def on_screen_resume(self) -> None:
        if self._done:  # a case may have been begun meanwhile
            self.cases = cases_in(self.advisor.cases)
            self._draw()

    def _begin(self) -> None:
        self.run_worker(self._search, thread=True, exclusive=True, exit_on_error=False)

    def _search(self) -> None:
        """In a thread: find runs and cases, and look at each."""
        from mladvisor.runs.discover import find_runs

        worker = get_current_worker()
        cases = cases_in(self.advisor.cases)
        if worker.is_cancelled:
            return
        self.app.call_from_thread(self._came, [], cases)
        batch: list[Found] = []
        try:
            for number, path in enumerate(find_runs(self.root)):
                if worker.is_cancelled or number >= MOST:
                    break
                batch.append(look_at(path, self.root, self.advisor.rules))
                if len(batch) == 8 or number < 2:
                    self.app.call_from_thread(self._came, batch, None)
                    batch = []
        except MladvisorError as error:
            if not worker.is_cancelled:
                self.app.call_from_thread(self.advisor.say, str(error), warn=True)
        if not worker.is_cancelled:
            self.app.call_from_thread(self._came, batch, None, True)

    def _came(self, runs: Sequence[Found], cases: Sequence[Found] | None, done: bool = False) -> None:
        self.found += runs
        self.cases = self.cases if cases is None else list(cases)
        self._done = self._done or done
        count = len(self.found)
        self.query_one(TitleBar).tell(state=f"{count} run{'s' * (count != 1)}" + ("" if self._done else " …"))
        self._draw()

    def _shown(self) -> list[Found]:
        words = self._words.lower().split()
        everything = [*self.found, *self.cases]
        return [
            one for one in everything if all(word in f"{one.name} {one.about} {one.verdict}".lower() for word in words)
        ]

    def _draw(self) -> None:
        shown = self._shown()
        self.at = max(0, min(self.at, len(shown) - 1))
        chosen = shown[self.at].path if shown else ""
        sheet = self.query_one("#runs", Sheet)
        sheet.show(
            lambda columns: run_lines(shown, chosen, columns, done=self._done, filtered=bool(self._words)),
            chosen=chosen,
        )
        if shown:
            sheet.choose(chosen)

    # Keys

    def action_move(self, by: int) -> None:
        self.at = max(0, min(len(self._shown()) - 1, self.at + by))
        self._draw()

    def key_down(self) -> None:
        self.action_move(1)

    def key_up(self) -> None:
        self.action_move(-1)

    def action_open(self) -> None:
        shown = self._shown()
        if shown:
            self._open(shown[self.at])

    def _open(self, one: Found) -> None:
        rules = self.advisor.rules
        self.advisor.open(Source(resumed=Path(one.path)) if one.case else Source(one.path, rules))

    def action_words(self) -> None:
        self.advisor.open(Source(None, self.advisor.rules))

    def action_rules(self) -> None:
        from mladvisor.tui.screens.rules import RulesScreen

        self.app.push_screen(RulesScreen(None, self.advisor.rules))

    def action_filter(self) -> None:
        box = self.query_one("#filter", Input)
        box.add_class("-open")
        self.set_focus(box)

    @on(Input.Changed, "#filter")
    def _typed(self, event: Input.Changed) -> None:
        self._words, self.at = event.value, 0
        self._draw()

    @on(Input.Submitted, "#filter")
    def _submitted(self, event: Input.Submitted) -> None:
        path = Path(event.value).expanduser()
        if event.value.strip() and not self._shown() and path.exists():
            self.advisor.open(Source(str(path), self.advisor.rules))
        else:
            self.set_focus(self.query_one("#runs"))

    def go_back(self) -> bool:
        box = self.query_one("#filter", Input)
        if not box.has_class("-open"):
            return False
        box.clear()
        box.remove_class("-open")
        self.set_focus(self.query_one("#runs"))
        return True

    @on(Sheet.Clicked, "#runs")
    def _clicked(self, event: Sheet.Clicked) -> None:
        paths = [one.path for one in self._shown()]
        again = self.at == paths.index(event.key)
        self.at = paths.index(event.key)
        self._draw()
        if event.chain > 1 or again:
            self.action_open()
