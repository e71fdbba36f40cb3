"""What a person reads in a small file: of a notebook what its cells printed, else all of it."""

from __future__ import annotations

from mladvisor.errors import ReadError
from mladvisor.runs.readers.base import HEAD_BYTES, Candidate
from mladvisor.runs.readers.notebook import outputs_in
from mladvisor.runs.script_names import is_notebook

_MOST_NOTEBOOK = 1_000_000


def text_of(file: Candidate) -> str:
    """The text, made once; "" of a large or binary file."""
    return file.once(_text)


def _text(file: Candidate) -> str:
    try:
        if is_notebook(file.name):
            return outputs_in(file.read_json())[:HEAD_BYTES] if file.size <= _MOST_NOTEBOOK else ""
        return file.text if file.size <= HEAD_BYTES else ""
    except (ReadError, OSError):
        return ""
