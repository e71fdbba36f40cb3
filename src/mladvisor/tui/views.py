"""What each pane of a consultation says: plain data in, lines of cells out, for a width. No Textual, no judgement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mladvisor.consultation.voice import ANSWER_WORDS
from mladvisor.diagnosis.phrases import effort, odds, percent
from mladvisor.diagnosis.story import CHECKED, present_title
from mladvisor.render.cells import Cell, Row
from mladvisor.render.text import bar, fit, paragraph, shorten, width, wrap
from mladvisor.report.words import sign, verdict_style
from mladvisor.tui.case import DEGREES, HEALTHY, Case, Entry
from mladvisor.tui.widgets.ink import Line, Link

if TYPE_CHECKING:
    from mladvisor.consultation.transcript import Said
    from mladvisor.consultation.turn import Block
    from mladvisor.diagnosis.model import NextStep
    from mladvisor.diagnosis.reasons import Reason
    from mladvisor.diagnosis.story import Story
    from mladvisor.diagnosis.verdict import Verdict
    from mladvisor.render.cells import Style

LEAST = 0.01
"""Causes below this are counted, not listed."""
FEWEST = 6
"""So many are listed all the same."""
ANSWER_KEYS = {"yes": "y", "probably": "Y", "unsure": "u", "probably-not": "N", "no": "n"}


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


def _plain(row: Row) -> str:
    return "".join(cell.text for cell in row)


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


def talk_lines(said: Sequence[Said], columns: int) -> list[Line]:
    """The transcript."""
    lines: list[Line] = []
    for number, one in enumerate(said):
        if number and not (one.who == "advisor" and said[number - 1].who == "you"):
            lines.append(Line([]))
        if one.who == "you":
            lines += [Line(row) for row in paragraph(one.words, columns, lead=Cell("› ", "accent"), style="strong")]
        else:
            lines += [Line(row) for row in block_rows(one.blocks, columns)]
    return lines


_LEADS: dict[str, tuple[str, Style, Style]] = {
    "head": ("", "accent", "accent"),
    "for": ("+ ", "bad", ""),
    "against": ("− ", "good", ""),
    "item": ("· ", "dim", ""),
    "small": ("  ", "dim", "dim"),
    "warn": ("! ", "warn", "warn"),
}


def block_rows(blocks: Sequence[Block], columns: int, *, airy: bool = False) -> list[Row]:
    """What the advisor says. `airy`: a blank line before each heading, as on a page."""
    rows: list[Row] = []
    for block in blocks:
        if block.look == "rank":
            rows.append(_rank(block, columns))
            continue
        if block.look == "head" and rows and airy:
            rows.append([])
        lead, tone, style = _LEADS.get(block.look, ("", "", ""))
        note = block.note
        if note and 2 * width(note) > columns:  # a note that leaves no room for the text goes below it
            rows += paragraph(block.text, columns, lead=Cell(lead, tone), style=style)
            rows += paragraph(note, columns, lead="    ", style="dim")
            continue
        told: list[Row] = []
        for part in block.text.split("\n"):
            told += paragraph(part, columns - (width(note) + 2 if note else 0), lead=Cell(lead, tone), style=style)
        if note:
            used = sum(width(cell.text) for cell in told[0])
            told[0] = [*told[0], Cell(" " * max(1, columns - used - width(note))), Cell(note, "dim")]
        rows += told
    return rows


def _rank(block: Block, columns: int) -> Row:
    """A hypothesis of the advisor's: percent and change, bar, title."""
    length = max(5, min(10, columns // 6))
    number, _, moved = block.note.partition(" ")
    head: Row = [Cell(f"{number:>4} ", "strong"), Cell(f"{moved:<4} "), Cell(bar(block.share or 0.0, length), "train")]
    return [*head, Cell(" " + shorten(block.text, columns - length - 11))]


EXAMPLES = (
    'Loss, metric, settings. For example: "the loss jumps around, lr 0.5, batch 4"',
    'or "train accuracy 98%, validation accuracy 61%", "I don\'t shuffle"',
)


def invitation_lines(columns: int) -> list[Row]:
    """In place of a verdict, as long as there is nothing to judge."""
    rows = paragraph("Tell me what you see, in your own words.", columns, lead=Cell("› ", "accent"), style="strong")
    said = "Below: how often each cause is behind a run that people ask about."
    return [*rows, *paragraph(said, columns, lead="  ", style="dim")]


def question_lines(
    step: NextStep | None,
    choices: Sequence[tuple[str, str]],
    columns: int,
    *,
    rows: int = 4,
    fresh: bool = False,
    curves: bool = True,
) -> list[Line]:
    """The open question with its keys; without one, what else can be done.

    Args:
        fresh: nothing is known yet, so words are asked for.
        curves: there are plots to look at.
    """
    if choices:
        lines = [Line(row) for row in paragraph("Which of these?", columns, style="strong")]
        return lines + _flow(
            [_key(str(n), label, f"screen.choose({n})") for n, (label, _) in enumerate(choices[:9], 1)], columns
        )
    if step is None and fresh:
        lines = [Line(row) for row in paragraph(EXAMPLES[0], columns, style="dim")]
        return [*lines, *(Line(row) for row in paragraph(EXAMPLES[1], columns, style="dim"))][: rows - 1]
    if step is None:
        text = "Nothing that I could ask would change the advice."
        lines = [Line(row) for row in paragraph(text, columns, style="strong")]
        entries = [
            _key("e", "report", "screen.report"),
            _key("h", "how sure", "screen.how"),
            *([_key("p", "plots", "screen.plots")] if curves else []),
            _key("i", "tell me more", "screen.prompt"),
        ]
        return lines + _flow(entries, columns)
    text = f"Try this: {step.question}" if step.kind == "try" else step.question
    asked = paragraph(text, columns, style="strong")
    if len(asked) > rows - 1:
        asked = [*asked[: rows - 2], [Cell(shorten(_plain(asked[rows - 2]), columns - 1) + "…", "strong")]]
    lines = [Line(row) for row in asked]
    if step.command:
        lines += [Line(row) for row in paragraph(step.command, columns, lead="  $ ", style="dim")][:1]
    plain = set(step.choices) <= set(DEGREES) and not step.sets and step.kind != "check"
    if plain:
        entries = [_key(ANSWER_KEYS[one], ANSWER_WORDS[one], f"screen.answer('{one}')") for one in DEGREES]
    elif list(step.choices) == ["yes", "no"]:
        entries = [_key(ANSWER_KEYS[one], one, f"screen.answer('{one}')") for one in ("yes", "no")]
    else:
        entries = [_key(str(n), choice, f"screen.choose({n})") for n, choice in enumerate(step.choices[:9], 1)]
    if not plain and step.kind != "check":
        entries.append(_key("u", "not sure", "screen.answer('unsure')"))
    entries += [_key("s", "skip", "screen.answer('skip')"), _key("w", "why?", "screen.why")]
    return lines + _flow(entries, columns)


def question_title(step: NextStep | None, number: int, *, fresh: bool = False) -> tuple[str, str]:
    """The title of the question box, and what stands at its right."""
    if step is None and fresh:
        return "What do you see?", "enter sends · esc leaves the line"
    if step is None:
        return "No open question", ""
    amount = "tells much" if step.bits >= 0.3 else "tells something" if step.bits >= 0.1 else "tells a little"
    name = {"ask": "Question", "try": "Experiment", "check": "Check"}[step.kind]
    return f"{name} {number}", f"takes {effort(step.effort)} · {amount}"


def _key(key: str, label: str, action: str) -> list[Cell | Link]:
    return [Link(f" {key} ", "cap", action), Link(f" {label}", "", action)]


def _flow(entries: Sequence[Sequence[Cell | Link]], columns: int) -> list[Line]:
    """Entries side by side, on as many lines as they need; closer together where that saves a line."""
    total = sum(width(cell.text) for entry in entries for cell in entry)
    gap = 3 if total + 3 * (len(entries) - 1) <= columns else 1 if total + len(entries) - 1 <= columns else 3
    lines: list[Line] = []
    cells: list[Cell | Link] = []
    used = 0
    for entry in entries:
        size = sum(width(cell.text) for cell in entry)
        if used and used + gap + size > columns:
            lines.append(Line(cells))
            cells, used = [], 0
        if used:
            cells.append(Cell(" " * gap))
            used += gap
        cells += entry
        used += size
    return [*lines, Line(cells)] if cells else lines
