"""A simple prediction beside the model in what a training printed: "test MAE 84.2, MAE of the train mean 65.1"."""

from __future__ import annotations

import re
from typing import NamedTuple

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where
from mladvisor.features.printed import texts

_MAX_LINE = 300
_PREDICTIONS = ("persistence", "naive", "baseline", "dummy", "last value", "climatology")
_LEVELS = ("mean", "median")
_NUMBER = r"(?<![\w.])(\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?![\w.]*\d)(\s?%)?"
_ERROR = r"(?:mae|rmse|mse|mape|smape|error)"
_SIMPLE = (
    rf"(?:(?:{'|'.join(_PREDICTIONS)})(?!\s*bayes)|always the mean"
    rf"|(?:train(?:ing)?|constant|global|predict(?:ing)?(?: the)?)[ _-](?:{'|'.join(_LEVELS)}))"
)
_SPOKEN = tuple(word.encode() for word in (*_PREDICTIONS, *_LEVELS))
_LINE = re.compile(
    rf"\b{_ERROR}\b[^\d\n]{{0,20}}{_NUMBER}(?P<between>[^\d\n]{{0,40}}?)\b{_SIMPLE}\b[^\d\n]{{0,24}}{_NUMBER}",
    re.IGNORECASE,
)
_OTHER_WAY = re.compile(
    rf"\b{_SIMPLE}\b[^\d\n]{{0,24}}{_NUMBER}(?P<between>[^\d\n]{{0,20}}?)\b(?:model|ours|network|net|lstm|gru|test|val)\b"
    rf"[^\d\n]{{0,24}}{_NUMBER}",
    re.IGNORECASE,
)
_OF_OTHERS = re.compile(r"(?i)target|goal|limit|below|under|improvement|gain|skill|ratio|better|budget")
"""Words that make one of the numbers something else than an error of the two."""


class Beside(NamedTuple):
    """The error of the model and that of a simple prediction, as they were printed last."""

    model: float
    simple: float
    line: str
    where: Where


def beside(m: Measures) -> Beside | None:
    """The last line that tells both. Use `m.once`."""
    found = None
    for text in m.once(texts):
        for at, whole in text.lines(*_SPOKEN):
            line = whole[:_MAX_LINE]
            told = _told(line)
            if told is not None:
                found = Beside(*told, line.strip(), text.where(at))
    return found


def _told(line: str) -> tuple[float, float] | None:
    """(error of the model, error of the simple prediction) of a line; None where either is not told or is a share."""
    if _OF_OTHERS.search(line):
        return None
    match = _LINE.search(line)
    if match is not None:
        model, share, _, simple, other = match.groups()
    else:
        match = _OTHER_WAY.search(line) if re.search(rf"(?i)\b{_ERROR}\b", line) else None
        if match is None:
            return None
        simple, other, _, model, share = match.groups()
    if bool(share) != bool(other) or float(simple) <= 0:
        return None
    return float(model), float(simple)


@feature(
    "baseline.printed_ratio",
    unit="ratio",
    doc="The error of the model over that of a simple prediction (the mean, the last value, a baseline), where a line"
    " that was printed tells both",
    how="print the error of a simple prediction beside that of the model, or put the tables beside the log",
    source="base.constant",
)
def printed_ratio(m: Measures) -> Measured | None:
    found = m.once(beside)
    return None if found is None else Measured(found.model / found.simple, note=found.line, where=found.where)


@feature(
    "baseline.printed_line",
    type="any",
    doc="The line that tells the errors of the model and of a simple prediction",
    how="print the error of a simple prediction beside that of the model",
    source="base.constant",
)
def printed_line(m: Measures) -> Measured | None:
    found = m.once(beside)
    return None if found is None else Measured(found.line, where=found.where)
