"""The command lines of learners that are programs of their own, as they are kept in a file or printed first.

xgboost train.conf max_depth=6 lambda=1        vw -d train.dat --l1 1e-7 --l2 1e-6        fasttext supervised -dim 10
"""

from __future__ import annotations

import re
import shlex

from mladvisor.runs.command_line import MAX_BYTES, options
from mladvisor.runs.model import Place, Setting
from mladvisor.runs.readers.base import Candidate

_SUFFIXES = (".sh", ".bash", ".cmd", ".bat", ".txt", ".log", ".out")
_PROGRAM = re.compile(
    r"^\s*(?:[$>%]\s*)?(?:\./|[\w/.-]{1,60}/)?"
    r"(xgboost|lightgbm|vw|fasttext|catboost|svm-train|crf_learn)\s+(\S.*)$"
)
_MARKS = (b"xgboost", b"lightgbm", b"vw ", b"fasttext", b"catboost", b"svm-train", b"crf_learn")
_FIRST = 12  # lines in which a command may stand
_ENDS = re.compile(r"\s(?:\d?>{1,2}|\||&&|;).*$")
_LONGEST = 2_000


def program_settings(files: list[Candidate]) -> dict[str, Setting]:
    """The settings of the only such command in the files of the run folder; {} where there is none, or several."""
    found: dict[tuple[tuple[str, object], ...], dict[str, Setting]] = {}
    for file in files:
        if "/" in file.rel or not file.name.lower().endswith(_SUFFIXES) or file.size > MAX_BYTES:
            continue
        if not any(mark in file.head[:_LONGEST] for mark in _MARKS):
            continue
        text = re.sub(r"\\\r?\n", " ", file.text[: 2 * _LONGEST])
        for line in text.splitlines()[:_FIRST]:
            match = _PROGRAM.match(line[:_LONGEST])
            given = _given(match[2]) if match is not None else {}
            if given:
                told = {name: Setting(value, Place(file.rel, name)) for name, value in given.items()}
                found[tuple(sorted((name, str(value)) for name, value in given.items()))] = told
    return next(iter(found.values())) if len(found) == 1 else {}


def _given(words: str) -> dict[str, object]:
    try:
        parts = shlex.split(_ENDS.sub("", words))
    except ValueError:
        return {}
    if any("$" in part for part in parts):
        return {}
    return {name: value for name, value in options(tuple(parts)).items() if len(name) > 1}
