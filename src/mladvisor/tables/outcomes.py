"""What a model does in use, where it stands as columns of the log and not in a table of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mladvisor.runs.model import Curve, Run
from mladvisor.runs.table_columns import is_outcome

if TYPE_CHECKING:
    from mladvisor.tables.table import Table

_LEAST = 6  # points of which an agreement can be said


def outcomes_in(run: Run) -> list[Curve]:
    """Columns of the log that count what the model does in use; none where business.csv tells of it."""
    if run.files.get("business"):
        return []
    return [
        curve
        for curve in run.curves
        if curve.role.kind in ("other", "reward") and is_outcome(curve.name) and len(curve) >= _LEAST
    ]


def table_of(file: str, run: Run) -> Table:
    """Outcomes and metrics of a log as a table, a row for each point of the longest, ordered by what the log counts."""
    import pandas as pd

    from mladvisor.tables.table import Table

    curves = [curve for curve in run.curves if curve.place.file == file]
    longest = max(curves, key=len)
    frame = pd.DataFrame({longest.x_unit if longest.x_unit != "row" else "step": longest.x})
    for curve in curves:
        if len(curve) == len(longest) and (curve.role.kind == "metric" or is_outcome(curve.name)):
            frame[curve.name] = curve.y
    return Table("business", file, frame)
