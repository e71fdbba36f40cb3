"""Files and folders of a run that this user may not open: told, and no reason to stop.

A training in a container often leaves files of another user beside its log.
"""

from __future__ import annotations

import os

from mladvisor.runs.listing import Listing, is_shut
from mladvisor.runs.model import Ignored, Run
from mladvisor.runs.readers import Candidate
from mladvisor.runs.tabled import as_cells

SHUT = "cannot be opened (Permission denied)"
"""Why such a file was not looked at."""
_SHOWN = 4


def openable(run: Run, files: list[Candidate]) -> list[Candidate]:
    """The files that may be opened, tables in other forms as CSV; the others go to `run.ignored`, each once."""
    shut = {file.rel for file in files if not os.access(file.path, os.R_OK)}
    if not shut:
        return [as_cells(file) for file in files]
    new = shut - {one.file for one in run.ignored if one.why == SHUT}
    run.ignored.extend(Ignored(file.rel, SHUT) for file in files if file.rel in new)
    return [as_cells(file) for file in files if file.rel not in shut]


def note_folders(run: Run, folder: str) -> None:
    """The folders right below `folder` that may not be entered go to `run.ignored`. Raises ReadError as `Listing`."""
    run.ignored.extend(Ignored(f"{one.name}/", SHUT) for one in Listing(folder).folders if is_shut(one.path))


def shut_ones(run: Run) -> list[str]:
    """A sentence about what may not be opened, where there is something: what it holds is not known."""
    shut = [one.file for one in run.ignored if one.why == SHUT]
    more = f" and {len(shut) - _SHOWN} more" if len(shut) > _SHOWN else ""
    return [f"{', '.join(shut[:_SHOWN])}{more} {SHUT}: what stands there is not known"] if shut else []
