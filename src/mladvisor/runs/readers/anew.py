"""Settings that a log tells again, further down: a program was started anew and wrote to the same file.

They come as a block in braces that opens at the end of a line, or as one line (`Namespace(lr=0.1)`, `{'lr': 0.1}`), and
name what was named before the first training.
"""

from __future__ import annotations

from typing import Any

from mladvisor.runs.readers.around import is_printed_dict, settings_in
from mladvisor.runs.roles import Columns
from mladvisor.runs.settings_names import LEAST_SURE, sure_among

_MOST_LINES = 400
_SAME = 0.5
"""Share of the settings of the first training that are named again: options come and go while somebody tries them."""


class Anew:
    """Gathers such blocks line by line."""

    __slots__ = ("_block", "_columns", "_first", "_left", "_row", "told")

    def __init__(self, first: dict[str, Any], columns: Columns) -> None:
        """`first`: the settings told before the first training, filled while the log is read."""
        self.told: list[tuple[int, dict[str, Any]]] = []
        self._first, self._columns = first, columns
        self._block: dict[str, Any] = {}
        self._row = self._left = 0

    def line(self, row: int, line: str) -> None:
        """A line below the first that is of a training."""
        if self._left:
            self._left -= 1
            if line.lstrip().startswith("}"):
                self._left = 0
                self._keep()
            else:
                settings_in(line, self._block, self._columns)
        elif line.rstrip().endswith("{"):
            self._row, self._left, self._block = row, _MOST_LINES, {}
        elif "Namespace(" in line or ("{" in line and is_printed_dict(line)):
            self._row, self._block = row, {}
            settings_in(line, self._block, self._columns)
            self._keep()

    def _keep(self) -> None:
        again = sum(key in self._first for key in self._block)
        if len(sure_among(self._block)) >= LEAST_SURE and again >= _SAME * len(self._first):
            self.told.append((self._row, self._block))
