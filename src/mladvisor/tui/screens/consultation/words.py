"""The prompt: plain words and slash commands."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import on
from textual.widgets import Input

from mladvisor.tui.screens.consultation.doing import Doing

if TYPE_CHECKING:
    from mladvisor.tui.case import Case


class Spoken(Doing):
    """What is typed.

    Sentences wait for their turn: while the run is read, while a check is under way, and while the phrases that they
    are compared with are made. Each is read by itself, in the order in which they were sent.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._unread: list[str] = []
        self._preparing = self._prepared = False

    @property
    def is_settled(self) -> bool:
        """Whether all that was said is answered and drawn."""
        return super().is_settled and (not self._unread or self.case is None)

    def _begin(self) -> None:
        """Read what the source names, in a thread."""
        raise NotImplementedError

    def action_prompt(self) -> None:
        prompt = self.query_one("#prompt", Input)
        if prompt.suggester is None:  # ghost text completes slash commands
            from textual.suggester import SuggestFromList

            from mladvisor.tui.actions import slash_commands

            prompt.suggester = SuggestFromList([f"/{name}" for name in slash_commands()])
        self.set_focus(self.query_one("#prompt", Input))
        if self.case is not None:  # by the time that something is typed, all phrases are known
            self._prepare(self.case)

    @on(Input.Submitted, "#prompt")
    def _submitted(self, event: Input.Submitted) -> None:
        words = event.value.strip()
        if not words:
            return
        if words.startswith("/") and not self._is_path(words):  # a path is what a request for files wants
            self._command(words[1:])
        else:
            self._say(words)

    @staticmethod
    def _is_path(words: str) -> bool:
        from mladvisor.consultation.handing import is_there

        return is_there(Path(words))

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
        if rest and action.slash == "report" and self.case is not None:
            self._write(rest.strip())
            return
        if rest and action.slash in ("explain", "rule", "how", "ruleout"):
            self._about(action.slash, rest.strip())
            return
        call = action.call if action.screens else f"app.{action.call}"
        self.call_later(self.run_action, call)

    def _write(self, form: str) -> None:
        """`/report html`: the report, and where to write it."""
        from mladvisor.tui.screens.report import FORMS, ReportScreen

        if self.case is None or form not in FORMS:
            self.notify(f"a report is written as one of {', '.join(FORMS)}", severity="warning", markup=False)
        else:
            self.app.push_screen(ReportScreen(self.case, write=form))

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
        self._unread.append(words)
        if self.case is None:  # said while the run is still read
            if self._broken:  # there is none: go on from the words alone
                self._broken, self.source = False, self.source._replace(path=None, journal=None, resumed=None)
                self.remove_class("-failed")
                self._wait("reading the rules …")
                self._begin()
            return
        if self._checking:
            self.notify("I read that when the check is done; esc stops it.", markup=False)
            return
        self._read_next()

    def _read_next(self) -> None:
        """Read the sentence that waits longest; the next one when this one is drawn."""
        case = self.case
        if case is None or not self._unread or self._checking:
            return
        if not (case.is_quick(self._unread[0]) or self._prepared):
            self._wait("reading your words …")
            self._prepare(case)
            return
        words = self._unread.pop(0)
        self._do(lambda one: one.say(words))
        self._reveal("talk")
        if self._unread:
            self.call_after_refresh(self._read_next)

    def _prepare(self, case: Case) -> None:
        """Make all phrases beside the screen, once, so that one can go on typing."""
        if not self._preparing:
            self._preparing = True
            self.run_worker(lambda: self._make_ready(case), thread=True, group="words", exit_on_error=False)

    def _make_ready(self, case: Case) -> None:
        """In a thread. What fails here fails again when the words are read, and is told then."""
        with contextlib.suppress(Exception):
            case.prepare()
        if self.is_attached:
            self.app.call_from_thread(self._ready)

    def _ready(self) -> None:
        self._prepared = True
        self._read_next()

    def _explain(self, name: str) -> None:
        from mladvisor.tui.screens.overlays import explain_overlay

        if self.case is not None:
            self.app.push_screen(explain_overlay(self.case, name))

    def action_explain(self) -> None:
        if self.case is not None and self.case.page:
            from mladvisor.tui.screens.overlays import blocks_overlay

            self.app.push_screen(blocks_overlay("In plain words", self.case.page))
        elif self.case is not None and self.case.selected != "healthy":
            self._explain(self.case.selected)

    def action_how(self) -> None:
        from mladvisor.tui.screens.overlays import how_overlay

        if self.case is not None:
            self.app.push_screen(how_overlay(self.case, self.case.selected))

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

    def action_choose(self, number: int) -> None:
        case, choices = self.case, self._choices()
        if case is None or not 1 <= number <= len(choices):
            return
        if case.choices:
            self._say(choices[number - 1])
        elif self._is_pick(number):
            case.pick(choices[number - 1])
            self._draw_question()
            self.refresh_bindings()
        else:
            self._do(lambda one: one.answer(choices[number - 1]))

    def _is_pick(self, number: int) -> bool:
        """Whether a number picks an option of a menu; the last one says that none of them holds."""
        from mladvisor.diagnosis.menus import is_menu

        step = self.case.step if self.case is not None else None
        return step is not None and is_menu(step) and number < len(step.choices)

    def action_enter(self) -> None:
        """Note what is picked; where nothing is, show how sure the selected cause is."""
        if self.case is None or not self.case.picked or not self.query_one("#ask").display:
            self.action_how()
        elif not self._checking:
            self._do(lambda case: case.answer(case.picked))
