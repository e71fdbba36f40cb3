"""Whether it is the rows in use that differ from training: what a model was asked, which no split has divided."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_drift import SURE, most_different
from mladvisor.features.data_splits import DRIFT, HOW
from mladvisor.features.measured import Measured, Where


@feature(
    "data.drifts_in_use",
    type="choice",
    doc="The table of rows in use (served, scored) in which a column differs most from training; unknown where another"
    " table is the one that differs, or none does",
    how=HOW,
    source="data.splits",
    cost="cheap",
    job=DRIFT,
)
def drifts_in_use(m: Measures) -> Measured | None:
    served = m.run.files.get("serving", ())
    found = m.once(most_different) if served else None
    if not isinstance(found, dict):
        return None
    sure = [(drift.effect.size, column, other) for column, (other, drift, q) in found.items() if q < SURE]
    if not sure:
        return None
    _, column, other = max(sure, key=lambda one: one[:2])
    return Measured(other.file, where=Where(other.file, column)) if other.file in served else None
