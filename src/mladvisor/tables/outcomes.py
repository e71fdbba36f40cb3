"""What a model does in use, where it stands as columns of the log and not in a table of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mladvisor.errors import MladvisorError
from mladvisor.runs.data_sets import columns_of
from mladvisor.runs.model import Curve, Run
from mladvisor.runs.report_forms import SUFFIXES, is_long, read_report
from mladvisor.runs.report_names import is_metric
from mladvisor.runs.table_columns import is_of_use, is_outcome
from mladvisor.tables.table import Table

_MOST_BYTES = 1_000_000  # of a table of releases
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


def business_table(run: Run, file: str, most_bytes: int, note: Callable[[str], None]) -> Table:
    """Outcomes in use, wherever they stand: columns of the log, a report, or a table, with its releases beside it.

    Raises ReadError where they cannot be read, OSError where they cannot be opened.
    """
    if outcomes := outcomes_in(run):
        return _table_of_log(outcomes[0].place.file, run)
    from mladvisor.tables.files import inside

    if file.lower().rpartition(".")[2] in SUFFIXES or is_long(columns_of(inside(run, file))):
        table = _table_of_report(inside(run, file), file)
    else:
        from mladvisor.tables.load import read_table

        table = read_table(inside(run, file), "business", file, most_bytes=most_bytes)
        for each in table.notes:
            note(each)
    return _with_releases(_with_kpis(table, run, note), run, note)


def _table_of_report(path: Path, file: str) -> Table:
    """Outcomes in use that stand in JSON, or in a table of a text. Raises ReadError."""
    import pandas as pd

    read = read_report(path.parent, path.name)
    told = {name: read.numbers(name) for name in read.names}
    columns = {name: values if np.isfinite(values).any() else read.texts(name) for name, values in told.items()}
    return Table("business", file, pd.DataFrame(columns))


def _table_of_log(file: str, run: Run) -> Table:
    """Outcomes and metrics of a log as a table, a row for each point of the longest outcome, by what the log counts.

    A log by steps holds its training loss at more of them than what was judged.
    """
    import pandas as pd

    longest = max((curve for curve in outcomes_in(run) if curve.place.file == file), key=len)
    frame = pd.DataFrame({longest.x_unit if longest.x_unit != "row" else "step": longest.x})
    for curve in run.curves:  # some loggers write a file for each quantity
        if np.array_equal(curve.x, longest.x) and (curve.role.kind == "metric" or _counts_use(curve)):
            frame[curve.name] = curve.y
    return Table("business", file, frame)


def _with_kpis(table: Table, run: Run, note: Callable[[str], None]) -> Table:
    """The same rows with what the business counts of them in a second table, by the first column of both."""
    from mladvisor.tables.files import inside
    from mladvisor.tables.load import read_table

    for file in run.files.get("kpis", ()):
        if file == table.file:
            continue
        try:
            kpis = read_table(inside(run, file), "business", file, most_bytes=_MOST_BYTES)
        except (MladvisorError, OSError) as error:
            note(f"{error}: its outcomes are not set against {table.file}")
            continue
        key = table.columns[0]
        new = [name for name in kpis.columns if name not in table]
        if key != kpis.columns[0] or not new or not kpis.frame[key].is_unique or not table.frame[key].is_unique:
            continue
        joined = table.frame.merge(kpis.frame[[key, *new]], on=key, how="inner")
        if len(joined) >= _LEAST:
            note(f"{file} has outcomes of the same rows ({key}) as {table.file}")
            table = Table(table.name, table.file, joined)
    return table


def _with_releases(table: Table, run: Run, note: Callable[[str], None]) -> Table:
    """Outcomes by day or week, a row for each release, with the model metrics that a second table has of it.

    Rows belong to a release by the column that both tables have, or to the last one before their date. A table with
    model metrics of its own, or without such a second one, stays as it is.
    """
    files = run.files.get("releases", ())
    if not files or any(map(is_metric, table.columns)):
        return table
    from mladvisor.tables.files import inside
    from mladvisor.tables.load import read_table

    try:
        releases = read_table(inside(run, files[0]), "releases", files[0], most_bytes=_MOST_BYTES)
    except (MladvisorError, OSError) as error:
        note(f"{error}: the model metrics of its releases are not set against {table.file}")
        return table
    belongs = _releases_of(table, releases)
    if belongs is None:
        return table
    numbers = [c for c in table.columns if table.kind(c) in ("numeric", "integer") and c not in releases]
    means = table.frame[numbers].groupby(belongs).mean()
    joined = releases.frame.join(means, how="inner")
    if len(joined) < _LEAST or not numbers:
        return table
    note(f"{table.file} is averaged over each row of {files[0]}, which has the model metrics")
    return Table(table.name, table.file, joined.reset_index(drop=True))


def _releases_of(table: Table, releases: Table) -> NDArray[np.int64] | None:
    """(rows,) the row of `releases` that each row of outcomes belongs to, -1 for none; None where nothing tells."""
    key = releases.columns[0]
    if key in table:
        place = {value: row for row, value in enumerate(releases.frame[key].astype(str))}
        found = np.array([place.get(value, -1) for value in table.frame[key].astype(str)], dtype=np.int64)
        return found if (found >= 0).any() else None
    dates = [next((c for c in each.columns if each.kind(c) == "datetime"), None) for each in (table, releases)]
    if dates[0] is None or dates[1] is None:
        return None
    start = releases.times(dates[1])
    if not (np.diff(start) > 0).all():
        return None
    return np.searchsorted(start, table.times(dates[0]), side="right").astype(np.int64) - 1
