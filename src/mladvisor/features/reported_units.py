"""Whether reported statistics of a column differ between splits by the factor between two units."""

from __future__ import annotations

from math import log10

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Items, Measured, Where, unknown
from mladvisor.features.report_said import reaching, told

HOW = "put a report with mean and standard deviation of each column by split beside the log"
_MEAN, _SPREAD = 0.06, 0.2
"""How far the logarithm (base ten) of a ratio may lie from that of the factor: samples of a skewed amount differ so."""


@feature("column.reported_factor", each="column", unit="factor", doc="The power of ten by which both the mean and the"
         " standard deviation of the column differ from those of training, by a report; 1 where they do not", how=HOW,
         source="data.schema")  # fmt: skip
def factor(m: Measures) -> Items | Measured:
    parts: dict[tuple[str, str | None, str], tuple[float, str]] = {
        (said.name, said.split, said.what): (said.value, file)
        for said, file in m.once(told)
        if said.what in ("mean", "std")
    }
    result: dict[str, Measured] = {}
    for (name, split, what), (mean, file) in parts.items():
        before, spread = parts.get((name, "train", "mean")), parts.get((name, "train", "std"))
        now = parts.get((name, split, "std"))
        if what != "mean" or split in (None, "train") or before is None or spread is None or now is None:
            continue
        found = _power(mean, before[0], now[0], spread[0])
        if found is not None and (name not in result or found > result[name].value):  # type: ignore[operator]
            result[name] = Measured(found, where=Where(file, name))
    return reaching(m, result or unknown("no report gives mean and spread of a column in two splits", "not-logged"))


def _power(mean: float, before: float, spread: float, was: float) -> float | None:
    if mean * before <= 0.0 or spread <= 0.0 or was <= 0.0:
        return None
    moved, widened = log10(mean / before), log10(spread / was)
    power = round(moved)
    same = abs(moved - power) < _MEAN and abs(widened - power) < _SPREAD
    return float(10.0 ** abs(power)) if same else 1.0
