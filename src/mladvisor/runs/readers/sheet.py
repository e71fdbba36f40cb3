"""How a delimited text is written: which delimiter, where the header is, and what its columns are called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from mladvisor.runs.readers.decoding import number

_DELIMITERS = ("\t", ";", ",", "|")
_MAX_COLUMNS = 5_000
_RULE = frozenset("-=+ \t")
_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>")
_PREAMBLE = 12  # lines
_LEVELS = 3  # columns of a table whose head may have two lines


class Sheet(NamedTuple):
    """How a table is written.

    Attributes:
        delimiter: one character, or None for any run of blanks.
        names: stripped header cells; [] when there is no header.
        width: cells in a row.
        start: index of the first data line.
    """

    delimiter: str | None
    names: list[str]
    width: int
    start: int


def sheet_of(lines: Sequence[str]) -> Sheet | None:
    """How the table that begins in `lines` is written; None when it is no table."""
    head = 0
    while head < len(lines) and (not lines[head].strip() or lines[head].startswith(("#", *_CONFLICT))):
        head += 1
    head = _below_preamble(lines, head)
    if head >= len(lines):
        return None
    first = lines[head]
    if first.lstrip().startswith(("{", "[", "<")):
        return None
    sample = [line for line in lines[head + 1 : head + 12] if line.strip() and not line.startswith(_CONFLICT)]
    delimiter = _delimiter(first, sample)
    cells = split_row(first, delimiter)
    if delimiter is None:
        cells = _by_gaps(first, cells, sample)
    if len(cells) > _MAX_COLUMNS:
        return None
    if all(number(cell) is not None for cell in cells if cell.strip()) and any(cell.strip() for cell in cells):
        return Sheet(delimiter, _commented(lines[:head], delimiter, len(cells)), len(cells), head)
    start = head + 1
    if start < len(lines) and _is_rule(lines[start]):
        start += 1
    names = [clean_name(cell) for cell in cells]
    lower = _second_head(lines, start, delimiter, len(cells))
    if lower:
        names = [one if one == other else f"{one} {other}".strip() for one, other in zip(names, lower, strict=True)]
        start += 1
    return Sheet(delimiter, names, len(cells), start)


def _below_preamble(lines: Sequence[str], head: int) -> int:
    """Where the table begins below "sep=;" (Excel's) and lines of single settings ("Run: 20240501")."""
    at = head
    while at < min(len(lines), head + _PREAMBLE):
        line = lines[at].strip()
        setting = line.startswith("sep=") or (":" in line and not any(mark in line for mark in _DELIMITERS))
        if line and not setting:
            break
        at += 1
    cut = at > head and at + 1 < len(lines) and any(mark in lines[at] and mark in lines[at + 1] for mark in _DELIMITERS)
    return at if cut else head


def _second_head(lines: Sequence[str], start: int, delimiter: str | None, width: int) -> list[str]:
    """The second line of names, as pandas writes columns of two levels ("train,train" above "loss,acc"); else []."""
    if delimiter is None or width < _LEVELS or start + 1 >= len(lines):
        return []
    cells = [clean_name(cell) for cell in split_row(lines[start], delimiter)]
    below = split_row(lines[start + 1], delimiter)
    if len(cells) != width or len(below) != width or not all(cells[1:]) or len(set(cells)) == 1:
        return []
    if any(number(cell) is not None or not any(ch.isalpha() for ch in cell) for cell in cells if cell):
        return []
    return cells if sum(number(cell) is not None for cell in below) * 2 > width else []


def _commented(above: Sequence[str], delimiter: str | None, width: int) -> list[str]:
    """The names in a comment right above the numbers (`np.savetxt` writes "# epoch train_loss"); [] when none fit."""
    said = next((line for line in reversed(above) if line.strip()), "")
    names = [clean_name(cell) for cell in split_row(said.lstrip("# "), delimiter)] if said.startswith("#") else []
    fits = len(names) == width and all(any(ch.isalpha() for ch in name) for name in names)
    return names if fits and len(set(names)) == width else []


def _is_rule(line: str) -> bool:
    """A line drawn under the head of a printed table."""
    return bool(line.strip()) and _RULE.issuperset(line)


def _by_gaps(head: str, words: list[str], sample: list[str]) -> list[str]:
    """The cells of a head whose names hold single blanks ("LOSS NER"), where the rows below have as many cells."""
    cells = [cell for cell in re.split(r"\s{2,}|\t", head.strip()) if cell]
    rows = [len(line.split()) for line in sample if not _is_rule(line)]
    fit = sum(size == len(cells) for size in rows)
    return cells if fit > sum(size == len(words) for size in rows) else words


def _delimiter(first: str, sample: list[str]) -> str | None:
    """The delimiter that cuts the first line, and most lines after it into as many cells."""
    best: tuple[float, int] = (0.0, 0)
    chosen: str | None = None
    for delimiter in _DELIMITERS:
        count = first.count(delimiter)
        if not count:
            continue
        alike = sum(count <= line.count(delimiter) <= count + 2 for line in sample)
        score = (alike / len(sample) if sample else 1.0, count)
        if score > best:
            best, chosen = score, delimiter
    return chosen


def split_row(line: str, delimiter: str | None) -> list[str]:
    """The cells of one line."""
    if '"' in line and delimiter is not None:
        import csv

        return next(csv.reader([line], delimiter=delimiter), [])
    return line.split(delimiter)


def clean_name(cell: str) -> str:
    """A header cell without padding, quotes and control characters."""
    return "".join(ch for ch in cell.strip().strip("\"'").strip() if ch.isprintable())


def names_in(line: str) -> list[str]:
    """The column names in the first line of a text table, whatever separates them; [] where nothing does."""
    line = line.strip().lstrip("\ufeff")
    mark = mark_in(line)
    return [clean_name(cell) for cell in split_row(line, mark)] if mark else []


def mark_in(line: str) -> str:
    """The commonest of tab, comma, semicolon and bar in a head, those within quotation marks left out; "" for none.

    >>> mark_in('"Preis, EUR";"Lage, km";"Alter, J"')
    ';'
    """
    bare = _QUOTED.sub("", line) if '"' in line else line
    mark = max("\t,;|", key=bare.count)
    return mark if mark in bare else ""


_QUOTED = re.compile(r'"[^"]*"')
