"""Tables in plain text: cells that stand apart by two blanks or more, and those of a database's console between bars.

key          in_record   default_used          base   | with_crm | with_web
query_len    500000      0                    --------+----------+---------
bm25         500000      0                     121004 |        0 |   119340
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mladvisor.runs.markdown import BarTable

_GAP = re.compile(r"[ \t\u3000]{2,}|\t")
_RULE = frozenset("-+=| :")
_NUMBER = re.compile(r"[-+]?\d[\d.,_]*(?:e[-+]?\d+)?\s?%?|nan|-?inf|-", re.IGNORECASE)
_MAX_LINE = 600
_MOST_LINES = 4_000
_LEAST = 2
"""Rows of a table without bars: of fewer it may be two lines of anything."""


def plain_tables(lines: Sequence[str]) -> Iterator[BarTable]:
    """The tables of a text, in order, with the line above as their heading."""
    lines = lines[:_MOST_LINES]
    yield from _between_bars(lines)
    at = 0
    while at < len(lines):
        head = _cells(lines[at])
        rows = _rows_below(lines, at, len(head)) if _is_head(head) else []
        if len(rows) >= _LEAST and any(_NUMBER.fullmatch(cell) for cell in rows[0][1:]):
            yield BarTable(_heading(lines, at), head, rows)
            at += len(rows)
        at += 1


def _cells(line: str) -> list[str]:
    if len(line) > _MAX_LINE or "|" in line or ("  " not in line and "\t" not in line and "\u3000" not in line):
        return []
    return [cell for cell in _GAP.split(line.strip()) if cell]


def _is_head(cells: list[str]) -> bool:
    return len(cells) > 1 and not any(_NUMBER.fullmatch(cell) or "=" in cell for cell in cells)


def _rows_below(lines: Sequence[str], at: int, width: int) -> list[list[str]]:
    rows: list[list[str]] = []
    for line in lines[at + 1 :]:
        if not rows and line.strip() and _RULE.issuperset(line):
            continue
        cells = _cells(line)
        if len(cells) != width or _NUMBER.fullmatch(cells[0]) or not any(map(_NUMBER.fullmatch, cells[1:])):
            break
        rows.append(cells)
    return rows


def _between_bars(lines: Sequence[str]) -> Iterator[BarTable]:
    """What psql and mysql show: a head, a rule with crosses, rows."""
    for at, line in enumerate(lines[:-1]):
        rule = lines[at + 1].strip()
        if "|" not in line or "+" not in rule or not _RULE.issuperset(rule) or len(line) > _MAX_LINE:
            continue
        head = _barred(line)
        rows = []
        for below in lines[at + 2 :]:
            if "|" not in below or len(_barred(below)) != len(head):
                break
            rows.append(_barred(below))
        if rows and len(head) > 1:
            yield BarTable(_heading(lines, at), head, rows)


def _barred(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _heading(lines: Sequence[str], at: int) -> str:
    above = next(
        (line for line in reversed(lines[max(0, at - 3) : at]) if line.strip() and not _RULE.issuperset(line)), ""
    )
    return " ".join(re.findall(r"[a-z_]+", above[:_MAX_LINE].lower()))[:200]
