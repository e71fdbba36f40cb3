"""What a person does on the main screen: answers, checks, selections, and what they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.worker import get_current_worker

from mladvisor.tui.screens.base import title_of
from mladvisor.tui.screens.consultation.drawing import Drawn
from mladvisor.tui.widgets.bars import Tabs
from mladvisor.tui.widgets.plot_view import PlotView

if TYPE_CHECKING:
    from collections.abc import Callable

    from mladvisor.consultation.turn import Shown, Turn
    from mladvisor.tui.case import Case


PANES = (("causes", "Causes"), ("curve", "Curve"), ("evidence", "Evidence"), ("talk", "Talk"))


class Doing(Drawn):
    """Answers and selections: each changes the case, and what is shown of it."""

    def _answerable(self, value: str) -> bool:
        step = self.case.step if self.case is not None else None
        if step is None:
            return False
        from mladvisor.diagnosis.handovers import is_request  # numpy: never before the first frame
        from mladvisor.diagnosis.menus import is_menu

        if step.kind == "check":
            return value in ("yes", "no", "skip")
        if is_request(step):
            return value in ("no", "skip")
        if value in ("skip", "unsure"):
            return True
        if is_menu(step):
            return value == "no"
        if step.sets:
            return list(step.choices) == ["yes", "no"] and value in step.choices
        return True

    def _choices(self) -> list[str]:
        case = self.case
        if case is None:
            return []
        if case.choices:
            return [words for _, words in case.choices]
        step = case.step
        return list(step.choices) if step is not None and step.sets and list(step.choices) != ["yes", "no"] else []

    def action_answer(self, value: str) -> None:
        case = self.case
        if case is not None and case.step is not None and case.step.kind == "check" and value == "yes":
            self._check(case, case.step.finding)
        else:
            self._do(lambda one: one.answer(value))

    def _check(self, case: Case, finding: str) -> None:
        """Measure in a thread, for it may take a minute; escape leaves it and nothing is changed."""
        self._checking = True
        box = self.query_one("#ask")
        box.border_title, box.border_subtitle = title_of("Checking"), title_of("esc stops it")
        self._wait("measuring …")
        self.refresh_bindings()
        self.run_worker(
            lambda: self._measure(case, finding), thread=True, exclusive=True, group="check", exit_on_error=False
        )

    def _measure(self, case: Case, finding: str) -> None:
        from mladvisor.tui.case import Cancelled

        worker = get_current_worker()

        def progress(doing: str) -> None:
            if worker.is_cancelled:
                raise Cancelled
            self.app.call_from_thread(self._wait, f"{doing} …")

        try:
            values = case.measure(finding, progress)
        except Cancelled:
            return
        if not worker.is_cancelled:
            self.app.call_from_thread(self._measured, case, values)

    def _measured(self, case: Case, values: dict[str, Any]) -> None:
        self._checking = False
        if case is self.case:
            case.keep(values)
            self._do(lambda one: one.answer("yes"))

    def _do(self, change: Callable[[Case], Turn]) -> None:
        """Carry out a change and show what it does: the ranking at once, the next question right after it."""
        case = self.case
        if case is None:
            return
        turn = change(case)
        self._number = None
        self._draw()
        self._follow_up(turn)

    def _follow_up(self, turn: Turn) -> None:
        """What a reply asks of the screen."""
        if turn.kind == "report":
            self.action_report()
        elif turn.show is not None:
            self._show_curve(turn.show)

    def _show_curve(self, shown: Shown) -> None:
        """Draw the kind of curve that was asked for."""
        from mladvisor.tui.curves import Drawing
        from mladvisor.tui.quantities import quantities

        run = self.case.session.run if self.case is not None else None
        found = next((one for one in quantities(run) if one.kind == shown.curve), None) if run is not None else None
        if found is not None:
            view = self.query_one("#curve", PlotView)
            view.border_title = title_of(found.name)
            self.call_after_refresh(view.show, Drawing(found.panel([]), self._cache))
            self._reveal("curve")

    def _reveal(self, pane: str) -> None:
        """Bring a pane into view where panes are tabs."""
        if not self.query_one(f"#{pane}").display:
            self.action_show_pane(pane)

    def action_show_pane(self, name: str) -> None:
        self.pane = name
        for pane, _ in PANES:
            self.query_one(f"#{pane}").set_class(pane == name, "-current")
        self.query_one(Tabs).go(name)
        if not self._typing:  # only escape and tab take the line away from who types in it
            self.set_focus(self.query_one(f"#{name}"))

    def action_undo(self) -> None:
        self._do(lambda case: case.undo())

    def action_report(self) -> None:
        from mladvisor.tui.screens.report import ReportScreen

        if self.case is not None:
            self.app.push_screen(ReportScreen(self.case))

    def _select(self, cause: str) -> None:
        case = self.case
        if case is None or cause == case.selected:
            return
        case.selected, case.page, self._number = cause, (), None
        self._draw_causes()
        self._draw_selected()

    def action_evidence(self, by: int) -> None:
        case = self.case
        if case is None:
            return
        count = len(case.evidence(case.selected)) if case.selected != "healthy" else 0
        if not count:
            self.notify("No evidence for this lies on a curve.", markup=False)
            return
        self._number = (0 if by > 0 else count - 1) if self._number is None else (self._number + by) % count
        self._draw_selected()
        if self.pane in ("causes", "talk"):
            self._reveal("curve")
