"""Mails, reviews, commits and notebooks beside a log that may say how it was trained, and what else was tried."""

from __future__ import annotations

from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.readers.base import HEAD_BYTES, Candidate
from mladvisor.runs.tuning_diffs import changed_in
from mladvisor.runs.tuning_said import may_speak_of_tuning, tried_in, units_of
from mladvisor.runs.tuning_stated import stated_in

_SUFFIXES = frozenset(("txt", "md", "rst", "log", "eml", "msg", "org", "adoc", "diff", "patch", "tex"))
_MOST = 20_000


def is_training_note(file: Candidate) -> bool:
    """A short text, and a sentence of it gives a setting of the training, or tells of another choice that was tried."""
    if stem_and_suffix(file.name)[1] not in _SUFFIXES or file.size > min(_MOST, HEAD_BYTES) or file.binary:
        return False
    if not may_speak_of_tuning(file.text):
        return False
    lines = file.text.splitlines()
    units = units_of(lines)
    return any(True for _ in tried_in(units)) or bool(stated_in(units)) or bool(changed_in(lines))
