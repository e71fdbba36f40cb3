"""The end of the model and its loss as notes, mails and printed checks tell them, where nothing else does."""

from __future__ import annotations

from typing import Literal

from mladvisor.features.catalogue import Measures
from mladvisor.runs.head_said import head_in_file
from mladvisor.runs.tabled import opened


def said_of_head(m: Measures, what: Literal["activation", "units", "loss"]) -> tuple[str, str] | None:
    """(what is said, file), where all texts that say it agree; use `m.once`."""
    found: dict[str, str] = {}
    for file in m.run.files.get("model_note", ()):
        said = getattr(head_in_file(opened(m.run.folder, file)), what)
        if said is not None:
            found.setdefault(str(said), file)
    return next(iter(found.items())) if len(found) == 1 else None
