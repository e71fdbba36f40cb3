"""Printed output without words, `12 0.4131 0.86` in each line, read as a log where the script says what it prints."""

from __future__ import annotations

import re

import numpy as np

from mladvisor.errors import ReadError
from mladvisor.runs import log_names
from mladvisor.runs.model import Ignored, XUnit
from mladvisor.runs.open_logs import Log
from mladvisor.runs.readers.base import Candidate, RawCurve, Reading
from mladvisor.runs.readers.decoding import number
from mladvisor.runs.roles import Columns
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.printed_names import printed_names

MAX_BYTES = 4_000_000
_LEAST = 4  # lines
_MAX_LINE = 400
_SURE = 0.1
_WRAPPED = re.compile(
    r"(?:tensor|array|np\.float\d\d|float)\(\s*([-+\w.]{1,40})[^()]{0,80}(?:\([^()]{0,80}\))?[^()]{0,40}\)"
)
_BETWEEN = re.compile(r"[\s,;:|/\[\]()%]+")


class PrintedNumbers:
    """The reader of such output, which sniffs nothing: only who knows the script can ask it.

    Args:
        names: those of the numbers of a line; "" for one that is left out.
    """

    id = "printed-numbers"
    joins = False

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names

    def sniff(self, _: Candidate) -> float:
        """Never sure by the file alone."""
        return 0.0

    def read(self, candidate: Candidate) -> Reading:
        """A curve of each number that has a name. Raises ReadError when fewer than four lines hold as many numbers."""
        rows: list[int] = []
        values: list[list[float]] = []
        for at, line in enumerate(candidate.read_text(MAX_BYTES).splitlines(), start=1):
            found = _numbers(line, len(self.names)) if len(line) <= _MAX_LINE else None
            if found is not None:
                rows.append(at)
                values.append(found)
        if len(values) < _LEAST:
            raise ReadError(f"has no {_LEAST} lines of {len(self.names)} bare numbers", file=candidate.rel)
        table, places = np.array(values), np.array(rows, dtype=np.int64)
        reading = Reading(format=self.id)
        x, unit = self._counted(table, candidate.columns)
        for at, name in enumerate(self.names):
            if name and candidate.columns.x_kind(name) is None:
                reading.curves.append(RawCurve(name, table[:, at], x, unit, places))
        told = ", ".join(name or "?" for name in self.names)
        reading.assumed.append(f"the bare numbers in {candidate.rel} are taken for {told}, as the script prints them")
        return reading

    def _counted(self, table: np.ndarray, columns: Columns) -> tuple[np.ndarray | None, XUnit]:
        """The number that counts, if one does, and what it counts."""
        for at, name in enumerate(self.names):
            kind = columns.x_kind(name) if name else None
            if kind is not None and kind[0] in ("epoch", "step") and np.isfinite(table[:, at]).all():
                return table[:, at], kind[0]
        return None, "row"


def _numbers(line: str, count: int) -> list[float] | None:
    """The numbers of a line that holds so many and nothing else."""
    cells = [cell for cell in _BETWEEN.split(_WRAPPED.sub(r"\1", line)) if cell]
    found = [number(cell) for cell in cells] if len(cells) == count else []
    return [value for value in found if value is not None] if found and None not in found else None


def printed_numbers(code: Code, files: list[Candidate], columns: Columns, ignored: list[Ignored]) -> list[Log]:
    """The one file whose lines hold what the script prints; [] where none does, or several do."""
    logs: list[Log] = []
    for names in printed_names(code, columns):
        reader = PrintedNumbers(names)
        for file in files:
            if not (log_names.may_hold_messages(file.name) or log_names.may_be_output(file.name)) or file.binary:
                continue
            file.columns = columns
            try:
                reading = reader.read(file)
            except (ReadError, OSError):
                continue
            logs.append(Log([file], reader, _SURE, [reading], reading.curves))
    if len(logs) > 1:
        ignored.extend(Ignored(log.file.rel, "fits several lines that the script prints") for log in logs)
        return []
    return logs
