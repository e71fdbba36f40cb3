"""Changes of unit: what would turn the values of one table into those of another."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set
from mladvisor.tables.statistics import UNIT_TOLERANCE, known_factor, ks

SURE = 1e-6
"""A unit is said to have changed only where chance is out of the question, even among thousands of columns."""
FAR = 8.0
"""Groups of one population may differ by a smaller factor in every respect; nobody grows tenfold."""
EXACT = 0.02
"""Error of the logarithm of a ratio: known to 4 %, a ratio below `FAR` can be told from other ratios."""
MOST_TOLERANCE = 0.2
"""Logarithm: larger factors lie further apart than this."""
ALIKE = 0.05
"""Samples of one source disagree so clearly in one of twenty columns."""
MIXED_FACTORS = (10.0, 100.0, 1000.0, 60.0, 3600.0, 1e4, 1e5, 1e6)
"""Units that a part of the rows may count in: only those that are far from each other can be told apart there."""
LEAST_MIXED = 0.01
"""Share of the rows from which on they are more than outliers."""
MUCH_BETTER = 0.3
"""Once the part in another unit is converted, at most this part of the difference may be left."""
NEARLY = 0.15
"""The most that is left of the difference between two stretches of one weather, once they are in one unit."""
SHOWN = 256
"""Points that distribution functions of mixtures are compared at."""

_NAMES = {
    10.0: "mm and cm", 100.0: "cents and coins, or fractions and per cent", 1000.0: "g and kg, or ms and s",
    1e6: "units and millions", 0.45359237: "kg and pounds", 2.54: "inches and cm", 0.3048: "m and feet",
    1.609344: "miles and km", 10.763910: "square metres and feet", 28.349523: "ounces and g", 3.6: "m/s and km/h",
    4.184: "calories and joules", 60.0: "minutes and seconds", 3600.0: "hours and seconds", 24.0: "days and hours",
    1024.0: "bytes and kibibytes",
}  # fmt: skip
_SEEN = {"degrees Celsius": (-60.0, 120.0), "degrees Fahrenheit": (-80.0, 250.0), "kelvins": (200.0, 400.0)}
"""Where the middle of a column of temperatures lies: other numbers that fit the map are no temperatures."""
_DEGREES = word_set(
    "temperature temperatures temp temps tmp celsius fahrenheit kelvin kelvins degree degrees deg degc degf "
    "thermometer dewpoint dew tmin tmax tavg tmean t2m sst temperatur aussentemperatur temperatura"
)
"""Words of the names of columns that may hold temperatures."""
_TEMPERATURES = (
    ("degrees Celsius", "degrees Fahrenheit", 1.8, 32.0),
    ("degrees Fahrenheit", "degrees Celsius", 1.0 / 1.8, -32.0 / 1.8),
    ("degrees Celsius", "kelvins", 1.0, 273.15),
    ("kelvins", "degrees Celsius", 1.0, -273.15),
    ("degrees Fahrenheit", "kelvins", 1.0 / 1.8, 273.15 - 32.0 / 1.8),
    ("kelvins", "degrees Fahrenheit", 1.8, 32.0 - 1.8 * 273.15),
)
"""(unit before, unit after, factor, offset)"""


class Unit(NamedTuple):
    """A change of unit.

    Attributes:
        factor: by which the values differ; 1 where no factor does, or another map.
        says: what differs, in words; "" where no unit changed.
    """

    factor: float = 1.0
    says: str = ""


def unit_of(first: NDArray[np.float64], second: NDArray[np.float64], name: str = "") -> Unit:
    """The change of unit that explains how the second sample differs from the first.

    Args:
        name: of the column: what is called a charge or an age is no temperature, whatever map its numbers fit; one that
            names no temperature is one only where the samples agree closely.
    """
    if len(first) < 20 or len(second) < 20:
        return Unit()
    factor = unit_factor(first, second)
    if factor != 1.0:
        return Unit(factor, f"differs by a factor of {factor:.4g}{between(factor)}, and agrees once divided by it")
    warm = None if says_no_temperature(name) else _temperature(first, second, name)
    return warm or _logarithm(first, second) or _mixed(first, second) or Unit()


_OTHERS = word_set(
    "charge charges price prices cost costs fee fees amount amounts income salary wage pay payment payments balance "
    "revenue sales spend loan debt rent value premium age years year months month days day hours hour minutes tenure "
    "duration distance km miles weight kg area sqft rooms bedrooms count counts calls visits units rows clicks score "
    "ratio share pct percent speed rpm power kwh pressure humidity usage gb mb"
)


def says_no_temperature(name: str) -> bool:
    """A word of the name says that another quantity is counted."""
    return not _OTHERS.isdisjoint(re.split(r"[^a-z]+", name.lower()))


def between(factor: float) -> str:
    """The units that a factor lies between, for a sentence."""
    name = _NAMES.get(factor) or _NAMES.get(next((known for known in _NAMES if abs(known * factor - 1.0) < 1e-9), 0.0))
    return f" ({name})" if name else ""


def _temperature(first: NDArray[np.float64], second: NDArray[np.float64], name: str) -> Unit | None:
    """Another scale of temperature: spread and middle both fit the map, and mapped the samples agree.

    Forty prices that doubled look like degrees, too: of few rows chance explains what is left.
    """
    named = bool(_DEGREES & set(words_of(name)))
    spread, other = (float(np.subtract(*np.quantile(each, [0.9, 0.1]))) for each in (first, second))
    effect = ks(first, second)
    if spread <= 0.0 or other <= 0.0 or effect.p >= SURE:
        return None
    middle, there = float(np.median(first)), float(np.median(second))
    for before, after, factor, offset in _TEMPERATURES:
        if not _SEEN[before][0] <= middle <= _SEEN[before][1]:
            continue
        if abs(np.log(other / spread / factor)) < 0.2 and abs(there - factor * middle - offset) < 0.25 * other:
            left = ks(factor * first + offset, second)
            # hours and days that follow each other are no independent rows, and leave more than chance would
            close = left.size < NEARLY and left.size < MUCH_BETTER * effect.size
            if left.size < 0.1 or (named and (left.p > ALIKE or close)):
                return Unit(1.0, f"looks like {before} in training and {after} there")
    return None


_LOGS = (("natural logarithm", np.log), ("logarithm to the base of ten", np.log10), ("logarithm of one more", np.log1p))
_LEAST_SPAN = 2.0
"""Ratio of the 90th to the 10th percentile from which on a logarithm can be told from a straight line."""


def _logarithm(first: NDArray[np.float64], second: NDArray[np.float64]) -> Unit | None:
    """One sample holds the logarithms of what the other one holds: taken, they agree."""
    if ks(first, second).p >= SURE:
        return None
    for raw, logged, says in (
        (first, second, "looks like the {} of what training holds"),
        (second, first, "looks like what training holds the {} of"),
    ):
        low, high = np.quantile(raw, [0.1, 0.9])
        if float(raw.min()) < 0.0 or high < _LEAST_SPAN * low or high <= float(np.quantile(logged, 0.9)):
            continue
        for name, log in _LOGS:
            if float(raw.min()) > 0.0 or log is np.log1p:
                left = ks(log(raw), logged)
                if left.p > ALIKE or left.size < ALIKE:
                    return Unit(1.0, says.format(name))
    return None


def _mixed(first: NDArray[np.float64], second: NDArray[np.float64]) -> Unit | None:
    """A part of the rows of one sample in another unit: a mixture that explains what one distribution cannot."""
    effect = ks(first, second)
    if effect.p >= SURE or min(float(first.min()), float(second.min())) < 0.0:
        return None
    ordered = np.sort(first), np.sort(second)
    for base, other, where in ((*ordered, "there"), (*ordered[::-1], "in training")):
        points = np.unique(np.quantile(np.concatenate((base, other)), np.linspace(0.0, 1.0, SHOWN)))
        seen, plain = _below(other, points), _below(base, points)
        for factor in (value for known in MIXED_FACTORS for value in (known, 1.0 / known)):
            turned = _below(base, points / factor) - plain
            weight = float(turned @ turned)
            share = float(turned @ (seen - plain)) / weight if weight > 0.0 else 0.0
            if not LEAST_MIXED <= share <= 0.9:
                continue
            left = float(np.abs(seen - plain - share * turned).max())
            noise = 1.6 * (1.0 / len(base) + 1.0 / len(other)) ** 0.5
            # The part must lie apart: shapes that a heavier tail explains as well are no unit.
            if left < min(noise, MUCH_BETTER * effect.size) and float(np.abs(turned).max()) > 0.9:
                says = f"about {share:.0%} of the cells {where} are {factor:.4g} times the others{between(factor)}"
                return Unit(1.0, says)
    return None


def _below(ordered: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.searchsorted(ordered, points, side="right") / len(ordered)


def unit_factor(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """The known factor between two units by which the second sample's scale differs from the first's; 1 for none.

    Medians of the absolute values and the spreads must differ by the same factor, and once divided by it the samples
    must be alike; where the factor is small, as alike as samples of one source are, and the medians must be known well
    enough to tell it from its neighbours: a group that is half as large again is no change of unit.
    """
    if len(first) < 20 or len(second) < 20:
        return 1.0
    (middle, error), (there, other_error) = _typical(first), _typical(second)
    if middle <= 0.0 or there <= 0.0:
        return 1.0
    error = float(np.hypot(error, other_error))
    factor = known_factor(there / middle, min(max(3.0 * error, UNIT_TOLERANCE), MOST_TOLERANCE))
    if factor is None:
        return 1.0
    spread = float(np.subtract(*np.quantile(first, [0.9, 0.1])))
    other = float(np.subtract(*np.quantile(second, [0.9, 0.1])))
    if spread <= 0 or other <= 0 or abs(np.log(other / spread / factor)) > 0.2:
        return 1.0
    before, after = ks(first, second), ks(first, second / factor)
    if before.p >= SURE or after.size >= 0.5 * before.size:
        return 1.0
    if factor >= FAR or factor <= 1.0 / FAR:
        return factor if after.size < 0.15 else 1.0
    exact = error < EXACT and abs(np.log(there / middle / factor)) < max(2.0 * error, 0.003)
    return factor if exact and after.p > ALIKE else 1.0


def _typical(sample: NDArray[np.float64]) -> tuple[float, float]:
    """Median of the absolute values, and the standard error of its logarithm."""
    low, middle, high = (float(value) for value in np.quantile(np.abs(sample), [0.25, 0.5, 0.75]))
    # For a bell curve: the median's error is 1.25 sd / sqrt(n), and the quartiles lie 1.35 sd apart.
    return middle, 1.25 * (high - low) / 1.35 / middle / len(sample) ** 0.5 if middle > 0.0 else 0.0
