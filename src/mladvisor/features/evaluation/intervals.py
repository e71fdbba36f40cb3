"""Intervals and tests that stay honest on few rows: Wilson, two shares, Benjamini-Hochberg, robust trend."""

from __future__ import annotations

from math import erfc, exp, fsum, lgamma, log, log1p, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Z95 = 1.959964


def wilson(successes: float, n: float, z: float = Z95) -> tuple[float, float]:
    """Wilson's interval of a share; (0, 1) without rows. Brown, Cai and DasGupta 2001."""
    if n <= 0:
        return 0.0, 1.0
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(max(share * (1 - share) / n + z * z / (4 * n * n), 0.0))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def share_error(successes: float, n: float) -> float:
    """Standard error of a share: half of Wilson's interval over its z, so that 0 of 5 is not known for sure."""
    low, high = wilson(successes, n)
    return (high - low) / (2 * Z95)


def upper_tail(z: Array | float) -> Array | float:
    """P(Z > z) of a standard normal variable; same shape as `z`."""
    if isinstance(z, np.ndarray):
        return np.array([0.5 * erfc(each / sqrt(2)) for each in z.ravel().tolist()]).reshape(z.shape)
    return 0.5 * erfc(z / sqrt(2))


def false_discovery(p: Array) -> Array:
    """Benjamini-Hochberg q values: the least rate of false discoveries at which each p value, shape (m,), is found."""
    m = len(p)
    if not m:
        return p
    order = np.argsort(p, kind="stable")
    scaled = p[order] * m / np.arange(1, m + 1)
    q = np.empty(m)
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return q


def midranks(values: Array) -> Array:
    """Ranks from 1, ties sharing their mean; shape (n,), in n log n."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    first = np.empty(len(values), bool)
    first[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    starts = np.flatnonzero(first)
    ends = np.append(starts[1:], len(values))
    ranks = np.empty(len(values))
    ranks[order] = np.repeat((starts + ends + 1) / 2.0, ends - starts)
    return ranks


def rank_correlation(x: Array, y: Array) -> float | None:
    """Spearman's correlation with ties; None where either is constant."""
    a, b = midranks(x), midranks(y)
    a, b = a - a.mean(), b - b.mean()
    power = sqrt(float(a @ a) * float(b @ b))
    return float(a @ b) / power if power > 0 else None


def correlation_interval(r: float, n: float, z: float = Z95) -> tuple[float, float]:
    """Fisher's interval of a rank correlation, with the factor 1.06 of Fieller, Hartley and Pearson (1957).

    Ranks of n rows agree in steps of 12 / (n^3 - n): a perfect order stands for the half step below it, too, so that
    five rows in order are worth what five rows can be worth.
    """
    if n <= 4:
        return -1.0, 1.0
    most = 1.0 - max(6.0 / (n**3 - n), 1e-4)
    middle = np.arctanh(min(max(r, -most), most))
    half = z * sqrt(1.06 / (n - 3))
    return float(np.tanh(middle - half)), float(np.tanh(middle + half))


def surely_of(several: int) -> float:
    """Standard errors to the end of a 95 % interval of the one of several that lies farthest out (Bonferroni)."""
    return Z95 if several < 2 else NormalDist().inv_cdf(1.0 - 0.025 / several)


def exact_tail(successes: int, n: int, p: float) -> float:
    """P(at least so many successes in n trials of probability p), to the last digit; `binomial_tail` takes arrays."""
    if successes <= 0 or p >= 1:
        return 1.0
    if p <= 0 or successes > n:
        return 0.0
    log_p, log_q = log(p), log1p(-p)
    whole = lgamma(n + 1)
    terms = [whole - lgamma(k + 1) - lgamma(n - k + 1) + k * log_p + (n - k) * log_q for k in range(successes, n + 1)]
    top = max(terms)
    return min(1.0, exp(top) * fsum(exp(term - top) for term in terms))


def binomial_tail(hits: Array, n: Array, share: Array | float) -> Array:
    """P(X >= hits) of binomial variables, shape of `hits`; Peizer and Pratt 1968, right to about three digits.

    A normal tail calls 6 errors among 30 rows where 1.5 are expected fifty times rarer than they are.
    """
    p = np.clip(np.asarray(share, float), 1e-12, 1 - 1e-12)
    q = 1 - p
    k = np.asarray(hits, float) - 1  # P(X >= hits) = 1 - P(X <= k)
    n = np.asarray(n, float)
    inside = (k >= 0) & (k < n)
    k = np.clip(k, 0, n - 1)
    d = k + 2 / 3 - (n + 1 / 3) * p + 0.02 * (q / (k + 1) - p / (n - k) + (q - 0.5) / (n + 1))
    a, b = k + 0.5, n - k - 0.5
    deviance = 2 * (a * np.log(a / (n * p)) + b * np.log(b / (n * q)))
    distance = np.abs(a - n * p)
    z = np.where(distance > 0, d / np.maximum(distance, 1e-12), 0.0) * np.sqrt(
        np.maximum(deviance, 0) / (1 + 1 / (6 * n))
    )
    return np.where(inside, np.asarray(upper_tail(z)), np.where(np.asarray(hits) <= 0, 1.0, 0.0))
