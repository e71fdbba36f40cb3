"""Precision from F1 and recall, or recall from F1 and precision, where the third was not logged (metric.prf).

F1 is the harmonic mean of the two for one class alone: of averages over classes it is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from mladvisor.features.catalogue import Measures
from mladvisor.runs.model import Curve
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

HALVES = ("precision", "recall")
_AVERAGED = word_set("macro weighted micro avg average mean samples")
_PERCENT = 1.5
"""Above it a metric was logged in percent."""


def of_f1(m: Measures, groups: Mapping[str, Mapping[str, Curve]], name: str, splits: Sequence[str]) -> Curve | None:
    """The curve of `name` at the points that have F1 and the other half, on the first split that has both."""
    task = m.one("task").value
    other = groups.get(HALVES[1 - HALVES.index(name)], {})
    both = next((split for split in splits if split in other and split in groups.get("f1", {})), None)
    if both is None or task not in (None, "binary"):
        return None
    f1, half = groups["f1"][both], other[both]
    named = {word for curve in (f1, half) for word in words_of(curve.name)}
    if not _AVERAGED.isdisjoint(named) or not np.array_equal(f1.x, half.x) or not len(f1):
        return None
    whole, part = (curve.y / (100.0 if np.nanmax(curve.y, initial=0.0) > _PERCENT else 1.0) for curve in (f1, half))
    with np.errstate(divide="ignore", invalid="ignore"):
        y = whole * part / (2.0 * part - whole)
    y = np.where((whole > 0) & (y > 0) & (y <= 1.0 + 0.02), np.minimum(y, 1.0), np.nan)  # rounded, and undefined at 0
    return msgspec.structs.replace(half, y=y) if np.isfinite(y[-1]) else None
