"""Exact probabilities for small samples: limits of tests are stated as chances of accusing a sound model."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from mladvisor.features.evaluation.intervals import exact_tail

LEVEL: Final = 1e-4
"""Chance of failing a sound model in one statistical test: with a dozen of them, one false alarm in 800 suites."""


def sign_test(worse: int, better: int) -> float:
    """One-sided p-value that pairs are worse more often than better (McNemar's exact test for classifications)."""
    return exact_tail(worse, worse + better, 0.5)


def correlation_p(a: np.ndarray, b: np.ndarray) -> float:
    """One-sided p-value of a positive correlation, by Fisher's z; 1 where one side is constant."""
    if len(a) < 5 or not (np.isfinite(a).all() and np.isfinite(b).all()) or a.std() == 0 or b.std() == 0:
        return 1.0
    r = float(np.clip(np.corrcoef(a, b)[0, 1], -0.999999, 0.999999))
    return 0.5 * math.erfc(math.atanh(r) * math.sqrt(len(a) - 3) / math.sqrt(2))
