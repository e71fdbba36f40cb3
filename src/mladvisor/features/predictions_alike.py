"""Whether the model answers the same whatever it is asked."""

from __future__ import annotations

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured
from mladvisor.features.predictions import HOW, JOB, counted, predicted, where

FINE = 1e-3
"""Answers nearer to each other than this share of the spread of the truth (of a score: of 1) are the same."""


@feature("predictions.same_share", unit="fraction", doc="Share of the judged rows that get the commonest answer: the"
         " same scores; without scores the same class; the same number, within a thousandth of the spread of the truth",
         how=HOW, source="base.constant", cost="cheap", job=JOB)  # fmt: skip
def same_share(m: Measures) -> Measured | None:
    found = m.once(predicted)
    if isinstance(found, Measured):
        counts = m.once(counted)
        if isinstance(counts, Measured) or counts.most_called is None:
            return found
        return Measured(counts.most_called / counts.total, where=counts.where("y_pred"))
    if found.scores is not None:
        answers, unit, column = found.scores[:, -1], FINE, found.score_columns[-1]
        if len(found.classes) > 2:
            answers = found.scores @ np.arange(1.0, found.scores.shape[1] + 1.0)
    elif found.decided is not None:
        spread = float(np.std(found.true)) if found.kind == "regression" else 0.0
        answers, unit, column = np.asarray(found.decided, dtype=float), FINE * spread or 0.5, "y_pred"
    else:
        return None
    fine = answers[np.isfinite(answers)]
    if not len(fine):
        return None
    _, counts = np.unique(np.round(fine / unit), return_counts=True)
    return Measured(float(counts.max()) / len(found), where=where(found, column))
