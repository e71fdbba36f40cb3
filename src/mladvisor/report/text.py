"""The terminal page of a story: verdict, picture, reasons, what to do, what to ask, then the small print."""

from __future__ import annotations

from collections.abc import Sequence

from mladvisor.diagnosis.advice import Advice
from mladvisor.diagnosis.phrases import one_of
from mladvisor.diagnosis.reasons import Reason
from mladvisor.diagnosis.story import ASKS_ON, CHECKED, DISAPPOINTED, NO_REASON, Gap, Story, present_title
from mladvisor.diagnosis.verdict import NAMED
from mladvisor.render.canvas import Glyphs
from mladvisor.render.cells import Cell, Row, Style
from mladvisor.render.text import bar, paragraph, shorten, shorten_middle, width
from mladvisor.report.words import belief, effort, gone, how_to_answer, odds, percent, sign, verdict_style, worth

TEXT_WIDTH = 100
"""Lines of prose wider than this are hard to read; the plot may be wider."""

FEW = 5
"""Entries of a list on the short page."""
FEW_MORE = 3
"""Of what else is present on the short page."""
MOST_LINES = 2
"""Lines of one instruction on the short page."""
FEW_GAPS = 3
"""Lines of what was not checked on the short page."""


def page(story: Story, *, width: int = 80, glyphs: Glyphs | None = "braille", full: bool = False) -> list[Row]:
    """The whole page as rows of at most `width` columns.

    Args:
        glyphs: how curves are drawn; None: no picture.
        full: every reason, runner-up and gap instead of the few that matter most.
    """
    columns = max(20, width)
    text = min(columns, TEXT_WIDTH)
    most = 10_000 if full else FEW
    rows = _heading(story, text)
    if glyphs is not None:
        for number, panel in enumerate(story.panels):
            rows += [[], *_picture(panel, columns, 12 if number == 0 else 8, glyphs)]
    ask = _section("The next question", _question(story, text))
    if story.verdict.kind in ("unsure", "not-enough"):  # then the question is the most useful thing to say
        rows, ask = rows + ask, []
    many = len(story.suspects) > 1
    for suspect in story.suspects:
        named = suspect.cause in story.verdict.causes
        why = (
            f"Why: {suspect.title}"
            if many
            else "Why"
            if named
            else f"What points to it ({percent(suspect.probability)}): {suspect.title}"
        )
        body = _reasons(suspect.reasons, text, most, "+") or paragraph(NO_REASON, text, lead="  · ", style="dim")
        note = "by how much each, beside the others, raises the odds"
        rows += _section(shorten(why, text), body, note=note, columns=text)
        rows += _section("Against it", _reasons(suspect.against, text, most if full else 2, "−"))
        if suspect.joined and (full or suspect.spoken is not None or suspect.probability < NAMED):
            rows += [[], *paragraph(suspect.joined, text, lead="    ", style="dim")]
    rows += _section("Seen besides", _seen(story.seen, text, most))
    rows += _section("What to do", _fixes(story.fixes, text, most if full else 4))
    present = _section(present_title(story), _also(story.present, text, most if full else FEW_MORE, full=full))
    if story.verdict.kind == "healthy":
        rows, present = rows + present, []
    rows += _section(CHECKED, _reasons(story.checked, text, most, "·", weights=False))
    rows += ask or _section(DISAPPOINTED, paragraph(ASKS_ON, text, lead="  ") if story.talk else [])
    rows += _section("Also possible", _runners_up(story, text, most if full else 3))
    rows += present
    rows += _section("Good practice", _fixes(story.practice, text, most if full else 1))
    rows += _section("Not checked", _gaps(story.gaps, text, most))
    small = [("! ", "warn", line) for line in story.warnings]
    small += [("· ", "dim", line) for line in (*story.notes, *(f"assumed: {line}" for line in story.assumed))]
    notes: list[Row] = []
    for lead, style, line in small:
        notes += paragraph(line, text, lead=Cell(f"  {lead}", style), style=style)  # type: ignore[arg-type]
    rows += _section("Notes", notes)
    return rows


def _heading(story: Story, columns: int) -> list[Row]:
    verdict = story.verdict
    style = verdict_style(verdict.kind)
    about = " · ".join(story.about)
    rows: list[Row] = [[Cell(shorten_middle(story.run, columns), "strong")]]
    if about:
        rows.append([Cell(shorten(about, columns), "dim")])
    rows.append([])
    rows += paragraph(verdict.sentence, columns, lead=Cell(f"{sign(verdict.kind)} ", style), style=style)
    if verdict.because_of:
        rows += paragraph(f"perhaps because of: {verdict.because_of}", columns, lead="  ")
    below = belief(story)
    if below:
        rows += paragraph(below, columns, lead="  ", style="strong")
    return rows


def _picture(panel: object, columns: int, height: int, glyphs: Glyphs) -> list[Row]:
    from mladvisor.report.picture import draw

    rows = draw(panel, width=columns, height=height, glyphs=glyphs)  # type: ignore[arg-type]
    while rows and not any(cell.text.strip() for cell in rows[-1]):
        rows.pop()  # one that found no room says so in its first row
    return rows


def _section(title: str, body: list[Row], *, note: str = "", columns: int = 0) -> list[Row]:
    """A titled block, nothing without a body; the note beside the title is dropped where it does not fit."""
    if not body:
        return []
    head: Row = [Cell(title, "accent")]
    if note and width(title) + width(note) + 4 <= columns:
        head += [Cell(f"  × {note}", "dim")]
    return [[], head, *body]


def _beside(text: str, note: str, columns: int, lead: Cell) -> list[Row]:
    """A wrapped text with a short note at the right end of its first line."""
    rows = paragraph(text, columns - (width(note) + 2 if note else 0), lead=lead)
    if note:
        used = sum(width(cell.text) for cell in rows[0])
        rows[0] = [*rows[0], Cell(" " * (columns - used - width(note))), Cell(note, "dim")]
    return rows


def _reasons(reasons: Sequence[Reason], columns: int, most: int, lead: str, *, weights: bool = True) -> list[Row]:
    style: Style = {"+": "bad", "−": "good", "✓": "good"}.get(lead, "")  # type: ignore[assignment]
    rows: list[Row] = []
    for reason in reasons[:most]:
        rows += _beside(reason.text, odds(reason.decibans) if weights else "", columns, Cell(f"  {lead} ", style))
        # Nobody doubts what is absent: it gets its numbers and their place, if it has a sentence with numbers.
        small = " · ".join(part for part in (reason.detail, reason.place) if part)
        if small and (reason.present or reason.detail):
            rows += paragraph(small, columns, lead="    ", style="dim")
    return rows + _more(len(reasons) - most)


def _seen(reasons: Sequence[Reason], columns: int, most: int, *, lead: str = "!") -> list[Row]:
    rows: list[Row] = []
    for one in reasons[:most]:
        rows += paragraph(one.text, columns, lead=Cell(f"  {lead} ", "warn" if lead == "!" else "accent"))
        small = " · ".join(part for part in (one.place, one.do) if part)
        rows += paragraph(small, columns, lead="    ", style="dim") if small else []
    return rows + _more(len(reasons) - most)


def _also(reasons: Sequence[Reason], columns: int, most: int, *, full: bool) -> list[Row]:
    """What else is present: one sentence each, with place and remedy on the full page."""
    if full:
        return _seen(reasons, columns, most, lead="·")
    rows: list[Row] = []
    for one in reasons[:most]:
        rows += paragraph(one.text, columns, lead=Cell("  · ", "accent"))
    return rows + _more(len(reasons) - most)


def _more(count: int) -> list[Row]:
    return [[Cell(f"    and {count} more (--full)", "dim")]] if count > 0 else []


def _fixes(fixes: Sequence[Advice], columns: int, most: int) -> list[Row]:
    rows: list[Row] = []
    told: list[str] = []
    mixed = len({fix.against for fix in fixes[:most]}) > 1
    for number, fix in enumerate(fixes[:most], 1):
        takes = shorten(effort(fix.cost), max(0, columns // 3))
        rows += _beside(fix.steps[0] if len(fix.steps) > 1 else fix.do, takes, columns, Cell(f"  {number} ", "accent"))
        for step in fix.steps[1:]:
            rows += paragraph(step, columns, lead="    then ")
        small = [f"against: {fix.against}"] if mixed else [fix.why] if fix.why else []
        if fix.clears and fix.clears != told:
            told = fix.clears
            small.append(gone(fix.clears, 2))
        if small:
            rows += paragraph(" · ".join(small), columns, lead="    ", style="dim")
    return rows + _more(len(fixes) - most)


def _question(story: Story, columns: int) -> list[Row]:
    step = story.question
    if step is None:
        return []
    rows = paragraph(step.question, columns, lead=Cell("  ? ", "accent"))
    if step.sets and step.choices:
        rows += paragraph("one of: " + one_of(step.choices), columns, lead="    ")
    rows += paragraph(worth(step), columns, lead="    ", style="dim")
    return rows + paragraph(how_to_answer(step), columns, lead="    ", style="dim")


def _runners_up(story: Story, columns: int, most: int) -> list[Row]:
    """One line each, and the strongest reason that was not told yet."""
    rows: list[Row] = []
    told = {reason.finding for suspect in story.suspects for reason in suspect.reasons}
    for suspect in story.runners_up[:most]:
        belief_: Row = [
            Cell("  "),
            Cell(bar(suspect.probability, 8), "mark"),
            Cell(f" {percent(suspect.probability):>4}  "),
        ]
        rows.append([*belief_, Cell(shorten(suspect.title, columns - 17))])
        new = next((reason for reason in suspect.reasons if reason.finding not in told), None)
        if new is not None:
            told.add(new.finding)
            rows += paragraph(new.text, columns, lead=" " * 17, style="dim")
    return rows + _more(len(story.runners_up) - most)


def _with_dots(line: str, columns: int) -> str:
    """A line that goes on, cut between words where the sign of that needs room."""
    while " " in line and width(line) > columns - 2:
        line = line.rpartition(" ")[0]
    return line.rstrip(",;: (") + " …"


def _gaps(gaps: Sequence[Gap], columns: int, most: int) -> list[Row]:
    """What was not checked: one line each on the short page, all of it on the full one."""
    rows: list[Row] = []
    short = most <= FEW
    most = min(most, FEW_GAPS) if short else most
    for gap in gaps[:most]:
        count = len(gap.settles)
        settles = f"{count} finding{'s' if count > 1 else ''}"
        told = _beside(gap.how, settles, columns, Cell("  ○ ", "dim"))
        if short and len(told) > MOST_LINES:
            told = told[:MOST_LINES]
            room = columns - width(settles) - 6
            told[-1] = [*told[-1][:-1], Cell(_with_dots(told[-1][-1].text, room))]
        rows += told
        if not short:
            rows += paragraph("would settle: " + "; ".join(gap.settles), columns, lead="    ", style="dim")
    return rows + _more(len(gaps) - most)
