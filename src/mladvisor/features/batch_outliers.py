"""Batches whose inputs lie off the others, and batches at which the loss jumps."""

from __future__ import annotations

import numpy as np

from mladvisor.features.batch_rows import FAR, FEWEST, HOW, BatchRows, batch_rows, robust_z
from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Items, Measured

MOST_NAMED = 20
_OF_LARGEST = 0.3
"""Least spread of the largest input, as a share of its level: that of pixels is 1 in nearly every batch."""


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
    largest = found.numbers("input_max")[rows]
    if not inputs.any() and not np.isnan(largest).all():
        inputs = np.abs(robust_z(largest, least=_OF_LARGEST))
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
    "batches.largest_top",
    unit="decades",
    doc="The largest input of all training batches over the largest one of the middle batch, as a power of ten",
    how="log `input_max` of each batch into batches.csv",
    source="fig2.d",
)
def largest_top(m: Measures) -> Measured | None:
    found: BatchRows | None = m.once(batch_rows)
    if found is None:
        return None
    largest = np.abs(found.numbers("input_max")[found.at])
    fine = np.isfinite(largest)
    if fine.sum() < 2 * FEWEST or not (middle := float(np.median(largest[fine]))):
        return None
    at = int(np.nanargmax(largest))
    return Measured(float(np.log10(largest[at] / middle)), where=found.where(found.at[[at]], "input_max"))


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
