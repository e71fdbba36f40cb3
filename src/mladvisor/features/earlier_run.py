"""How far a run stays behind the earlier one that notes beside it set it against."""

from __future__ import annotations

from math import isfinite

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.metric_names import metric_of
from mladvisor.features.report_said import written
from mladvisor.runs.reference_lines import references_in
from mladvisor.runs.report_names import is_loss

_HOW = "note what the last release scored on the same data (`reference: val acc 0.85; this run: 0.84`)"


@feature(
    "report.behind_reference",
    unit="fraction",
    doc="How much worse the run is than the earlier model that notes set it against, on the same data: points of a"
    " metric within 0 and 1, else a share of the earlier value; below 0 where it is better",
    how=_HOW,
    source="base.ladder",
)
def behind_reference(m: Measures) -> Measured:
    for file, lines in m.once(written):
        for said in references_in(lines):
            metric = metric_of("", said.metric)
            if metric is None and not is_loss(said.metric):
                continue
            sign = 1.0 if metric is not None and metric.higher else -1.0
            scale = 1.0 if metric is not None and metric.bounded and said.before <= 1.0 else abs(said.before)
            if not isfinite(said.before) or scale == 0:
                continue
            behind = sign * (said.before - said.own) / scale if isfinite(said.own) else 1.0
            note = f"{said.metric} {said.before:g} before, {said.own:g} now"
            return Measured(behind, note=note, where=Where(file))
    return unknown(_HOW, "not-logged")
