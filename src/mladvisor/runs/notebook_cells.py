"""The cells of a notebook that lies beside a run: what was asked in each, and what it showed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

MAX_CELLS = 2_000


class Cell(NamedTuple):
    """The source of a cell, and the plain text that it showed; `raised` is the error that ended it ("" for none)."""

    source: str
    shown: str
    raised: str


def cells_of(text: str) -> Iterator[Cell]:
    """The cells of code of a notebook; none of a text that is no notebook."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return
    for cell in _listed(content, "cells")[:MAX_CELLS]:
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        outputs = [one for one in _listed(cell, "outputs") if isinstance(one, dict)]
        errors = [f"{one.get('ename')}: {one.get('evalue')}" for one in outputs if one.get("output_type") == "error"]
        yield Cell(_text(cell.get("source")), "\n".join(filter(None, map(_shown, outputs))), (errors or [""])[0])


def lines_of_cells(text: str) -> list[str]:
    """The last line of each cell's source as a heading, and what the cell showed below it."""
    found: list[str] = []
    for source, shown, _ in cells_of(text):
        if shown.strip():
            lines = [line for line in source.splitlines() if line.strip()]
            found += [lines[-1] if lines else "", *shown.splitlines(), ""]
    return found


def _shown(output: dict[str, Any]) -> str:
    if output.get("output_type") == "stream":
        return _text(output.get("text"))
    data = output.get("data")
    return _text(data.get("text/plain")) if isinstance(data, dict) else ""


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def _listed(value: Any, key: str) -> list[Any]:
    inner = value.get(key) if isinstance(value, dict) else None
    return inner if isinstance(inner, list) else []
