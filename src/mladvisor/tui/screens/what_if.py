"""What if: try an answer to anything and see the ranking move, without noting it."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from mladvisor.consultation.voice import ANSWER_WORDS
from mladvisor.render.cells import Cell
from mladvisor.render.text import fit, paragraph
from mladvisor.tui.case import Case
from mladvisor.tui.screens.base import title_of
from mladvisor.tui.screens.overlay import Foot
from mladvisor.tui.screens.overlays import effect_rows
from mladvisor.tui.widgets.ink import Line, Sheet

LISTED, LISTED_LOW = 7, 4
"""Findings in view at a time, and on a low terminal."""


class WhatIfScreen(ModalScreen["tuple[str, str] | None"]):
    """A finding, an answer, and the ranking as it would be. Enter notes the answer; escape leaves all as it was."""

    BINDINGS = [
        ("escape", "close", "Close"),
        ("down", "move(1)", "Down"),
        ("up", "move(-1)", "Up"),
        ("tab", "turn(1)", "Other answer"),
        ("shift+tab", "turn(-1)", "Other answer"),
        ("enter", "note", "Note it"),
    ]
    AUTO_FOCUS = "Input"

    def __init__(self, case: Case) -> None:
        super().__init__(classes="overlaid")
        self.case = case
        self._all = self._items()
        self._found = list(self._all)
        self._at = 0
        self._answer = 0

    def _items(self) -> list[tuple[str, str, list[str]]]:
        """(id, title, answers) of the open questions, then of every finding that bears on a cause."""
        book, judged = self.case.session.rulebook, self.case.session.state.judged
        items = [
            (step.finding, step.question, [str(one) for one in step.choices])
            for step in self.case.session.next_steps(most=8)
            if step.choices  # a number or a file cannot be supposed from a list
        ]
        known = {name for name, _, _ in items}
        rest = [
            (rule.id, rule.doc.title, ["yes", "probably", "probably-not", "no"])
            for rule in book.in_inference()
            if rule.id not in known and judged[rule.id].state != "not-applicable"
        ]
        return items + sorted(rest, key=lambda item: (judged[item[0]].state != "unknown", item[1].lower()))

    def compose(self) -> ComposeResult:
        with Vertical(id="overlay"):
            yield Input(placeholder="what if … type to find")
            yield Sheet(id="items")
            yield Sheet(id="effect")
            yield Foot(
                [("up", "", "move(-1)"), ("down", "Choose", "move(1)"), ("tab", "Other answer", "turn(1)"),
                 ("enter", "Note it", "note"), ("escape", "Close", "close")]
            )  # fmt: skip

    def on_mount(self) -> None:
        self.query_one("#overlay").border_title = title_of("What if …")
        self.query_one("#overlay").border_subtitle = "nothing is noted until you say so"
        for name in ("#items", "#effect"):
            self.query_one(name).can_focus = False
        self._draw()

    @property
    def _listed(self) -> int:
        return LISTED if self.app.size.height >= 30 else LISTED_LOW

    def _draw(self) -> None:
        listed = self._listed
        start = max(0, min(self._at - listed // 2, len(self._found) - listed))
        view = self._found[start : start + listed]
        chosen = self._found[self._at][0] if self._found else ""

        def items(columns: int) -> list[Line]:
            lines = [
                Line([Cell("▌" if name == chosen else " ", "accent"), Cell(fit(title, columns - 1))], name)
                for name, title, _ in view
            ]
            return lines + [Line([]) for _ in range(listed - len(lines))]

        self.query_one("#items", Sheet).show(items, chosen=chosen)
        self.query_one("#effect", Sheet).show(self._effect)

    def _effect(self, columns: int) -> list[list[Cell]]:
        if not self._found:
            return paragraph("nothing of that name", columns, style="dim")
        name, _, answers = self._found[self._at]
        cells = [Cell("If ", "dim")]
        for number, answer in enumerate(answers):
            here = number == self._answer % len(answers)
            cells += [Cell(f" {ANSWER_WORDS.get(answer, answer)} ", "chosen" if here else "dim"), Cell(" ")]  # type: ignore[arg-type]
        effect = self.case.session.what_if(name, answers[self._answer % len(answers)])
        return [[], cells, [], *effect_rows(self.case, effect, columns, most=6 if self._listed == LISTED else 4)]

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        words = event.value.lower().split()
        self._found = [one for one in self._all if all(word in f"{one[0]} {one[1]}".lower() for word in words)]
        self._at = self._answer = 0
        self._draw()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.action_note()

    @on(Sheet.Clicked, "#items")
    def _clicked(self, event: Sheet.Clicked) -> None:
        self._at = next(number for number, one in enumerate(self._found) if one[0] == event.key)
        self._draw()

    def action_move(self, by: int) -> None:
        self._at = max(0, min(len(self._found) - 1, self._at + by))
        self._answer = 0
        self._draw()

    def action_turn(self, by: int) -> None:
        self._answer += by
        self._draw()

    def action_note(self) -> None:
        if self._found:
            name, _, answers = self._found[self._at]
            self.dismiss((name, answers[self._answer % len(answers)]))

    def action_close(self) -> None:
        self.dismiss(None)
