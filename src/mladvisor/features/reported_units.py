"""Whether reported statistics of a column differ between splits by the factor between two units."""

from __future__ import annotations

from math import log10
from typing import NamedTuple

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Items, Measured, Where, unknown
from mladvisor.features.report_said import reaching, told
from mladvisor.features.reported_data import NAMES_ROWS
from mladvisor.runs.report_names import words_of

HOW = "put a report with mean and standard deviation of each column by split beside the log"
_MEAN, _SPREAD = 0.06, 0.2
"""How far the logarithm (base ten) of a ratio may lie from that of the factor: samples of a skewed amount differ so."""


@feature("column.reported_factor", each="column", unit="factor", doc="The factor by which both the mean and the"
         " standard deviation of the column differ from those of training, by a report, where it is a power of ten or"
         " fivefold at least; 1 where they do not", how=HOW, source="data.schema")  # fmt: skip
def factor(m: Measures) -> Items | Measured:
    result: dict[str, Measured] = {}
    for name, file, train, other in m.once(in_two_tables):
        found = _power(other.mean, train.mean, other.std, train.std)
        if found is not None and (name not in result or found > result[name].value):  # type: ignore[operator]
            result[name] = Measured(found, where=Where(file, name))
    return reaching(m, result or unknown("no report gives mean and spread of a column in two splits", "not-logged"))


def _power(mean: float, before: float, spread: float, was: float) -> float | None:
    if mean * before <= 0.0 or spread <= 0.0 or was <= 0.0:
        return None
    moved, widened = log10(mean / before), log10(spread / was)
    power = round(moved)
    if power and abs(moved - power) < _MEAN and abs(widened - power) < _SPREAD:
        return float(10.0 ** abs(power))
    # months and years, EUR a year and kEUR a month: any factor that leaves the spread as large beside the mean
    return float(10.0 ** abs(moved)) if abs(moved - widened) < _MEAN and abs(moved) > _FIVEFOLD else 1.0


_FIVEFOLD = log10(5.0)
"""What the world does to all rows alike seldom goes beyond it."""


@feature("column.reported_fahrenheit", each="column", type="flag", doc="Mean and standard deviation of the column"
         " are those of training turned from Celsius to Fahrenheit, or back, by a report", how=HOW,
         source="data.schema")  # fmt: skip
def fahrenheit(m: Measures) -> Items | Measured:
    result: dict[str, Measured] = {}
    for name, file, train, other in m.once(in_two_tables):
        pairs = ((train, other), (other, train))
        turned = any(_as_fahrenheit(celsius, told) for celsius, told in pairs)
        result[name] = Measured(turned or bool(name in result and result[name].value), where=Where(file, name))
    return reaching(m, result or unknown("no report gives mean and spread of a column in two splits", "not-logged"))


def _as_fahrenheit(celsius: Moments, other: Moments) -> bool:
    """Nine fifths and 32 degrees: the world does not widen and move a column by just that."""
    widened = other.std / celsius.std
    return abs(widened / 1.8 - 1.0) < _WIDENED and abs(1.8 * celsius.mean + 32.0 - other.mean) < 0.3 * other.std


_WIDENED = 0.1
"""How far a ratio of spreads may lie from the one that is meant, of some hundred rows."""


@feature("column.reported_moved", each="column", unit="standard deviations", doc="How far the column's mean lies from"
         " that in training, by a report; columns whose spread is not that of training within a third are left out",
         how=HOW, source="fig1.b")  # fmt: skip
def reported_moved(m: Measures) -> Items | Measured:
    result: dict[str, Measured] = {}
    for name, file, train, other in m.once(in_two_tables):
        if not 1.0 / _KEPT < other.std / train.std < _KEPT or not NAMES_ROWS.isdisjoint(words_of(name)[-1:]):
            continue
        moved = abs(other.mean - train.mean) / max(train.std, other.std)
        if name not in result or moved > result[name].value:
            result[name] = Measured(moved, where=Where(file, name))
    return reaching(m, result or unknown("no report gives mean and spread of a column in two splits", "not-logged"))


_KEPT = 4.0 / 3.0


class Moments(NamedTuple):
    """Mean and spread of a column in one table."""

    mean: float
    std: float


def in_two_tables(m: Measures) -> list[tuple[str, str, Moments, Moments]]:
    """(column, file, in training, in another table) by what reports say. Use `m.once`."""
    parts = {
        (said.name, said.split, said.what): (said.value, file)
        for said, file in m.once(told)
        if said.what in ("mean", "std") and said.split is not None
    }
    found = []
    for (name, split, what), (mean, file) in parts.items():
        spread = parts.get((name, split, "std"))
        before = [parts.get((name, "train", each)) for each in ("mean", "std")]
        if what != "mean" or split == "train" or spread is None or before[0] is None or before[1] is None:
            continue
        if spread[0] > 0.0 and before[1][0] > 0.0:
            found.append((name, file, Moments(before[0][0], before[1][0]), Moments(mean, spread[0])))
    return found


@feature("column.reported_exchanged", each="column", type="choice", doc="The column whose mean and standard deviation"
         " in training this one has elsewhere, and the other way round, by a report, and neither its own",
         how=HOW, source="data.schema")  # fmt: skip
def exchanged(m: Measures) -> Items | Measured:
    every = {name: (file, train, other) for name, file, train, other in m.once(in_two_tables)}
    result: dict[str, Measured] = {}
    for name, (file, train, other) in every.items():
        partners = [
            each
            for each, (_, first, second) in every.items()
            if each != name and not _alike(train, other) and not _alike(first, second) and not _alike(train, first)
            if _alike(first, other) and _alike(train, second)
        ]
        result[name] = Measured(partners[0] if len(partners) == 1 else "", where=Where(file, name))
    return result or unknown("no report gives mean and spread of a column in two splits", "not-logged")


def _alike(one: Moments, other: Moments) -> bool:
    """As two samples of one column are: means a fifth of the spread apart, spreads of nearly one size."""
    spread = min(one.std, other.std)
    return abs(one.mean - other.mean) < 0.2 * spread and 0.75 < one.std / other.std < 1.0 / 0.75
