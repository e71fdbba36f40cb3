"""The ends of all that a model is given, where a record tells them without naming columns."""

from __future__ import annotations

from collections.abc import Iterator

from mladvisor.runs.data_records import Cells
from mladvisor.runs.data_verdicts import Said, number
from mladvisor.runs.report_names import words_of
from mladvisor.runs.split_names import split_called
from mladvisor.runs.word_sets import word_set


def ends_of_inputs(path: tuple[str, ...], cells: Cells) -> Iterator[Said]:
    """ "input_stats.json": {"shape": [1078, 64], "min": 0, "max": 256}: the ends of all that the model is given."""
    low, high = number(cells, ("min",)), number(cells, ("max",))
    above = [word for word in words_of(path[0]) if split_called(word) is None]
    told = len(path) == 1 or (len(path) == len(("file", "split")) and split_called(path[-1]) is not None)
    if told and low is not None and high is not None and _WHOLE_INPUT.intersection(above) and "raw" not in above:
        yield Said("low", "inputs", None, low)
        yield Said("high", "inputs", None, high)


_WHOLE_INPUT = word_set("input inputs image images img pixel pixels picture pictures x tensor")
