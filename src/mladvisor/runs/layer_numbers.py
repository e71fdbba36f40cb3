"""What people write in JSON instead of a plain number of a layer: "48/64", "98.4%", the counts of a histogram.

{"relu1": {"counts": [3072, 0, 0], "bin_edges": [0.0, 0.1, 0.2, 0.3]}}
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from math import sqrt
from typing import Any

import numpy as np

from mladvisor.runs.word_sets import word_set

_SHARE = re.compile(r"\s{0,3}(\d{1,9})\s?/\s?(\d{1,9})\s{0,3}")
_PERCENT = re.compile(r"\s{0,3}(\d{1,3}(?:\.\d{1,6})?)\s?%\s{0,3}")
_COUNTS = word_set("counts count values hist histogram freq frequencies")
_EDGES = word_set("bin_edges edges bins bin_edge binedges limits")
_DEEPEST = 4
_WHOLE = 0.999
"""Of all counts, in the one bin that holds zero: outputs of a layer that gives nothing else."""


def numbers_of(value: Any, depth: int = 0) -> Any:
    """The same content with numbers in place of shares that are written as text and of histograms."""
    if isinstance(value, str) and len(value) < 30:
        return _share(value)
    if not isinstance(value, dict) or depth > _DEEPEST:
        if isinstance(value, list) and depth <= _DEEPEST and any(isinstance(each, dict) for each in value[:2]):
            return [numbers_of(each, depth + 1) for each in value[:5_000]]
        return value
    told = _histogram(value)
    return told if told is not None else {key: numbers_of(each, depth + 1) for key, each in value.items()}


def _share(text: str) -> str | float:
    if (found := _SHARE.fullmatch(text)) and 0 < int(found[2]) >= int(found[1]):
        return int(found[1]) / int(found[2])
    found = _PERCENT.fullmatch(text)
    return float(found[1]) / 100 if found else text


def _histogram(value: dict[str, Any]) -> dict[str, Any] | None:
    """Mean, spread and length of what was counted, and the share of zeros where all of it lies in one bin at zero."""
    named = {str(key).lower(): each for key, each in value.items() if isinstance(each, list)}
    counts = next((each for key, each in named.items() if key in _COUNTS), None)
    edges = next((each for key, each in named.items() if key in _EDGES), None)
    if not counts or not edges or len(edges) != len(counts) + 1:
        return None
    if not all(isinstance(each, int | float) and not isinstance(each, bool) for each in (*counts, *edges)):
        return None
    whole = sum(counts)
    if whole <= 0 or min(counts) < 0:
        return None
    middles = [(low + high) / 2 for low, high in pairwise(edges)]
    mean = sum(at * count for at, count in zip(middles, counts, strict=True)) / whole
    spread = sqrt(sum(count * (at - mean) ** 2 for at, count in zip(middles, counts, strict=True)) / whole)
    rest = {key: each for key, each in value.items() if not isinstance(each, list)}
    at_zero = next((at for at, high in enumerate(edges[1:]) if edges[at] <= 0 < high), None)
    told = {**rest, "mean": mean, "std": spread, "norm": sqrt(whole * (mean**2 + spread**2))}
    if at_zero is not None and len(counts) > 2 and counts[at_zero] >= _WHOLE * whole:
        told["zero_share"] = 1.0
        told["mean"] = told["std"] = told["norm"] = 0.0
    return told


FAINTEST = -30.0
"""Powers of ten that float32 does not reach."""


def out_of_logs(cells: Sequence[Sequence[object]], values: Sequence[np.ndarray]) -> Sequence[Sequence[object]]:
    """Sizes that were kept as powers of ten, by their signs: what has a size is not below nothing everywhere."""
    known = np.concatenate([each[~np.isnan(each)] for each in values]) if values else np.empty(0)
    if not known.size or known.max() >= 0 or known.min() < FAINTEST:
        return cells
    return [["" if np.isnan(value) else 10.0**value for value in each.tolist()] for each in values]
