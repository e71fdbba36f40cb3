"""How well the typical row is answered, whatever the few rows that are far off make of the mean."""

from __future__ import annotations

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, unknown
from mladvisor.features.predictions import HOW, JOB, of_numbers, where

LEAST = 40


@feature("predictions.typical_skill", unit="fraction", doc="1 less the median absolute error over that of answering the"
         " median of the truth: what R2 is for the mean square, this is for the row in the middle",
         how=HOW, source="base.constant", cost="cheap", job=JOB)  # fmt: skip
def typical_skill(m: Measures) -> Measured | None:
    found = m.once(of_numbers)
    if isinstance(found, Measured):
        return found
    plain = float(np.median(np.abs(found.true - np.median(found.true))))
    if len(found) < LEAST or plain <= 0.0:
        return unknown(f"{LEAST} rows are needed, of which fewer than half have the same label", "too-few-points")
    return Measured(1.0 - float(np.median(np.abs(found.true - found.decided))) / plain, where=where(found, "y_pred"))
