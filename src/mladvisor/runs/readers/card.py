"""Model cards: the table of results that the Trainer writes into `README.md` ("| Training Loss | Epoch | ...")."""

from __future__ import annotations

from mladvisor.errors import ReadError
from mladvisor.runs.readers.base import Candidate, Reading
from mladvisor.runs.readers.cells import Sheet, clean_name, read_table
from mladvisor.runs.readers.decoding import check_lines, decode, split_lines
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
        reading.format = self.id
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
        if rows >= _ROWS and _is_training(names, candidate.columns) and (best is None or rows > best[0]):
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


def _is_training(names: list[str], columns: Columns) -> bool:
    counts = any((columns.x_kind(name) or ("set",))[0] in ("epoch", "step") for name in names)
    return counts and any(columns.meaning(name).kind == "loss" for name in names)
