"""Cells that break a schema, counted by reports of whatever tool: rows outside a range, values that are not known, and
bounds that were declared beside those that were seen.

column,violations_train,violations_val    "rows_unseen": 21871, "pct_unseen": 99.2    "12500 / 12500"
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import isnan
from typing import Any

from mladvisor.runs.data_verdicts import A_CASE, Said
from mladvisor.runs.report_names import words_of
from mladvisor.runs.split_counts import is_count
from mladvisor.runs.split_names import split_called
from mladvisor.runs.word_sets import word_set

_BROKEN = word_set(
    "violation violations violating invalid outside unseen unexpected illegal mismatch mismatches mismatched "
    "nonconforming "
    "undeclared noncompliant unmapped unmatched unknown oov oor ood"
)
_OUT_OF = word_set("domain range bounds vocabulary vocab schema dictionary enum set limits contract")
_SHARES = word_set("share rate ratio fraction frac pct percent percentage p")
_PERCENTS = word_set("pct percent percentage")
_BESIDE = word_set(
    "n num number count counts of in rows row records record values value cells cell out range domain schema type "
    "types dtype "
    "format not category categories categorical input inputs data set no match matches level levels new cols "
    "columns column "
    "features declared observed the bounds limits vocabulary contract"
)
_ROWS = word_set("rows n total count records element elements examples samples num size checked")
_NO_ROWS = word_set("unique distinct max min mean std absent extra cols columns features")
_OF = re.compile(r"(\d[\d ,_]{0,14})\s?/\s?(\d[\d ,_]{0,14})")
_OF_TRAINING = word_set("label labels prediction predictions epoch loss")


def violations(
    name: str | None, split: str | None, cells: Mapping[str, Any], rows_above: float | None
) -> Iterator[Said]:
    """A `broken` for each split that a record counts; "table" stands for a column that has no name."""
    if name is not None and not (_DECLARED | _OBSERVED).isdisjoint(words_of(name)):
        return  # one side of a comparison
    found: dict[str | None, float] = {}
    for key, value in cells.items():
        words = words_of(key)
        told = set(words)
        if key.startswith("unexpected_"):
            continue  # of Great Expectations, whose verdict stands beside it
        if not _is_of_violations(words) or told & _OF_TRAINING:
            continue
        own = _split_in(words) or split
        if name is None and len(words) < _LEAST_WORDS:
            continue  # "unknown" among counts of anything
        share = _share(key, value, cells, own, rows_above)
        if share is not None and 0.0 <= share <= 1.0:
            found[own] = max(share, found.get(own, 0.0))
    learned = found.get("train", 0.0)
    for own, share in found.items():
        if own != "train":  # what training breaks as well the model has learnt so
            yield Said("broken", name or "table", own, max(0.0, share - learned), "values outside the schema")
    yield from _bounds(name, split, cells)


_LEAST_WORDS = 2
_SOME = 20
"""Cells that break a schema, of rows that nobody counts: of fewer nothing can be said."""


def _is_of_violations(words: list[str]) -> bool:
    told = {word for word in words if split_called(word) is None}
    pairs = set(pairwise(words))
    broken = (
        bool(told & _BROKEN) or ("out" in told and "of" in told and bool(told & _OUT_OF)) or ("no", "match") in pairs
    )
    return broken and told <= _BROKEN | _OUT_OF | _BESIDE | _SHARES


def _split_in(words: list[str]) -> str | None:
    found = {split for word in words if (split := split_called(word)) is not None}
    return found.pop() if len(found) == 1 else None


def _share(key: str, value: Any, cells: Mapping[str, Any], split: str | None, above: float | None) -> float | None:
    if isinstance(value, bool):
        return A_CASE * value
    if isinstance(value, str):
        of = _OF.fullmatch(value.strip())
        amounts = [float(re.sub(r"\D", "", each)) for each in of.groups()] if of is not None else []
        return amounts[0] / amounts[1] if amounts and amounts[1] else None
    if not isinstance(value, int | float) or isnan(value) or value < 0:
        return None
    words = set(words_of(key))
    if words & _SHARES:
        percent = bool(words & _PERCENTS) and not (isinstance(value, float) and value < 1.0 and "percent" not in words)
        return value / 100.0 if percent or value > 1.0 else float(value)
    if not is_count(value):
        return float(value) if isinstance(value, float) and value <= 1.0 else None
    if words & {"cols", "columns", "features", "column"}:
        return A_CASE * (value > 0)
    rows = _rows_of(cells, split) or above
    return value / rows if rows and value <= rows else A_CASE * (value >= _SOME) if rows is None else None


def _rows_of(cells: Mapping[str, Any], split: str | None) -> float | None:
    """How many rows were looked at: of the same split where cells tell several."""
    for same in (True, False):
        for key, value in cells.items():
            words = words_of(key)
            own = _split_in(words)
            fits = own == split if same else own is None
            if (
                fits
                and set(words) & _ROWS
                and not _is_of_violations(words)
                and not set(words) & _NO_ROWS
                and is_count(value)
                and value
            ):
                return float(value)
    return None


_DECLARED = word_set("declared expected allowed contract schema spec specified documented reference permitted")
_OBSERVED = word_set("observed actual found got seen delivered measured current real")


def _bounds(name: str | None, split: str | None, cells: Mapping[str, Any]) -> Iterator[Said]:
    """ "declared.min": 2, "declared.max": 33, "observed.min": 38, "observed.max": 588: nothing seen is allowed."""
    ends: dict[tuple[str, str], float] = {}
    for key, value in cells.items():
        words = set(words_of(key))
        side = "declared" if words & _DECLARED else "observed" if words & _OBSERVED else ""
        end = "min" if words & {"min", "minimum", "lower"} else "max" if words & {"max", "maximum", "upper"} else ""
        if side and end and isinstance(value, int | float) and not isinstance(value, bool):
            ends[side, end] = float(value)
    if len(ends) == 2 * 2 and name is not None:
        apart = ends["observed", "min"] > ends["declared", "max"] or ends["observed", "max"] < ends["declared", "min"]
        wider = ends["observed", "max"] > ends["declared", "max"] or ends["observed", "min"] < ends["declared", "min"]
        yield Said("broken", name, split, 1.0 if apart else A_CASE * wider, "seen outside the declared bounds")
