"""Exact probabilities for small samples: limits of tests are stated as chances of accusing a sound model."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

LEVEL: Final = 1e-4
"""Chance of failing a sound model in one statistical test: with a dozen of them, one false alarm in 800 suites."""


def binomial_tail(successes: int, n: int, p: float) -> float:
    """P(at least so many successes in n trials of probability p)."""
    if successes <= 0 or p >= 1:
        return 1.0
    if p <= 0 or successes > n:
        return 0.0
    log_p, log_q = math.log(p), math.log1p(-p)
    whole = math.lgamma(n + 1)
    terms = [
        whole - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * log_p + (n - k) * log_q
        for k in range(successes, n + 1)
    ]
    top = max(terms)
    return min(1.0, math.exp(top) * math.fsum(math.exp(term - top) for term in terms))


def sign_test(worse: int, better: int) -> float:
    """One-sided p-value that pairs are worse more often than better (McNemar's exact test for classifications)."""
    return binomial_tail(worse, worse + better, 0.5)


def correlation_p(a: np.ndarray, b: np.ndarray) -> float:
    """One-sided p-value of a positive correlation, by Fisher's z; 1 where one side is constant."""
    if len(a) < 5 or not (np.isfinite(a).all() and np.isfinite(b).all()) or a.std() == 0 or b.std() == 0:
        return 1.0
    r = float(np.clip(np.corrcoef(a, b)[0, 1], -0.999999, 0.999999))
    return 0.5 * math.erfc(math.atanh(r) * math.sqrt(len(a) - 3) / math.sqrt(2))
