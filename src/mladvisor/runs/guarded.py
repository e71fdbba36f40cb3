"""A look at a file, or a step of reading, that may stumble over what nobody thought of.

That is noted, and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from mladvisor.errors import MladvisorError
from mladvisor.runs.model import Run
from mladvisor.runs.readers.base import Candidate

T = TypeVar("T")


def where(run: Run, files: Iterable[Candidate], tells: Callable[[Candidate], object]) -> tuple[str, ...]:
    """Names of the files of which `tells` holds. One that it stumbles over is noted once, and is not among them."""
    found = []
    for file in files:
        try:
            if tells(file):
                found.append(file.rel)
        except MladvisorError:
            continue  # a file that cannot be read is told where its kind is read
        except Exception as error:
            _note(run, f"a reader stumbled over {file.rel}", error)
    return tuple(found)


def attempt(run: Run, what: str, step: Callable[[], T]) -> T | None:
    """What the step gives; None with a note where it stumbles.

    Raises:
        MladvisorError: as the step does.
    """
    try:
        return step()
    except MladvisorError:
        raise
    except Exception as error:
        _note(run, f"reading {what} stumbled", error)
        return None


def _note(run: Run, what: str, error: Exception) -> None:
    note = f"{what} ({type(error).__name__}: {error}): nothing is told by it, the rest is read; please report it"
    if note not in run.notes:
        run.notes.append(note)
