"""A model that was printed into a text of any name, told by what stands at its beginning."""

from __future__ import annotations

import re
from itertools import pairwise

from mladvisor.errors import ReadError
from mladvisor.runs.model import Run
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.readers.decoding import decode

_SUFFIXES = (".txt", ".md", ".out")
_OPENS = re.compile(r"(?:\w{1,20} ?[:=] ?)?[A-Z]\w{0,60}\(")
_PART = re.compile(r"\s{1,8}\(\w[\w.]{0,60}\): [A-Z]")
_OTHER = re.compile(
    r"baseline|old|previous|before|reference|paper|teacher|design|plan|intended|expected|target|spec", re.IGNORECASE
)
"""Words of names of files that show another model than the one that was trained."""
_MOST = 12  # texts that are looked into
_FIRST = 5  # lines in which a model must begin


def model_printed(run: Run, files: list[Candidate]) -> tuple[str, ...]:
    """The one text that begins with a printed model, where no file of a model is known; none where several do."""
    if run.files.get("model") or run.files.get("model_text"):
        return ()
    taken = {file for several in run.files.values() for file in several} | run.logs
    texts = [
        file for file in files
        if file.rel.lower().endswith(_SUFFIXES) and file.rel not in taken and not _OTHER.search(file.name)
    ]  # fmt: skip
    found = [file.rel for file in texts[:_MOST] if _begins_with_model(file)]
    return tuple(found) if len(found) == 1 else ()


def _begins_with_model(file: Candidate) -> bool:
    """`Sequential(` and its first part, or the head of a table of layers, stand in the first lines."""
    try:
        text = decode(file.read_start(1_000))
    except ReadError:
        return False
    lines = [line for line in text.splitlines() if line.strip()][: _FIRST + 1]
    opens = any(_OPENS.fullmatch(line.rstrip()) and _PART.match(after) for line, after in pairwise(lines))
    return opens or any("Layer (type" in line for line in lines)
