"""The files of a run's tables, opened within a budget of time; what cannot be read is told in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mladvisor.errors import MladvisorError
from mladvisor.runs.model import Run
from mladvisor.runs.split_lists import list_kind
from mladvisor.tables.files import SPLITS, files_of_tables, inside, size
from mladvisor.tables.listed import as_table, examples_of
from mladvisor.tables.outcomes import business_table

if TYPE_CHECKING:
    from mladvisor.runs.split_lists import Example
    from mladvisor.tables.table import Table

BYTES_PER_SECOND = 40_000_000
"""Text that pandas parses in a second of the machine that estimates are made for."""


class TableFiles:
    """The files of a run's tables.

    Attributes:
        of: table -> its file, relative to the run folder.
        lists: split -> the list that names its examples.
        errors: table -> why it cannot be read, in words.
        notes: what was odd about the files read so far.

    Args:
        budget: seconds that reading the splits may take by estimate; of more only pieces are read.
    """

    def __init__(self, run: Run, budget: float) -> None:
        self._run, self._budget = run, budget
        self.errors: dict[str, str] = {}
        self.notes: list[str] = []
        self.of = files_of_tables(run, self.notes)
        self.lists = {name: self.of[list_kind(name)] for name in SPLITS if list_kind(name) in self.of}
        if not any(name in self.of for name in SPLITS):
            self.of |= self.lists  # what is known of the examples is how they are called

    def open(self, name: str) -> Table | None:
        """A table as it lies in its file; None without one that can be read (`errors` says why)."""
        file = self.of.get(name)
        if file is None:
            return None
        if self.is_listed(name):
            return as_table(name, file, self._examples(name, file))
        try:
            if name == "business":
                return business_table(self._run, file, self.most_bytes(name), self.note)
            table = self.read(name, file, most_bytes=self.most_bytes(name))
        except ImportError:
            self.errors[name] = f'{file}: `pip install pandas` (or "mladvisor[tables]") to look into tables'
        except MladvisorError as error:
            self.errors[name] = str(error)
        except OSError as error:
            self.errors[name] = f"{file}: cannot be opened ({error.strerror})"
        else:
            for note in table.notes:
                self.note(note)
            return table
        self.note(self.errors[name])
        return None

    def read(self, name: str, file: str, *, most_bytes: int) -> Table:
        """The table in a file. Raises ReadError, OSError, or ImportError where pandas is missing."""
        from mladvisor.tables.load import read_table

        return read_table(inside(self._run, file), name, file, most_bytes=most_bytes)

    def is_listed(self, name: str) -> bool:
        """Whether a list of its examples is all that there is of a split."""
        return name in self.lists and self.of.get(name) == self.lists[name]

    def listed(self) -> dict[str, tuple[str, list[Example]]]:
        """Split -> (file, examples) of the lists beside the tables."""
        return {name: (file, self._examples(name, file)) for name, file in self.lists.items()}

    def _examples(self, name: str, file: str) -> list[Example]:
        """What a list names; [] of one that is gone since the folder was looked through."""
        try:
            return examples_of(inside(self._run, file), file, name)
        except (MladvisorError, OSError):
            return []

    @property
    def load_seconds(self) -> float:
        """Estimated cost of reading the three splits."""
        return sum(min(self._bytes(name), self.most_bytes(name)) for name in SPLITS) / BYTES_PER_SECOND

    def most_bytes(self, name: str) -> int:
        """A share of the budget's bytes as large as the file's share of all splits."""
        total = sum(self._bytes(split) for split in SPLITS) or 1
        allowed = int(min(self._budget * BYTES_PER_SECOND, 2.0**62))  # who waits for a check may have no budget
        if name not in SPLITS or total <= allowed:
            return allowed if name not in SPLITS else total
        return max(1_000_000, allowed * self._bytes(name) // total)

    def _bytes(self, name: str) -> int:
        file = self.of.get(name)
        try:
            return size(inside(self._run, file)) if file is not None else 0
        except (OSError, MladvisorError):
            return 0

    def note(self, text: str) -> None:
        """Tell what was odd, once."""
        if text not in self.notes:
            self.notes.append(text)
