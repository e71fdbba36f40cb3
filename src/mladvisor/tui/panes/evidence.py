"""For and against a cause, what is not known, what to do; of a healthy run, what was looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mladvisor.diagnosis.phrases import effort, odds
from mladvisor.diagnosis.story import CHECKED, present_title
from mladvisor.render.cells import Cell
from mladvisor.render.text import paragraph, width
from mladvisor.tui.belief import HEALTHY
from mladvisor.tui.case import Case
from mladvisor.tui.widgets.ink import Line

if TYPE_CHECKING:
    from mladvisor.diagnosis.reasons import Reason
    from mladvisor.render.cells import Style


MISSING = 6
"""Ways to get more that are shown where nothing is known."""


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
        lines += [Line(row) for row in paragraph(f"may come from: {suspect.because_of}", columns, style="dim")]
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
        rows += paragraph(small, columns, lead=Cell("▒ " if current else "  ", "evidence"), style="dim")
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
        how = case.how(HEALTHY)
        lines = _heading("What speaks against a healthy run", columns, first=True)
        for step in [one for one in how.steps if one.after < one.before - 0.01][:8]:
            lines += [Line(row) for row in paragraph(step.because, columns, lead=Cell("− ", "bad"))]
        return lines if len(lines) > 1 else _missing(case, columns)
    lines = _seen(case, columns)
    lines += _heading(CHECKED, columns, first=not lines)
    for one in checked:
        lines += [Line(row) for row in paragraph(one.text, columns, lead=Cell("· ", "good"))]
    return lines


def _missing(case: Case, columns: int) -> list[Line]:
    """Where nothing was seen for or against anything: what would have to be there, the most telling first."""
    lines = [Line(row) for row in paragraph("Nothing that was logged speaks for or against it.", columns)]
    gaps = case.story.gaps[:MISSING]
    lines += _heading("What would tell", columns) if gaps else []
    for gap in gaps:
        settles = f"{len(gap.settles)} findings" if len(gap.settles) > 1 else gap.settles[0] if gap.settles else ""
        lines += [Line(row) for row in paragraph(gap.how, columns, lead=Cell("? ", "warn"))]
        lines += [Line(row) for row in paragraph(f"would settle: {settles}", columns, lead="  ", style="dim")]
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
