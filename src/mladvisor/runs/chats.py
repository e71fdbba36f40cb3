"""The lines of a text beside a run, whatever it lies in: a note, a mail, the cells of a notebook, an exported chat."""

from __future__ import annotations

import json
from typing import Any

from mladvisor.runs.notebook_cells import lines_of_cells

_TEXTS = ("text", "message", "body", "content", "comment")
_PEOPLE = ("user", "author", "from", "sender", "name", "ts", "time", "date", "created_at")
_LEAST = 2


def lines_beside(name: str, text: str) -> list[str]:
    """The lines of a file of that name."""
    if name.lower().endswith(".ipynb"):
        return lines_of_cells(text)
    return chat_lines(text) if name.lower().endswith(".json") else text.splitlines()


def chat_lines(text: str) -> list[str]:
    """What people wrote in an exported chat or thread; none of any other JSON."""
    try:
        content: Any = json.loads(text)
    except (ValueError, RecursionError):
        return []
    if isinstance(content, dict):
        content = next(
            (each for each in content.values() if isinstance(each, list) and each and isinstance(each[0], dict)), []
        )
    if not isinstance(content, list):
        return []
    said = [one for one in content[:2_000] if isinstance(one, dict) and any(key in one for key in _PEOPLE)]
    lines = [str(one[key]) for one in said for key in _TEXTS if isinstance(one.get(key), str)]
    return (
        [part for each in lines for part in each.splitlines()]
        if len(lines) >= _LEAST and max(map(len, lines)) > _A_SENTENCE
        else []
    )


_A_SENTENCE = 20
