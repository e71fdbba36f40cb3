"""What everything drawn is made of: rows of cells, each a piece of text in one named style.

Style names are semantic; `ansi` turns them into terminal colours, a widget into theme colours, a page into CSS.
Whatever a colour says is also said by a sign, a word or a place, so plain text loses nothing.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Style = Literal[
    "", "train", "val", "other", "evidence", "mark", "dim", "good", "bad", "warn", "accent", "strong", "track"
]


class Cell(NamedTuple):
    """A piece of one line in one style."""

    text: str
    style: Style = ""


Row = list[Cell]


def row(*parts: Cell | str) -> Row:
    """A row from cells and plain strings."""
    return [part if isinstance(part, Cell) else Cell(part) for part in parts]


def plain(cells: Row) -> str:
    """The text of a row without its styles."""
    return "".join(cell.text for cell in cells)


def merged(characters: list[str], styles: list[Style]) -> Row:
    """A row from one character and one style per column; neighbours of one style become one cell."""
    cells: Row = []
    start = 0
    for index in range(1, len(characters) + 1):
        if index == len(characters) or styles[index] != styles[start]:
            cells.append(Cell("".join(characters[start:index]), styles[start]))
            start = index
    return cells
