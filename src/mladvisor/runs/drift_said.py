"""Whether a number for each column, under one key of a report, is an index of drift or a distance of distributions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

_DRIFT = word_set("drift drifts score scores report data feature features column columns input inputs by per values")
_TESTED = word_set("statistic statistics chi2 z t p pvalue pvalues")
_COUNTED = word_set("n num number total seconds threshold alpha drifted")
_LEAST_DISTANCES, _NEAR, _FARTHEST = 3, 0.1, 15.0
_MOST_INDEX = 50.0


def tells_drift(path: Sequence[str], numbers: Mapping[str, float]) -> bool:
    """Whether the numbers below a key say how far columns have moved: "psi", or "drift" by names of columns.

    Neither a test's statistic, nor counts of columns and seconds, nor what is called after features alone: scores of
    features and shares of zeros look like distances.
    """
    words = set(words_of(path[-1]))
    if "psi" in words:
        return True
    tested = any(not _TESTED.isdisjoint(words_of(key)) for key in path)
    if "drift" not in words or tested or any(not _COUNTED.isdisjoint(words_of(name)) for name in numbers):
        return False
    values = sorted(numbers.values())
    return _is_index(values) or (len(path) == 1 and words <= _DRIFT and _are_distances(values))


def _are_distances(values: Sequence[float]) -> bool:
    """Distances of distributions, in order, most of which are next to none, by whatever measure: 0.1 is small of all
    that are in use, and none of the plain ones gets beyond fifteen. Values of p would be large where nothing has moved.
    """
    return (
        len(values) >= _LEAST_DISTANCES
        and values[0] >= 0.0
        and values[(2 * len(values)) // 3] <= _NEAR
        and values[-1] <= _FARTHEST
    )


def _is_index(values: Sequence[float]) -> bool:
    """What reaches above 1 is neither the p of a test nor a distance of distributions: an index of drift."""
    return values[0] >= 0.0 and 1.0 < values[-1] < _MOST_INDEX
