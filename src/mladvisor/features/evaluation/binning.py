"""One column against the label: linear and not, missing and not, on one scale of explained share.

Explained share of a class label: with the label as one 0/1 column per class, the part of their summed variance that
knowing the column removes (Goodman and Kruskal's tau; for a number it is R2). A straight line and bins are measured on
that same scale, so that "there is signal, but it is not linear" is a difference of two numbers.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np

from mladvisor.features.evaluation.intervals import Array, rank_correlation, upper_tail
from mladvisor.features.evaluation.ranking import auc

BINS = 20
ROWS_A_BIN = 75
"""Fewer bins on few rows: what chance explains grows with their number."""
LEAST_IN_BIN = 5


class Label(NamedTuple):
    """The label in a form for arithmetic.

    Attributes:
        targets: shape (n, k) float64: one 0/1 column per class, or the number itself (k = 1).
        codes: class of each row, shape (n,); None for a number.
        kind: "binary", "multiclass" or "regression".
    """

    targets: Array
    codes: Array | None
    kind: str


class Explained(NamedTuple):
    """Explained share with its standard error; corrected for degrees of freedom, so that noise scores 0."""

    share: float
    error: float
    p: float


class Told(NamedTuple):
    """One column against the label; None where it cannot be measured.

    Attributes:
        line, bins: explained share by a straight line, and by bins or categories.
        tells: how nearly the column is the label, 0..1, with error.
        blanks: share explained by whether the cell is blank.
        blank_share: share of blank cells.
    """

    line: Explained | None
    bins: Explained | None
    tells: tuple[float, float] | None
    blanks: Explained | None
    blank_share: float


def class_label(codes: Array, classes: int) -> Label:
    """A label of classes, codes 0 .. classes - 1."""
    return Label(
        (codes[:, None] == np.arange(classes)).astype(float), codes, "binary" if classes == 2 else "multiclass"
    )


def number_label(values: Array) -> Label:
    """A label that is a finite number."""
    return Label(values[:, None].astype(float), None, "regression")


def ranked(values: Array, among: Array) -> Array:
    """Place of each value among others, 0 to 1, ties in the middle of theirs; shape (n,).

    A tail of a few huge amounts makes nearly all of a squared error, so that what is explained of the amounts
    says little of the other rows; of their places it says as much of one row as of another.
    """
    order = np.sort(among)
    return np.asarray(0.5 * (order.searchsorted(values, "left") + order.searchsorted(values, "right")) / len(order))


def ranked_label(label: Label) -> Label | None:
    """A label that is a number, as its ranks; None for classes."""
    if label.codes is not None:
        return None
    return number_label(ranked(label.targets[:, 0], label.targets[:, 0]))


def better(first: Explained | None, second: Explained | None) -> Explained | None:
    """The one that explains more."""
    if first is None or second is None:
        return first or second
    return second if second.share > first.share else first


def bins_of(values: Array, most: int = BINS) -> Array:
    """Codes of quantile bins, shape (n,), NaN in a bin of its own (the last); at most `most`, fewer on few rows."""
    most = max(4, min(most, len(values) // ROWS_A_BIN))
    missing = np.isnan(values)
    present = values[~missing]
    codes = np.zeros(len(values), np.int64)
    if len(present):
        distinct = np.unique(present)
        if len(distinct) <= most:
            codes[~missing] = np.searchsorted(distinct, present)
        else:
            edges = np.unique(np.quantile(present, np.linspace(0, 1, most + 1)[1:-1], method="inverted_cdf"))
            codes[~missing] = np.searchsorted(edges, present, side="left")
    codes[missing] = codes.max(initial=-1) + 1
    return codes


def merged(codes: Array, least: int = LEAST_IN_BIN) -> Array:
    """Codes with all groups under `least` rows merged into one, numbered from 0; shape (n,)."""
    counts = np.bincount(codes)
    small = counts < least
    new = np.cumsum(~small) - 1
    new[small] = int((~small).sum())
    return new[codes]


def by_groups(codes: Array, label: Label) -> Explained | None:
    """What knowing the group (bin, category) explains of the label; None when there is one group only."""
    codes = merged(codes)
    groups = int(codes.max(initial=-1)) + 1
    n = len(label.targets)
    if groups < 2 or n - groups < 2:
        return None
    counts = np.bincount(codes, minlength=groups).astype(float)
    present = counts > 0
    total = float(((label.targets - label.targets.mean(axis=0)) ** 2).sum())
    if total <= 0 or not np.isfinite(total):
        return None
    between = 0.0
    for column in label.targets.T:
        sums = np.bincount(codes, weights=column, minlength=groups)
        between += float((sums[present] ** 2 / counts[present]).sum()) - float(column.sum()) ** 2 / n
    return _explained(between / total, label, int(present.sum()) - 1)


def by_line(values: Array, label: Label) -> Explained | None:
    """What a straight line in the column explains; missing values take the mean. None for a constant column."""
    missing = np.isnan(values)
    if missing.all():
        return None
    centred = np.where(missing, 0.0, values - values[~missing].mean())
    scale = float(np.abs(centred).max())
    if scale <= 0 or not np.isfinite(scale):
        return None
    centred = centred / scale
    centred -= centred.mean()
    targets = label.targets - label.targets.mean(axis=0)
    total, power = float((targets**2).sum()), float(centred @ centred)
    if total <= 0 or power <= 0 or not np.isfinite(total):
        return None
    explained = float(((centred @ targets) ** 2).sum()) / power / total
    return _explained(explained, label, 1)


def _explained(plain: float, label: Label, freedom: int) -> Explained:
    """Corrected for the share that chance explains (`freedom` of n - 1), with error and p value.

    The p value is that of a chi-square with freedom * targets degrees, by Wilson and Hilferty's cube root. What is
    known of a rare class is known from its few rows: the error is at least that of a share of them.
    """
    n, k = label.targets.shape
    targets = max(k - 1, 1) if label.codes is not None else 1
    plain = min(max(plain, 0.0), 1.0)
    chance = freedom / (n - 1)
    share = (plain - chance) / (1 - chance) if chance < 1 else 0.0
    degrees = freedom * targets
    chi = (n - 1) * plain * targets
    z = ((chi / degrees) ** (1 / 3) - (1 - 2 / (9 * degrees))) / sqrt(2 / (9 * degrees))
    error = sqrt(4 * max(share, 0.0) * (1 - plain) ** 2 / n + 2 * freedom / (max(targets, 1) * (n - 1) ** 2))
    if label.codes is not None:
        rare = n - int(np.bincount(label.codes).max())
        error = max(error, sqrt(max(share, 0.0) * (1 - plain) / max(rare, 1)))
    return Explained(share, error, float(upper_tail(z)))


LEAST_OF_CLASS = 10
"""Of fewer rows of one class, any of thirty columns may set them apart by chance."""


def tells(values: Array, codes: Array, label: Label) -> tuple[float, float] | None:
    """How nearly the column alone is the label, 0 (not at all) to 1 (wholly), and its standard error.

    Two classes: 2 AUC - 1, of the values as they are or of the share of positives in their bin (judged on the other
    half of the rows), whichever is more. More classes: share of the errors of "always the most common" that the most
    common class of the bin removes, cross-fitted. Number: squared rank correlation, or what bins explain.

    Args:
        values: shape (n,), NaN where missing or not a number. codes: bins or categories of every row.
    """
    if label.kind == "regression":
        return _tells_number(values, codes, label)
    assert label.codes is not None
    if label.kind == "binary":
        return _tells_binary(values, codes, label.codes == 1)
    return _tells_class(codes, label.codes, label.targets.shape[1])


def _tells_number(values: Array, codes: Array, label: Label) -> tuple[float, float] | None:
    groups = by_groups(codes, label)
    best = (groups.share, groups.error) if groups else None
    present = ~np.isnan(values)
    if present.sum() >= 10:
        r = rank_correlation(values[present], label.targets[present, 0])
        share = float(present.mean())
        if r is not None and (best is None or r * r * share > best[0]):
            best = (r * r * share, 2 * abs(r) * (1 - r * r) / sqrt(float(present.sum())))
    return best


def _halves(n: int) -> Array:
    return np.random.default_rng(0).permutation(n) < n // 2


def _tells_binary(values: Array, codes: Array, positive: Array) -> tuple[float, float] | None:
    if min(int(positive.sum()), int((~positive).sum())) < LEAST_OF_CLASS:
        return None
    found = []
    present = ~np.isnan(values)
    if present.all():
        found.append(auc(values, positive))
    half = _halves(len(codes))
    groups = int(codes.max(initial=-1)) + 1
    score = np.empty(len(codes))
    prior = float(positive.mean())
    for one in (False, True):
        inside, outside = half == one, half != one
        rows = np.bincount(codes[inside], minlength=groups)
        hits = np.bincount(codes[inside], weights=positive[inside].astype(float), minlength=groups)
        score[outside] = ((hits + prior) / (rows + 1.0))[codes[outside]]
    # The halves have learnt different scores: each is ranked by itself.
    halves = [auc(score[half == one], positive[half == one]) for one in (False, True)]
    known = [each for each in halves if each is not None]
    if len(known) == 2:
        found.append((0.5 * (known[0][0] + known[1][0]), 0.5 * sqrt(known[0][1] ** 2 + known[1][1] ** 2)))
    strengths = [(2 * abs(each[0] - 0.5), 2 * each[1]) for each in found if each is not None]
    return max(strengths, default=None)


def _tells_class(codes: Array, true: Array, classes: int) -> tuple[float, float] | None:
    half = _halves(len(codes))
    groups = int(codes.max(initial=-1)) + 1
    right = np.empty(len(codes), bool)
    usual = np.empty(len(codes), bool)
    for one in (False, True):
        inside, outside = half == one, half != one
        counts = np.bincount(codes[inside] * classes + true[inside], minlength=groups * classes)
        best = counts.reshape(groups, classes)
        common = int(best.sum(axis=0).argmax())
        guess = np.where(best.sum(axis=1) > 0, best.argmax(axis=1), common)
        right[outside] = guess[codes[outside]] == true[outside]
        usual[outside] = common == true[outside]
    wrong = 1 - float(usual.mean())
    if wrong <= 0:
        return None
    gain = right.astype(float) - usual
    return max(float(gain.mean()) / wrong, 0.0), float(gain.std()) / sqrt(len(codes)) / wrong
