"""What reports of a model's scores call the label: {"model": "mlp", "target": "churned", "test": {...}}."""

from __future__ import annotations

from mladvisor.errors import ReadError
from mladvisor.runs.data_records import records_in
from mladvisor.runs.model import Run
from mladvisor.runs.readers import Candidate
from mladvisor.runs.table_columns import LABEL_SETTINGS

_REPORTS = ("score_report", "decision_report")


def labels_named(run: Run) -> tuple[str, ...]:
    """The names at the top of such reports, as they are written; who reads their scores notes what fails."""
    found: list[str] = []
    for file in dict.fromkeys(file for kind in _REPORTS for file in run.files.get(kind, ())):
        try:
            records = records_in(Candidate(str(run.folder / file), file))
        except (ReadError, OSError):
            continue
        found += [
            value
            for record in records
            if len(record.path) == 1
            for key, value in record.cells.items()
            if key in LABEL_SETTINGS and isinstance(value, str)
        ]
    return tuple(dict.fromkeys(found))
