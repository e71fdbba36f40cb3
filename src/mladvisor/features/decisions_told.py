"""What notes and printed evaluations tell of ranking and decisions together (`runs/decisions_said`)."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.runs.decisions_said import decisions_in_file
from mladvisor.runs.readers import Candidate

_HOW = "write AUC beside recall, precision and specificity of the decisions into a note or evaluation beside the log"


@feature("decisions.told.*", unit="fraction", doc="Area under the curve (`area`), recall, precision or specificity, as"
         " the one note or printed evaluation tells it that tells the area and one of the rates", how=_HOW,
         source="metric.auc")  # fmt: skip
def told(m: Measures, name: str) -> Measured:
    files = m.run.files.get("decision_note", ())
    if len(files) != 1:
        return unknown(_HOW, "not-logged")
    found = decisions_in_file(Candidate(str(m.run.folder / files[0]), files[0]))
    value = getattr(found, name, None)
    return unknown(_HOW, "not-logged") if value is None else Measured(value, where=Where(files[0]))
