"""Tables between bars, as Markdown has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

_RULE = frozenset("-: ")
_MARKUP = " `*"


class BarTable(NamedTuple):
    """One table: the heading above it ("" for none), the cells of its first line, and those of its rows."""

    heading: str
    head: list[str]
    rows: list[list[str]]


def bar_tables(text: str) -> Iterator[BarTable]:
    """The tables of a text, in order; cells without bold and code marks. A line of dashes follows the first of each."""
    heading, block = "", list[list[str]]()
    for line in [*text.split("\n"), ""]:
        stripped = line.strip()
        if stripped.startswith("|"):
            block.append([cell.strip(_MARKUP) for cell in stripped.strip("|").split("|")])
            continue
        if len(block) > 1 and _RULE.issuperset("".join(block[1])):
            yield BarTable(heading, block[0], block[2:])
        block = []
        heading = stripped.lstrip("# ") if stripped.startswith("#") else heading
