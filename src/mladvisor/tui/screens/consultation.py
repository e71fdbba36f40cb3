"""The consultation: ranking, curve, evidence and transcript around one question."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.timer import Timer
from textual.widgets import Input
from textual.worker import get_current_worker

from mladvisor.errors import MladvisorError
from mladvisor.tui.bindings import bindings_of
from mladvisor.tui.screens.base import Page, title_of
from mladvisor.tui.widgets.bars import KeyBar, Tabs, TitleBar
from mladvisor.tui.widgets.ink import Sheet
from mladvisor.tui.widgets.plot_view import PlotView

if TYPE_CHECKING:
    from collections.abc import Callable

    from mladvisor.consultation.turn import Shown, Turn
    from mladvisor.tui.app import Source
    from mladvisor.tui.case import Case
    from mladvisor.tui.curves import Drawing

PANES = (("causes", "Causes"), ("curve", "Curve"), ("evidence", "Evidence"), ("talk", "Talk"))
LOOK_EVERY = 2.0
"""Seconds between looks at a run that may still be training."""
PAINTED = 1 / 30
"""Seconds in which a repaint is through: two of Textual's frames. What takes longer to work out waits for them."""
LOW = 30
"""A screen lower than this gives the verdict one row less."""
FRAMES = 8
"""Steps in which a bar reaches its new length, a thirtieth of a second each."""
WITH_CASE = {
    *("answer", "choose", "undo", "why", "how", "what_if", "explain", "select", "rule_out", "evidence", "plots"),
    *("tables", "report", "reload", "follow", "toggle_log"),
}
"""Actions that need a run or words to be open."""
CHANGES = {"answer", "choose", "undo", "rule_out", "what_if", "reload"}
"""Actions that wait until a check is done."""


class Causes(Sheet, can_focus=True, inherit_bindings=False):
    """The ranking. Its arrows select, so that it has no scrolling keys of its own."""


class Answers(Sheet, can_focus=False):
    """The question and its keys."""


class ConsultationScreen(Page):
    """The main screen.

    Attributes:
        case: what is consulted about; None while it is read.
    """

    BINDINGS = bindings_of("consultation")
    AUTO_FOCUS = "#causes"
    name_shown = "mladvisor"

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.source = source
        self.case: Case | None = None
        self.pane = "causes"
        self._number: int | None = None  # of the piece of evidence in the plot
        self._shares: dict[str, float] = {}
        self._moving: Timer | None = None
        self._rest: Timer | None = None
        self._cache: dict[tuple[int, float], Any] = {}
        self._seen: object = None
        self._gone = False
        self._looking = False
        self._early = ""
        self._checking = False

    def compose(self) -> ComposeResult:
        yield TitleBar(self.name_shown, id="title")
        yield Sheet(id="verdict")
        yield Tabs(PANES, id="tabs")
        with Container(id="panes"):
            yield Causes(id="causes", classes="pane -current")
            yield PlotView(id="curve", classes="pane")
            yield Sheet(id="evidence", classes="pane")
            yield Sheet(id="talk", classes="pane")
        with Vertical(id="ask"):
            yield Answers(id="question")
            yield Input(
                id="prompt", placeholder="i  say it in your own words, or / for a command", select_on_focus=False
            )
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

    # Reading

    def _wait(self, doing: str) -> None:
        from mladvisor.render.cells import Cell

        self.query_one("#question", Sheet).show(lambda _: [[Cell(doing, "dim")]])

    def _begin(self) -> None:
        self.run_worker(self._read, thread=True, exclusive=True, group="read", exit_on_error=False, name="read")

    def _read(self) -> None:
        """In a thread: read the run and open the case."""
        from mladvisor.tui.case import Cancelled, fingerprint, open_case

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

        self.query_one(TitleBar).tell(state="cannot be read")
        self.query_one("#curve", PlotView).empty = "nothing was read"
        self.query_one("#curve", PlotView).redraw()
        self.query_one("#verdict", Sheet).show(
            lambda columns: paragraph(why, columns, lead=Cell("! ", "warn"), style="warn")
        )
        self.query_one("#question", Sheet).show(
            lambda columns: paragraph(
                "o opens another run, ctrl+q leaves. i tells a problem in words.", columns, style="dim"
            )
        )
        self.refresh_bindings()

    def _opened(self, case: Case, seen: object) -> None:
        self.case, self._seen = case, seen
        self._shares = {one.cause: one.probability for one in case.ranking}
        self.query_one("#curve", PlotView).empty = "no curves in this run" if case.path else "no run, so no curves"
        self.query_one("#curve", PlotView).glyphs = self.advisor.settings.glyphs
        self._draw()
        if case.path is None:
            self.action_prompt()
        self.set_interval(LOOK_EVERY, self._look)
        if self._early:
            self._say(self._early)

    # Drawing

    @property
    def is_settled(self) -> bool:
        """Whether everything is drawn as the case stands."""
        return self._rest is None

    def _draw(self, *, keep_curve: bool = False) -> None:
        """Everything, after a change. The ranking comes first: it is what a person waits for."""
        case = self.case
        if case is None:
            return
        self._draw_causes(move=True)
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(PAINTED, lambda: self._draw_rest(keep_curve))

    def _draw_causes(self, *, move: bool = False) -> None:
        from mladvisor.tui.views import cause_lines

        case = self.case
        assert case is not None
        if move:
            self._move()
        self.query_one("#causes", Sheet).show(
            lambda columns: cause_lines(case.ranking, self._shares, case.selected, columns), chosen=case.selected
        )
        self.query_one("#causes", Sheet).choose(case.selected)

    def _draw_rest(self, keep_curve: bool = False) -> None:
        from mladvisor.tui.views import invitation_lines, talk_lines, verdict_lines

        case, self._rest = self.case, None
        if case is None or not self.is_attached:
            return
        self._draw_question()
        story = case.story
        self.query_one("#verdict", Sheet).show(
            invitation_lines
            if case.is_fresh
            else lambda columns: verdict_lines(story, columns, 3 if self.size.height < LOW else 4)
        )
        details = [part for part in story.about if part != "may still be training"]
        self.query_one(TitleBar).tell(about=case.path or "no run", details=details, state=self._state())
        self.query_one("#talk", Sheet).show(lambda columns: talk_lines(case.said, columns), at_end=len(case.said) > 1)
        self._draw_selected(keep_curve=keep_curve)
        self.advisor.last_journal = case.journal
        if case.problem:
            self.notify(case.problem, severity="warning", markup=False)
            case.problem = ""
        self.refresh_bindings()

    def _draw_selected(self, *, keep_curve: bool = False) -> None:
        """Evidence and curve of the selected cause."""
        from mladvisor.tui.views import evidence_lines

        case = self.case
        assert case is not None
        pane = self.query_one("#evidence", Sheet)
        pane.show(lambda columns: evidence_lines(case, case.selected, self._number, columns), top=self._number is None)
        placed = case.evidence(case.selected) if case.selected != "healthy" else []
        curve = self.query_one("#curve", PlotView)
        current = placed[self._number % len(placed)] if self._number is not None and placed else None
        pane.choose(f"evidence:{current.finding}" if current else "")
        curve.border_title = title_of("Curve" if current is None else current.title)
        count = len(placed)
        note = f"{count} piece{'s' * (count != 1)} of evidence" if count else ""
        if self._number is not None and count:
            note = f"evidence {self._number % count + 1} of {count}"
        curve.border_subtitle = title_of(f"[ ] {note}" if count else "")
        if not keep_curve:
            curve.show(self._drawing())

    def _drawing(self) -> Drawing | None:
        from mladvisor.tui.curves import Drawing

        case = self.case
        assert case is not None
        panel = case.picture(case.selected, self._number)
        return Drawing(panel, self._cache) if panel is not None else None

    def _draw_question(self) -> None:
        from mladvisor.tui.views import question_lines, question_title

        case = self.case
        assert case is not None
        title, note = question_title(case.step, case.answers_given + 1, fresh=case.is_fresh)
        box = self.query_one("#ask")
        box.border_title, box.border_subtitle = title_of(title), title_of(note)
        curves = case.session.run is not None and bool(case.session.run.curves)
        self.query_one("#question", Sheet).show(
            lambda columns: question_lines(case.step, case.choices, columns, fresh=case.is_fresh, curves=curves)
        )

    def _state(self) -> str:
        case = self.case
        assert case is not None
        count = case.answers_given
        parts = [f"{count} answer{'s' * (count != 1)}"] if count else []
        if self._gone:
            parts.append("! folder is gone")
        elif case.session.run is not None and case.session.run.growing:
            parts.append("● still training" if self.advisor.settings.follow else "○ still training, not followed")
        return " · ".join(parts)

    def _move(self) -> None:
        """Let the bars go to their new lengths."""
        case = self.case
        assert case is not None
        target = {one.cause: one.probability for one in case.ranking}
        if self._moving is not None:
            self._moving.stop()
        if self.app.animation_level == "none" or not self._shares:
            self._shares = target
            return
        start, step = {**target, **self._shares}, 0

        def frame() -> None:
            nonlocal step
            step += 1
            done = 1 - (1 - step / FRAMES) ** 3
            self._shares = {cause: start[cause] + (share - start[cause]) * done for cause, share in target.items()}
            if step >= FRAMES and self._moving is not None:
                self._moving.stop()
            self._draw_causes()

        self._moving = self.set_interval(1 / 30, frame)

    # What a person can do

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
        if action == "answer":
            return self._answerable(str(parameters[0]))
        if action == "choose":
            return bool(parameters) and int(str(parameters[0])) <= len(self._choices())
        if action == "why":
            return case.step is not None
        if action == "undo":
            return bool(case.session.answers or case.session.ruled_out)
        if action in ("plots", "toggle_log", "evidence"):
            return case.session.run is not None and bool(case.session.run.curves)
        if action in ("reload", "follow"):
            return case.path is not None
        return True

    def _answerable(self, value: str) -> bool:
        step = self.case.step if self.case is not None else None
        if step is None:
            return False
        if step.kind == "check":
            return value in ("yes", "no", "skip")
        if value in ("skip", "unsure"):
            return True
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

    def action_choose(self, number: int) -> None:
        case, choices = self.case, self._choices()
        if case is None or not 1 <= number <= len(choices):
            return
        if case.choices:
            self._say(choices[number - 1])
        else:
            self._do(lambda one: one.answer(choices[number - 1]))

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
        if turn.choices and self.case is not None and self.case.choices:
            self.set_focus(self.query_one("#causes"))
        if turn.kind == "explain":
            from mladvisor.tui.screens.overlays import blocks_overlay

            self.app.push_screen(blocks_overlay("In plain words", turn.blocks))
        elif turn.kind == "report":
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

    def action_undo(self) -> None:
        self._do(lambda case: case.undo())

    def action_prompt(self) -> None:
        prompt = self.query_one("#prompt", Input)
        if prompt.suggester is None:  # ghost text completes slash commands
            from textual.suggester import SuggestFromList

            from mladvisor.tui.actions import slash_commands

            prompt.suggester = SuggestFromList([f"/{name}" for name in slash_commands()])
        self.set_focus(self.query_one("#prompt", Input))
        if self.case is not None:  # by the time that something is typed, all phrases are known
            self.run_worker(self.case.prepare, thread=True, exclusive=True, group="words", exit_on_error=False)

    def action_select(self, by: int) -> None:
        case = self.case
        if case is None:
            return
        order = self.query_one("#causes", Sheet).keys_in_order()
        at = order.index(case.selected) if case.selected in order else 0
        self._select(order[max(0, min(len(order) - 1, at + by))])

    def _select(self, cause: str) -> None:
        case = self.case
        if case is None or cause == case.selected:
            return
        case.selected, self._number = cause, None
        self._draw_causes()
        self._draw_selected()

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

    def action_toggle_log(self) -> None:
        view = self.query_one("#curve", PlotView)
        view.scale = "linear" if view.scale != "linear" else "log"
        view.redraw()

    # Panes

    def action_pane(self, by: int) -> None:
        names = [name for name, _ in PANES]
        self.action_show_pane(names[(names.index(self.pane) + by) % len(names)])

    def action_show_pane(self, name: str) -> None:
        self.pane = name
        for pane, _ in PANES:
            self.query_one(f"#{pane}").set_class(pane == name, "-current")
        self.query_one(Tabs).go(name)
        self.set_focus(self.query_one(f"#{name}"))

    def on_descendant_focus(self, event: Any) -> None:
        name = event.widget.id
        if name in dict(PANES) and name != self.pane:
            self.action_show_pane(name)

    def action_enlarge(self) -> None:
        self.query_one("#panes").toggle_class("-enlarged")

    @property
    def can_go_back(self) -> bool:
        reading = self.case is None and any(worker.group == "read" and worker.is_running for worker in self.workers)
        prompted = self.focused is not None and self.focused.id == "prompt"
        return (
            prompted
            or reading
            or self._checking
            or self._number is not None
            or self.query_one("#panes").has_class("-enlarged")
        )

    def go_back(self) -> bool:
        if self.focused is not None and self.focused.id == "prompt":
            self.set_focus(self.query_one("#causes"))
        elif self.case is None and any(worker.group == "read" and worker.is_running for worker in self.workers):
            self.workers.cancel_group(self, "read")
            self._failed("reading was stopped")
        elif self._checking:
            self.workers.cancel_group(self, "check")
            self._checking = False
            self._draw()
        elif self.query_one("#panes").has_class("-enlarged"):
            self.action_enlarge()
        elif self._number is not None:
            self._number = None
            self._draw_selected()
        else:
            return False
        return True

    # Words

    @on(Input.Submitted, "#prompt")
    def _submitted(self, event: Input.Submitted) -> None:
        words = event.value.strip()
        event.input.clear()
        if not words:
            self.set_focus(self.query_one("#causes"))
        elif words.startswith("/"):
            self._command(words[1:])
        else:
            self._say(words)

    def _command(self, words: str) -> None:
        from mladvisor.tui.actions import slash_commands

        name, _, rest = words.partition(" ")
        action = slash_commands().get(name)
        if action is None:
            from mladvisor.errors import nearest

            known = slash_commands()
            hint = nearest(name, known) or f"; there are {', '.join('/' + one for one in known)}"
            self.notify(f'there is no command "/{name}"{hint}', severity="warning", markup=False)
            return
        self.set_focus(self.query_one("#causes"))
        if rest and action.slash == "report" and self.case is not None:
            self._write(rest.strip())
            return
        if rest and action.slash in ("explain", "rule", "how", "ruleout"):
            self._about(action.slash, rest.strip())
            return
        call = action.call if action.screens else f"app.{action.call}"
        self.call_later(self.run_action, call)

    def _write(self, form: str) -> None:
        """`/report html`: write it without looking."""
        from mladvisor.tui.screens.report import FORMS, export

        if self.case is None or form not in FORMS:
            self.notify(f"a report is written as one of {', '.join(FORMS)}", severity="warning", markup=False)
        else:
            export(self.advisor, self.case, form)

    def _about(self, slash: str, name: str) -> None:
        """A slash command with a name: `/explain overfitting`."""
        case = self.case
        if case is None:
            return
        book = case.session.rulebook
        if slash in ("explain", "rule") and (name in book.findings or name in book.questions):
            self._explain(name)
        elif name in book.causes:
            self._select(name)
            self.call_later(
                {"explain": self.action_explain, "rule": self.action_explain, "how": self.action_how}.get(
                    slash, self.action_rule_out
                )
            )
        else:
            from mladvisor.errors import nearest

            hint = nearest(name, [*book.causes, *book.findings])
            self.notify(f'there is no cause or finding "{name}"{hint}', severity="warning", markup=False)

    def _say(self, words: str) -> None:
        if self.case is None:
            self._early = words  # said while the run is still read
            return
        if self._checking:
            self.notify("A check is under way; esc stops it.", markup=False)
            return
        if self.case.is_quick(words):
            self._do(lambda case: case.say(words))
        else:  # the first words take a moment: say so, and let that be painted before
            self._wait("reading your words …")
            self.call_after_refresh(self._do, lambda case: case.say(words))
        self._reveal("talk")

    # Overlays and screens

    def action_why(self) -> None:
        from mladvisor.tui.screens.overlays import why_overlay

        if self.case is not None and self.case.step is not None:
            self.app.push_screen(why_overlay(self.case, self.case.step))

    def action_how(self) -> None:
        from mladvisor.tui.screens.overlays import how_overlay

        if self.case is not None:
            self.app.push_screen(how_overlay(self.case, self.case.selected))

    def action_what_if(self) -> None:
        from mladvisor.tui.screens.what_if import WhatIfScreen

        if self.case is not None:
            self.app.push_screen(WhatIfScreen(self.case), self._after_what_if)

    def _after_what_if(self, chosen: tuple[str, str] | None) -> None:
        if chosen is not None:
            about, value = chosen
            self._do(lambda case: case.note(about, value))

    def action_explain(self) -> None:
        if self.case is not None and self.case.selected != "healthy":
            self._explain(self.case.selected)

    def _explain(self, name: str) -> None:
        from mladvisor.tui.screens.overlays import explain_overlay

        if self.case is not None:
            self.app.push_screen(explain_overlay(self.case, name))

    def action_rule_out(self) -> None:
        from mladvisor.tui.screens.overlays import RuleOutScreen

        case = self.case
        if case is None or case.selected == "healthy":
            return
        cause = case.selected

        def done(reason: str | None) -> None:
            if reason is not None:
                self._do(lambda one: one.rule_out(cause, reason))

        self.app.push_screen(RuleOutScreen(case.entry(cause).title), done)

    def action_plots(self) -> None:
        from mladvisor.tui.screens.plots import PlotsScreen

        if self.case is not None:
            self.app.push_screen(PlotsScreen(self.case))

    def action_tables(self) -> None:
        from mladvisor.tui.screens.tables import TablesScreen

        if self.case is not None:
            self.app.push_screen(TablesScreen(self.case))

    def action_report(self) -> None:
        from mladvisor.tui.screens.report import ReportScreen

        if self.case is not None:
            self.app.push_screen(ReportScreen(self.case))

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

    # A run that goes on

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
        path, seen = case.path, self._seen
        self.run_worker(lambda: self._see(path, seen), thread=True, group="follow", exit_on_error=False)

    def _see(self, path: str, seen: object) -> None:
        """In a thread: has anything changed? Then read it again."""
        from mladvisor.runs.read import read_run
        from mladvisor.tui.case import fingerprint

        worker = get_current_worker()
        try:
            now = fingerprint(path)
            run = read_run(path) if now != seen else None
            problem = ""
        except MladvisorError as error:
            now, run, problem = seen, None, str(error)  # type: ignore[assignment]
        if not worker.is_cancelled and self.is_attached:
            self.app.call_from_thread(self._saw, now, run, problem)

    def _saw(self, now: object, run: Any, problem: str) -> None:
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
        case.reread(run)
        self._draw()
