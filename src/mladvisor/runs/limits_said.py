"""Cells beyond what is known of a column, as reports count them: outside the range of training, of values that training
never shows, outside the bounds that are expected of a feature.

column,kind,out_of_range_share    {"home": {"unseen_share": 1.0}}    {"min": -51760, "max": -48525, "expected": [-3, 3]}
"""

from __future__ import annotations

from collections.abc import Iterator

from mladvisor.runs.data_records import Cells
from mladvisor.runs.data_verdicts import A_CASE, Said, number
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

_SHARE = word_set("share rate fraction frac ratio pct percent percentage proportion")
_PERCENT = word_set("pct percent percentage")
_ALL = 100.0
_UNSEEN = word_set("unseen novel oov")
_NEW = word_set("new unknown")
_OF_VALUES = word_set("category categories value values level levels code codes")
_OUTSIDE = word_set("out outside beyond oor")
_RANGE = word_set("range ranges bounds min max training train reference")
_BESIDE = word_set("of the in rows cells row cell data by") | _SHARE


def outside_training(name: str, split: str | None, cells: Cells) -> Iterator[Said]:
    """The largest share of the cells of a column that lie where no cell of training does."""
    shares: dict[str, float] = {}
    for key in cells:
        words = set(words_of(key))
        if words.isdisjoint(_SHARE) or not _tells_outside(words) or (share := number(cells, (key,))) is None:
            continue
        share = share / _ALL if words & _PERCENT else share
        if 0.0 <= share <= 1.0:
            shares[key] = share
    if shares and split != "train":
        most = max(shares, key=lambda key: shares[key])
        yield Said("outside", name, split, shares[most], " ".join(words_of(most)))


def _tells_outside(words: set[str]) -> bool:
    of_values = bool(words & _UNSEEN) or bool(words & _NEW and words & _OF_VALUES)
    if of_values:
        return words <= _UNSEEN | _NEW | _OF_VALUES | _BESIDE | _RANGE
    return bool(words & _OUTSIDE and words & (_RANGE | {"oor"})) and words <= _OUTSIDE | _RANGE | _BESIDE | _OF_VALUES


_EXPECTED = (
    "expected",
    "expected_range",
    "valid_range",
    "allowed_range",
    "expected range",
    "valid range",
    "allowed range",
)
_LEAST = ("expected_min", "min_expected", "min_allowed", "allowed_min", "valid_min", "lower_bound")
_MOST = ("expected_max", "max_expected", "max_allowed", "allowed_max", "valid_max", "upper_bound")
_OBSERVED = ("observed", "observed_range", "actual", "actual_range", "observed range", "actual range", "found", "seen")
_LOW, _HIGH = ("min", "observed_min", "actual_min", "minimum"), ("max", "observed_max", "actual_max", "maximum")
_SOURCES = (
    "raw_source",
    "source",
    "raw",
    "derived_from",
    "made_from",
    "source_column",
    "raw_column",
    "formula",
    "made_of",
)
_VERDICTS = ("status", "result", "outcome", "verdict", "check", "passed", "ok")
_FAILED = ("fail", "failed", "failure", "false", "violation", "violated")
_FAR = 3.0
"""Widths of the expected range: so far beyond it lies no rare row of what was meant."""


def outside_expected(name: str, split: str | None, cells: Cells) -> Iterator[Said]:
    """The least and the largest value of a column beside those that are expected of it: whether all of them, or some
    far beyond, lie outside.
    """
    bounds, ends = _pair(cells, _EXPECTED, _LEAST, _MOST), _pair(cells, _OBSERVED, _LOW, _HIGH)
    if bounds is None or ends is None or bounds[0] == bounds[1]:
        return
    (least, most), (low, high) = bounds, ends
    beyond = max(least - low, high - most)
    share = 1.0 if low > most or high < least else A_CASE if beyond > _FAR * (most - least) else 0.0
    if share == 0.0 and any(str(cells.get(key)).lower() in _FAILED for key in _VERDICTS):
        share = A_CASE
    made = any(isinstance(cells.get(key), str) for key in _SOURCES)
    yield Said("made-broken" if made else "broken", name, split, share, f"{least:g} to {most:g} expected")


def _pair(
    cells: Cells, both: tuple[str, ...], lows: tuple[str, ...], highs: tuple[str, ...]
) -> tuple[float, float] | None:
    """Both ends of a range, under one key or under one each."""
    for key in both:
        told = cells.get(key)
        if isinstance(told, list) and len(told) == len(("least", "most")):
            ends = [each for each in told if isinstance(each, int | float) and not isinstance(each, bool)]
            if len(ends) == len(told) and ends[0] <= ends[1]:
                return float(ends[0]), float(ends[1])
    low, high = number(cells, lows), number(cells, highs)
    return (low, high) if low is not None and high is not None and low <= high else None
