"""Decisions: the confusion of classes, precision, recall and F1, each with a standard error."""

from __future__ import annotations

from math import sqrt

import numpy as np

from mladvisor.features.evaluation.intervals import Array, share_error


def confusion(true: Array, predicted: Array, classes: int) -> Array:
    """Rows by (true, predicted) class; codes 0 .. classes - 1, shape (n,) each; result (classes, classes) int64."""
    return np.bincount(true * classes + predicted, minlength=classes * classes).reshape(classes, classes)


def recall(table: Array, k: int) -> tuple[float, float] | None:
    """Share of the rows of class k that are found (sensitivity), and its standard error; None without such rows."""
    n = float(table[k].sum())
    return (float(table[k, k]) / n, share_error(float(table[k, k]), n)) if n else None


def precision(table: Array, k: int) -> tuple[float, float] | None:
    """Share of the rows called k that are k (positive predictive value), and its error; None when none is called so."""
    n = float(table[:, k].sum())
    return (float(table[k, k]) / n, share_error(float(table[k, k]), n)) if n else None


def f1(table: Array, k: int) -> tuple[float, float] | None:
    """Harmonic mean of precision and recall of class k, and its error (delta method over counts)."""
    hit = float(table[k, k])
    wrong = float(table[k].sum() + table[:, k].sum()) - 2 * hit
    if not hit + wrong:
        return None
    whole = 2 * hit + wrong
    # One more count of each keeps the error of 0 of 5 away from 0.
    a, e = hit + 0.5, wrong + 0.5
    return 2 * hit / whole, sqrt(4 * a * e * (a + e)) / (2 * a + e) ** 2


def mean_of(values: list[tuple[float, float] | None]) -> tuple[float, float] | None:
    """Mean over the classes that have a value, and its error."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    return sum(v for v, _ in known) / len(known), sqrt(sum(se * se for _, se in known)) / len(known)
