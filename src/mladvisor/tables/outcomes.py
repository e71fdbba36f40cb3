"""What a model does in use, where it stands as columns of the log and not in a table of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mladvisor.runs.model import Curve, Run
from mladvisor.runs.table_columns import is_of_use, is_outcome

if TYPE_CHECKING:
    from mladvisor.tables.table import Table

_LEAST = 6  # points of which an agreement can be said


def outcomes_in(run: Run) -> list[Curve]:
    """Columns of the log that count what the model does in use; none where business.csv tells of it."""
    if run.files.get("business"):
        return []
    return [curve for curve in run.curves if _counts_use(curve) and len(curve) >= _LEAST]


def _counts_use(curve: Curve) -> bool:
    """Hours that are saved are no time that the training took, where the column says what it is."""
    kind = curve.role.kind
    return (kind in ("other", "reward") and is_outcome(curve.name)) or (kind == "time" and is_of_use(curve.name))


def table_of_report(path: Path, file: str) -> Table:
    """Outcomes in use that stand in JSON, or in a table of a text. Raises ReadError."""
    import pandas as pd

    from mladvisor.runs.report_forms import read_report
    from mladvisor.tables.table import Table

    read = read_report(path.parent, path.name)
    told = {name: read.numbers(name) for name in read.names}
    columns = {name: values if np.isfinite(values).any() else read.texts(name) for name, values in told.items()}
    return Table("business", file, pd.DataFrame(columns))


def table_of(file: str, run: Run) -> Table:
    """Outcomes and metrics of a log as a table, a row for each point of the longest outcome, by what the log counts.

    A log by steps holds its training loss at more of them than what was judged.
    """
    import pandas as pd

    from mladvisor.tables.table import Table

    longest = max((curve for curve in outcomes_in(run) if curve.place.file == file), key=len)
    frame = pd.DataFrame({longest.x_unit if longest.x_unit != "row" else "step": longest.x})
    for curve in run.curves:  # some loggers write a file for each quantity
        if np.array_equal(curve.x, longest.x) and (curve.role.kind == "metric" or _counts_use(curve)):
            frame[curve.name] = curve.y
    return Table("business", file, frame)
