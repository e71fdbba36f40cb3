"""Tables and boxes that a training prints: a head and rows under it, or a key and a value between two bars."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from mladvisor.runs.readers.decoding import number
from mladvisor.runs.readers.sentences import Pair, Where
from mladvisor.runs.readers.tools import spacy_head
from mladvisor.runs.roles import Columns

_CELLS = re.compile(r"\s*\|\s*|\s{2,}|\t")
_MEASURED = frozenset(("loss", "metric", "reward"))
_MAX_HEAD = 300


class Box(NamedTuple):
    """What stood in a box: the line of its first value, the place and values it tells, whether training is there."""

    row: int
    where: Where
    pairs: list[Pair]
    is_place: bool


class PrintedTables:
    """The head and the box that are open, as lines go by."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.header: list[str] = []
        self._upper: list[str] = []  # the line above, between bars, when it held no number
        self._box: list[tuple[str, float]] = []
        self._box_row = 0
        self._prefix = ""

    @property
    def box_lines(self) -> int:
        """Values in the box that is open."""
        return len(self._box)

    def leave_box(self) -> None:
        """Forget the box that is open."""
        self._box, self._box_row, self._prefix = [], 0, ""

    def begins(self, bare: str) -> bool:
        """A line without numbers is the head of a table."""
        if bare.startswith("E ") and (named := spacy_head(_cells(bare))):
            self.header = named
            return True
        lower = bare.lower()
        if len(bare) >= _MAX_HEAD or not ("epoch" in lower or "iter" in lower or "step" in lower):
            return False
        return self._take_head(_cells(bare))

    def begins_between_bars(self, cells: list[str]) -> bool:
        """The same between bars, where a head may have two lines (MATLAB: "Mini-batch" above "Accuracy")."""
        upper, self._upper = self._upper, cells
        if len(upper) == len(cells):
            cells = [f"{above} {below}".strip() for above, below in zip(upper, cells, strict=True)]
        return self._take_head(cells)

    def _take_head(self, cells: list[str]) -> bool:
        """Of the names at least one counts, and one is that of a loss or metric."""
        kinds = [self.columns.meaning(cell).kind for cell in cells]
        counts = [self.columns.x_kind(cell) for cell in cells]
        found = len(cells) > 1 and any(counts) and any(kind in ("loss", "metric") for kind in kinds)
        if found:
            self.header = cells
        return found

    def row(self, bare: str, cells: Sequence[str] = ()) -> tuple[Where, list[Pair]] | None:
        """Place and values of a row under the head; None when the line is none.

        Args:
            cells: those between bars, where some are blank.
        """
        width = len(self.header)
        if not width or (len(cells) == 2 and width != 2):
            return None
        if len(cells) != width:
            cells = _cells(bare)
        if len(cells) != width:
            cells = bare.split()
            if len(cells) != width:
                return None
        where = Where()
        pairs: list[Pair] = []
        for name, cell in zip(self.header, cells, strict=True):
            value = number(cell.rstrip("%").partition("/")[0])
            counted = self.columns.x_kind(name)
            if counted and counted[0] != "set":
                if value is None:
                    return None
                where.count(counted[0], value)
            elif value is not None and not self.columns.meaning(name).resource:
                pairs.append((name, value, None))
        return (where, pairs) if where and pairs else None

    def keep(self, row: int, bare: str, cells: list[str]) -> None:
        """Two cells between bars: a key and its value, the name of a part ("rollout/"), or a head."""
        value = number(cells[1])
        if value is not None and not cells[1].lower().startswith("none"):
            prefix = self._prefix if bare.strip("|")[:4].strip() == "" else ""
            self._box.append((prefix + cells[0], value))
            self._box_row = self._box_row or row
        elif not cells[1] and cells[0].endswith("/"):
            self._prefix = cells[0]
        else:
            self._take_head(cells)

    def close_box(self) -> Box:
        """The box has ended."""
        box, row = self._box, self._box_row
        self.leave_box()
        counted = [
            (found[1], found[0], value)
            for name, value in box
            if (found := self.columns.x_kind(name)) is not None and found[0] in ("epoch", "step")
        ]
        where = Where()
        for _, kind, value in sorted(counted, reverse=True):
            where.count(kind, value)
        pairs: list[Pair] = [
            (name, value, None)
            for name, value in box
            if self.columns.x_kind(name) is None and not self.columns.meaning(name).resource
        ]
        # "| Epochs | 500 |" among settings is no place.
        measured = any(self.columns.meaning(name).kind in _MEASURED for name, _, _ in pairs)
        return Box(row, where, pairs, bool(where) and measured)


def _cells(bare: str) -> list[str]:
    """The cells of a table's line: between bars or wide gaps; single words where there are none."""
    cells = [cell for cell in _CELLS.split(bare.strip("| ")) if cell]
    return cells if len(cells) > 1 else bare.split()
