"""Notebooks as logs: what their cells printed, where nothing else in the folder is one."""

from __future__ import annotations

from mladvisor.errors import ReadError
from mladvisor.runs import script_names
from mladvisor.runs.logs import read_logs
from mladvisor.runs.model import Ignored, Run
from mladvisor.runs.readers import Candidate, best_reader
from mladvisor.runs.roles import Columns

_MOST = 20  # that are opened


def read_notebooks(run: Run, files: list[Candidate], columns: Columns) -> list[Ignored]:
    """Read what the cells of the notebooks among `files` printed as logs. Returns why the others hold none."""
    notebooks = [file for file in files if script_names.is_notebook(file.name)]
    if not notebooks:
        return []
    from mladvisor.runs.readers.notebook import Outputs

    printed: list[Candidate] = []
    unread: list[Ignored] = []
    for file in notebooks[:_MOST]:
        try:
            outputs = Outputs(file.path, file.rel, file.size, file.mtime, columns)
        except (ReadError, OSError, MemoryError) as error:
            why = error.message if isinstance(error, ReadError) else f"cannot be read ({type(error).__name__})"
            unread.append(Ignored(file.rel, why))
            continue
        if best_reader(outputs)[0] is not None:
            printed.append(outputs)
        else:
            unread.append(Ignored(file.rel, "is a notebook whose cells printed no loss or metric that repeats"))
    if printed:
        read_logs(run, printed, columns, single=True)
        run.assumed.extend(
            f"the log is what the cells of {name} printed"
            for name in dict.fromkeys(curve.place.file for curve in run.curves)
        )
    return unread
