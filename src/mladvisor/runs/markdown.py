"""Tables between bars, as Markdown has them, as a database prints them, or in a drawn frame.

| region | n |      region | n          +--------+---+
|--------|---|     --------+---         | region | n |
| north  | 9 |      north  | 9          +--------+---+
                                        | north  | 9 |
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

_RULE = frozenset("-: ")
_FRAME = frozenset("-+=|: ")
_MARKUP = " `*"


class BarTable(NamedTuple):
    """One table: the heading above it ("" for none), the cells of its first line, and those of its rows."""

    heading: str
    head: list[str]
    rows: list[list[str]]


def bar_tables(text: str) -> Iterator[BarTable]:
    """The tables of a text, in order; cells without bold and code marks. A line of dashes follows the first of each."""
    heading, block, bars = "", list[list[str]](), 0
    for line in [*text.split("\n"), ""]:
        stripped = line.strip()
        framed = _is_frame(stripped)
        if framed and len(block) != 1:
            bars = bars or stripped.count("+") - 1
            continue  # above the first line, below the last one, or between rows
        if framed or stripped.startswith("|") or (0 < bars == stripped.count("|")):
            cells = [cell.strip(_MARKUP) for cell in stripped.strip("|").split("|")]
            block.append(["---"] * len(block[0]) if framed else cells)
            bars = max(bars, len(cells) - 1)
            continue
        if len(block) > 1 and _RULE.issuperset("".join(block[1])):
            yield BarTable(heading, block[0], block[2:])
        bars = stripped.count("|")
        block = [[cell.strip(_MARKUP) for cell in stripped.split("|")]] if bars else []
        heading = stripped.lstrip("# ") if stripped.startswith("#") else heading


def _is_frame(line: str) -> bool:
    """A line of dashes that meet at crosses: "-----+----", "+====+====+"."""
    return "-+-" in line or "=+=" in line if _FRAME.issuperset(line) else False
