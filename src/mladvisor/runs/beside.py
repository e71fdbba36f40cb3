"""Which files beside the log are the tables of the run: by their names, or as the only table that is spoken of."""

from __future__ import annotations

from mladvisor.errors import ReadError
from mladvisor.runs import layout, table_names
from mladvisor.runs.model import Run
from mladvisor.runs.readers import Candidate
from mladvisor.runs.readers.cells import names_in

_LEAST_DATA = 1_000  # bytes: of a smaller table nothing could be said


def tables_of(files: list[Candidate]) -> dict[str, tuple[str, ...]]:
    """Kind of table -> files of that kind, in the run folder itself or below it."""
    found: dict[str, tuple[str, ...]] = {}
    for file in files:
        kind = table_names.table_kind_at(file.rel)
        if kind is not None:
            found[kind] = (*found.get(kind, ()), file.rel)
    return found


def without_logs(run: Run) -> dict[str, tuple[str, ...]]:
    """The tables that are not the log itself: a log may be called train.csv."""
    logs = {curve.place.file for curve in run.curves}
    left = {kind: tuple(name for name in names if name not in logs) for kind, names in run.files.items()}
    return {kind: names for kind, names in left.items() if names}


def only_table(run: Run, files: list[Candidate]) -> dict[str, tuple[str, ...]]:
    """The one table beside the log, whatever it is called, as the training data."""
    logs = {curve.place.file for curve in run.curves}
    found = [
        file.rel
        for file in files
        if "/" not in file.rel
        and file.rel not in logs
        and table_names.may_be_data(file.name)
        and file.size >= _LEAST_DATA
    ]
    if len(found) != 1 or not _is_named(run, files, found[0]):
        return {}
    run.assumed.append(f"{found[0]}, the only table beside the log, is taken for the training data")
    return {"train": (found[0],)}


def _is_named(run: Run, files: list[Candidate], table: str) -> bool:
    """Something of the run speaks of the table: script, log or settings name it or its columns, or it has a label."""
    by_name = {file.rel: file for file in files}
    try:
        first = by_name[table].text.split("\n", 1)[0]
    except ReadError:
        return False
    columns = frozenset(names_in(first))
    if not table_names.LABELS.isdisjoint(name.lower() for name in columns):
        return True
    values = [each.value for each in run.config.values()]
    listed = [value for value in values if isinstance(value, list) and len(columns.intersection(map(str, value))) > 1]
    if listed or any(isinstance(value, str) and (value in columns or table in value) for value in values):
        return True
    texts = [file for file in files if layout.may_hold_messages(file.name) or file.name.endswith((".py", ".ipynb"))]
    return any(table in file.text for file in texts)
