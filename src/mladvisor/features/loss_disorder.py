"""What is restless in a loss curve: swings and spikes; or not at all: a loss that is constant (fig1, fig2).

Disorder is measured on the working scale of the `Signal` and compared with the progress that the loss made, because
that is what an eye compares it with: a swing of 0.1 is nothing beside a fall from 10 to 3 and everything beside a fall
from 0.70 to 0.65.
"""

from __future__ import annotations

from math import exp, hypot, sqrt
from typing import NamedTuple

import numpy as np

from mladvisor.features.loss_rises import OUTSTANDING, stake
from mladvisor.features.loss_shape import smooth_se
from mladvisor.features.measured import Measured, not_applicable, unknown
from mladvisor.features.robust import Array, blocks, median, quantiles, running_median, spread
from mladvisor.features.signal import Signal, loss_feature

CAP = 10.0
"""Ratios to a progress near zero; beyond this they say no more than this."""
BLOCKS = 48
BATCH_DISCOUNT = 3.0
"""Losses of single batches scatter even when all is well, so their plain scatter counts this much less."""
SPIKES_TO_PLACE = 3
"""Fewer spikes than this have no place in common."""
SPIKE_VISIBLE = 0.05
"""A spike stands `OUTSTANDING` above its surroundings, and is this share of the loss's movement at least."""


class Swing(NamedTuple):
    """Up-and-down movement in the second half: 10th to 90th percentile around the trend, on the working scale."""

    width: float
    relative_se: float
    growth: float
    growth_se: float


def swing_of(s: Signal) -> Swing:
    """Measure the swing of a curve of 8 or more points. Of single batches, what averaging them does not remove."""
    size = 1
    z, slow = s.bz, s.slow
    batches = s.size > 1 or not s.per_epoch
    if batches and len(z) > BLOCKS:
        z, size = blocks(z, BLOCKS)
        slow = running_median(z, max(5, 2 * (len(z) // 10) + 1))
    n = len(z)
    residual = z - slow
    half, third = n // 2, n // 3
    low, high = quantiles(residual[half:], 0.1, 0.9)
    width = high - low
    if batches:
        averaged = 2.56 * 1.25 * s.bin_noise / sqrt(size) if size > 1 else width
        width = max(sqrt(max(width**2 - averaged**2, 0.0)), 2.56 * s.noise / BATCH_DISCOUNT)
    low, high = quantiles(residual[third : n - third], 0.1, 0.9)
    late_low, late_high = quantiles(residual[n - third :], 0.1, 0.9)
    middle = max(high - low, 1e-3 * s.span)
    growth = min((late_high - late_low) / middle, 100.0) if middle > 0 else 1.0
    return Swing(width, 1.0 / sqrt(n - half), growth, growth * sqrt(2.4 / third))


@loss_feature(
    "oscillation",
    unit="ratio",
    points=8,
    doc="Up-and-down movement of the {split} loss in the second half of the run, over the progress it has made"
    " (0: smooth, 1: swings as large as the whole fall); the scatter of single batches counts a third",
    source="fig1",
)
def oscillation(s: Signal) -> Measured:
    swing: Swing = s.once(swing_of)
    progress = max(s.progress, swing.width / CAP)
    if progress <= 0.0:  # a width of the smallest of all numbers has no hundredth
        return Measured(0.0, where=s.where())
    value = swing.width / progress
    unsure = sqrt(s.start_se**2 + smooth_se(s, s.bin_noise) ** 2)
    lower = unsure / (progress + unsure)  # by as much as the ratio falls where the progress was larger by its error
    return Measured(value, value * hypot(swing.relative_se, lower), where=s.stretch(0.5, 1.0))


@loss_feature(
    "swing",
    unit="fraction",
    points=8,
    doc="Up-and-down movement of the {split} loss in the second half of the run, as a share of its level (of its"
    " movement if it goes below zero)",
    source="fig1",
)
def swing(s: Signal) -> Measured:
    found: Swing = s.once(swing_of)
    if s.log:
        value = min(exp(min(found.width, 3.0)) - 1.0, CAP)
    else:
        scale = s.late if s.positive else s.scale
        value = min(found.width / scale, CAP) if scale > 0 else 0.0
    return Measured(value, value * found.relative_se, where=s.stretch(0.5, 1.0))


@loss_feature(
    "oscillation_growth",
    unit="ratio",
    points=24,
    doc="Swing of the {split} loss in the last third of the run over that in the middle third",
    source="fig1",
)
def oscillation_growth(s: Signal) -> Measured:
    found: Swing = s.once(swing_of)
    return Measured(found.growth, found.growth_se, where=s.stretch(0.33, 1.0))


class Spikes(NamedTuple):
    """Upward excursions: number of events and points, the highest (index, height on the working scale, z), whether it
    comes back, the raw baseline under the highest, and the index at which each event begins."""

    events: int
    points: int
    at: int = 0
    height: float = 0.0
    z: float = 0.0
    base: float = 0.0
    recover: bool = True
    places: tuple[int, ...] = ()


def spikes_of(s: Signal) -> Spikes:
    """Find the points that stand far above their surroundings, in the noise of their own part of the run."""
    n = len(s)
    slow = s.slow if s.size == 1 else _envelope(s)
    residual = s.z - slow
    size = np.abs(residual)
    overall = max(1.4826 * median(size), 0.2887 * s.late_noise)
    first = max(2, n // 50)
    limit = max(OUTSTANDING * overall, SPIKE_VISIBLE * s.progress)
    candidates = np.flatnonzero(residual[first:] > limit) + first
    if not len(candidates):
        return Spikes(0, 0)
    parts, _ = blocks(size, 8)
    local = 1.4826 * np.interp(candidates, (np.arange(len(parts)) + 0.5) * n / len(parts), parts)
    keep = residual[candidates] > OUTSTANDING * local
    if s.positive and not s.log:
        # Losses of single batches are skewed: what is rare on a plain axis is common on a logarithmic one.
        ratio = np.log(s.z / np.maximum(slow, float(s.z.min())))
        keep &= ratio[candidates] > 0.7 * OUTSTANDING * spread(ratio)
    found = candidates[keep]
    if not len(found):
        return Spikes(0, 0)
    apart = max(1, n // 50)
    begins = np.concatenate(([True], np.diff(found) > apart))
    events = int(begins.sum())
    at = int(found[int(residual[found].argmax())])
    last = int(found[-1])
    height = float(residual[at])
    after = s.z[last + 1 : last + 2 + 3 * apart]
    back = len(after) > 0 and median(after) < float(slow[last] + 0.5 * residual[last])
    return Spikes(
        events,
        len(found),
        at,
        height,
        height / max(overall, 1e-300),
        float(slow[at]),
        back,
        tuple(found[begins].tolist()),
    )


@loss_feature(
    "spike_count", unit="spikes", points=10, steps=True, doc="Sudden rises of the {split} loss", source="fig2.d"
)
def spike_count(s: Signal) -> Measured:
    found: Spikes = s.once(spikes_of)
    return Measured(float(found.events), where=s.at(found.at) if found.events else s.where())


@loss_feature(
    "spike_height",
    unit="ratio",
    points=10,
    steps=True,
    doc="Height of the largest spike of the {split} loss, over the progress the loss has made (0 without spikes)",
    source="fig2.d",
)
def spike_height(s: Signal) -> Measured:
    found: Spikes = s.once(spikes_of)
    if not found.events:
        return Measured(0.0)
    scale = stake(s)
    value = min(found.height / scale, 1e6) if scale > 0 else 0.0
    return Measured(value, value / max(found.z, 1.0), where=s.at(found.at))


@loss_feature(
    "spike_ratio",
    unit="ratio",
    points=10,
    steps=True,
    doc="The largest spike of the {split} loss as a multiple of the level around it",
    source="fig2.d",
)
def spike_ratio(s: Signal) -> Measured:
    found: Spikes = s.once(spikes_of)
    if not s.positive:
        return not_applicable("the loss goes below zero, so a spike is no multiple of its level")
    if not found.events:
        return Measured(1.0)
    ratio = exp(min(found.height, 300.0)) if s.log else float(s.z[found.at]) / max(found.base, 1e-300)
    return Measured(min(ratio, 1e12), where=s.at(found.at))


@loss_feature(
    "spike_x", points=10, steps=True, doc="Where the largest spike of the {split} loss stands (epoch or step)"
)
def spike_x(s: Signal) -> Measured:
    found: Spikes = s.once(spikes_of)
    if not found.events:
        return not_applicable("the loss has no spikes")
    return Measured(float(s.x[found.at]), where=s.at(found.at))


@loss_feature(
    "spike_share", unit="fraction", points=10, steps=True, doc="Share of the points of the {split} loss that are spikes"
)
def spike_share(s: Signal) -> float:
    found: Spikes = s.once(spikes_of)
    return found.points / len(s)


@loss_feature(
    "spike_rate",
    unit="fraction",
    points=10,
    steps=True,
    doc="Spikes of the {split} loss per point; where there are many, they are how it scatters",
)
def spike_rate(s: Signal) -> float:
    found: Spikes = s.once(spikes_of)
    return found.events / len(s)


@loss_feature(
    "spike_phase_q",
    unit="probability",
    points=10,
    steps=True,
    doc="Chance that spikes which come at random would stand as close to one place of the epoch as those of the {split}"
    " loss do (small: the same batch each time)",
    how="log the epoch beside the step, several times in each epoch",
    source="fig2.d",
)
def spike_phase_q(s: Signal) -> Measured:
    found: Spikes = s.once(spikes_of)
    epochs = s.curve.x if s.curve.x_unit == "epoch" else s.curve.epochs
    if found.events < SPIKES_TO_PLACE:
        return not_applicable("fewer than three spikes have no place in common")
    if epochs is None:
        return unknown("how many steps make an epoch is not logged: log the epoch beside the step")
    epochs = epochs if s.kept is None else epochs[s.kept]
    if len(s) < 4.0 * (float(epochs[-1]) - float(epochs[0])):
        return unknown("each epoch has fewer than four points: log more steps of each epoch", "too-few-points")
    # Rayleigh's test of directions (Mardia 1972): uniform phases have a mean vector of length n^-1/2.
    turns = np.exp(2j * np.pi * epochs[list(found.places)])
    length = abs(complex(turns.mean()))
    return Measured(exp(-found.events * length * length), where=s.where())


@loss_feature(
    "spike_shoulder",
    unit="fraction",
    points=10,
    steps=True,
    doc="How much of the height of a spike of the {split} loss is left one point later, the median of them: next to"
    " nothing where single batches differ from all others",
    source="fig2.d",
)
def spike_shoulder(s: Signal) -> Measured:
    found: Spikes = s.once(spikes_of)
    places = np.array([at for at in found.places if at + 2 < len(s)], dtype=np.int64)
    if len(places) < SPIKES_TO_PLACE:
        return not_applicable("fewer than three spikes have no form in common")
    residual = s.z - (s.slow if s.size == 1 else _envelope(s))
    peaks = np.where(residual[places + 1] > residual[places], places + 1, places)
    return Measured(median(residual[peaks + 1] / residual[peaks]), where=s.where())


@loss_feature(
    "spikes_recover",
    type="flag",
    points=10,
    steps=True,
    doc="The {split} loss comes back to its course after its last spike",
    source="fig2.d",
)
def spikes_recover(s: Signal) -> Measured:
    found: Spikes = s.once(spikes_of)
    if not found.events:
        return not_applicable("the loss has no spikes")
    return Measured(found.recover, where=s.at(found.at))


def _envelope(s: Signal) -> Array:
    """The slow curve at each raw point, the highest of three bins, so that a step within a bin is no spike."""
    slow = s.slow
    high = np.maximum(slow, np.maximum(np.concatenate((slow[:1], slow[:-1])), np.concatenate((slow[1:], slow[-1:]))))
    envelope: Array = high[(np.arange(len(s)) * len(high)) // len(s)]
    return envelope


@loss_feature(
    "constant", type="flag", points=3, doc="The {split} loss does not change by a millionth", source="test.layer-nans"
)
def constant(s: Signal) -> Measured:
    high, low = float(s.y.max()), float(s.y.min())
    return Measured(high - low <= 1e-6 * max(abs(high), abs(low)), where=s.where())


@loss_feature("distinct", unit="values", points=3, doc="Different values that the {split} loss takes", source="fig1.c")
def distinct(s: Signal) -> float:
    return float(len(np.unique(s.y)))
