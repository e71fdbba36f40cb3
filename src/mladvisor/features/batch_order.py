"""Whether the rows of a training epoch come shuffled: labels and inputs of its batches, one after another."""

from __future__ import annotations

from math import erfc, sqrt

import numpy as np

from mladvisor.features.batch_rows import FAR, FEWEST, HOW, BatchRows, batch_rows, label_columns, robust_z
from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.printed_batches import least_rows, printed_batches


class Mix:
    """How labels vary between batches beyond chance."""

    __slots__ = ("between", "classes", "p", "where")

    def __init__(self, between: float, p: float, classes: int, where: Where) -> None:
        self.between, self.p, self.classes, self.where = between, p, classes, where


def label_mix(m: Measures) -> Mix | str:
    """Chi-squared test of equal label shares in all batches of an epoch, and its effect size; else why not.

    Counts of a shuffled epoch are drawn without replacement, so their chi-squared is a little *below* its degrees of
    freedom. `between` is the intra-class correlation (chi2/df - 1) / (n - 1): 0 when batches are drawn at random,
    1 when each batch holds one class. The p-value is the normal one of Wilson and Hilferty (1931).
    """
    found: BatchRows | None = m.once(batch_rows)
    if found is None:
        return HOW
    columns = label_columns(found)
    if len(columns) < 2:
        return "log the share of each class in each batch: label_share_<class>"
    size = m.value("config.batch_size") if "rows" not in found.table else None
    chi = freedom = excess = 0.0
    sizes = []
    for rows in found.epochs:
        shares = np.nan_to_num(np.column_stack([found.numbers(name)[rows] for name in columns]))
        held = found.numbers("rows")[rows] if not isinstance(size, float) else np.full(len(rows), size)
        counts = shares * held[:, None]
        counts = counts[np.isfinite(held) & (held > 1)]
        if len(counts) < FEWEST:
            continue
        totals = counts.sum(axis=0)
        counts = counts[:, totals > 0]
        each = counts.sum(axis=1, keepdims=True)
        expected = each * (counts.sum(axis=0) / counts.sum())
        chi += float(((counts - expected) ** 2 / np.maximum(expected, 1e-12)).sum())
        freedom += (len(counts) - 1) * (counts.shape[1] - 1)
        sizes.append(float(np.median(each)))
    if not sizes or freedom < 1:
        return f"an epoch of {FEWEST} batches or more with `rows` and label shares is needed"
    excess = chi / freedom
    spread = 2.0 / (9.0 * freedom)
    z = (excess ** (1 / 3) - (1 - spread)) / sqrt(spread)
    p = 0.5 * erfc(z / sqrt(2))
    between = (excess - 1) / max(1.0, float(np.median(sizes)) - 1)
    return Mix(min(1.0, max(0.0, between)), p, len(columns), found.where(found.at, columns[0]))


@feature(
    "batches.label_between",
    unit="fraction",
    doc="Share of the labels' variation that lies between the batches of an epoch rather than inside them: 0 when rows"
    " are shuffled, 1 when each batch holds one class",
    how=HOW,
    source="fig5.a",
)
def label_between(m: Measures) -> Measured:
    mix = m.once(label_mix)
    if isinstance(mix, str):
        return unknown(mix)
    return Measured(mix.between, note=f"{mix.classes} classes, p = {mix.p:.2g}", where=mix.where)


@feature(
    "batches.label_p",
    unit="fraction",
    doc="Chance of label shares that differ so much between batches if rows were shuffled (chi-squared test)",
    how=HOW,
    source="fig5.a",
)
def label_p(m: Measures) -> Measured:
    mix = m.once(label_mix)
    return unknown(mix) if isinstance(mix, str) else Measured(mix.p, where=mix.where)


@feature(
    "batches.target_between",
    unit="fraction",
    doc="Share of the variation of a number that is learned that lies between the batches of an epoch, less what"
    " batches of that many rows show by chance: 0 when rows are shuffled, near 1 when they come in its order",
    how="log mean and standard deviation of the target of each batch: target_mean, target_std",
    source="fig5.a",
)
def target_between(m: Measures) -> Measured | None:
    found: BatchRows | None = m.once(batch_rows)
    size = m.value("config.batch_size")
    if found is None or "target_std" not in found.table:
        printed = m.once(printed_batches)
        if printed is None:
            return None
        told = isinstance(size, float) and size >= 2
        rows_each = size if told else least_rows([share for one in printed.epochs for share in one])
        shares = [between for one in printed.epochs if (between := _of_yes_and_no(np.asarray(one))) is not None]
        if rows_each is None or not shares:
            return None
        value = max(0.0, float(np.median(shares)) - 1.0 / rows_each)
        return Measured(value, note=f"printed as {printed.name}", where=printed.where)
    means, within = found.numbers("target_mean"), found.numbers("target_std") ** 2
    shares = []
    for rows in found.epochs:
        kept = rows[np.isfinite(means[rows]) & np.isfinite(within[rows])]
        whole = float(means[kept].var() + within[kept].mean()) if len(kept) >= FEWEST else 0.0
        if whole > 0.0:
            shares.append(float(means[kept].var()) / whole)
    if not shares:
        return None
    held = found.numbers("rows")[found.at]
    counts = held[np.isfinite(held)]
    rows_each = float(np.median(counts)) if len(counts) else float(size) if isinstance(size, int | float) else _ROWS
    by_chance = 1.0 / max(rows_each, 1.0)
    return Measured(max(0.0, float(np.median(shares)) - by_chance), where=found.where(found.at, "target_mean"))


def _of_yes_and_no(shares: np.ndarray) -> float | None:
    """The part of p (1 - p) that lies between batches, of the shares of yes in each."""
    mean = float(shares.mean())
    return float(shares.var()) / (mean * (1.0 - mean)) if len(shares) >= FEWEST and 0.0 < mean < 1.0 else None


_ROWS = 4.0
"""Of a batch whose rows nobody counts: few, so that much is left to chance."""


def _lag_one(m: Measures) -> tuple[float, float] | None:
    """(correlation of each batch's input mean with the next one's, its z), over all epochs; None with too few."""
    found: BatchRows | None = m.once(batch_rows)
    if found is None:
        return None
    top = bottom = count = 0.0
    for rows in found.epochs:
        values = found.numbers("input_mean")[rows]
        values = values[np.isfinite(values)]
        if len(values) < 2 * FEWEST:
            continue
        z = robust_z(values)
        near = np.abs(z) <= FAR  # two corrupt batches in a row must not decide
        z = np.where(near, z - z[near].mean(), 0.0)
        top, bottom, count = top + float((z[1:] * z[:-1]).sum()), bottom + float((z * z).sum()), count + len(z)
    if count == 0 or bottom <= 0:
        return None
    # Shuffled: mean -1/n per epoch, standard deviation 1/sqrt(n).
    return top / bottom, top / bottom * sqrt(count)


@feature(
    "batches.input_neighbours",
    doc="Correlation of a batch's mean input with that of the next batch: 0 when rows are shuffled, near 1 when like"
    " rows come together",
    how=HOW,
    source="fig5.a",
)
def input_neighbours(m: Measures) -> Measured | None:
    found = m.once(_lag_one)
    rows: BatchRows | None = m.once(batch_rows)
    return Measured(found[0], where=rows.where(rows.at, "input_mean")) if found and rows else None


@feature(
    "batches.input_neighbours_z",
    unit="sd",
    doc="The same in standard deviations of a shuffled order",
    how=HOW,
    source="fig5.a",
)
def input_neighbours_z(m: Measures) -> Measured | None:
    found = m.once(_lag_one)
    return Measured(found[1]) if found else None
