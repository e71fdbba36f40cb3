"""Reading the run, and following it while it goes on: in threads, which never touch a widget."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.worker import get_current_worker

from mladvisor.errors import MladvisorError
from mladvisor.tui.screens.base import title_of
from mladvisor.tui.screens.consultation.words import Spoken
from mladvisor.tui.widgets.bars import TitleBar
from mladvisor.tui.widgets.ink import Sheet
from mladvisor.tui.widgets.plot_view import PlotView

if TYPE_CHECKING:
    from mladvisor.runs.model import Run
    from mladvisor.tui.case import Case

NO_LOG = "No log of loss or metric was found here. Put one beside these files (a table, JSON, an event file or printed \
text); it is read as soon as it is there."
LOOK_EVERY = 2.0
"""Seconds between looks at a run that may still be training."""


class Reading(Spoken):
    """A case that is read, and read again when its files change."""

    def _begin(self) -> None:
        self.run_worker(self._read, thread=True, exclusive=True, group="read", exit_on_error=False, name="read")

    def _read(self) -> None:
        """In a thread: read the run and open the case."""
        from mladvisor.tui.case import Cancelled, open_case
        from mladvisor.tui.case_files import fingerprint

        worker = get_current_worker()

        def progress(doing: str) -> None:
            if worker.is_cancelled:
                raise Cancelled
            self.app.call_from_thread(self._wait, f"{doing} …")

        source = self.source
        try:
            seen = fingerprint(source.path) if source.path and Path(source.path).exists() else None
            case = open_case(
                source.path,
                rules=source.rules,
                journal=source.journal,
                resumed=source.resumed,
                cases=self.advisor.cases,
                progress=progress,
            )
        except Cancelled:
            return
        except MladvisorError as error:
            if not worker.is_cancelled:
                self.app.call_from_thread(self._failed, str(error))
            return
        except Exception as error:
            if not worker.is_cancelled:
                self.app.call_from_thread(self._failed, f"this is a bug in mladvisor: {type(error).__name__}: {error}")
            return
        if not worker.is_cancelled:
            self.app.call_from_thread(self._opened, case, seen)

    def _failed(self, why: str) -> None:
        from mladvisor.render.cells import Cell
        from mladvisor.render.text import paragraph
        from mladvisor.tui.panes.question import stuck_lines

        self._broken = True
        self.add_class("-failed")
        self.query_one(TitleBar).tell(state="cannot be read")
        self.query_one("#curve", PlotView).empty = "nothing was read"
        self.query_one("#curve", PlotView).redraw()
        self.query_one("#verdict", Sheet).show(
            lambda columns: paragraph(why, columns, lead=Cell("! ", "warn"), style="warn")
        )
        self.query_one("#ask").border_title = title_of("What now?")
        self.query_one("#question", Sheet).show(stuck_lines)
        self.refresh_bindings()

    def _opened(self, case: Case, seen: object) -> None:
        self.case, self._seen = case, seen
        self._shares = {one.cause: one.probability for one in case.ranking}
        self.query_one("#curve", PlotView).empty = NO_LOG if case.path else "no run, so no curves"
        self.query_one("#curve", PlotView).glyphs = self.advisor.settings.glyphs
        self._draw()
        if case.path is None:
            self.action_prompt()
        self.set_interval(LOOK_EVERY, self._look)
        self._read_next()

    def action_follow(self) -> None:
        settings = self.advisor.settings
        self.advisor.change(settings._replace(follow=not settings.follow))
        self.notify(
            "Following the run." if self.advisor.settings.follow else "No longer following the run.", markup=False
        )
        if self.case is not None:
            self.query_one(TitleBar).tell(state=self._state())

    def action_reload(self) -> None:
        self._seen = None
        self._look(force=True)

    def _look(self, *, force: bool = False) -> None:
        """Start a look at the run's files, unless one is on its way."""
        case = self.case
        if (
            case is None
            or case.path is None
            or self._looking
            or self._checking
            or not (force or self.advisor.settings.follow)
        ):
            return
        self._looking = True
        path, seen, before = case.path, self._seen, case.session.run
        self.run_worker(lambda: self._see(path, seen, before), thread=True, group="follow", exit_on_error=False)

    def _see(self, path: str, seen: object, before: Run | None) -> None:
        """In a thread: has anything changed? Then read it again."""
        from mladvisor.runs.read import read_run
        from mladvisor.tui.case_files import fingerprint, goes_on

        worker = get_current_worker()
        replaced = False
        try:
            now = fingerprint(path)
            run = read_run(path) if now != seen else None
            if run is not None and before is not None and not goes_on(before, run):
                replaced, run.growing = True, False  # as young as a copy is: that does not say that it trains
            problem = ""
        except MladvisorError as error:
            now, run, problem = seen, None, str(error)  # type: ignore[assignment]
        if not worker.is_cancelled and self.is_attached:
            self.app.call_from_thread(self._saw, now, run, problem, replaced)

    def _saw(self, now: object, run: Any, problem: str, replaced: bool) -> None:
        self._looking = False
        case = self.case
        if case is None or not self.is_attached:
            return
        if problem:
            if not self._gone:
                self._gone = True
                self.notify(f"{problem} What was read stays.", severity="warning", markup=False)
                self.query_one(TitleBar).tell(state=self._state())
            return
        self._gone, self._seen = False, now
        if run is None:
            self.query_one(TitleBar).tell(state=self._state())
            return
        self._cache.clear()
        case.reread(run, replaced=replaced)
        if replaced:  # the conversation may be hidden behind another tab
            self.notify("The log was replaced: this is another run, judged anew.", markup=False)
        self._draw()
