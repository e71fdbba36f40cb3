"""The page of a cause, finding or question as rows for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mladvisor.consultation.pages import page as blocks_of
from mladvisor.report.turns import block_rows

if TYPE_CHECKING:
    from mladvisor.render.cells import Row
    from mladvisor.rulebook import Rulebook

WIDEST = 100


def page(book: Rulebook, name: str, columns: int) -> list[Row]:
    """The page of the rule called `name`; the rows of nothing when there is none."""
    rows: list[Row] = []
    for number, block in enumerate(blocks_of(book, name)):
        if block.look == "head" and number:
            rows.append([])
        rows += block_rows(block, min(columns, WIDEST))
    return rows
