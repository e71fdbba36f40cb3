"""What per-batch logs show: labels and inputs that drift over an epoch, outlying batches, losses that jump."""

from __future__ import annotations

from math import erfc, log10, sqrt

import numpy as np

from mladvisor.features.batch_rows import FEWEST, HOW, HOW_ROWS, BatchRows, batch_rows, label_columns, robust_z
from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Items, Measured, Where, unknown

FAR = 6.0
"""Robust standard deviations from which a batch is counted among the outlying ones and named."""
MOST_NAMED = 20


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
    chi = freedom = excess = 0.0
    sizes = []
    for rows in found.epochs:
        shares = np.nan_to_num(np.column_stack([found.numbers(name)[rows] for name in columns]))
        held = found.numbers("rows")[rows]
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


class Odd:
    """How far each batch lies out: by its inputs, and by its loss beside its neighbours'."""

    __slots__ = ("inputs", "losses", "rows")

    def __init__(self, rows: np.ndarray, inputs: np.ndarray, losses: np.ndarray) -> None:
        self.rows, self.inputs, self.losses = rows, inputs, losses


def odd_batches(m: Measures) -> Odd | None:
    """Distances of all training batches. Use `m.once`."""
    found: BatchRows | None = m.once(batch_rows)
    if found is None:
        return None
    rows = found.at
    inputs = np.zeros(len(rows))
    for name in ("input_mean", "input_std"):
        values = found.numbers(name)[rows]
        if not np.isnan(values).all():
            inputs = np.maximum(inputs, np.abs(robust_z(values)))
    full = found.numbers("rows")[rows]
    if not np.isnan(full).all():
        inputs[full < 0.5 * np.nanmedian(full)] = 0.0  # the rest at the end of an epoch varies more
    losses = found.numbers("loss")[rows]
    return Odd(rows, inputs, _above_neighbours(losses))


def _above_neighbours(losses: np.ndarray) -> np.ndarray:
    """Robust distance of each loss above the median of the nine around it."""
    if np.isfinite(losses).sum() < 2 * FEWEST:
        return np.zeros(len(losses))
    filled = np.where(np.isfinite(losses), losses, np.nanmedian(losses[np.isfinite(losses)]))
    padded = np.pad(filled, 4, mode="reflect")
    around = np.median(np.lib.stride_tricks.sliding_window_view(padded, 9), axis=1)
    return np.asarray(robust_z(np.where(np.isfinite(losses), losses - around, np.nan)))


@feature(
    "batch.input_distance",
    unit="sd",
    each="batch",
    doc=f"Robust standard deviations by which a batch's mean or spread of inputs lies off the others; named are at most"
    f" {MOST_NAMED} beyond {FAR:g}",
    how=HOW,
    source="fig2.d",
)
def input_distance(m: Measures) -> Items | None:
    found, odd = m.once(batch_rows), m.once(odd_batches)
    if found is None or odd is None or not odd.inputs.any():
        return None
    return _named(found, odd.rows, odd.inputs)


@feature(
    "batch.loss_jump",
    unit="sd",
    each="batch",
    doc=f"Robust standard deviations by which a batch's loss lies above those around it; at most {MOST_NAMED}"
    " are named",
    how=HOW,
    source="fig2.d",
)
def loss_jump(m: Measures) -> Items | None:
    found, odd = m.once(batch_rows), m.once(odd_batches)
    if found is None or odd is None or not odd.losses.any():
        return None
    return _named(found, odd.rows, odd.losses)


def _named(found: BatchRows, rows: np.ndarray, distance: np.ndarray) -> Items:
    """The farthest batches by name; of a log without any, the farthest one."""
    order = np.argsort(-distance, kind="stable")[:MOST_NAMED]
    kept = [int(at) for at in order if distance[at] > FAR] or [int(order[0])]
    return {found.words(int(rows[at])): Measured(float(distance[at]), where=found.where(rows[[at]])) for at in kept}


@feature(
    "batches.outlier_share",
    unit="fraction",
    doc=f"Share of the batches whose inputs lie more than {FAR:g} robust standard deviations off the others",
    how=HOW,
    source="fig2.d",
)
def outlier_share(m: Measures) -> Measured | None:
    found, odd = m.once(batch_rows), m.once(odd_batches)
    if found is None or odd is None or not odd.inputs.any():
        return None
    far = odd.rows[odd.inputs > FAR]
    return Measured(len(far) / len(odd.rows), where=found.where(far))


@feature(
    "batches.input_scale",
    unit="decades",
    doc="Root mean square of the inputs in a typical batch, as a power of ten: 0 for inputs of unit scale",
    how=HOW,
    source="dev.roots",
)
def input_scale(m: Measures) -> Measured | None:
    found: BatchRows | None = m.once(batch_rows)
    if found is None:
        return None
    size = np.hypot(found.numbers("input_mean")[found.at], found.numbers("input_std")[found.at])
    size = size[np.isfinite(size)]
    typical = float(np.median(size)) if len(size) else 0.0
    return Measured(log10(typical), where=found.where(found.at, "input_std")) if typical > 0 else None


@feature(
    "batches.spread_range",
    unit="decades",
    doc="Ratio of the largest to the smallest tenth of the batches by the spread of their inputs, as a power of ten",
    how=HOW,
    source="fig2.d",
)
def spread_range(m: Measures) -> Measured | None:
    found: BatchRows | None = m.once(batch_rows)
    if found is None:
        return None
    spread = found.numbers("input_std")[found.at]
    spread = spread[np.isfinite(spread) & (spread > 0)]
    if len(spread) < 2 * FEWEST:
        return None
    low, high = np.quantile(spread, (0.1, 0.9)).tolist()
    return Measured(log10(high / low), where=found.where(found.at, "input_std"))


@feature(
    "batches.spread_top",
    unit="decades",
    doc="Spread of the inputs of the batch where it is largest over its median, as a power of ten",
    how=HOW,
    source="fig2.d",
)
def spread_top(m: Measures) -> Measured | None:
    found: BatchRows | None = m.once(batch_rows)
    if found is None:
        return None
    spread = found.numbers("input_std")[found.at]
    kept = np.isfinite(spread) & (spread > 0)
    if kept.sum() < FEWEST:
        return None
    middle = float(np.median(spread[kept]))
    top = int(np.argmax(np.where(kept, spread, 0.0)))
    return Measured(log10(float(spread[top]) / middle), where=found.where(found.at[[top]], "input_std"))


@feature(
    "batches.row_range",
    unit="decades",
    doc="Size of the largest row of a batch over that of its median row, as a power of ten: the tenth of the batches"
    " where it is largest",
    how=HOW_ROWS,
    source="fig2.d",
)
def row_range(m: Measures) -> Measured | None:
    found: BatchRows | None = m.once(batch_rows)
    if found is None:
        return None
    ratios = found.numbers("row_ratio")[found.at]
    ratios = ratios[np.isfinite(ratios) & (ratios > 0)]
    if len(ratios) < FEWEST:
        return None
    return Measured(log10(float(np.quantile(ratios, 0.9))), where=found.where(found.at, "row_ratio"))


@feature(
    "batches.far_rows",
    type="choice",
    doc="Numbers of the rows that are many times as large as the others of their batches, in words",
    how=HOW_ROWS,
    source="fig2.d",
)
def far_rows(m: Measures) -> Measured | None:
    found: BatchRows | None = m.once(batch_rows)
    if found is None or "far_rows" not in found.table:
        return None
    cells = found.table.texts("far_rows")
    at = [int(row) for row in found.at if cells[row]]
    rows = sorted({int(word) for row in at for word in cells[row].split()[:MOST_NAMED] if word.isdecimal()})
    if not rows:
        return None
    few = ", ".join(str(row) for row in rows[:6])
    span = f"{len(rows)} rows from {rows[0]} to {rows[-1]}" if len(rows) > 6 else f"rows {few}"
    return Measured(span, where=found.where(np.array(at), "far_rows"))


@feature(
    "batches.outliers",
    type="choice",
    doc="The batches whose inputs lie off the others, in words: which of each epoch, and which rows they hold",
    how=HOW,
    source="fig2.d",
)
def outliers(m: Measures) -> Measured | None:
    found, odd = m.once(batch_rows), m.once(odd_batches)
    if found is None or odd is None or not odd.inputs.any():
        return None
    far = odd.rows[odd.inputs > FAR]
    return Measured(_together(found, far), where=found.where(far)) if len(far) else None


def _together(found: BatchRows, rows: np.ndarray) -> str:
    """`batches 17 to 19 of each epoch (rows 544 to 639)`, or the batches one by one."""
    numbers, epochs = found.batch[rows], len(found.epochs)
    places = sorted(set(numbers.tolist()))
    if epochs >= 2 and len(places) <= max(1, 1.5 * len(rows) / epochs):
        ends = f"batch {places[0]:g}" if len(places) == 1 else f"batches {places[0]:g} to {places[-1]:g}"
        if places[-1] - places[0] >= 2 * len(places):
            ends = "batches " + ", ".join(f"{place:g}" for place in places[:6])
        first, held = found.numbers("first_row")[rows], found.numbers("rows")[rows]
        known = np.isfinite(first)
        span = f" (rows {first[known].min():g} to {np.nanmax(first[known] + held[known] - 1):g})" if known.any() else ""
        return f"{ends} of each epoch{span}"
    more = f" and {len(rows) - 4} more" if len(rows) > 4 else ""
    return ", ".join(found.words(int(row)) for row in rows[:4]) + more


@feature(
    "batches.jumps_with_outliers",
    unit="fraction",
    doc="Share of the outlying batches at which, or right after which, the loss jumps",
    how=HOW,
    source="fig2.d",
)
def jumps_with_outliers(m: Measures) -> Measured | None:
    found, odd = m.once(batch_rows), m.once(odd_batches)
    if found is None or odd is None or not odd.losses.any():
        return None
    far = odd.inputs > FAR
    if not far.any():
        return None
    jump = (odd.losses > FAR) | ~np.isfinite(found.numbers("loss")[odd.rows])
    with_next = jump | np.append(jump[1:], False)
    return Measured(float(with_next[far].mean()), where=found.where(odd.rows[far]))


@feature(
    "batches.jump_recurs",
    unit="fraction",
    doc="Share of the epochs in which the loss jumps at one and the same batch, the one where it does so most often",
    how=HOW,
    source="fig2.d",
)
def jump_recurs(m: Measures) -> Measured | None:
    found, odd = m.once(batch_rows), m.once(odd_batches)
    if found is None or odd is None or len(found.epochs) < 3 or not odd.losses.any():
        return None
    jumps = odd.rows[odd.losses > FAR]
    if not len(jumps):
        return Measured(0.0, where=found.where(found.at, "loss"))
    places, counts = np.unique(found.batch[jumps], return_counts=True)
    often = int(np.argmax(counts))
    rows = jumps[found.batch[jumps] == places[often]]
    share = float(counts[often]) / len(found.epochs)
    return Measured(share, note=f"batch {places[often]:g}", where=found.where(rows, "loss"))


@feature(
    "batches.inputs_not_finite",
    unit="batches",
    doc="Batches whose inputs hold NaN or infinity",
    how=HOW,
    source="test.nan-inputs",
)
def inputs_not_finite(m: Measures) -> Measured | None:
    found: BatchRows | None = m.once(batch_rows)
    if found is None or not {"input_mean", "input_std"} & set(found.table.names):
        return None
    bad = np.zeros(found.table.rows, dtype=bool)
    for name in ("input_mean", "input_std"):
        bad |= found.table.not_finite(name)
    rows = found.at[bad[found.at]]
    note = "; ".join(found.words(int(row)) for row in rows[:4])
    return Measured(float(len(rows)), note=note, where=found.where(rows, "input_mean"))


@feature(
    "batches.not_finite",
    type="choice",
    doc="The batches whose inputs hold NaN or infinity, in words",
    how=HOW,
    source="test.nan-inputs",
)
def not_finite(m: Measures) -> Measured | None:
    count = m.one("batches.inputs_not_finite")
    return Measured(count.note, where=count.where) if count.known and count.note else None


@feature(
    "batches.evaluated_in_training",
    unit="fraction",
    doc="Share of the validation batches that ran with the model in training mode",
    how="log validation batches into batches.csv too, with the columns `split` (val) and `training` (1 when"
    " model.training is on)",
    source="fig5.b",
)
def evaluated_in_training(m: Measures) -> Measured | None:
    found: BatchRows | None = m.once(batch_rows)
    if found is None or "split" not in found.table or "training" not in found.table:
        return None
    others = np.setdiff1d(np.arange(found.table.rows), found.at)
    mode = found.numbers("training")[others]
    mode = mode[np.isfinite(mode)]
    return Measured(float(mode.mean()), where=found.where(others, "training")) if len(mode) else None
