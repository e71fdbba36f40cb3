"""A repeating pattern in a loss curve: its period, how sure, how strong, and whether it is the epoch (fig5).

The detrended curve's spectrum is compared with its own smooth background, so that slow wandering (red noise), which
has large waves without a clock, is no period. The curve is first whitened by its lag-one autocorrelation; a line of the
spectrum then stands out from the median of its neighbours by a factor that is exponentially distributed if there is no
line (Fisher's test, with a local instead of a global background; Vaughan 2005, Astron. Astrophys. 431, 391). Patterns
that are not sines have overtones, so sums over 1, 2, 4 and 8 multiples of a frequency are tried too, and the number of
trials is paid for. At last the pattern must be there all along the run, with the same phase: a clock does not stop,
while a few large waves somewhere in the run do.
"""

from __future__ import annotations

from math import exp, log
from typing import NamedTuple

import numpy as np

from mladvisor.features.measured import Measured, not_applicable, unknown
from mladvisor.features.robust import Array, blocks, quantiles, running_median, spread
from mladvisor.features.signal import Signal, loss_feature

POINTS = 40
LONGEST = 4096
CYCLES = 5
"""Fewer repetitions than this are no pattern."""
SHORTEST = 3.0
"""Every other point (period 2) is an overshooting optimizer, not a pattern of the data."""
HARMONICS = (1, 2, 4, 8)
BY_DEFINITION = 256
"""Up to here importing `numpy.fft` costs more than it saves: a fiftieth of the CPU time of a whole diagnosis."""


class Period(NamedTuple):
    """Period in points; q: chance of a line this clear without one; strength: share of the detrended variance; height:
    from trough to peak, on the working scale."""

    points: float
    q: float
    strength: float
    height: float = 0.0


def period_of(s: Signal) -> Period:
    """The clearest period of a curve: in the whole of it, and if it is long also in its last stretch of raw points."""
    z = s.z
    if len(z) <= LONGEST:
        slow = s.slow if s.size == 1 else np.interp(s.t, s.bt, s.slow)
        return line(z - slow)
    whole, size = blocks(z, LONGEST)
    found = line(whole - running_median(whole, 401))
    found = Period(found.points * size, min(1.0, 2.0 * found.q), found.strength, found.height)
    tail = z[-LONGEST:]
    near = line(tail - running_median(tail, 401))
    return min(found, Period(near.points, min(1.0, 2.0 * near.q), near.strength, near.height), key=lambda p: p.q)


def line(residual: Array) -> Period:
    """The clearest spectral line of a detrended series of `POINTS` values or more."""
    n = len(residual)
    # Where the bulk is smooth its spread says nothing of the waves; then the larger tenth does.
    sd = max(spread(residual), 0.5 * quantiles(np.abs(residual), 0.9)[0])
    if sd <= 0.0:
        sd = float(np.sqrt(residual @ residual / n))
        if sd <= 0.0:
            return Period(0.0, 1.0, 0.0)
    r = np.clip(residual / sd, -5.0, 5.0)
    r -= r.sum() / n
    phi = min(max(float(r[1:] @ r[:-1]) / max(float(r @ r), 1e-300), 0.0), 0.98)
    white = r[1:] - phi * r[:-1]
    n -= 1
    angle = 2.0 * np.pi / n * np.arange(n)
    power = power_of(white * (1.0 - np.cos(angle)))
    count = len(power)
    frequency = np.arange(1, count + 1)
    width = min(max(15, 2 * (count // 3) + 1), 121, (count - 2) | 1)
    mirrored = np.concatenate((power[width:0:-1], power, power[-2 : -width - 2 : -1]))
    background = running_median(mirrored, width)[width : width + count]
    background = np.maximum(background, 1e-12 * float(power.max()) + 1e-300) / log(2.0)
    # The background is itself estimated, from about width / 4 independent values: a heavier tail than exponential.
    freedom = width / 4.0
    excess = freedom * np.log1p(power / background / freedom)
    last = min(count, int(n / SHORTEST))
    best, at, parts = 0.0, 0, 1
    trials = float(last - CYCLES + 1) * len(HARMONICS)
    total = np.zeros(last)
    for h in range(1, max(HARMONICS) + 1):
        usable = min(last, count // h)
        if usable < CYCLES:
            break
        total = total[:usable] + excess[h * np.arange(1, usable + 1) - 1]
        if h in HARMONICS:
            i = CYCLES - 1 + int(total[CYCLES - 1 :].argmax())
            score = -_log_gamma_tail(float(total[i]), h)
            if score > best:
                best, at, parts = score, i, h
    q = min(1.0, trials * exp(-min(best, 700.0)))
    colour = 1.0 + phi * phi - 2.0 * phi * np.cos(2.0 * np.pi * frequency / n)
    original, floor = power / colour, background / colour
    line_power = 0.0
    for h in range(1, parts + 1):
        k = h * (at + 1) - 1
        near = slice(max(k - 1, 0), min(k + 2, count))
        line_power += float(np.maximum(original[near] - floor[near], 0.0).sum())
    strength = min(line_power / max(float(original.sum()), 1e-300), 1.0)
    # The peak lies between frequencies; the parabola through its neighbours is where.
    points = n / _peak(power, at)
    if q < 0.01 and not _steady(r, points, parts):
        q = 1.0
    return Period(points, q, strength, 2.83 * sd * float(np.sqrt(strength * (r @ r) / len(r))))


def power_of(series: Array) -> Array:
    """The periodogram of a series of n values at the frequencies 1 .. (n - 1) // 2, in cycles."""
    n = len(series)
    inner = np.arange(1, (n + 1) // 2)
    if n > BY_DEFINITION:
        spectrum = np.fft.rfft(series)[inner]
    else:
        turns = np.exp(-2j * np.pi / n * np.arange(n))
        spectrum = (turns[np.outer(inner, np.arange(n)) % n] * series).sum(axis=1)
    power: Array = spectrum.real**2 + spectrum.imag**2
    return power


def _steady(r: Array, points: float, parts: int) -> bool:
    """Whether stretches of whole periods all along a series show the same wave, each a twentieth of the mean at least.

    Of 8 stretches 2 may fail, of 4 or 5 none.
    """
    stretches = min(int(len(r) / points), 8)
    length = len(r) // stretches
    turns = np.exp(-2j * np.pi / points * np.outer(np.arange(1, parts + 1), np.arange(stretches * length)))
    waves = (turns * r[: stretches * length]).reshape(parts, stretches, length).sum(axis=2)
    mean = waves.sum(axis=1) / stretches
    along = (waves * mean.conj()[:, None]).real.sum(axis=0)
    misses = int((along < 0.05 * float((np.abs(mean) ** 2).sum())).sum())
    return misses <= max(0, (stretches - 4) // 2)


def _peak(power: Array, at: int) -> float:
    if 0 < at < len(power) - 1:
        low, mid, high = (log(float(power[i]) + 1e-300) for i in (at - 1, at, at + 1))
        bend = low - 2.0 * mid + high
        if bend < 0.0:
            return at + 1.0 + min(max(0.5 * (low - high) / bend, -0.5), 0.5)
    return at + 1.0


def _log_gamma_tail(total: float, h: int) -> float:
    """log P(sum of h unit exponentials > total)."""
    term = series = 1.0
    for k in range(1, h):
        term *= total / k
        series += term
    return log(series) - total


def _found(s: Signal) -> Period:
    found: Period = s.once(period_of)
    return found


@loss_feature(
    "period_q",
    unit="probability",
    points=POINTS,
    steps=True,
    doc="Chance that a curve without a repeating pattern shows one as clear as the {split} loss does (small: real)",
    source="fig5",
)
def period_q(s: Signal) -> Measured:
    return Measured(_found(s).q, where=s.where())


@loss_feature(
    "period",
    unit="points",
    points=POINTS,
    steps=True,
    doc="Period of the clearest repeating pattern of the {split} loss",
    source="fig5",
)
def period(s: Signal) -> Measured:
    found = _found(s)
    return Measured(found.points, where=s.where()) if found.points else not_applicable("the loss has no movement")


@loss_feature(
    "period_strength",
    unit="fraction",
    points=POINTS,
    steps=True,
    doc="Share of the up-and-down movement of the {split} loss that its clearest repeating pattern makes up",
    source="fig5",
)
def period_strength(s: Signal) -> Measured:
    return Measured(_found(s).strength, where=s.where())


@loss_feature(
    "period_height",
    unit="fraction",
    points=POINTS,
    steps=True,
    doc="Height of the repeating pattern of the {split} loss from trough to peak, as a share of the loss's level (of"
    " its movement if it goes below zero)",
    source="fig5",
)
def period_height(s: Signal) -> Measured:
    scale = 1.0 if s.log else s.late if s.positive else s.span
    return Measured(min(_found(s).height / scale, 10.0) if scale > 0 else 0.0, where=s.where())


@loss_feature(
    "period_x", points=POINTS, steps=True, doc="The same period in the units of x (epochs or steps)", source="fig5"
)
def period_x(s: Signal) -> Measured:
    found = _found(s)
    if not found.points:
        return not_applicable("the loss has no movement")
    return Measured(found.points * float(s.x[-1] - s.x[0]) / max(len(s) - 1, 1), where=s.where())


@loss_feature(
    "period_epochs",
    unit="epochs",
    points=POINTS,
    steps=True,
    doc="The same period in epochs: near 1 when each epoch repeats the pattern",
    how="log the epoch beside the step",
    source="fig5.a",
)
def period_epochs(s: Signal) -> Measured:
    found, curve = _found(s), s.curve
    if not found.points:
        return not_applicable("the loss has no movement")
    epochs = curve.x if curve.x_unit == "epoch" else curve.epochs
    if epochs is None:
        return unknown("how many points make an epoch is not logged: log the epoch beside the step")
    return Measured(found.points / points_per_epoch(epochs), where=s.where())


def points_per_epoch(epochs: Array) -> float:
    """Points of a curve in one epoch: counted where epochs are numbered (1, 1, 2, 2), else by how they advance."""
    numbered, counts = np.unique(epochs, return_counts=True)
    if bool((numbered == np.rint(numbered)).all()) and len(numbered) > 1 and counts.max() > 1:
        whole = counts[1:-1] if len(counts) > 2 else counts  # the log may begin and end inside of one
        return float(whole.mean() if np.ptp(whole) <= 1 else np.median(whole))
    return max(len(epochs) - 1, 1) / max(float(epochs[-1] - epochs[0]), 1e-12)
