"""Lists of the loss that a program printed at its end: `loss curve: [2.1, 1.4, 1.2]`, a printed `history.history`.

Nothing counts in such a line: the points stand at 1, 2, 3 ..., and may be thinned out. At least one of the lists must
be a loss; a list of a metric counts beside it where it has as many values. Scores of folds, classes or trials are none.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from mladvisor.errors import ReadError
from mladvisor.runs.readers.base import Candidate, RawCurve, Reading
from mladvisor.runs.readers.decoding import number
from mladvisor.runs.roles import Columns
from mladvisor.runs.word_sets import word_set

MAX_TEXT = 2_000_000
_LEAST = 4  # values
_SURE = 0.1  # below any log that counts
_LIST = re.compile(
    r"(?:^|[{,])[ \t]{0,40}['\"]?([A-Za-z][\w ./()-]{1,60}?)['\"]?[ \t]{0,8}[:=][ \t]{0,8}"
    r"(?:np\.|numpy\.)?(?:array\()?\[([^\[\]]{5,60000})\]",
    re.MULTILINE,
)
_WRAPPED = re.compile(r"(?:np\.|numpy\.)?float\d\d\(([^()]{1,40})\)")
_BETWEEN = re.compile(r"[\s,]+")
_CALLED = word_set(
    "curve curves history hist log values list per epoch epochs iter iteration iterations step steps mlp clf reg model"
)
"""Words beside the name of a loss that say that it is a course."""
_OF_OTHERS = word_set(
    "fold folds cv class classes label labels group groups trial trials seed seeds run runs feature sample samples row "
    "rows"
)


class _Listed(NamedTuple):
    name: str
    values: np.ndarray
    row: int


class PrintedLists:
    """Reader of printed text with lists, where no line of it is one of a log."""

    id = "printed-lists"
    joins = False

    def sniff(self, candidate: Candidate) -> float:
        """Some list is called a loss."""
        return _SURE if _listed(candidate.text, candidate.columns) else 0.0

    def read(self, candidate: Candidate) -> Reading:
        """A curve of each list of one length. Raises ReadError when none is a loss."""
        found = _listed(candidate.text, candidate.columns)
        if not found:
            raise ReadError("holds no list of numbers that is called like a loss", file=candidate.rel)
        reading = Reading(format=self.id)
        for one in found:
            rows = np.full(len(one.values), one.row, dtype=np.int64)
            at = np.arange(1.0, len(one.values) + 1)
            reading.curves.append(RawCurve(one.name, one.values, at, "row", rows))
        reading.assumed.append("lists of numbers that were printed are taken for the course of the training")
        return reading


def _listed(text: str, columns: Columns) -> list[_Listed]:
    """The lists as long as the first that is a loss, with names as logs have them."""
    if "[" not in text:
        return []
    found: dict[str, _Listed] = {}
    for match in _LIST.finditer(text, 0, MAX_TEXT):
        said = columns.words(match[1])
        if not _OF_OTHERS.isdisjoint(said):
            continue
        name = " ".join(word for word in said if word not in _CALLED)
        if columns.meaning(name).kind not in ("loss", "metric"):
            continue
        values = _values(match[2])
        if values is not None:
            found[name] = _Listed(name, values, text.count("\n", 0, match.start(1)) + 1)
    losses = [one for one in found.values() if columns.meaning(one.name).kind == "loss"]
    return [one for one in found.values() if len(one.values) == len(losses[0].values)] if losses else []


def _values(inside: str) -> np.ndarray | None:
    """The numbers of a list; None where it is short, or holds anything else."""
    cells = [number(cell) for cell in _BETWEEN.split(_WRAPPED.sub(r"\1", inside).strip()) if cell]
    return None if len(cells) < _LEAST or any(cell is None for cell in cells) else np.array(cells, dtype=float)


PRINTED_LISTS = PrintedLists()
