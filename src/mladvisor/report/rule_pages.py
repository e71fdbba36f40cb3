"""The page of a cause, finding or question as rows for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mladvisor.consultation.pages import page as blocks_of
from mladvisor.render.cells import Cell
from mladvisor.render.text import paragraph
from mladvisor.report.turns import block_rows

if TYPE_CHECKING:
    from mladvisor.render.cells import Row
    from mladvisor.rulebook import Rulebook

WIDEST = 100
MANY = 12


def page(book: Rulebook, name: str, columns: int) -> list[Row]:
    """The page of the rule called `name`; the rows of nothing when there is none."""
    rows: list[Row] = []
    for number, block in enumerate(blocks_of(book, name)):
        if block.look == "head" and number:
            rows.append([])
        rows += block_rows(block, min(columns, WIDEST))
    return rows


def feature_page(name: str, columns: int) -> list[Row]:
    """What a measurement is, how to get it and where it is from; no rows when there is none of that name."""
    from mladvisor.features.catalogue import find

    entry = find(name)
    if entry is None or "*" in name:
        return []
    width = min(columns, WIDEST)
    kind = " | ".join(entry.choices) or entry.type
    unit = f", {entry.unit}" if entry.unit else ""
    rows = [*paragraph(entry.doc, width, style="strong")]
    rows += paragraph(f"measurement {name} · {kind}{unit}", width, lead="    ", style="dim")
    if entry.how:
        rows += [[], [Cell("How to get it", "accent")], *paragraph(entry.how, width, lead="  ")]
    if entry.source:
        rows += [[], *paragraph(f"source: {entry.source}", width, style="dim")]
    return rows


def fact_page(book: Rulebook, name: str, columns: int) -> list[Row]:
    """What a fact means, how it is worked out and which rules use it; no rows when there is no fact of that name."""
    from mladvisor.rulebook.facts import facts, users

    fact = facts(book).get(name)
    if fact is None:
        return []
    width = min(columns, WIDEST)
    title = fact.means or name
    rows = [*paragraph(title, width, style="strong")]
    rows += paragraph(f"fact {name} · {fact.file}:{fact.line}", width, lead="    ", style="dim")
    rows += [[], [Cell("How it is worked out", "accent")], *paragraph(fact.expression, width, lead="  ")]
    used = users(book, name)
    if used:
        told = ", ".join(used[:MANY]) + (f" and {len(used) - MANY} more rules" if len(used) > MANY else "")
        rows += [[], [Cell("Used by", "accent")], *paragraph(told, width, lead="  ")]
    if fact.source:
        rows += [[], *paragraph("source: " + "; ".join(fact.source), width, style="dim")]
    return rows
