"""How far the label of a regression spreads where no table holds it: by the answers that were judged, or a report."""

from __future__ import annotations

from math import hypot

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.report_said import told
from mladvisor.runs.other_languages import english
from mladvisor.runs.table_columns import LABEL_SETTINGS

_HOW = "put predictions.csv (y_true, y_pred), or statistics of the label, beside the log"


def of_report(m: Measures) -> tuple[float, float, Where] | None:
    """Mean and standard deviation of the column that the settings name, by a report of training data. Use `m.once`."""
    names = {
        str(each.value).lower()
        for key, each in m.run.config.items()
        if english(key.rpartition(".")[2]).lower() in LABEL_SETTINGS and isinstance(each.value, str)
    }
    parts: dict[str, tuple[float, str]] = {}
    for said, file in m.once(told) if names else ():
        if said.what in ("mean", "std") and said.split in (None, "train") and said.name.lower() in names:
            parts.setdefault(said.what, (said.value, file))
    if len(parts) < 2 or m.value("task.family") != "regression":
        return None
    return parts["mean"][0], parts["std"][0], Where(parts["std"][1], "std")


@feature("label.told_sd", unit="label units", doc="Standard deviation of the label of a regression, by the true values"
         " of its predictions or by a report", how=_HOW, source="+scaling")  # fmt: skip
def told_sd(m: Measures) -> Measured:
    spread, report = m.one("predictions.truth_spread"), m.once(of_report)
    if isinstance(spread.value, float):
        return Measured(10.0**spread.value, where=spread.where)
    return unknown(_HOW, "not-logged") if report is None else Measured(report[1], where=report[2])


@feature("label.told_size", unit="label units", doc="Root of the mean square of the label of a regression, by the true"
         " values of its predictions or by a report", how=_HOW, source="+scaling")  # fmt: skip
def told_size(m: Measures) -> Measured:
    size, report = m.one("predictions.truth_size"), m.once(of_report)
    if isinstance(size.value, float):
        return Measured(10.0**size.value, where=size.where)
    return unknown(_HOW, "not-logged") if report is None else Measured(hypot(report[0], report[1]), where=report[2])
