"""The question box: the open question with its keys, or what else can be done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mladvisor.consultation.voice import ANSWER_WORDS, NO_FILES
from mladvisor.diagnosis.handovers import is_request
from mladvisor.diagnosis.menus import is_menu
from mladvisor.diagnosis.phrases import effort
from mladvisor.render.cells import Cell, Row
from mladvisor.render.text import paragraph, shorten, width, wrap
from mladvisor.tui.case import DEGREES
from mladvisor.tui.widgets.ink import Line, Link

if TYPE_CHECKING:
    from mladvisor.diagnosis.model import NextStep

ANSWER_KEYS = {"yes": "y", "probably": "Y", "unsure": "u", "probably-not": "N", "no": "n"}
BOX = 13
"""Rows of a question with its options and keys, at most."""
EXAMPLES = (
    'For example: "the loss jumps around, lr 0.5, batch 4"',
    '"train accuracy 98%, validation accuracy 61%", "I don\'t shuffle"',
)


def question_lines(
    step: NextStep | None,
    choices: Sequence[tuple[str, str]],
    columns: int,
    *,
    rows: int = 4,
    fresh: bool = False,
    curves: bool = True,
    box: int = BOX,
    picked: Sequence[str] = (),
    typing: bool = False,
) -> list[Line]:
    """The open question with its keys; without one, what else can be done.

    Args:
        fresh: nothing is known yet, so words are asked for.
        curves: there are plots to look at.
        box: rows that a menu may take with question and keys.
        picked: options of a menu that are picked.
        typing: the line below has the focus, so that keys are letters until it is left.
    """
    if typing and (choices or step is not None or not fresh):  # examples name no keys
        lines = question_lines(step, choices, columns - width(_LEAVE), rows=rows, curves=curves, box=box, picked=picked)
        return _after_leaving(lines)
    if choices:
        lines = [Line(row) for row in paragraph("Which of these? Its number says it.", columns, style="strong")]
        return lines + _flow(
            [_key(str(n), label, f"screen.choose({n})") for n, (label, _) in enumerate(choices[:9], 1)], columns
        )
    if step is None and fresh:
        return [Line(row) for one in EXAMPLES for row in paragraph(one, columns, style="dim")][: rows - 1]
    if step is None:
        text = "Nothing that I could ask would change the advice."
        lines = [Line(row) for row in paragraph(text, columns, style="strong")]
        entries = [
            _key("e", "report", "screen.report"),
            _key("h", "how sure", "screen.how"),
            *([_key("p", "plots", "screen.plots")] if curves else []),
        ]  # that one can go on telling stands in the line below
        return lines + _flow(entries, columns)
    text = f"Try this: {step.question}" if step.kind == "try" else step.question
    asked = paragraph(text, columns, style="strong")
    if len(asked) > rows - 1:
        asked = [*asked[: rows - 2], [Cell(shorten(_plain(asked[rows - 2]), columns - 1) + "…", "strong")]]
    lines = [Line(row) for row in asked]
    if step.command and step.kind != "check":  # a check is run by the app itself
        lines += [Line(row) for row in paragraph(step.command, columns, lead="  $ ", style="dim")][:1]
    plain = set(step.choices) <= set(DEGREES) and not step.sets and step.kind != "check"
    if plain:
        entries = [_key(ANSWER_KEYS[one], ANSWER_WORDS[one], f"screen.answer('{one}')") for one in DEGREES]
    elif step.kind == "check":
        entries = [_key("y", "check it now", "screen.answer('yes')"), _key("n", "no", "screen.answer('no')")]
    elif list(step.choices) == ["yes", "no"]:
        entries = [_key(ANSWER_KEYS[one], one, f"screen.answer('{one}')") for one in ("yes", "no")]
    elif is_menu(step):
        entries = [_noting(picked, len(step.choices) - 1), _key("n", step.choices[-1], "screen.answer('no')")]
    elif is_request(step):
        entries = [
            _key("i", "type the path of the folder", "screen.prompt"),
            _key("n", NO_FILES, "screen.answer('no')"),
        ]
    else:
        entries = [_key(str(n), choice, f"screen.choose({n})") for n, choice in enumerate(step.choices[:9], 1)]
    if not plain and step.kind != "check" and not is_request(step):
        entries.append(_key("u", "not sure", "screen.answer('unsure')"))
    entries += [_key("s", "skip", "screen.answer('skip')"), _key("w", "why?", "screen.why")]
    keys = _flow(entries, columns)
    if is_menu(step):
        lines += _menu_lines(step.choices[:-1], columns, box - len(lines) - len(keys), picked)
    return lines + keys


_LEAVE = " esc  then "


def _after_leaving(lines: Sequence[Line]) -> list[Line]:
    """The same lines, with the key that leaves the line before the first that names keys, which are dimmed."""
    made: list[Line] = []
    told = False
    for line in lines:
        cells: list[Cell | Link] = [
            cell._replace(style="dim") if isinstance(cell, Link) else cell for cell in line.cells
        ]
        if any(cell.style == "cap" for cell in line.cells):
            start = [Cell(" " * width(_LEAVE))] if told else [Link(" esc ", "cap", "app.back"), Link(" then ", "dim")]
            cells, told = [*start, *cells], True
        made.append(Line(cells))
    return made


def _noting(picked: Sequence[str], count: int) -> list[Cell | Link]:
    """How what is picked of a menu is noted; before that, that several may be."""
    if not picked:
        keys, what = (f" 1–{count} ", " pick one or more") if count > 1 else (" 1 ", " pick it")
        return [Link(keys, "cap"), Link(what, "")]
    what = f"these {len(picked)}" if len(picked) > 1 else "it"
    return [Link(" enter ", "cap", "screen.enter"), Link(f" note {what}", "strong", "screen.enter")]


def _menu_lines(options: Sequence[str], columns: int, most: int, picked: Sequence[str]) -> list[Line]:
    """The numbered options of a menu in at most `most` lines: whole, one under the other, else cut, else in columns."""
    entries = [
        _option(str(number), option, f"screen.choose({number})", option in picked)
        for number, option in enumerate(options, 1)
    ]
    taken = [sum(width(cell.text) for cell in key) for *key, _ in entries]
    whole = [
        [*(key if not row else [Cell(" " * used)]), Link(part, label.style, label.action)]
        for (*key, label), used in zip(entries, taken, strict=True)
        for row, part in enumerate(wrap(label.text, columns - used))
    ]
    if len(whole) <= most:
        return [Line(row) for row in whole]
    beside = -(-len(entries) // max(1, most))
    rows, room = -(-len(entries) // beside), columns // beside
    lines = []
    for at in range(rows):
        cells: list[Cell | Link] = []
        for (*key, label), used in zip(entries[at::rows], taken[at::rows], strict=True):
            text = shorten(label.text, room - used - (room < columns))
            cells += [*key, Link(text, label.style, label.action), Cell(" " * (room - used - width(text)))]
        lines.append(Line(cells))
    return lines


def question_title(step: NextStep | None, number: int, *, fresh: bool = False) -> tuple[str, str]:
    """The title of the question box, and what stands at its right."""
    if step is None and fresh:
        return "What do you see?", "enter sends · esc leaves the line"
    if step is None:
        return "No open question", ""
    amount = "tells much" if step.bits >= 0.3 else "tells something" if step.bits >= 0.1 else "tells a little"
    name = {"ask": "Question", "try": "Experiment", "check": "Check"}[step.kind]
    return f"{name} {number}", f"takes {effort(step.effort)} · {amount}"


def stuck_lines(columns: int) -> list[Line]:
    """What can be done when nothing could be read."""
    entries = [
        _key("o", "open another run", "screen.home"),
        _key("i", "describe it in words", "screen.prompt"),
        _key("^q", "leave", "app.quit"),
    ]
    text = "`mladvisor read FOLDER` tells what was made of each file."
    return [*_flow(entries, columns), *(Line(row) for row in paragraph(text, columns, style="dim"))]


def _key(key: str, label: str, action: str) -> list[Cell | Link]:
    return [Link(f" {key} ", "cap", action), Link(f" {label}", "", action)]


def _option(key: str, label: str, action: str, is_picked: bool) -> list[Link]:
    """An option of a menu, with its tick when it is picked."""
    tick, style = ("✓", "strong") if is_picked else (" ", "")
    return [Link(f" {key} ", "cap", action), Link(f" {tick} ", "accent", action), Link(label, style, action)]


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


def _plain(row: Row) -> str:
    return "".join(cell.text for cell in row)
