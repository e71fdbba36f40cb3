"""The conversation, and whatever else the advisor says in blocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mladvisor.render.cells import Cell, Row
from mladvisor.render.text import gauge, paragraph, shorten, width
from mladvisor.tui.widgets.ink import Line

if TYPE_CHECKING:
    from mladvisor.consultation.transcript import Said
    from mladvisor.consultation.turn import Block
    from mladvisor.render.cells import Style


def talk_lines(said: Sequence[Said], columns: int) -> list[Line]:
    """The transcript; the first row of each contribution bears its number as key."""
    lines: list[Line] = []
    for number, one in enumerate(said):
        before = len(lines)
        if number and not (one.who == "advisor" and said[number - 1].who == "you"):
            lines.append(Line([]))
        if one.who == "you":
            lines += [Line(row) for row in paragraph(one.words, columns, lead=Cell("› ", "accent"), style="strong")]
        else:
            lines += [Line(row) for row in block_rows(one.blocks, columns)]
        first = before + (before < len(lines) and not lines[before].cells)  # not the blank row between two
        if first < len(lines):
            lines[first] = lines[first]._replace(key=said_key(number))
    return lines


def said_key(number: int) -> str:
    """The key of the first row of a contribution."""
    return f"said:{number}"


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
    head: Row = [Cell(f"{number:>4} ", "strong"), Cell(f"{moved:<4} "), *gauge(block.share or 0.0, length)]
    return [*head, Cell(" " + shorten(block.text, columns - length - 11))]
