"""Tables in a text of any form: cells between commas, semicolons, tabs or bars, drawn frames, columns of blanks as R,
SQL and pandas print them, lines of pairs, lists of records in JSON.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from mladvisor.errors import ReadError
from mladvisor.runs.config import flatten
from mladvisor.runs.layout import stem_and_form
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.readers.decoding import parse_json
from mladvisor.runs.sheets.pandas_print import flat
from mladvisor.runs.sheets.words import trains

MOST_BYTES = 200_000
_MOST_ROWS = 5_000
_MOST_COLUMNS = 60
_LEAST = 2


class Sheet(NamedTuple):
    """A table: what it is called (its file, its heading), its first line, and the cells of its rows."""

    title: str
    head: list[str]
    rows: list[list[str]]

    def column(self, at: int) -> list[str]:
        return [row[at] for row in self.rows]


def sheets_in(file: Candidate) -> list[Sheet]:
    """All tables of a small text file; [] of one that cannot be read as text."""
    if file.size > MOST_BYTES or file.binary:
        return []
    try:
        return file.once(_sheets)
    except (ReadError, OSError, csv.Error, RecursionError, ValueError):
        return []


def _sheets(file: Candidate) -> list[Sheet]:
    stem, _, suffix = file.name.rpartition(".")
    stem = stem or file.name
    if stem_and_form(file.name)[1] == "json":
        return list(of_json(file.read_json(), stem))
    text = file.read_text(MOST_BYTES)
    if suffix.lower() in ("jsonl", "ndjson"):
        return list(of_json([parse_json(line, "") for line in text.splitlines()[:_MOST_ROWS] if line.strip()], stem))
    return list(of_text(text, stem))


def of_text(text: str, title: str) -> Iterator[Sheet]:
    """The tables of a text: of all of it where each line has the same cells, else of each block of lines that has."""
    lines = [line.rstrip()[:_LONGEST] for line in text.splitlines()[:_MOST_ROWS] if not trains(line)]
    for mark in (";", "\t", ","):
        whole = _cut(lines, mark)
        if whole is not None:
            yield Sheet(title, whole[0], whole[1:])
            return
    yield from _blocks(flat(lines), title)


_LONGEST = 2_000


def _cut(lines: Sequence[str], mark: str) -> list[list[str]] | None:
    """Rows of cells, where a mark cuts every line into as many."""
    filled = [line for line in lines if line.strip() and not line.startswith("# ")]
    if len(filled) < _LEAST or mark not in filled[0]:
        return None
    rows = [[cell.strip() for cell in row] for row in csv.reader(filled, delimiter=mark)]
    width = len(rows[0])
    return rows if _LEAST <= width <= _MOST_COLUMNS and all(len(row) == width for row in rows) else None


_RULE = re.compile(r"[-=+|:\s─┼═╪├┤┌┬┐└┴┘╞╡│]{3,}")
_BARS = re.compile(r"\s*[|│]\s*")
_GAP = re.compile(r"\s{2,}|\t")


def _blocks(lines: Sequence[str], title: str) -> Iterator[Sheet]:
    """Tables of some lines in a row, cut by bars, by two blanks, by tabs, or by single blanks."""
    block: list[list[str]] = []
    kind = ""
    said = title
    for line in (*lines, ""):
        if _RULE.fullmatch(line) and line.strip():
            continue
        found, cells = _cells(line)
        if block and (found != kind or (abs(len(cells) - len(block[-1])) > (len(block) == 1))):
            yield from _as_sheet(block, f"{title} {said}" if said != title else title)
            block = []
        if found:
            block.append(cells)
            kind = found
        elif line.strip():
            said = line.strip().strip("#* ")[:200]
            kind = ""
    yield from _as_sheet(block, f"{title} {said}" if said != title else title)


def _cells(line: str) -> tuple[str, list[str]]:
    """How a line is cut, and its cells; "" for a line that is no row."""
    bare = line.strip()
    if not bare or bare[0] in ">$%":
        return "", []
    for mark, name in (("|", "bar"), ("│", "frame")):
        if bare.count(mark) >= (1 if not bare.startswith(mark) else _LEAST):
            return name, [cell.strip(" `*") for cell in _BARS.split(bare.strip("|│"))]
    if "\t" in bare:
        return "tab", [cell.strip() for cell in bare.split("\t")]
    cells = bare.lstrip("# ").split()
    if len(cells) >= _LEAST and len(bare) < _MOST_SPACED and all(map(_SHORT.fullmatch, cells)):
        return "blank", [bare.lstrip("# ")]
    if len(cells) >= _LEAST and len(bare) < _MOST_SPACED and len(_GAP.split(bare)) >= _LEAST and _NUMERIC.search(bare):
        return "blank", [bare.lstrip("# ")]
    return "", []


_MOST_SPACED = 200
_SHORT = re.compile(r"[^\s=:,;()]{1,40}")
_NUMERIC = re.compile(r"\s-?\d[\d.,]*(?:e[-+]?\d+)?\s*$")


def _as_sheet(block: list[list[str]], title: str) -> Iterator[Sheet]:
    """A table whose rows are as wide as its first line, or wider by the name of the row, which has no head."""
    if len(block) < _LEAST:
        return
    if all(len(row) == 1 for row in block):
        by_gap, by_blank = [_GAP.split(row[0]) for row in block], [row[0].split() for row in block]
        if 2 * max(_fits(by_blank), _fits(by_gap)) < len(block) - 1:  # a title of several words stands above the head
            yield from _as_sheet(block[1:], f"{title} {block[0][0]}")
            return
        whole = _fits(by_blank) == len(block) - 1
        block = by_blank if whole or _fits(by_blank) > _fits(by_gap) or len(by_gap[1]) < _LEAST else by_gap
    head, rows = block[0], block[1:]
    width = len(rows[0])
    if width == len(head) + 1:
        head = ["", *head]
    rows = [row for row in rows if len(row) == len(head)]
    if rows and _LEAST <= len(head) <= _MOST_COLUMNS:
        yield Sheet(title, head, rows)


def _fits(block: list[list[str]]) -> int:
    """How many rows are as wide as the first line, or wider by a name."""
    width = len(block[0])
    return sum(len(row) in (width, width + 1) and len(row) == len(block[1]) for row in block[1:])


def of_json(content: Any, title: str) -> Iterator[Sheet]:
    """A table of each list of records, and of each mapping whose values are records alike or lists as long."""
    pending: list[tuple[str, Any, int]] = [(title, content, 0)]
    while pending:
        said, value, depth = pending.pop(0)
        if isinstance(value, list):
            yield from _of_records([("", each) for each in value[:_MOST_ROWS]], said)
        elif isinstance(value, dict):
            yield from _of_records([(str(key), each) for key, each in value.items()], said)
            yield from _of_lists(value, said)
        if depth < _DEEP:
            below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
            pending += [
                (f"{said} {key}" if isinstance(key, str) else said, each, depth + 1)
                for key, each in list(below)[:_MOST_COLUMNS]
                if isinstance(each, dict | list)
            ]


_DEEP = 3


def _of_records(entries: list[tuple[str, Any]], title: str) -> Iterator[Sheet]:
    named = [(name, _flat(each)) for name, each in entries if isinstance(each, dict)]
    if len(named) < _LEAST or len(named) < len(entries):
        return
    head = list(dict.fromkeys(key for _, row in named for key in row))[:_MOST_COLUMNS]
    shared = [key for key in head if sum(key in row for _, row in named) > len(named) / _LEAST]
    if not shared:
        return
    name = [""] if any(name for name, _ in named) else []
    yield Sheet(
        title, [*name, *head], [[*([one] if name else []), *(row.get(key, "") for key in head)] for one, row in named]
    )


def _flat(row: dict[str, Any]) -> dict[str, str]:
    return {
        str(key): "|".join(dict.fromkeys(map(str, each))) if isinstance(each, list) else str(each)
        for key, each in flatten(row).items()
        if isinstance(each, str | int | float) or each is None or _is_plain(each)
    }


def _is_plain(value: Any) -> bool:
    """A list of labels: a cell of what occurs in it."""
    return (
        isinstance(value, list) and 0 < len(value) <= _MOST_LISTED and all(isinstance(one, str | int) for one in value)
    )


_MOST_LISTED = 64  # the longest that settings keep as a list


def _of_lists(value: dict[str, Any], title: str) -> Iterator[Sheet]:
    """Lists of numbers as long as each other, by their place: {"unk_pct": [...]}."""
    lists = {
        str(key): each
        for key, each in value.items()
        if isinstance(each, list) and len(each) >= _LEAST_LIST and all(isinstance(one, int | float) for one in each)
    }
    if lists and len({len(each) for each in lists.values()}) == 1:
        count = len(next(iter(lists.values())))
        columns = list(lists.values())
        rows = [[str(at), *(str(column[at]) for column in columns)] for at in range(min(count, _MOST_ROWS))]
        yield Sheet(title, ["place", *lists], rows)


_LEAST_LIST = 8
