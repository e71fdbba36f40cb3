"""Records of a report with what its other records say of them: which tables are neither training nor validation, how
many rows the columns have, and which file is the reference that others are compared with.
"""

from __future__ import annotations

from collections.abc import Mapping

from mladvisor.runs.checks_said import FAILED_CELLS
from mladvisor.runs.columns_said import BLANKS
from mladvisor.runs.data_records import Record
from mladvisor.runs.data_verdicts import Said, number
from mladvisor.runs.report_names import is_part, is_part_column, words_of
from mladvisor.runs.split_counts import is_count
from mladvisor.runs.split_names import split_called
from mladvisor.runs.word_sets import word_set


def with_other_parts(records: list[Record]) -> list[Record]:
    """Where a column names splits and one of them is that of training, a row of another name is of other data: "line2",
    "site_b". It is asked about as data in use is.
    """
    named = [(record, key) for record in records for key in record.cells if is_part_column(key)]
    called = {id(record): str(record.cells[key]) for record, key in named}
    if not any(split_called(each) == "train" for each in called.values()):
        return records
    others = {
        id(record): {key: f"serving {called[id(record)]}"} for record, key in named if is_other(called[id(record)])
    }
    return [record._replace(cells={**record.cells, **others.get(id(record), {})}) for record in records]


def with_rows(records: list[Record]) -> list[Record]:
    """Where a report says at its top how many rows there are, and further below how many cells of each column are
    blank, the columns have these rows.
    """
    rows = {each.path: found for each in records if is_count(found := number(each.cells, _ROWS)) and found}
    return [_of_rows_above(each, rows) for each in records] if rows else records


def _of_rows_above(record: Record, rows: Mapping[tuple[str, ...], float]) -> Record:
    counted = any(not (BLANKS | FAILED_CELLS).isdisjoint(words_of(key)) for key in record.cells)
    if not counted or record.path in rows or number(record.cells, ("count", "n", "total")) is not None:
        return record
    above = next(
        (rows[path] for end in range(len(record.path) - 1, 0, -1) if (path := record.path[:end]) in rows), None
    )
    return record if above is None else record._replace(cells={**record.cells, _ROWS[0]: int(above)})


_ROWS = ("rows", "n_rows", "num_rows", "row_count", "total_rows")


def is_other(called: str) -> bool:
    """The name of a table that is neither of training nor of another split, and not of all rows."""
    words = words_of(called)
    return bool(words) and not is_part(called) and split_called(called) is None and _OF_ALL.isdisjoint(words)


_OF_ALL = word_set("all total overall both whole full sum fold folds difference diff delta raw unscaled original")


def of_reference(records: list[Record], found: list[Said]) -> list[Said]:
    """Statistics in a file that is called after a reference are of training: what is in use is compared with them."""
    tops = {record.path[0] for record in records}
    words = {word for each in tops for word in words_of(each)}
    if len(tops) != 1 or _REFERENCES.isdisjoint(words) or _STATISTICS.isdisjoint(words):
        return found
    return [each._replace(split="train") if each.split is None and each.what in _OF_VALUES else each for each in found]


_REFERENCES = word_set("reference ref baseline")
_STATISTICS = word_set("stats stat statistics profile distribution distributions summary describe features data")
_OF_VALUES = ("mean", "std", "low", "high")
