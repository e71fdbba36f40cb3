"""Keys of the rows that a model answered, split by split: predictions of training rows beside those of test rows tell
which rows stand on both sides, where the data itself is not there.
"""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.report_tables import prediction_tables
from mladvisor.runs import table_columns
from mladvisor.runs.log_table import LogTable
from mladvisor.runs.report_names import words_of
from mladvisor.runs.split_names import part_called
from mladvisor.runs.word_sets import word_set

_HOW = "write the predictions of training rows and of test rows beside the log, each row with its key"
_KEYS = word_set("id uid uuid guid key hash md5 sha filename file path image img sample doc document url accession")
_LEAST = 30
"""Rows of a side."""
_UNIQUE = 0.95
"""Share of the keys of a side that come once there; what comes again is a group, or a class."""


def _keys(table: LogTable) -> tuple[str, list[str]] | None:
    """The first column that is called as keys are, without a blank, and its cells."""
    roles = set(table_columns.roles_of(table.names).values())
    for name in table.names:
        if name in roles or _KEYS.isdisjoint(words_of(name)):
            continue
        cells = [cell for cell in table.texts(name) if cell]
        if len(cells) == table.rows and len(cells) >= _LEAST:
            return name, cells
    return None


def _may_be_keys(cells: list[str]) -> bool:
    return len(cells) >= _LEAST and len(set(cells)) >= _UNIQUE * len(cells) and not _counts_rows(cells)


def _counts_rows(cells: list[str]) -> bool:
    """Numbers without a gap that begin with the first rows: each table numbers its own."""
    if not all(cell.isdigit() for cell in cells):
        return False
    numbers = [int(cell) for cell in cells]
    return min(numbers) <= 1 and max(numbers) - min(numbers) == len(numbers) - 1


def _shared(m: Measures) -> tuple[float, int, int, str, str] | None:
    """(share, rows, of how many, key, file) of judged rows whose keys training rows have. Use `m.once`."""
    sides: dict[str, tuple[str, list[str], str]] = {}
    for file, table in prediction_tables(m):
        found = _keys(table)
        if found is None:
            continue
        part = table_columns.roles_of(table.names).get("split")
        if part is None:
            split = part_called(file.rpartition("/")[2])
            if split:
                sides.setdefault(split, (*found, file))
            continue
        splits = [part_called(cell) for cell in table.texts(part)]
        for each in {split for split in splits if split}:
            cells = [cell for cell, split in zip(table.texts(found[0]), splits, strict=True) if split == each]
            sides.setdefault(each, (found[0], cells, file))
    train = sides.get("train")
    others = [sides[split] for split in ("test", "val") if split in sides]
    if train is None or not others or others[0][0] != train[0]:
        return None
    if not (_may_be_keys(train[1]) and _may_be_keys(others[0][1])):
        return None  # keys of groups, or numbers of rows
    seen = set(train[1])
    name, cells, file = others[0]
    both = sum(cell in seen for cell in cells)
    return both / len(cells), both, len(cells), name, file


@feature("predictions.keys_of_training", unit="fraction", doc="Share of the judged rows whose key a training row has,"
         " by the predictions of both", how=_HOW, source="data.splits")  # fmt: skip
def keys_of_training(m: Measures) -> Measured:
    found = m.once(_shared)
    if found is None:
        return unknown(_HOW, "not-logged")
    share, both, of, name, file = found
    return Measured(share, note=f"{both:,} of {of:,} by {name}", where=Where(file, name))
