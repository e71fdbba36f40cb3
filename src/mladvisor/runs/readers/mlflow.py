"""MLflow: the file store's `metrics/` and `params/`, and the database `mlflow.db`.

In the file store each metric is a file of lines `timestamp value step` (old versions: no step) and each parameter a
file that holds its value. The database is opened read-only and immutable: no lock, no journal, nothing written beside
it.
"""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from mladvisor.errors import ReadError
from mladvisor.runs.readers.base import Candidate, RawCurve, Reading
from mladvisor.runs.readers.decoding import in_units, number

_MAX_PARAM = 6_000  # MLflow's own limit on a parameter's length
_MAX_DATABASE = 1 << 30
_MAX_ROWS = 1_000_000
_FIRST_TIME, _LAST_TIME = 10**12, 10**14  # milliseconds: the years 2001 to 5138
_SQLITE = b"SQLite format 3\0"


class MetricFile:
    """Reader of one metric of the file store."""

    id = "mlflow"
    joins = True

    def sniff(self, candidate: Candidate) -> float:
        """Every line is a time in milliseconds, a number and a step; a parameter's file is told by its folder."""
        folders = candidate.folder.split("/")
        if "params" in folders and candidate.size <= _MAX_PARAM and not candidate.binary:
            return 0.6
        if candidate.binary or not candidate.head[:13].isdigit():
            return 0.0
        lines = candidate.lines[:50]
        return 0.9 if lines and all(_is_line(line) for line in lines) else 0.0

    def read(self, candidate: Candidate) -> Reading:
        """One curve, or one parameter. Raises ReadError naming the first line that is none."""
        if not candidate.head[:13].isdigit() or "params" in candidate.folder.split("/"):
            return self._parameter(candidate)
        lines = candidate.read_text().split("\n")
        torn = bool(lines[-1])  # killed within the last line: its last number may be cut
        if not lines[-1]:
            lines.pop()
        values = np.empty(len(lines))
        steps = np.empty(len(lines))
        has_steps = len(lines[0].split()) > 2
        for index, line in enumerate(lines):
            parts = line.split()
            value = number(parts[1]) if len(parts) > 1 else None
            step = number(parts[2]) if len(parts) > 2 else None
            last = index == len(lines) - 1
            if value is None or (has_steps and step is None) or (torn and last and index):
                if last and index:
                    values, steps, torn = values[:-1], steps[:-1], True
                    break
                raise ReadError("expected `time value step`", file=candidate.rel, place=f"line {index + 1}")
            values[index] = value
            steps[index] = step if step is not None else index
        curve = RawCurve(
            name=_below(candidate, "metrics"),
            y=values,
            x=steps if has_steps else None,
            x_unit="step" if has_steps else "row",
            rows=np.arange(1, len(values) + 1),
        )
        return Reading(curves=[curve], torn=torn)

    def _parameter(self, candidate: Candidate) -> Reading:
        text = candidate.text.strip()
        return Reading(config={_below(candidate, "params"): value_of(text) if text else ""})


def value_of(text: str) -> Any:
    """A parameter as it was before MLflow made text of it: a list of layers is one again."""
    from mladvisor.yaml_io import scalar

    if text == "None":
        return None
    if text[:1] in "[(" and text[-1:] in "])":  # a mapping would be a block of settings, which `scalar` leaves as text
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            return scalar(text)  # cut off, or no literal
        return list(value) if isinstance(value, tuple) else value
    return scalar(text)


class Database:
    """Reader of `mlflow.db`; of several runs in it, the one with most points is read."""

    id = "mlflow-db"
    joins = False

    def sniff(self, candidate: Candidate) -> float:
        """An SQLite file; whether its tables are MLflow's is seen when it is read."""
        return 0.6 if candidate.head.startswith(_SQLITE) else 0.0

    def read(self, candidate: Candidate) -> Reading:
        """Curves and parameters of one run. Raises ReadError for any other SQLite file, and for a damaged one."""
        import sqlite3
        from urllib.parse import quote

        if candidate.size > _MAX_DATABASE:
            raise ReadError(
                f"is {in_units(candidate.size)} large; no database of that size is read", file=candidate.rel
            )
        try:
            connection = sqlite3.connect(f"file:{quote(candidate.path)}?mode=ro&immutable=1", uri=True)
            try:
                return _read_database(connection, candidate)
            finally:
                connection.close()
        except (sqlite3.Error, ValueError) as error:
            raise ReadError(f"is no MLflow database that can be read ({error})", file=candidate.rel) from None


METRIC_FILE = MetricFile()
DATABASE = Database()


def _read_database(connection: Any, candidate: Candidate) -> Reading:
    runs = connection.execute(
        "select run_uuid, count(*), count(distinct step) from metrics group by run_uuid order by 3 desc, 2 desc, 1"
    ).fetchall()
    if not runs:
        raise ReadError("holds no metrics", file=candidate.rel)
    run = runs[0][0]
    reading = Reading()
    points: dict[str, tuple[list[float], list[float]]] = {}
    query = "select key, value, step, is_nan from metrics where run_uuid = ? order by step, timestamp limit ?"
    for key, value, step, is_nan in connection.execute(query, (run, _MAX_ROWS)):
        steps, values = points.setdefault(str(key), ([], []))
        steps.append(float(step or 0))
        values.append(float("nan") if is_nan else float(value))
    for key, (steps, values) in points.items():
        reading.curves.append(RawCurve(name=key, y=np.array(values), x=np.array(steps), x_unit="step", column=key))
    for key, value in connection.execute("select key, value from params where run_uuid = ?", (run,)):
        reading.config[str(key)] = value_of(str(value))
    names = dict(connection.execute("select run_uuid, name from runs").fetchall())
    statuses = dict(connection.execute("select run_uuid, status from runs").fetchall())
    reading.name = str(names.get(run) or run[:8])
    if len(runs) > 1:
        reading.notes.append(
            f"{candidate.rel} holds {len(runs)} runs with metrics; {reading.name}, with most points, is read"
        )
    if statuses.get(run) in ("FAILED", "KILLED"):
        reading.notes.append(f"MLflow says that the run {str(statuses[run]).lower()}")
    reading.torn = statuses.get(run) == "RUNNING"
    return reading


def _is_line(line: str) -> bool:
    parts = line.split()
    return (
        len(parts) in (2, 3)
        and parts[0].isdecimal()
        and _FIRST_TIME <= int(parts[0]) < _LAST_TIME
        and number(parts[1]) is not None
    )


def _below(candidate: Candidate, folder: str) -> str:
    """The name of a metric or parameter: its path below `metrics/` or `params/`, where slashes are part of names."""
    parts = candidate.rel.split("/")
    if folder in parts[:-1]:
        return "/".join(parts[len(parts) - 1 - parts[::-1].index(folder) + 1 :])
    return candidate.name
