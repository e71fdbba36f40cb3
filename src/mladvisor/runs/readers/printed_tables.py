"""Tables and boxes that a training prints: a head and rows under it, or a key and a value between two bars."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from mladvisor.runs.readers.decoding import number
from mladvisor.runs.readers.nameless import only_splits
from mladvisor.runs.readers.sentences import Pair, Where
from mladvisor.runs.readers.tools import spacy_head
from mladvisor.runs.roles import Columns

_CELLS = re.compile(r"\s*\|\s*|\s{2,}|\t")
_MEASURED = frozenset(("loss", "metric", "reward"))
_MAX_HEAD = 300
_COUNTS = ("epoch", "iter", "step", "pass", "round", "update", "sweep")
_NAN = float("nan")
_LEAST = 3  # names of a head of two lines
_LUDWIGS_SETS = "Species"  # heads the column that says "Training" or "Validation" in Ludwig's tables
# What Vowpal Wabbit and its like print under "average since" over "loss last": the mean of all rows so far, and of
# those since the line above.
_WABBIT = ("running average loss", "loss")


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
        self._above = (0, "")  # the last line of words: its row, and it
        self._sums_losses = False  # those of a row are sums over the steps since the row above, as spaCy has it
        self._counted = _NAN  # the step of the row above under this head
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

    def begins(self, bare: str, row: int = 0) -> bool:
        """A line without numbers is the head of a table, or the second line of one.

        Args:
            row: its place in the file.
        """
        (before, upper), self._above = self._above, (row, bare)
        if bare.startswith("E ") and (named := spacy_head(_cells(bare))):
            self.header, self._sums_losses = named, True
            return True
        lower = bare.lower()
        if len(bare) < _MAX_HEAD and any(word in lower for word in _COUNTS) and self._take_head(_cells(bare)):
            return True
        return bool(row) and row == before + 1 and self._take_head(_stacked(upper, bare))

    def begins_between_bars(self, cells: list[str]) -> bool:
        """The same between bars, where a head may have two lines (MATLAB: "Mini-batch" above "Accuracy")."""
        upper, self._upper = self._upper, cells
        if len(upper) == len(cells):
            cells = [f"{above} {below}".strip() for above, below in zip(upper, cells, strict=True)]
        return self._take_head(cells)

    def _take_head(self, cells: list[str]) -> bool:
        """Of the names at least one counts or tells the data of a row, and one is that of a loss or metric."""
        if cells[:1] == [_LUDWIGS_SETS]:
            cells = ["split", *cells[1:]]
        kinds = [self.columns.meaning(cell).kind for cell in cells]
        counts = [self.columns.x_kind(cell) for cell in cells]
        found = (
            len(cells) > 1
            and any(counts)
            and (any(kind in ("loss", "metric") for kind in kinds) or only_splits(cells, self.columns))
        )
        if found:
            self.header, self._sums_losses = cells, False
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
            if len(cells) == width + 1 and cells[-1] == "h" and self.header[0] == _WABBIT[0]:
                return self._held_out(cells)
            if len(cells) != width:
                return None
        where = Where()
        pairs: list[Pair] = []
        split = None
        last, self._counted = self._counted, _NAN
        for name, cell in zip(self.header, cells, strict=True):
            value = number(cell.rstrip("%").partition("/")[0])
            counted = self.columns.x_kind(name)
            if counted and counted[0] != "set":
                if value is None:
                    return None
                where.count(counted[0], value)
            elif counted:
                split = self.columns.is_split(cell)
            elif value is not None and not self.columns.meaning(name).resource:
                pairs.append((name, value, None))
        self._counted = where.step
        if where.step == last and where.epoch == where.epoch:
            where.step = _NAN  # once more at the same step: what the epoch came to
        if self._sums_losses and where.step == 0:  # a sum of one step, beside those of hundreds
            pairs = [each for each in pairs if self.columns.meaning(each[0]).kind != "loss"]
        if split is not None:  # its place is that of the table, which a line above it told
            pairs = [(f"{split} {name}", value, split) for name, value, _ in pairs]
        return (where, pairs) if (where or split is not None) and pairs else None

    def _held_out(self, cells: list[str]) -> tuple[Where, list[Pair]] | None:
        """A row that Vowpal Wabbit marks with "h": its losses are those of the rows held out."""
        told = self.row("", cells[:-1])
        return None if told is None else (told[0], [(f"holdout {name}", value, "val") for name, value, _ in told[1]])

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


def _stacked(upper: str, lower: str) -> list[str]:
    """The names of a head of two lines ("average since" over "loss last"), of which the lower may have gaps; []."""
    above = [(found.start(), found[0]) for found in _WORD.finditer(upper[:_MAX_HEAD])]
    below = [(found.start(), found[0]) for found in _WORD.finditer(lower[:_MAX_HEAD])]
    if len(above) < _LEAST or not any(ch.isalpha() for ch in lower) or not len(above) // 2 <= len(below) <= len(above):
        return []
    names = [word for _, word in above]
    free = list(range(len(above)))
    for at, (start, word) in enumerate(below):
        under = at if len(above) == len(below) else min(free, key=lambda one, start=start: abs(above[one][0] - start))  # type: ignore[misc]
        if under not in free:
            return []
        free.remove(under)
        names[under] = f"{names[under]} {word}"
    if names[:2] == ["average loss", "since last"]:
        names[:2] = _WABBIT
    return names


_WORD = re.compile(r"\S+")


def _cells(bare: str) -> list[str]:
    """The cells of a table's line: between bars or wide gaps; single words where there are none."""
    cells = [cell for cell in _CELLS.split(bare.strip("| ")) if cell]
    return cells if len(cells) > 1 else bare.split()
