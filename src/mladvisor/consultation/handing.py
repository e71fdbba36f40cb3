"""Files that a person hands over in a consultation: what they hold is measured and stands beside what the run tells.

A log and its tables often lie in different places. The files are measured where they lie, together with the curves of
the case, and only what the request names is taken over; a run folder itself is never pointed elsewhere. What the files
speak of counts as if they lay in the folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from mladvisor.errors import UsageError
from mladvisor.features.catalogue import Measures
from mladvisor.features.measured import Items, Measured
from mladvisor.rulebook import Rulebook
from mladvisor.rulebook.asked import CONFIG
from mladvisor.rulebook.documents import Handover
from mladvisor.runs.bag_of_words import bag_of_words
from mladvisor.runs.model import Run

Value = Measured | Items


class GivenFiles(msgspec.Struct, frozen=True):
    """What files tell that were handed over.

    Attributes:
        values: feature -> what they tell, of all that the request names and rules read.
        spoken: their words.
    """

    values: dict[str, Value]
    spoken: frozenset[str]


def is_there(path: Path) -> bool:
    """Whether a path names something; no text that a person types is an error."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def read_handed(
    handed: Run, doc: Handover, rulebook: Rulebook, run: Run | None, known: Mapping[str, Value]
) -> GivenFiles:
    """What the files tell.

    Args:
        handed: the folder that was handed over. run: the run of the case. known: what was handed over before.

    Raises:
        UsageError: the folder has nothing of the kind.
    """
    files = {kind: handed.files[kind] for kind in doc.brings if kind in handed.files}
    config = handed.config if CONFIG in doc.brings else {}
    if not files and not config:
        raise UsageError(f'"{handed.path}" holds nothing of what I asked for')
    own = {} if run is None else run.config
    whole = msgspec.structs.replace(run or handed, path=handed.path, files=files, config={**own, **config})
    measures = Measures(whole, dict(known))
    starts = tuple(f"{start}." for start in doc.tells)
    names = sorted({name for name in _read_by_rules(rulebook) if name.startswith(starts)})
    values = {name: measures[name] for name in names}
    named = msgspec.structs.replace(handed, looked_at=tuple(name for each in files.values() for name in each))
    return GivenFiles({name: value for name, value in values.items() if _is_known(value)}, bag_of_words(named))


def _read_by_rules(rulebook: Rulebook) -> set[str]:
    names: set[str] = set()
    for rule in rulebook.findings.values():
        names.update(rule.leaves)
        if rule.applies is not None:
            names.update(rule.applies.leaves)
    for cause in rulebook.causes.values():
        if cause.requires is not None:
            names.update(cause.requires.leaves)
    return names


def _is_known(value: Value) -> bool:
    if isinstance(value, Measured):
        return value.state != "unknown"
    return any(one.known for one in value.values())
