"""Files of a case: a free name for its journal, and whether those of the run have changed, or are another run's."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from mladvisor.errors import ReadError
from mladvisor.runs.listing import files_of

if TYPE_CHECKING:
    from mladvisor.runs.model import Curve, Run

FIRST = 3
"""Points by which two logs are known to be of one run: equal seeds may share the first, before anything was learned."""


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


def goes_on(before: Run, now: Run) -> bool:
    """Whether `now` may be the same run, read later: one of its losses (else metrics, else any curve) began the same.

    A log that keeps only its last rows is compared where both have points, and goes on where it has only later ones.
    """
    for kind in ("loss", "metric", ""):
        old = {curve.name: curve for curve in before.curves if len(curve) and kind in ("", curve.role.kind)}
        if old:
            return any(_begins_alike(old[curve.name], curve) for curve in now.curves if curve.name in old)
    return True


def _begins_alike(old: Curve, new: Curve) -> bool:
    import numpy as np

    if not len(new):
        return False
    _, at, there = np.intersect1d(old.x, new.x, return_indices=True)
    if not len(at):
        return bool(new.x[0] > old.x[-1])
    return bool(np.array_equal(old.y[at[:FIRST]], new.y[there[:FIRST]], equal_nan=True))
