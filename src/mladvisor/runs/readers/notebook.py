"""What the cells of a notebook printed, as if it were a log of its own.

`Outputs` is a `Candidate` whose bytes are the printed text of all cells in their order, so that every reader of printed
text reads it; pictures and formatted tables are left out. Its lines are those of the outputs, not of the file.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any

from mladvisor.errors import ReadError
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.readers.decoding import in_units, parse_json
from mladvisor.runs.roles import Columns
from mladvisor.runs.script_names import is_notebook

MAX_BYTES = 64 * 1024 * 1024  # most of a large notebook are pictures
_SMALL = 1 << 20  # bytes
# A notebook without one of these holds no log, and need not be parsed.
_MARKS = (b"loss", b"epoch", b"rmse", b"error", b"train")
_NONE = "is a notebook whose cells hold no printed text: run it and save it with its outputs"


class Outputs(Candidate):
    """The printed text of a notebook's cells; `path`, `rel` and `mtime` are those of the notebook, `size` is not."""

    __slots__ = ("_data",)

    def __init__(self, path: str, rel: str, size: int = -1, mtime: float = 0.0, columns: Columns | None = None) -> None:
        """Raises ReadError when the file is no notebook, too large, or holds no printed text."""
        super().__init__(path, rel, size, mtime, columns)
        self._data = _printed(path, rel, self.size, self.mtime)
        self.size = len(self._data)

    def read_from(self, start: int, count: int) -> bytes:
        """At most `count` bytes of the printed text from the byte `start`."""
        start = max(0, start)
        return self._data[start : start + count]


def printed_file(path: str | os.PathLike[str], rel: str) -> Candidate:
    """The printed text of a file: of a notebook its outputs, of all else the file. Raises ReadError, OSError."""
    return (Outputs if is_notebook(rel) else Candidate)(os.fspath(path), rel)


@lru_cache(maxsize=2)
def _printed(path: str, rel: str, size: int, mtime: float) -> bytes:
    """The printed text; kept, for the log, its messages and its reports are looked for one after the other."""
    file = Candidate(path, rel, size, mtime)
    if file.size > MAX_BYTES:
        raise ReadError(
            f"is {in_units(file.size)} large; no notebook over {in_units(MAX_BYTES)} is read", file=file.rel
        )
    data = file.read_bytes(MAX_BYTES)
    lower = data.lower()
    if b'"outputs"' not in data or not any(mark in lower for mark in _MARKS):
        if data.strip() and file.size < _SMALL:
            parse_json(data, file.rel)  # a broken one is told as that
        raise ReadError(_NONE, file=file.rel)
    text = _joined(parse_json(data, file.rel))
    if not text.strip():
        raise ReadError(_NONE, file=file.rel)
    return text.encode("utf-8", "replace")


def _joined(content: Any) -> str:
    """The outputs of all cells, one after the other; what is not shaped like a notebook is passed over.

    A stream comes in pieces that may break within a line; all else begins on a line of its own.
    """
    pieces: list[str] = []
    for cell in _listed(content, "cells"):
        stream = None
        for output in _listed(cell, "outputs"):
            name = output.get("name") if isinstance(output, dict) and output.get("output_type") == "stream" else None
            text = _text_of(output)
            if pieces and (name is None or name != stream) and not pieces[-1].endswith("\n"):
                pieces.append("\n")
            stream = name
            if text:
                pieces.append(text)
    return "".join(pieces)


def _text_of(output: Any) -> str:
    """What one output shows as plain text; "" where it shows none."""
    if not isinstance(output, dict):
        return ""
    if output.get("output_type") == "stream":
        return _text(output.get("text"))
    data = output.get("data")
    return _text(data.get("text/plain")) if isinstance(data, dict) else ""


def _text(value: Any) -> str:
    """A text as nbformat writes it: one string, or a list of its lines with their ends."""
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def _listed(value: Any, key: str) -> list[Any]:
    inner = value.get(key) if isinstance(value, dict) else None
    return inner if isinstance(inner, list) else []
