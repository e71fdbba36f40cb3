"""Overlays that only tell: why a question is asked, how a number came about, what a rule means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from mladvisor.diagnosis.phrases import effort, percent
from mladvisor.render.cells import Cell, Row
from mladvisor.render.text import bar, fit, paragraph, shorten, width
from mladvisor.tui.case import HEALTHY, Case
from mladvisor.tui.screens.base import title_of
from mladvisor.tui.screens.overlay import Foot, Overlay
from mladvisor.tui.views import ANSWER_WORDS, change
from mladvisor.tui.widgets.ink import Sheet

if TYPE_CHECKING:
    from mladvisor.consultation.session import Effect
    from mladvisor.diagnosis.model import NextStep

TELLING = 0.005
"""Steps that move a probability by less are counted, not listed."""


def why_overlay(case: Case, step: NextStep) -> Overlay:
    """Why this question: what it would tell apart, and what each answer would do."""
    why = case.session.why(step)
    titles = [case.entry(cause).title for cause in why.separates if cause not in case.session.ruled_out]

    def build(columns: int) -> list[Row]:
        rows = paragraph(step.question, columns, style="strong")
        rows.append([])
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
            Cell(bar(p, 12), "good" if cause == HEALTHY else "train"),
            Cell(f" {percent(p):>4} {change(p - now[cause]):>4}"),
        ]
        for cause, title, p in shown
    ]


def how_overlay(case: Case, cause: str) -> Overlay:
    """How a probability came about: from the prior, step by step, to exactly what the ranking shows."""
    how = case.session.how(cause)

    def build(columns: int) -> list[Row]:
        rows: list[Row] = [_step("Before anything was read", how.prior, None, columns)]
        rows.append([])
        quiet = 0
        for step in how.steps:
            moved = step.after - step.before
            if abs(moved) < TELLING:
                quiet += 1
                continue
            sign, tone = ("+", "bad") if (moved > 0) != (cause == HEALTHY) else ("−", "good")
            text = paragraph(step.because, columns - 14, lead=Cell(f"{sign} ", tone))  # type: ignore[arg-type]
            right = f"{percent(step.before):>4} → {percent(step.after):>4}"
            used = sum(width(cell.text) for cell in text[0])
            text[0] = [*text[0], Cell(" " * (columns - used - width(right))), Cell(right, "strong")]
            rows += text
        if quiet:
            rows += paragraph(
                f"and {quiet} more findings that changed next to nothing", columns, lead="· ", style="dim"
            )
        rows += [[], _step("Now", how.probability, None, columns)]
        return rows

    return Overlay(f"How sure is “{how.title}”?", build, note=f"{percent(how.prior)} → {percent(how.probability)}")


def _step(title: str, share: float, _: Any, columns: int) -> Row:
    right = f"{percent(share):>4}"
    length = 16
    gap = " " * max(1, columns - width(title) - length - width(right) - 1)
    return [Cell(title, "accent"), Cell(gap), Cell(bar(share, length), "train"), Cell(f" {right}", "strong")]


def explain_overlay(case: Case, name: str) -> Overlay:
    """The page of a cause or finding, for somebody who hears of it for the first time."""
    from mladvisor.report.rule_pages import page

    book = case.session.rulebook
    overlay = Overlay("In plain words", lambda columns: page(book, name, columns), note=shorten(name, 50))
    overlay.WIDE = True
    return overlay


class RuleOutScreen(ModalScreen[str | None]):
    """Asks for the reason for which a cause is ruled out; None when it is not, after all."""

    BINDINGS = [("escape", "close", "Cancel")]
    AUTO_FOCUS = "Input"

    def __init__(self, title: str) -> None:
        super().__init__()
        self.cause_title = title

    def compose(self) -> ComposeResult:
        with Vertical(id="overlay"):
            yield Sheet(id="body")
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
