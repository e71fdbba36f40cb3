"""Range tests of the learning rate: losses of a few steps at rising rates, and the rate that they suggest.

`lr_find.json` with fastai's "valley" and "steep", `lr_range_test.csv` with a row for each rate, a printed
`SuggestedLRs(valley=0.0012)`. Such a file is no log of the training beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import isfinite, log10
from typing import Any, NamedTuple

from mladvisor.errors import ReadError
from mladvisor.runs.config import document
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.log_names import is_called_range_test
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.readers.decoding import number
from mladvisor.runs.readers.sheet import split_row
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

_RATE = word_set("lr rate rates learningrate lrs")
_LOSS = word_set("loss losses")
_SUGGESTED = word_set(
    "suggestion suggested suggest valley steep steepest slide recommended min_grad_lr best_lr lr_steep"
)
_PRINTED = re.compile(
    r"(?i)\b(?:suggested ?(?:lrs?|learning[ _]rates?)|lr[ _]?find(?:er)?[ _]suggest\w*)\b\W{0,4}"
    r"(?:(?:valley|steep|lr)\s?=\s?)?(\d+(?:\.\d+)?(?:e-?\d+)?)(?![\w%])"
)
_MOST_BYTES, _LEAST, _DECADES = 200_000, 8, 2.0
_BELOW_MINIMUM = 10.0
"""The rate at the lowest loss is at the edge already; a tenth of it is what people take (Smith 2017, fastai)."""


class RangeTest(NamedTuple):
    """The rate that a test suggests, and where: as the file says, or a tenth of the one with the lowest loss."""

    suggested: float
    file: str
    said: bool


def range_test_in(file: Candidate) -> RangeTest | None:
    """What a file called after a range test holds; None where it is called otherwise, or cannot be read as one."""
    folder, _, name = file.rel.rpartition("/")
    if not is_called_range_test(name, folder) or file.size > _MOST_BYTES:
        return None
    suffix = stem_and_suffix(name)[1]
    try:
        found = _of_document(document(file)) if suffix in ("json", "yaml", "yml") else _of_table(file.lines)
    except (ReadError, OSError):
        return None
    return None if found is None else RangeTest(found[0], file.rel, found[1])


def suggested_in(line: str) -> float | None:
    """The rate that a line of output says a finder suggests."""
    found = _PRINTED.search(line)
    value = float(found[1]) if found is not None else 0.0
    return value if 0 < value < 1 else None


_FITTED = re.compile(
    r"\.(?:fit_one_cycle|fine_tune|fit_flat_cos|fit)\(\s?\d{1,4}\s?,\s?(?:(?:lr_max|base_lr|max_lr|lr)\s?=\s?)?(?:slice\()?"
    r"\s?(\d+(?:\.\d+)?(?:e-?\d+)?)(?![\w%])"
)


def fitted_at(line: str) -> float | None:
    """The rate of a call that trains, as a notebook shows it: `learn.fit_one_cycle(8, lr_max=1.5)`."""
    found = _FITTED.search(line)
    return float(found[1]) if found is not None and float(found[1]) > 0 else None


def _of_document(said: dict[str, Any]) -> tuple[float, bool] | None:
    for key, value in said.items():
        leaf = key.rpartition(".")[2].lower()
        rate = number(str(value)) if isinstance(value, int | float | str) else None
        if rate is not None and 0 < rate < 1 and (leaf in _SUGGESTED or not _SUGGESTED.isdisjoint(words_of(leaf))):
            return rate, True
    lists = {key: value for key, value in said.items() if isinstance(value, list)}
    rates = next((value for key, value in lists.items() if not _RATE.isdisjoint(words_of(key))), None)
    losses = next((value for key, value in lists.items() if not _LOSS.isdisjoint(words_of(key))), None)
    return None if rates is None or losses is None else _by_minimum(rates, losses)


def _of_table(lines: Sequence[str]) -> tuple[float, bool] | None:
    head = [cell.strip().strip('"').lower() for cell in split_row(lines[0], ",")] if lines else []
    rate = next((at for at, name in enumerate(head) if not _RATE.isdisjoint(words_of(name))), None)
    loss = next((at for at, name in enumerate(head) if not _LOSS.isdisjoint(words_of(name))), None)
    if rate is None or loss is None:
        return None
    rows = [split_row(line, ",") for line in lines[1:] if line.strip()]
    cells = [(number(row[rate]), number(row[loss])) for row in rows if len(row) == len(head)]
    return _by_minimum([cell[0] for cell in cells], [cell[1] for cell in cells])


def _by_minimum(rates: Sequence[Any], losses: Sequence[Any]) -> tuple[float, bool] | None:
    """A tenth of the rate at the lowest loss, where the loss rises again behind it and the rates go over decades."""
    pairs = [
        (float(rate), float(loss))
        for rate, loss in zip(rates, losses, strict=False)
        if isinstance(rate, int | float) and isinstance(loss, int | float) and rate > 0 and isfinite(loss)
    ]
    if len(pairs) < _LEAST or log10(max(pairs)[0] / min(pairs)[0]) < _DECADES:
        return None
    at = min(range(len(pairs)), key=lambda each: pairs[each][1])
    return None if at in (0, len(pairs) - 1) else (pairs[at][0] / _BELOW_MINIMUM, False)
