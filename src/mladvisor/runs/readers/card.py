"""Tables of a training in Markdown: the one that the Trainer writes into `README.md` ("| Training Loss | Epoch | ..."),
or a `PROGRESS.md` that a script adds a row to in each epoch.
"""

from __future__ import annotations

from itertools import pairwise

from mladvisor.errors import ReadError
from mladvisor.runs.readers.base import Candidate, Reading
from mladvisor.runs.readers.cells import read_table
from mladvisor.runs.readers.decoding import check_lines, decode, number, split_lines
from mladvisor.runs.readers.sheet import Sheet, clean_name
from mladvisor.runs.readers.table import read_named
from mladvisor.runs.roles import Columns

_LOOKED_AT = 1 << 18  # bytes: a card may begin with a hundred languages
_RULE = frozenset("|:- \t")
_MARKUP = str.maketrans("", "", "*`")
_ROWS = 2


class CardReader:
    """The longest table of a Markdown file that counts epochs or steps and has a loss."""

    id = "model-card"
    joins = False

    def sniff(self, candidate: Candidate) -> float:
        """There is such a table."""
        return 0.8 if _found(candidate) is not None else 0.0

    def read(self, candidate: Candidate) -> Reading:
        """The curves of the table. Raises ReadError when there is none."""
        found = _found(candidate)
        if found is None:
            raise ReadError(WHY_NONE, file=candidate.rel)
        sheet, lines = found
        reading = Reading()
        read_named(candidate, sheet, read_table(lines, sheet), reading)
        reading.format = self.id if candidate.name.lower() == "readme.md" else "markdown"
        return reading


WHY_NONE = (
    "holds no table of a training: one with a line of names is expected, such as "
    "| Training Loss | Epoch | Step | Validation Loss |"
)
CARD = CardReader()


def _found(candidate: Candidate) -> tuple[Sheet, list[str]] | None:
    """The table as a sheet, and the lines of the file down to its end, without the bars at both ends."""
    text = decode(candidate.read_start(_LOOKED_AT))
    try:
        check_lines(text, candidate.rel)
    except ReadError:
        return None
    lines = split_lines(text)
    best: tuple[int, Sheet, int] | None = None
    at = 1
    while at < len(lines):
        if not _is_rule(lines[at]):
            at += 1
            continue
        end = at + 1
        while end < len(lines) and "|" in lines[end]:
            end += 1
        names = [clean_name(cell) for cell in _bare(lines[at - 1]).split("|")]
        rows = end - at - 1
        longer = rows >= _ROWS and (best is None or rows > best[0])
        if longer and _is_training(names, lines[at + 1 : end], candidate.columns):
            best = (rows, Sheet("|", names, len(names), at + 1), end)
        at = end + 1
    return None if best is None else (best[1], [_bare(line) for line in lines[: best[2]]])


def _is_rule(line: str) -> bool:
    """The line between the head and the rows of a table."""
    return "-" in line and "|" in line and _RULE.issuperset(line)


def _bare(line: str) -> str:
    """A row without its outer bars and without bold and code marks."""
    row = line.translate(_MARKUP).strip()
    return row[row.startswith("|") : len(row) - row.endswith("|")]


def _is_training(names: list[str], rows: list[str], columns: Columns) -> bool:
    """A column counts from row to row (in a list of trainings it says how long each was), and one is a loss."""
    at = next((at for at, name in enumerate(names) if (columns.x_kind(name) or ("",))[0] in ("epoch", "step")), None)
    if at is None or not any(columns.meaning(name).kind == "loss" for name in names):
        return False
    cells = [_bare(row).split("|") for row in rows]
    counted = [number(row[at]) for row in cells if len(row) == len(names)]
    known = [value for value in counted if value is not None]
    return len(known) < _ROWS or all(one <= other for one, other in pairwise(known))
