"""A log on standard input (`-`), read as the one file it is."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mladvisor.runs.model import Run

STDIN = "-"
_NAME = "stdin.log"  # as places in it are called
_BLOCK = 1 << 20


def read_any(path: str) -> Run:
    """The run at a path, or of the log on standard input where the path is `-`.

    Raises:
        ReadError: nothing can be read.
    """
    from mladvisor.runs.read import read_run

    return _read_stdin() if path == STDIN else read_run(path)


def _read_stdin() -> Run:
    """Readers look at a file more than once, so the input is kept in one while they do."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from mladvisor.errors import ReadError
    from mladvisor.runs.read import read_run
    from mladvisor.runs.readers.base import MAX_BYTES
    from mladvisor.runs.readers.decoding import in_units

    with TemporaryDirectory(prefix="mladvisor-") as folder:
        kept = os.path.join(folder, _NAME)  # noqa: PTH118
        size = 0
        with open(kept, "wb") as file:  # noqa: PTH123
            while block := sys.stdin.buffer.read(_BLOCK):
                size += len(block)
                if size > MAX_BYTES:
                    raise ReadError(f"holds over {in_units(MAX_BYTES)}; no larger log is read", file="standard input")
                file.write(block)
        try:
            run = read_run(kept)
        except ReadError as error:
            raise ReadError(error.message, file="standard input", place=error.place) from None
    run.path, run.name = Path(STDIN), "standard input"
    return run
