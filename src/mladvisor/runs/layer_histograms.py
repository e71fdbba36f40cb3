"""Histograms of what layers give, a column of counts for each: the share of outputs at the ends of their range.

bin,tanh_1,tanh_2
-1.0,450,430
-0.9,12,15
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from mladvisor.runs.log_table import LogTable
from mladvisor.runs.other_languages import english
from mladvisor.runs.word_sets import parted, word_set

_BIN = word_set("bin bins bin_left left edge edges bin_edge lower low value center centre bin_center bin_centre mid")
_HISTOGRAM = word_set("hist hists histogram histograms distribution")
_BOUNDED = re.compile(r"(?i)(?<![a-z])(?:tanh|sigmoid)(?![a-z])")
_WIDEST_BIN = 0.11


def is_histogram(columns: Sequence[str], stem: str) -> bool:
    """Counts of outputs by bin, a column for each tanh or sigmoid: the outer bins are the ends of the range."""
    said = [_plain(name) for name in columns]
    layers = [name for name in said[1:] if name not in _BIN]
    if not layers or said[0] not in _BIN or _HISTOGRAM.isdisjoint(re.findall(r"[a-z]+", parted(stem[:100]).lower())):
        return False
    return all(_BOUNDED.search(parted(name)) for name in layers)


def _plain(name: str) -> str:
    return english(name).strip().lower().replace(" ", "_").replace(".", "_")


def from_histogram(table: LogTable) -> LogTable | None:
    """A row for each column of counts: the share in the outer bins, where the bins are narrow and end at 1."""
    at = table.numbers(table.names[0])
    steps = np.diff(at)
    if len(at) < 8 or not (steps > 0).all() or float(steps.max()) > _WIDEST_BIN:
        return None
    low, high = float(at[0]), float(at[-1])
    if not (0.8 <= high <= 1.0 and (-1.0 <= low <= -0.8 or -0.01 <= low <= 0.1)):
        return None
    layers, shares = [], []
    for name in table.names[1:]:
        counts = table.numbers(name)
        if _plain(name) not in _BIN and (counts >= 0).all() and counts.sum() > 0:
            layers.append(name)
            shares.append(float((counts[0] + counts[-1]) / counts.sum()))
    types = ["Tanh" if low < 0 else "Sigmoid"] * len(layers)
    kinds = ["activation"] * len(layers)
    return LogTable(table.file, ["layer", "type", "kind", "saturated_share"], [layers, types, kinds, shares],
                    len(layers)) if layers else None  # fmt: skip
