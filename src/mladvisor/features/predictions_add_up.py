"""Whether the scores of the classes of a row add up to one, as those of classes that exclude each other do."""

from __future__ import annotations

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, not_applicable
from mladvisor.features.predictions import HOW, JOB, of_scores, where

_OFF = 0.05
"""Further than rounding to two places brings the sum of a dozen classes."""
_LEAST = 3
"""Of two classes one may be given alone, and the other is the rest."""


@feature("predictions.sum_off_share", unit="fraction", doc="Share of the judged rows whose scores lie within 0 and 1"
         " and add up to something else than 1, where each of three or more classes has a score",
         how=HOW, source="+model", cost="cheap", job=JOB)  # fmt: skip
def sum_off_share(m: Measures) -> Measured | None:
    found = m.once(of_scores)
    if isinstance(found, Measured):
        return found
    scores = found.scores
    if scores is None or scores.shape[1] < _LEAST or len(found.score_columns) < scores.shape[1]:
        return not_applicable("this is measured on scores of three or more classes")
    if not (float(np.nanmin(scores)) >= 0.0 and float(np.nanmax(scores)) <= 1.0):
        return not_applicable("the scores are no probabilities")
    off = np.abs(scores.sum(axis=1) - 1.0) > _OFF
    return Measured(float(off.mean()), where=where(found, found.score_columns[0]))
