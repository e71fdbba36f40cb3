"""Terms of a loss that have a sign of their own, whatever the model: a divergence is never below zero."""

from __future__ import annotations

import re

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where
from mladvisor.features.robust import median

_DIVERGENCE = re.compile(r"(?:^|[_/ .-])(?:kl|kld|kl_?div|kl_?divergence)(?:$|[_/ .-])", re.IGNORECASE)
_SETTING = re.compile(r"weight|coef|target|beta|approx|lambda|anneal|free|scale", re.IGNORECASE)
_LEAST = 3


@feature(
    "loss.divergence_end",
    doc="Level of the logged Kullback-Leibler divergence in the last third of the run, beside its reconstruction; the "
    "lowest where several splits log one",
    how="log the divergence as a column of its own (kl_train)",
    source="fig2",
)
def divergence_end(m: Measures) -> Measured | None:
    found: list[tuple[float, Measured]] = []
    for curve in m.run.curves:
        if not _DIVERGENCE.search(curve.name) or _SETTING.search(curve.name):
            continue
        y = curve.y[np.isfinite(curve.y)]
        if len(y) < _LEAST:
            continue
        level = median(y[-max(1, len(y) // 3) :])
        ends = (float(curve.x[0]), float(curve.x[-1]))
        found.append((level, Measured(level, where=Where(curve.place.file, curve.place.column, curve.x_unit, *ends))))
    return min(found, key=lambda one: one[0])[1] if found else None
