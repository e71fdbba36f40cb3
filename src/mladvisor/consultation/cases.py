"""Opening a case, and taking one up from its journal."""

from __future__ import annotations

import os
from pathlib import Path

from mladvisor.consultation.journal import read_journal
from mladvisor.consultation.session import Consultation
from mladvisor.diagnosis.api import rulebook_with
from mladvisor.errors import ReadError
from mladvisor.runs.read import read_run


def consult(
    path: str | os.PathLike[str] | None = None, *, rules: str | os.PathLike[str] | tuple[str, ...] = ()
) -> Consultation:
    """Open a consultation about a run, or about words and answers alone.

    Raises:
        ReadError: nothing can be read at `path`. RuleErrors: the rules are wrong.
    """
    folders = (os.fspath(rules),) if isinstance(rules, str | os.PathLike) else tuple(os.fspath(each) for each in rules)
    run = None if path is None else read_run(os.fspath(path))
    return Consultation(run, rulebook_with(folders), rules=folders)


def resume(journal: str | Path) -> Consultation:
    """A consultation as its journal left it; later events are appended to the same file.

    A run that was named by a relative path is looked for from here, and then from the journal's folder.

    Raises:
        ReadError: the journal or the run cannot be read, or the run is gone.
    """
    path = Path(journal)
    events = read_journal(path)
    first = events[0]
    run = None
    if first.run is not None:
        beside = path.parent / first.run
        if not (beside.exists() or Path(first.run).exists()):
            raise ReadError("is the run of this case, and is no longer there", file=first.run)
        run = read_run(beside if beside.exists() and not Path(first.run).exists() else first.run)
    return Consultation.resumed(run, rulebook_with(first.rules), events, path)
