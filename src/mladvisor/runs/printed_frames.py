"""Tables as `print(frame)` leaves them: cells that stand under each other, and blanks between the columns.

A column is what lies between two places where every line of a block is blank, so that a name of two words stays one
cell. A block is a table where its first line names the columns and one of these holds numbers alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mladvisor.runs.markdown import BarTable

_MOST_LINES = 20_000
_LONGEST = 1_000
_MOST_COLUMNS = 60
_LEAST_ROWS, _LEAST_COLUMNS = 2, 2
_NUMBER = re.compile(r"[-+]?(?:\d+(?:,\d{3})*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?%?|[-+]?(?:nan|inf)|<NA>", re.IGNORECASE)
_CELL = re.compile(r"[^ ]+")
_RULE = re.compile(r"[\s\-=─━+|:]+")
_CUT = re.compile(r"\s*(?:\.{2,}\s*)+")  # rows that pandas does not show


def printed_frames(text: str) -> Iterator[BarTable]:
    """The tables of a text, in order, each with the line above it as its heading.

    >>> next(printed_frames("by site\\n\\n  site  rows   auc\\n north   320  0.81\\n south    41  0.55\\n"))
    BarTable(heading='by site', head=['site', 'rows', 'auc'], rows=[['north', '320', '0.81'], ['south', '41', '0.55']])
    """
    heading, block = "", list[str]()
    for line in [*text.split("\n")[:_MOST_LINES], ""]:
        bare = line.rstrip().expandtabs()
        if bare.strip() and len(bare) <= _LONGEST:
            if not _RULE.fullmatch(bare):
                block.append(bare)
            continue
        found = _table(block)
        if found is None and len(block) > _LEAST_ROWS + 1 and (found := _table(block[1:])) is not None:
            heading = _said(block[0])
        if found is not None:
            yield BarTable(heading, *found)
        heading = _said(block[-1]) if block and found is None else heading if not block else ""
        block = []


def _said(line: str) -> str:
    return line.strip(" #=-*:")


def _table(block: Sequence[str]) -> tuple[list[str], list[list[str]]] | None:
    """Head and rows; None for lines that are no table."""
    if len(block) <= _LEAST_ROWS:
        return None
    if (found := _by_gaps(block)) is not None:
        return found
    columns = _columns(block)
    if not _LEAST_COLUMNS <= len(columns) <= _MOST_COLUMNS:
        return None
    head, *rows = ([line[start:end].strip() for start, end in columns] for line in block if not _CUT.fullmatch(line))
    named = [name for name in head if name]
    if len(named) < len(head) - 1 or any(_NUMBER.fullmatch(name) for name in named) or not all(head[1:]):
        return None
    counted = any(all(_NUMBER.fullmatch(row[at]) for row in rows) for at in range(len(head)) if head[at])
    return (head, rows) if counted and len(rows) >= _LEAST_ROWS else None


def _by_gaps(block: Sequence[str]) -> tuple[list[str], list[list[str]]] | None:
    """Names of several words over numbers that leave the blanks between these words free: as many names, told apart by
    two blanks, as each row has cells.
    """
    head, rows = _GAP.split(block[0].strip()), [line.split() for line in block[1:] if not _CUT.fullmatch(line)]
    if not any(" " in name for name in head) or any(len(row) != len(head) for row in rows):
        return None
    counted = any(all(_NUMBER.fullmatch(row[at]) for row in rows) for at in range(1, len(head)))
    named = not any(_NUMBER.fullmatch(name) for name in head)
    return (head, rows) if named and counted and len(rows) >= _LEAST_ROWS and len(head) >= _LEAST_COLUMNS else None


_GAP = re.compile(r"\s{2,}")


def _columns(block: Sequence[str]) -> list[tuple[int, int]]:
    """Start and end of each column, in characters."""
    filled = bytearray(max(map(len, block)) + 1)
    for line in block:
        for found in _CELL.finditer(line):
            filled[found.start() : found.end()] = b"\1" * len(found[0])
    edges = [at for at, full in enumerate(filled) if full != (filled[at - 1] if at else 0)]
    return list(zip(edges[::2], edges[1::2], strict=True))
