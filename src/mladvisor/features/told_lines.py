"""The lines of what the run printed, of notes beside it, and of small texts that tell of its model."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures
from mladvisor.features.report_said import written
from mladvisor.runs.plain_text import text_of
from mladvisor.runs.readers.base import Candidate


def told_lines(m: Measures) -> list[tuple[str, list[str]]]:
    """(file, lines) of each. Use `m.once`."""
    found = dict(m.once(written))
    for name in m.run.files.get("told", ()):
        if name not in found:
            try:
                found[name] = text_of(Candidate(str(m.run.folder / name), name)).splitlines()
            except OSError:
                continue
    return list(found.items())
