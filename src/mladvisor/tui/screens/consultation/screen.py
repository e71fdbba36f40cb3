"""The main screen: its widgets, which actions work when, panes and overlays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widgets import Input

from mladvisor.tui.bindings import bindings_of
from mladvisor.tui.screens.base import title_of
from mladvisor.tui.screens.consultation.doing import PANES
from mladvisor.tui.screens.consultation.reading import Reading
from mladvisor.tui.widgets.bars import KeyBar, Tabs, TitleBar
from mladvisor.tui.widgets.ink import Sheet
from mladvisor.tui.widgets.plot_view import PlotView
from mladvisor.tui.widgets.prompt import Prompt

if TYPE_CHECKING:
    pass


WITH_CASE = {
    "enter",
    *("answer", "choose", "undo", "why", "how", "what_if", "explain", "select", "rule_out", "evidence", "plots"),
    *("tables", "report", "reload", "follow", "toggle_log"),
}
"""Actions that need a run or words to be open."""
CHANGES = {"answer", "choose", "undo", "rule_out", "what_if", "reload"}
"""Actions that wait until a check is done."""


IN_WORDS = "say it in your own words, or / for a command"


class Causes(Sheet, can_focus=True, inherit_bindings=False):
    """The ranking. Its arrows select, so that it has no scrolling keys of its own."""


class Answers(Sheet, can_focus=False):
    """The question and its keys."""


class ConsultationScreen(Reading):
    """The main screen: ranking, curve, evidence and transcript around one question."""

    BINDINGS = bindings_of("consultation")
    AUTO_FOCUS = "#causes"
    name_shown = "mladvisor"

    def compose(self) -> ComposeResult:
        yield TitleBar(self.name_shown, id="title")
        yield Sheet(id="verdict")
        yield Tabs(PANES, id="tabs", hint=", . switch   f full")
        with Container(id="panes"):
            yield Causes(id="causes", classes="pane -current")
            yield PlotView(id="curve", classes="pane")
            yield Sheet(id="evidence", classes="pane")
            yield Sheet(id="talk", classes="pane")
        with Vertical(id="ask"):
            yield Answers(id="question")
            yield Prompt(id="prompt", name="Send", placeholder=f"i  {IN_WORDS}", select_on_focus=False)
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#verdict").can_focus = False
        for name, title in (
            ("causes", "What it may be"),
            ("curve", "Curve"),
            ("evidence", "Evidence"),
            ("talk", "Conversation"),
        ):
            self.query_one(f"#{name}").border_title = title_of(title)
        path = self.source.path or (str(self.source.resumed) if self.source.resumed else "no run")
        self.query_one(TitleBar).tell(about=path, state="reading …  esc stops")
        self.query_one("#curve", PlotView).empty = "reading …"
        self._wait("reading the rules and the run …")
        # Reading starts when the first frame is on the screen.
        self.call_after_refresh(self._begin)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        case = self.case
        if action == "prompt":  # urgent, so that what is typed right after it arrives in the prompt
            return not isinstance(self.focused, Input)
        if action in WITH_CASE and case is None:
            return False
        if case is None:
            return True
        if self._checking and action in CHANGES:
            return None
        if action in ("answer", "choose") and not self._asking:
            return False
        if action == "answer":
            return self._answerable(str(parameters[0]))
        if action == "choose":
            return bool(parameters) and int(str(parameters[0])) <= len(self._choices())
        if action == "why":
            return case.step is not None
        if action == "undo":
            return any(case.session.standing)
        if action in ("plots", "toggle_log", "evidence"):
            return case.session.run is not None and bool(case.session.run.curves)
        if action in ("reload", "follow"):
            return case.path is not None
        return True

    def action_select(self, by: int) -> None:
        case = self.case
        if case is None:
            return
        order = self.query_one("#causes", Sheet).keys_in_order()
        at = order.index(case.selected) if case.selected in order else 0
        self._select(order[max(0, min(len(order) - 1, at + by))])

    @on(Sheet.Clicked, "#causes")
    def _cause_clicked(self, event: Sheet.Clicked) -> None:
        self._select(event.key)
        if event.chain > 1:
            self.action_how()

    @on(Sheet.Clicked, "#evidence")
    def _evidence_clicked(self, event: Sheet.Clicked) -> None:
        case = self.case
        if case is None:
            return
        names = [one.finding for one in case.evidence(case.selected)]
        finding = event.key.partition(":")[2]
        if finding in names:
            self._number = names.index(finding)
            self._draw_selected()

    def action_toggle_log(self) -> None:
        view = self.query_one("#curve", PlotView)
        view.scale = "linear" if view.scale != "linear" else "log"
        view.redraw()

    def action_pane(self, by: int) -> None:
        names = [name for name, _ in PANES]
        self.action_show_pane(names[(names.index(self.pane) + by) % len(names)])

    def on_descendant_focus(self, event: Any) -> None:
        name = event.widget.id
        self.query_one("#prompt", Input).placeholder = IN_WORDS if name == "prompt" else f"i  {IN_WORDS}"
        if self.case is not None:
            self._draw_question()  # letters are keys, or words
        if name in dict(PANES) and name != self.pane:
            self.action_show_pane(name)

    def on_resize(self) -> None:
        self.refresh_bindings()

    @property
    def _asking(self) -> bool:
        """Whether the question is in view: a pane that is a tab covers it when it is enlarged."""
        return bool(self.query_one("#ask").display)

    def action_enlarge(self) -> None:
        panes = self.query_one("#panes")
        panes.toggle_class("-enlarged")
        self.set_class(panes.has_class("-enlarged"), "-enlarged")
        self.refresh_bindings()

    def action_prompt(self) -> None:
        if not self._asking:
            self.action_enlarge()
        super().action_prompt()

    @property
    def can_go_back(self) -> bool:
        reading = self.case is None and any(worker.group == "read" and worker.is_running for worker in self.workers)
        return (
            self._typing
            or reading
            or self._checking
            or self._number is not None
            or self.query_one("#panes").has_class("-enlarged")
        )

    def go_back(self) -> bool:
        if self._typing:
            self.set_focus(self.query_one(f"#{self.pane}"))
        elif self.case is None and any(worker.group == "read" and worker.is_running for worker in self.workers):
            self.workers.cancel_group(self, "read")
            self._failed("reading was stopped")
        elif self._checking:
            self.workers.cancel_group(self, "check")
            self._checking = False
            self._draw()
            self._read_next()
        elif self.query_one("#panes").has_class("-enlarged"):
            self.action_enlarge()
        elif self._number is not None:
            self._number = None
            self._draw_selected()
        else:
            return False
        return True

    def action_why(self) -> None:
        from mladvisor.tui.screens.overlays import why_overlay

        if self.case is not None and self.case.step is not None:
            self.app.push_screen(why_overlay(self.case, self.case.step))

    def action_what_if(self) -> None:
        from mladvisor.tui.screens.what_if import WhatIfScreen

        if self.case is not None:
            self.app.push_screen(WhatIfScreen(self.case), self._after_what_if)

    def _after_what_if(self, chosen: tuple[str, str] | None) -> None:
        if chosen is not None:
            about, value = chosen
            self._do(lambda case: case.note(about, value))

    def action_plots(self) -> None:
        from mladvisor.tui.screens.plots import PlotsScreen

        if self.case is not None:
            self.app.push_screen(PlotsScreen(self.case))

    def action_tables(self) -> None:
        from mladvisor.tui.screens.tables import TablesScreen

        if self.case is not None:
            self.app.push_screen(TablesScreen(self.case))

    def action_rules(self) -> None:
        from mladvisor.tui.screens.rules import RulesScreen

        self.app.push_screen(RulesScreen(self.case, self.source.rules))

    def action_home(self) -> None:
        self.advisor.action_home()

    def action_copy_block(self) -> None:
        focused = self.focused
        text = getattr(focused, "plain", "") or self.query_one("#verdict", Sheet).plain
        self.app.copy_to_clipboard(text)
        self.notify("Copied", markup=False)
