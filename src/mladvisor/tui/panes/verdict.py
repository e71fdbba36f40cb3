"""The first lines: what is wrong, how sure that is, what to do first; without anything to judge, an invitation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mladvisor.diagnosis.phrases import effort, percent
from mladvisor.diagnosis.story import NO_CURVES, Story
from mladvisor.render.cells import Cell, Row
from mladvisor.render.text import paragraph, shorten, width
from mladvisor.report.words import sign, verdict_style
from mladvisor.tui.widgets.ink import Line, Link

if TYPE_CHECKING:
    from mladvisor.diagnosis.verdict import Verdict
    from mladvisor.render.cells import Style


ROWS = 4
"""Rows that the verdict may take where there is room."""


def verdict_lines(story: Story, columns: int, most: int = ROWS) -> list[Line]:
    """What is wrong, how sure that is, and what to do first, in at most `most` rows: what a newcomer reads first."""
    verdict = story.verdict
    colour = verdict_style(verdict.kind)
    sure = _how_sure(verdict, story)
    rows: list[Sequence[Cell | Link]] = []
    first = story.fixes[0] if story.fixes else None
    advice = first.steps[0] if first is not None and len(first.steps) > 1 else first.do if first is not None else ""
    lead_in = Cell("  Do first: ", "accent")
    gap = columns - 2 - width(verdict.sentence) - width(sure)
    if gap >= 3:
        lead = Cell(f"{sign(verdict.kind)} ", colour)
        rows.append([lead, _loud(verdict.sentence, colour), Cell(" " * gap), Cell(sure, "strong")])
    else:
        said = paragraph(verdict.sentence, columns, lead=Cell(f"{sign(verdict.kind)} ", colour))
        rows += [[start, _loud(text.text, colour)] for start, text in said]
        left = columns - sum(width(cell.text) for cell in said[-1]) - width(sure)
        if len(rows) + 1 >= most and left >= 3:  # what to do first needs the row more
            rows[-1] = [*rows[-1], Cell(" " * left), Cell(sure, "strong")]
        else:
            rows += paragraph(sure, columns, lead="  ", style="strong") if sure else []
    if verdict.because_of:
        rows.append([Cell(shorten(f"  perhaps because of: {verdict.because_of}", columns), "dim")])
    hint = "Answer below, and it gets clearer."
    if verdict.kind == "unsure" and _is_named(story):
        if _fits(advice, lead_in, columns, most - len(rows) - 1):
            rows.append([Cell(shorten(f"  {hint}", columns), "dim")])
    elif verdict.kind == "unsure" and story.suspects and _fits(advice, lead_in, columns, most - len(rows) - 1):
        nearest = story.suspects[0]
        closest = f"  Closest: {nearest.title} ({percent(nearest.probability)})."
        whole = f"{closest} {hint}"
        rows.append([Cell(whole if width(whole) <= columns else shorten(closest, columns))])
    if first is not None:
        cost = f" ({effort(first.cost)})" if first.cost else ""
        told = paragraph(advice + cost, columns, lead=lead_in)
        room = max(1, min(2, most - len(rows)))
        short = paragraph(advice, columns, lead=lead_in)
        if len(told) > room or (len(told) > len(short) and most < ROWS):
            told = short  # the time it takes goes before the advice is cut, or takes a row of few
        rows += told[:room]
        if len(told) > room:
            rows[-1] = [*rows[-1][:-1], Cell(shorten(rows[-1][-1].text + " …", columns - 12))]
    elif verdict.kind == "healthy":
        rows.append([Cell(shorten(f"  {_in_order(story)}", columns), "dim")])
    elif verdict.kind in ("unsure", "not-enough") and len(rows) < most:
        rows.append([Cell(shorten(f"  {hint}", columns), "dim")])
    return [Line(row) for row in rows[:most]]


def _fits(text: str, lead: Cell, columns: int, rows: int) -> bool:
    """Whether advice is whole in so many rows; what the ranking says anyway makes room for it."""
    return len(paragraph(text, columns, lead=lead)) <= rows


def _in_order(story: Story) -> str:
    """What a run in which nothing is wrong leaves to do."""
    if NO_CURVES in story.about:
        return "A log of loss and metric in this folder would tell most. Below stands what was looked at."
    if story.seen:
        return "One thing is worth a look; it stands in the evidence, with all that was looked at."
    return "Nothing needs to be done. Below stands what was looked at."


def _loud(text: str, colour: Style) -> Link:
    """The one sentence that must be read."""
    return Link(text, f"strong {colour}")


def _is_named(story: Story) -> bool:
    """Whether the sentence names the first suspect, sure or not."""
    return bool(story.suspects) and story.suspects[0].title.lower() in story.verdict.sentence.lower()


def _how_sure(verdict: Verdict, story: Story) -> str:
    parts = []
    if verdict.probability is not None:
        parts.append(f"{verdict.confidence}, {percent(verdict.probability)}")
    if verdict.kind == "unsure" and _is_named(story):
        parts.append(percent(story.suspects[0].probability))
    if verdict.kind in ("one", "two", "unsure") and story.healthy is not None:
        parts.append(f"healthy {percent(story.healthy)}")
    return " · ".join(parts)


def invitation_lines(columns: int) -> list[Row]:
    """In place of a verdict, as long as there is nothing to judge."""
    rows = paragraph("Tell me what you see, in your own words.", columns, lead=Cell("› ", "accent"), style="strong")
    said = "Below: how often each cause is behind a run that people ask about."
    return [*rows, *paragraph(said, columns, lead="  ", style="dim")]
