"""Overlays that only tell: why a question is asked, how a number came about, what a rule means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from mladvisor.consultation.reasons import WHERE
from mladvisor.consultation.voice import ANSWER_WORDS
from mladvisor.diagnosis.phrases import effort, percent
from mladvisor.render.cells import Cell, Row
from mladvisor.render.text import fit, gauge, paragraph, shorten, width
from mladvisor.tui.belief import HEALTHY
from mladvisor.tui.case import Case
from mladvisor.tui.panes.ranking import change
from mladvisor.tui.panes.talk import block_rows
from mladvisor.tui.screens.base import title_of
from mladvisor.tui.screens.overlay import Foot, Overlay
from mladvisor.tui.widgets.ink import Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mladvisor.consultation.turn import Block
    from mladvisor.consultation.views import Effect
    from mladvisor.diagnosis.model import NextStep

SHOWN = 12
"""Pieces of evidence that are shown of how a number came about."""


def why_overlay(case: Case, step: NextStep) -> Overlay:
    """Why this question: what it would tell apart, and what each answer would do."""
    why = case.session.why(step)
    titles = [case.entry(cause).title for cause in why.separates if cause not in case.session.ruled_out]

    def build(columns: int) -> list[Row]:
        rows = paragraph(step.question, columns, style="strong")
        rows.append([])
        if why.opens:
            rows += [*paragraph(WHERE, columns), []]
            rows += [row for option in why.opens for row in paragraph(option, columns, lead=Cell("  · ", "dim"))]
        if titles:
            rows += paragraph("It tells these apart best:", columns, style="dim")
            rows += [row for title in titles for row in paragraph(title, columns, lead=Cell("  · ", "dim"))]
        for effect in why.effects:
            word = ANSWER_WORDS.get(effect.answer, effect.answer)
            rows += [[], [Cell("If ", "dim"), Cell(word, "accent")], *effect_rows(case, effect, columns)]
        rows += [
            [],
            *paragraph(f"Expected to tell {step.bits:.2f} bit; takes {effort(step.effort)}.", columns, style="dim"),
        ]
        return rows

    return Overlay("Why do I ask?", build)


def effect_rows(case: Case, effect: Effect, columns: int, most: int = 4) -> list[Row]:
    """The ranking after an answer, with the change from now."""
    now = {one.cause: one.probability for one in case.ranking}
    entries = [(one.cause, one.title, one.probability) for one in effect.ranking if one.cause in now]
    entries.append((HEALTHY, "Nothing is wrong", effect.healthy))
    entries.sort(key=lambda one: (-abs(one[2] - now[one[0]]), -one[2]))
    shown = sorted(entries[:most], key=lambda one: -one[2])
    room = columns - 12 - 16
    return [
        [
            Cell("  "),
            Cell(fit(title, room), "" if abs(p - now[cause]) >= 0.005 else "dim"),
            Cell(" "),
            *gauge(p, 12, "good" if cause == HEALTHY else "train"),
            Cell(f" {percent(p):>4} {change(p - now[cause]):>4}"),
        ]
        for cause, title, p in shown
    ]


def how_overlay(case: Case, cause: str) -> Overlay:
    """How a probability came about: from the prior, step by step, to exactly what the ranking shows."""
    how = case.how(cause)

    def build(columns: int) -> list[Row]:
        rows: list[Row] = [_step("Before anything was read", how.prior, columns), []]
        weighty = how.weighty(most=SHOWN)
        told = how.steps[: len(weighty)]  # the most telling come first, so that each step goes on from the one before
        for step in told:
            sign, tone = ("+", "bad") if (step.after > step.before) != (cause == HEALTHY) else ("−", "good")
            rows += _on_the_way(paragraph(step.because, columns - 6, lead=Cell(f"{sign} ", tone)), step.after, columns)  # type: ignore[arg-type]
        left = len(how.steps) - len(told)
        if left:
            rest = f"{left} more signs that weigh little, most of them absent"
            rows += _on_the_way(paragraph(rest, columns - 6, lead="· ", style="dim"), how.probability, columns)
        rows += [[], _step("Now", how.probability, columns)]
        if told:
            note = "Taken one after the other, the most telling first; behind each, how sure it is by then."
            rows += [[], *paragraph(note, columns, style="dim")]
        return rows

    return Overlay(f"How sure is “{how.title}”?", build, note=f"{percent(how.prior)} → {percent(how.probability)}")


def _on_the_way(rows: list[Row], share: float, columns: int) -> list[Row]:
    """The probability at the right end of the last row."""
    right = percent(share)
    used = sum(width(cell.text) for cell in rows[-1])
    return [*rows[:-1], [*rows[-1], Cell(" " * max(1, columns - used - width(right))), Cell(right, "strong")]]


def _step(title: str, share: float, columns: int) -> Row:
    right = f"{percent(share):>4}"
    length = 16
    gap = " " * max(1, columns - width(title) - length - width(right) - 1)
    return [Cell(title, "accent"), Cell(gap), *gauge(share, length), Cell(f" {right}", "strong")]


def explain_overlay(case: Case, name: str) -> Overlay:
    """The page of a cause, finding or question, for somebody who hears of it for the first time."""
    from mladvisor.consultation.pages import page

    return blocks_overlay("In plain words", page(case.session.rulebook, name), note=shorten(name, 50))


def blocks_overlay(title: str, blocks: Sequence[Block], *, note: str = "") -> Overlay:
    """What the advisor says, on a page of its own."""
    overlay = Overlay(title, lambda columns: block_rows(blocks, columns, airy=True), note=note)
    overlay.wide = True
    return overlay


class RuleOutScreen(ModalScreen[str | None]):
    """Asks for the reason for which a cause is ruled out; None when it is not, after all."""

    BINDINGS = [("escape", "close", "Cancel")]
    AUTO_FOCUS = "Input"

    def __init__(self, title: str) -> None:
        super().__init__(classes="overlaid")
        self.cause_title = title

    def compose(self) -> ComposeResult:
        with Vertical(id="overlay"):
            yield Sheet(id="body", classes="-auto")
            yield Input(placeholder="why not? (may stay empty)")
            yield Foot([("enter", "Rule out", "confirm"), ("escape", "Cancel", "close")])

    def on_mount(self) -> None:
        self.query_one("#overlay").border_title = title_of("Rule out")
        text = f"“{self.cause_title}” will be taken out of the picture. z takes that back."
        self.query_one("#body", Sheet).show(lambda columns: paragraph(text, columns))
        self.query_one("#body").can_focus = False

    @on(Input.Submitted)
    def action_confirm(self) -> None:
        self.dismiss(self.query_one(Input).value.strip())

    def action_close(self) -> None:
        self.dismiss(None)
