"""What reports say of a model in use, month by month: whether its metric worsens, and whether its inputs have moved."""

from __future__ import annotations

from math import log2

import msgspec
import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.evaluation.intervals import rank_correlation
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.metric_names import metric_of
from mladvisor.features.report_said import Told, told
from mladvisor.features.reported_data import shift
from mladvisor.features.slice_reports import errors_of

HOW = "write the metric of each month (week, day) in use into monitoring.csv: month, auc, n"
_LEAST = 4
"""Periods by which a trend is told from chance: four in a row come in one order by chance once in 24 times."""


class InUse(msgspec.Struct, frozen=True):
    """The error of a model in use, in time.

    Attributes:
        name: of the metric. errors: its distance from perfect, by period.
    """

    name: str
    errors: np.ndarray
    file: str


def in_use(m: Measures) -> InUse | None:
    """The first metric in use that is reported for enough periods, one value for each. Use `m.once`."""
    found: Told = m.once(told)
    series: dict[tuple[str, str], list[tuple[str, float]]] = {}
    for said, file in found:
        if said.what == "in-use":
            series.setdefault((file, said.name), []).append((said.note, said.value))
    for (file, name), points in series.items():
        if len(points) < _LEAST or len({period for period, _ in points}) < len(points):
            continue
        dated = all(period[:4].isdigit() for period, _ in points)  # ISO dates sort as texts; names of months do not
        errors = _errors(name, np.array([value for _, value in (sorted(points) if dated else points)]))
        if errors is not None:
            return InUse(name, errors, file)
    return None


def _errors(name: str, values: np.ndarray) -> np.ndarray | None:
    errors = errors_of(name, values) if metric_of("", name) is not None else None
    return errors if errors is not None and bool((errors > 0).all()) else None


@feature("report.use_worsens", unit="doublings", doc="How many times over the error in use has doubled from the first"
         " quarter of the reported periods to the last one", how=HOW, source="real.cross")  # fmt: skip
def worsens(m: Measures) -> Measured:
    found: InUse | None = m.once(in_use)
    if found is None:
        return unknown(HOW, "not-logged")
    few = max(1, len(found.errors) // 4)
    first, last = float(found.errors[:few].mean()), float(found.errors[-few:].mean())
    return Measured(log2(last / first), note=found.name, where=Where(found.file, found.name))


@feature("report.use_trend", unit="correlation", doc="Rank correlation of the error in use with time: 1 where each"
         " period is worse than the one before", how=HOW, source="real.cross")  # fmt: skip
def trend(m: Measures) -> Measured:
    found: InUse | None = m.once(in_use)
    if found is None:
        return unknown(HOW, "not-logged")
    value = rank_correlation(np.arange(len(found.errors)), found.errors)
    return Measured(value or 0.0, note=found.name, where=Where(found.file, found.name))


@feature("report.shift_in_use", unit="standard deviations", doc="How far the mean of a column in use lies from that in"
         " training data, the farthest of all, by a report that gives both", how=HOW, source="fig1.b")  # fmt: skip
def shift_in_use(m: Measures) -> Measured:
    found = m.once(told)
    columns = {said.name for said, _ in found if said.what == "mean" and said.split == "serving"}
    moved = shift(m) if columns else None
    if not isinstance(moved, dict) or columns.isdisjoint(moved):
        return unknown("no report gives the mean of a column in use and in training", "not-logged")
    worst = max(columns & moved.keys(), key=lambda name: float(moved[name].value or 0.0))
    return Measured(moved[worst].value, note=worst, where=moved[worst].where)


@feature("report.psi_in_use", unit="index", doc="Population stability index of a column in use beside training data,"
         " the largest of all, by a report that is about data in use", how=HOW, source="fig1.b")  # fmt: skip
def psi_in_use(m: Measures) -> Measured:
    indices = [(said.value, said.name, file) for said, file in m.once(told) if said.what == "psi"]
    in_use = {said.name for said, _ in m.once(told) if said.what == "psi" and said.split == "serving"}
    known = m["column.reported_psi"]
    if not isinstance(known, dict) or in_use.isdisjoint(known):
        return unknown("no report gives the stability index of a column in use", "not-logged")
    value, name, file = max(one for one in indices if one[1] in in_use and one[1] in known)
    return Measured(value, note=name, where=Where(file, name))
