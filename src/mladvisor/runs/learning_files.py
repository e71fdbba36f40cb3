"""Which small files tell what of a model learns: counts of parameters, and lists of those that stand still."""

from __future__ import annotations

from mladvisor.errors import ReadError
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.learning_counts import CUES, MOST_BYTES, learning_in
from mladvisor.runs.model import Run
from mladvisor.runs.readers import Candidate
from mladvisor.runs.still_said import still_in

COUNTS, STILL = "learning_counts", "still_said"
_MAY = ("json", "csv", "tsv", "txt", "md")
_DATA = ("train", "val", "test", "serving", "predictions")


def files_of_learning(run: Run, files: list[Candidate]) -> dict[str, tuple[str, ...]]:
    """Kind -> files that tell it, beside the logs and the data."""
    other = run.logs | {name for kind in _DATA for name in run.files.get(kind, ())}
    found: dict[str, tuple[str, ...]] = {}
    for file in files:
        suffix = stem_and_suffix(file.name)[1]
        if suffix not in _MAY or file.rel in other or not 0 < file.size <= MOST_BYTES:
            continue
        try:
            said = file.text.lower()
            if any(cue in said for cue in CUES) and learning_in(file.text, suffix) is not None:
                found[COUNTS] = (*found.get(COUNTS, ()), file.rel)
            if still_in(file.text, suffix) is not None:
                found[STILL] = (*found.get(STILL, ()), file.rel)
        except (ReadError, OSError):
            continue
    return found
