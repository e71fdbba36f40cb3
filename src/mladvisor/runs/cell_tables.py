"""Tables in any small text, as rows of cells: parted by commas, bars or blanks, in JSON, and those on their side.

degree,rmse_train,rmse_test      | rank | train | test |      depth   1      2      3
1,4.81,4.77                      |---|---|---|                train   0.637  0.728  0.811
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Any

from mladvisor.errors import ReadError
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.markdown import bar_tables
from mladvisor.runs.plain_text import text_of
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.readers.decoding import number

Rows = list[dict[str, str]]
"""Names of columns as they are written -> cells as text."""

_MOST_ROWS = 500
_LEAST_ROWS = 2
_LEAST_COLUMNS = 3
_MOST_DEPTH = 3
_GAP = re.compile(r"\t+| {2,}")
_RULE = frozenset("-=_+| :\t")


def plain_tables(file: Candidate) -> list[Rows]:
    """All tables of a file that a person can read whole, looked for once; [] of any other."""
    return file.once(_tables)


def _tables(file: Candidate) -> list[Rows]:
    text = text_of(file)
    if stem_and_suffix(file.name)[1] != "json":
        return tables_in_text(text)
    try:
        return [rows for rows in _of_json(file.read_json(), 0) if rows] if text else []
    except ReadError:
        return []


def tables_in_text(text: str) -> list[Rows]:
    """The tables of a text, in order of their forms."""
    found = [_rows(head, rows) for _, head, rows in bar_tables(text)]
    lines = text.splitlines()[: _MOST_ROWS + 50]
    if not found:
        found = _divided(lines) or list(_blocks(lines))
    return [rows for rows in found if rows]


def _rows(head: list[str], rows: list[list[str]]) -> Rows:
    names = [name.strip().strip('"') or f"column {at}" for at, name in enumerate(head)]
    if len(set(names)) < len(names):
        return []
    return [dict(zip(names, map(str.strip, row), strict=True)) for row in rows[:_MOST_ROWS] if len(row) == len(head)]


def _divided(lines: list[str]) -> list[Rows]:
    """A file of cells from its first line on."""
    first = next((line for line in lines if line.strip()), "")
    mark = max(",;\t", key=first.count)
    if first.count(mark) < _LEAST_COLUMNS - 1:
        return []
    cells = list(csv.reader([line for line in lines if line.strip()], delimiter=mark))
    alike = sum(len(row) == len(cells[0]) for row in cells)
    return [_rows(cells[0], cells[1:])] if alike > len(cells) // 2 and not _has_number(cells[0]) else []


def _has_number(cells: list[str]) -> bool:
    return any(number(cell.strip()) is not None for cell in cells if cell.strip())


def _blocks(lines: list[str]) -> Iterator[Rows]:
    """Lines below each other with as many cells, which blanks part: a header and rows, or rows on their side."""
    block: list[list[str]] = []
    for line in [*lines, ""]:
        if line.strip() and _RULE.issuperset(line):
            continue
        cells = _GAP.split(line.strip())
        cells = cells if len(cells) >= _LEAST_COLUMNS else line.split()
        if len(cells) >= _LEAST_COLUMNS and (not block or len(cells) == len(block[0])):
            block.append(cells)
            continue
        yield from _of_block(block)
        block = [cells] if len(cells) >= _LEAST_COLUMNS else []
    yield from _of_block(block)


def _of_block(block: list[list[str]]) -> Iterator[Rows]:
    if len(block) < _LEAST_ROWS:
        return
    named = all(number(row[0]) is None for row in block)
    if named and all(number(cell) is not None for row in block[1:] for cell in row[1:]) and _one_kind(block):
        yield _rows([row[0] for row in block], [list(row) for row in zip(*(row[1:] for row in block), strict=True)])
    elif not _has_number(block[0]):
        counted = [sum(number(cell) is not None for cell in row) for row in block[1:]]
        # Words of a sentence below that happen to be as many are no row.
        yield _rows(block[0], [row for row, count in zip(block[1:], counted, strict=True) if 2 * count > max(counted)])


def _one_kind(block: list[list[str]]) -> bool:
    """Rows that are columns: the first has numbers as well, or names of what the others are about."""
    return len(block) <= len(block[0]) + 3 and _has_number(block[0][1:])


def _of_json(value: Any, depth: int) -> Iterator[Rows]:
    """Lists of rows, lists of cells under the names of their columns, and rows under their names."""
    if isinstance(value, list):
        yield _plain_rows([each for each in value[:_MOST_ROWS] if isinstance(each, dict)])
        return
    if not isinstance(value, dict) or depth > _MOST_DEPTH:
        return
    columns = {str(key): each for key, each in value.items() if isinstance(each, list) and len(each) >= _LEAST_ROWS
               and all(isinstance(one, int | float | str | bool) or one is None for one in each)}  # fmt: skip
    for length in {len(each) for each in columns.values()}:
        alike = {key: each for key, each in columns.items() if len(each) == length}
        if len(alike) > 1:
            yield [dict(zip(alike, map(str, row), strict=True)) for row in zip(*alike.values(), strict=True)]
    groups = {str(key): each for key, each in value.items() if isinstance(each, dict)}
    if len(groups) >= _LEAST_ROWS:
        yield _plain_rows([{"name": key, **each} for key, each in groups.items()])
    for each in value.values():
        if isinstance(each, dict | list):
            yield from _of_json(each, depth + 1)


def _plain_rows(rows: list[dict[Any, Any]]) -> Rows:
    names = list(dict.fromkeys(str(key) for row in rows for key, each in row.items() if _is_plain(each)))
    found = [{str(key): str(each) for key, each in row.items() if _is_plain(each)} for row in rows]
    return [{name: row.get(name, "") for name in names} for row in found]


def _is_plain(value: Any) -> bool:
    return isinstance(value, int | float | str | bool)
