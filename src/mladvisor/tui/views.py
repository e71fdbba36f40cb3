"""The panes of a diagnosis (verdict, causes, evidence): data in, lines of cells out. No Textual, no judgement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mladvisor.diagnosis.phrases import effort, odds, percent
from mladvisor.diagnosis.story import CHECKED, present_title
from mladvisor.render.cells import Cell, Row
from mladvisor.render.text import bar, fit, paragraph, shorten, width, wrap
from mladvisor.report.words import sign, verdict_style
from mladvisor.tui.case import HEALTHY, Case, Entry
from mladvisor.tui.widgets.ink import Line, Link

if TYPE_CHECKING:
    from mladvisor.diagnosis.reasons import Reason
    from mladvisor.diagnosis.story import Story
    from mladvisor.diagnosis.verdict import Verdict
    from mladvisor.render.cells import Style

LEAST = 0.01
"""Causes below this are counted, not listed."""
FEWEST = 6
"""So many are listed all the same."""


def verdict_lines(story: Story, columns: int, most: int = 4) -> list[Row]:
    """What is wrong, how sure that is, and what to do first, in at most `most` rows: what a newcomer reads first."""
    verdict = story.verdict
    colour = verdict_style(verdict.kind)
    sure = _how_sure(verdict, story)
    rows: list[Row] = []
    gap = columns - 2 - width(verdict.sentence) - width(sure)
    if gap >= 3:
        lead = Cell(f"{sign(verdict.kind)} ", colour)
        rows.append([lead, Cell(verdict.sentence, colour), Cell(" " * gap), Cell(sure, "strong")])
    else:
        rows += paragraph(verdict.sentence, columns, lead=Cell(f"{sign(verdict.kind)} ", colour), style=colour)
        rows += paragraph(sure, columns, lead="  ", style="strong") if sure else []
    if verdict.because_of:
        rows.append([Cell(shorten(f"  because of: {verdict.because_of}", columns), "dim")])
    hint = "Answer below, and it gets clearer."
    if verdict.kind == "unsure" and story.suspects:
        nearest = story.suspects[0]
        closest = f"  Closest: {nearest.title} ({percent(nearest.probability)})."
        whole = f"{closest} {hint}"
        rows.append([Cell(whole if width(whole) <= columns else shorten(closest, columns))])
    if story.fixes:
        first = story.fixes[0]
        what = first.steps[0] if len(first.steps) > 1 else first.do
        cost = f" ({effort(first.cost)})" if first.cost else ""
        told = paragraph(what + cost, columns, lead=Cell("  Do first: ", "accent"))
        room = max(1, min(2, most - len(rows)))
        if len(told) > room:  # the time it takes goes before the advice is cut
            told = paragraph(what, columns, lead=Cell("  Do first: ", "accent"))
        rows += told[:room]
        if len(told) > room:
            rows[-1] = [*rows[-1][:-1], Cell(shorten(rows[-1][-1].text + " …", columns - 12))]
    elif verdict.kind == "healthy":
        text = "  Nothing needs to be done. Below stands what was looked at."
        rows.append([Cell(shorten(text, columns), "dim")])
    elif verdict.kind in ("unsure", "not-enough") and len(rows) < most:
        rows.append([Cell(shorten(f"  {hint}", columns), "dim")])
    return rows[:most]


def _how_sure(verdict: Verdict, story: Story) -> str:
    parts = []
    if verdict.probability is not None:
        parts.append(f"{verdict.confidence}, {percent(verdict.probability)}")
    if verdict.kind in ("one", "two", "unsure") and story.healthy is not None:
        parts.append(f"healthy {percent(story.healthy)}")
    return " · ".join(parts)


def cause_lines(ranking: Sequence[Entry], shares: Mapping[str, float], chosen: str, columns: int) -> list[Line]:
    """The ranking: number, title, bar, percent and change."""
    listed = [
        one for number, one in enumerate(ranking)
        if one.probability >= LEAST or number < FEWEST or one.cause in (chosen, HEALTHY)
    ]  # fmt: skip
    length = max(6, min(16, columns // 6))
    moved = any(change(one.change) for one in listed)
    room = columns - 4 - 5 - (5 if moved else 0) - 1 - length
    lines: list[Line] = []
    number = 0
    for one in listed:
        healthy = one.cause == HEALTHY
        number += not healthy
        here = one.cause == chosen
        strength: Style = "strong" if here or one.probability >= 0.5 else "" if one.probability >= 0.1 else "dim"
        title = wrap(one.title, room) if here else [one.title]
        cells: list[Cell | Link] = [
            Cell("▌" if here else " ", "accent"),
            Cell(f"{'✓' if healthy else number:>2} ", "good" if healthy else "dim"),
            Cell(fit(title[0], room), strength),
            Cell(f" {percent(one.probability):>4}", strength),
            *([Cell(f" {change(one.change):>4}")] if moved else []),
            Cell(" "),
            Cell(bar(shares.get(one.cause, one.probability), length), "good" if healthy else "train"),
        ]
        lines.append(Line(cells, one.cause))
        lines += [Line([Cell("▌", "accent"), Cell("   "), Cell(rest, strength)], one.cause) for rest in title[1:]]
    left = len(ranking) - len(listed)
    if left:
        lines.append(Line([Cell(f"    {left} more below 1 %", "dim")]))
    return lines


def change(amount: float) -> str:
    """A change of belief in points, with sign and arrow; "" when it rounds to nothing."""
    points = round(amount * 100)
    return "" if not points else f"{'▲' if points > 0 else '▼'}{abs(points)}"


def evidence_lines(case: Case, cause: str, number: int | None, columns: int) -> list[Line]:
    """For and against the selected cause, what is not known, and what to do. `number`: the evidence in the plot."""
    lines: list[Line] = []
    if cause == HEALTHY:
        return _in_order(case, columns)
    suspect = case.suspect(cause)
    lines += [Line(row) for row in paragraph(suspect.title, columns, style="strong")]
    placed = [one.finding for one in case.evidence(cause)]
    current = placed[number % len(placed)] if number is not None and placed else ""
    if suspect.because_of:
        lines += [Line(row) for row in paragraph(f"likely because of: {suspect.because_of}", columns, style="dim")]
    for title, reasons, mark, tone in (
        ("For it", suspect.reasons, "+", "bad"),
        ("Against it", suspect.against, "−", "good"),
    ):
        lines += _heading(title, columns, "× raises the odds" if mark == "+" and reasons else "", first=False)
        if not reasons:
            lines.append(Line([Cell("  nothing so far", "dim")]))
        for one in reasons:
            lines += _reason(one, mark, tone, columns, current == one.finding)  # type: ignore[arg-type]
    missing = case.unknown(cause)
    if missing:
        lines += _heading("Not known", columns)
        for title, how in missing[:6]:
            lines += [Line(row) for row in paragraph(title, columns, lead=Cell("? ", "warn"))]
            if how:
                lines += [Line(row) for row in paragraph(how, columns, lead="  ", style="dim")]
        if len(missing) > 6:
            lines.append(Line([Cell(f"  and {len(missing) - 6} more", "dim")]))
    lines += _fixes(case, cause, columns)
    return lines


def _heading(title: str, columns: int, note: str = "", *, first: bool = False) -> list[Line]:
    gap = columns - width(title) - width(note)
    rows = paragraph(title, columns, style="accent")
    if note and gap > 2:
        rows[0] = [*rows[0], Cell(" " * gap), Cell(note, "dim")]
    return [Line(row) for row in rows] if first else [Line([]), *(Line(row) for row in rows)]


def _reason(one: Reason, mark: str, tone: Style, columns: int, current: bool) -> list[Line]:
    key = f"evidence:{one.finding}" if one.place and one.present else ""
    weight = odds(one.decibans)
    rows = paragraph(one.text, columns - 7, lead=Cell(f"{mark} ", tone))
    used = sum(width(cell.text) for cell in rows[0])
    rows[0] = [*rows[0], Cell(" " * max(1, columns - used - width(weight))), Cell(weight, "dim")]
    small = " · ".join(part for part in (one.detail, one.place) if part)
    if small:
        rows.append([Cell("▒ " if current else "  ", "evidence"), Cell(shorten(small, columns - 2), "dim")])
    return [Line(row, key) for row in rows]


def _seen(case: Case, columns: int) -> list[Line]:
    """What is present and speaks for nothing likely: the striking first."""
    lines: list[Line] = []
    for number, one in enumerate(case.story.seen):
        lines += _heading("Seen besides", columns, first=True) if not number else []
        lines += [Line(row) for row in paragraph(one.text, columns, lead=Cell("! ", "warn"))]
        lines += [Line(row) for row in paragraph(one.do, columns, lead="  ", style="dim")] if one.do else []
    for number, one in enumerate(case.story.present):
        lines += _heading(present_title(case.story), columns, first=not lines) if not number else []
        lines += [Line(row) for row in paragraph(one.text, columns, lead=Cell("· ", "accent"))]
    return lines


def _in_order(case: Case, columns: int) -> list[Line]:
    checked = case.story.checked
    if not checked:
        how = case.session.how(HEALTHY)
        lines = _heading("What speaks against a healthy run", columns, first=True)
        for step in [one for one in how.steps if one.after < one.before - 0.01][:8]:
            lines += [Line(row) for row in paragraph(step.because, columns, lead=Cell("− ", "bad"))]
        return lines
    lines = _seen(case, columns)
    lines += _heading(CHECKED, columns, first=not lines)
    for one in checked:
        lines += [Line(row) for row in paragraph(one.text, columns, lead=Cell("· ", "good"))]
    return lines


def _fixes(case: Case, cause: str, columns: int) -> list[Line]:
    found = next((one for one in case.diagnosis.hypotheses if one.cause == cause), None)
    if found is None or not found.fixes:
        return []
    lines = _heading("What to do, if it is this", columns)
    for number, fix in enumerate(found.fixes[:4], 1):
        steps = fix.steps or [fix.do]
        rows = paragraph(steps[0], columns, lead=Cell(f"{number} ", "accent"))
        for step in steps[1:]:
            rows += paragraph(step, columns, lead="  then ")
        if fix.cost:
            rows += paragraph(f"takes {effort(fix.cost)}", columns, lead="  ", style="dim")
        lines += [Line(row) for row in rows]
    return lines
