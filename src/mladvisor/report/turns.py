"""A turn of a consultation as rows for a terminal."""

from __future__ import annotations

from typing import Any

from mladvisor.consultation.turn import Block, Shown, Turn
from mladvisor.render.cells import Cell, Row, Style
from mladvisor.render.text import bar, paragraph, width
from mladvisor.runs.model import Run

_LEADS: dict[str, tuple[str, Style]] = {
    "for": ("  + ", "bad"),
    "against": ("  − ", "good"),
    "item": ("  · ", "accent"),
    "warn": ("! ", "warn"),
}
_BAR = 10


def rows(turn: Turn, columns: int, *, run: Run | None = None, glyphs: str = "ascii") -> list[Row]:
    """What is said, the picture that goes with it, and the numbered answers; one blank line before."""
    told: list[Row] = [[]]
    for number, block in enumerate(turn.blocks):
        if block.look == "head" and number:
            told.append([])
        told += block_rows(block, columns)
    if turn.show is not None and run is not None and glyphs != "none":
        told += picture(run, turn.show, columns, glyphs)
    if turn.choices:
        told += [[Cell(f"  {number} ", "accent"), Cell(choice.label)] for number, choice in enumerate(turn.choices, 1)]
    return told


def block_rows(block: Block, columns: int) -> list[Row]:
    """One paragraph, with its note at the right end of the first line where it fits."""
    if block.look == "rank":
        share = block.share or 0.0
        head: Row = [Cell("  "), Cell(f"{bar(share, _BAR):<{_BAR}}", "mark"), Cell(f" {block.note:<9} ")]
        return paragraph(block.text, columns, lead=" " * (_BAR + 13)) and [[*head, Cell(block.text)]]
    if block.look == "small":
        return paragraph(block.text, columns, lead="    ", style="dim")
    lead, style = _LEADS.get(block.look, ("", ""))
    text_style: Style = "strong" if block.look == "head" else "warn" if block.look == "warn" else ""
    if 2 * width(block.note) > columns:  # a note that leaves no room for the text goes below it
        told = paragraph(block.text, columns, lead=Cell(lead, style), style=text_style)
        return [*told, *paragraph(block.note, columns, lead="    ", style="dim")]
    room = columns - (width(block.note) + 2 if block.note else 0)
    told = paragraph(block.text, max(20, room), lead=Cell(lead, style), style=text_style)
    if block.note and told:
        used = sum(width(cell.text) for cell in told[0])
        told[0] = [*told[0], Cell(" " * max(2, columns - used - width(block.note))), Cell(block.note, "dim")]
    return told


def picture(run: Run, shown: Shown, columns: int, glyphs: str) -> list[Row]:
    """The curves of the run that were asked for: of several quantities the one that is judged, on both splits."""
    from mladvisor.diagnosis.picture import panel
    from mladvisor.report.picture import draw
    from mladvisor.runs.primary import primary

    kind: Any = shown.curve
    chosen: Any = glyphs
    pair = [primary(run, kind, split) for split in ("train", "val")] if kind in ("loss", "metric") else []
    curves = [curve for curve in pair if curve is not None and len(curve)]
    curves = curves or [curve for curve in run.having(kind) if len(curve)][:1]
    return [[], *draw(panel(curves, []), width=columns, height=12, glyphs=chosen)] if curves else []
