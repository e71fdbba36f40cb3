"""The prompt: plain words and slash commands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Input

from mladvisor.tui.screens.consultation.doing import Doing

if TYPE_CHECKING:
    pass


class Spoken(Doing):
    """What is typed."""

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
            self.run_worker(self.case.prepare, thread=True, exclusive=True, group="words", exit_on_error=False)

    @on(Input.Submitted, "#prompt")
    def _submitted(self, event: Input.Submitted) -> None:
        words = event.value.strip()
        event.input.clear()
        if not words:
            self.set_focus(self.query_one("#causes"))
        elif words.startswith("/") and not self._is_path(words):  # a path is what a request for files wants
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
            if self._broken:  # there is none: go on from the words alone
                self._broken, self.source = False, self.source._replace(path=None, journal=None, resumed=None)
                self.remove_class("-failed")
                self._wait("reading the rules …")
                self._begin()
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

    def _explain(self, name: str) -> None:
        from mladvisor.tui.screens.overlays import explain_overlay

        if self.case is not None:
            self.app.push_screen(explain_overlay(self.case, name))

    def action_explain(self) -> None:
        if self.case is not None and self.case.selected != "healthy":
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
        else:
            self._do(lambda one: one.answer(choices[number - 1]))
