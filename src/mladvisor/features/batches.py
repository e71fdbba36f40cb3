"""The inputs of batches: their scale, single rows that tower over it, what is not finite; the mode they ran in."""

from __future__ import annotations

import re
from math import log10

import numpy as np

from mladvisor.features.batch_rows import FEWEST, HOW, HOW_ROWS, BatchRows, batch_rows
from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where
from mladvisor.runs.word_sets import word_set

_MOST_ROWS = 20
"""Rows of one batch that are looked at."""


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
    rows = sorted({int(word) for row in at for word in cells[row].split()[:_MOST_ROWS] if word.isdecimal()})
    if not rows:
        return None
    few = ", ".join(str(row) for row in rows[:6])
    span = f"{len(rows)} rows from {rows[0]} to {rows[-1]}" if len(rows) > 6 else f"rows {few}"
    return Measured(span, where=found.where(np.array(at), "far_rows"))


_NAN = word_set("nan nans inf infs nonfinite notfinite")
_THE_INPUTS = word_set("input inputs x batch")
_OF_INPUTS = _NAN | _THE_INPUTS | word_set("n num count counts share cells values rows samples features in of has any")
_NOT_FINITE = re.compile(r"(non|not)[ _-]finite")


def _counts_nan(name: str, *, named: bool = False) -> bool:
    """`nan_count`, `n_nan`, `nan_in_inputs`: a column that counts them in the inputs, not in loss or gradients.

    Args:
        named: only where the name says that it is about inputs.
    """
    words = set(re.split(r"[/_. -]", _NOT_FINITE.sub(r"\1finite", name.lower())))
    return not _NAN.isdisjoint(words) and _OF_INPUTS.issuperset(words) and not (named and _THE_INPUTS.isdisjoint(words))


def _counted_in_log(m: Measures) -> Measured | None:
    """By a column of the log itself, which counts them beside the loss of each step; where the loss is a number all
    the same, something masks them.
    """
    curves = [curve for curve in m.run.curves if _counts_nan(curve.name, named=True) and len(curve.y)]
    if not curves:
        return None
    bad = [int((curve.y > 0).sum()) for curve in curves]
    most = int(np.argmax(bad))
    curve = curves[most]
    if bad[most] and not m.value("loss.train.nonfinite_count"):
        return None
    where = Where(curve.place.file, curve.place.column, curve.x_unit, float(curve.x[0]), float(curve.x[-1]))
    first = f"{curve.x_unit} {curve.x[np.argmax(curve.y > 0)]:g}, by {curve.name}" if bad[most] else ""
    return Measured(float(bad[most]), note=first, where=where)


def _left_blank(found: BatchRows, name: str) -> np.ndarray:
    """Rows without a statistic of the inputs where most have it: pandas writes NaN as a blank cell, and where the loss
    is not a number the blank says so. A statistic that is taken now and then is missing in most rows.
    """
    blank = np.isnan(found.numbers(name)) & (found.numbers("rows") > 0 if "rows" in found.table else True)
    return blank if 2 * blank.sum() < len(blank) else np.zeros_like(blank)


@feature(
    "batches.inputs_not_finite",
    unit="batches",
    doc="Batches whose inputs hold NaN or infinity",
    how=HOW,
    source="test.nan-inputs",
)
def inputs_not_finite(m: Measures) -> Measured | None:
    found: BatchRows | None = m.once(batch_rows)
    counts = [name for name in found.table.names if _counts_nan(name)] if found is not None else []
    if found is None or not (counts or {"input_mean", "input_std"} & set(found.table.names)):
        return _counted_in_log(m)
    bad = np.zeros(found.table.rows, dtype=bool)
    for name in ("input_mean", "input_std"):
        bad |= found.table.not_finite(name)
        if m.value("loss.train.nonfinite_count"):
            bad |= _left_blank(found, name)
    for name in counts:
        bad |= found.table.numbers(name) > 0
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
