"""Files of a case: a free name for its journal, and whether those of the run have changed."""

from __future__ import annotations

import re
import time
from pathlib import Path

from mladvisor.errors import ReadError
from mladvisor.runs.discover import files_of


def free_name(folder: Path, name: str) -> Path:
    """A journal's name that says when and about what, and is not taken."""
    short = re.sub(r"[^A-Za-z0-9._-]+", "-", name)[:40].strip("-.") or "case"
    stem = f"{time.strftime('%Y%m%d-%H%M%S')}-{short}"
    number = 1
    while (folder / f"{stem}{f'-{number}' if number > 1 else ''}.jsonl").exists():
        number += 1
    return folder / f"{stem}{f'-{number}' if number > 1 else ''}.jsonl"


def fingerprint(path: str) -> tuple[tuple[str, int, float], ...]:
    """Name, size and time of every file of a run; it changes while the run goes on.

    Raises:
        ReadError: the folder is no longer there.
    """
    where = Path(path)
    try:
        if where.is_file():
            stat = where.stat()
            return ((where.name, stat.st_size, stat.st_mtime),)
        if not where.is_dir():
            raise ReadError("is no longer there", file=path)
        return tuple((file.rel, file.size, file.mtime) for file in files_of(path))
    except OSError as error:
        raise ReadError(f"can no longer be read ({error.strerror})", file=path) from None
