"""Tables that are squares: given labels beside corrected ones, correlations of all columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mladvisor.runs.data_records import Record
from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.report_names import words_of
from mladvisor.runs.table_columns import LABELS
from mladvisor.runs.word_sets import word_set

_GIVEN = word_set("original given old current stored dataset assigned before first")
_BETTER = word_set(
    "corrected new reviewed gold expert adjudicated relabel relabeled relabelled recheck audited after second verified"
)
_MODEL = word_set("pred predicted prediction predictions model output")
_LEAST, _MOST = 2, 100


def squares_said(records: Sequence[Record]) -> Iterator[Said]:
    """What a table says whose rows are called as its columns."""
    tables: dict[tuple[str, ...], list[Record]] = {}
    for record in records:
        tables.setdefault(record.path, []).append(record)
    for path, rows in tables.items():
        keys = list(rows[0].cells)
        if not _LEAST <= len(rows) == len(keys) - 1 <= _MOST:
            continue
        names = [str(row.cells.get(keys[0], "")).lower() for row in rows]
        if names != [key.lower() for key in keys[1:]]:
            continue
        numbers = [[row.cells.get(key) for key in keys[1:]] for row in rows]
        if all(isinstance(each, int | float) and not isinstance(each, bool) for row in numbers for each in row):
            whole = [[float(each) for each in row if each is not None] for row in numbers]
            yield from _wrong(path, keys[0], whole)
            yield from _correlations(names, keys[1:], whole)


def _wrong(path: Iterable[str], first: str, counts: list[list[float]]) -> Iterator[Said]:
    """Counts of given labels against those that a second look gave: what lies beside the diagonal is wrong."""
    words = {word for each in (*path, first) for word in words_of(each)}
    if not (words & _GIVEN and words & _BETTER) or words & _MODEL:
        return
    total = sum(map(sum, counts))
    if total >= 1.0 and all(each >= 0.0 and not each % 1 for row in counts for each in row):
        right = sum(row[at] for at, row in enumerate(counts))
        yield Said("wrong-labels", "", None, 1.0 - right / total, f"{total - right:g} of {total:g}")


def _correlations(names: list[str], columns: list[str], values: list[list[float]]) -> Iterator[Said]:
    """`frame.corr()`: ones on the diagonal, alike on both sides of it; the row of the label tells of each feature."""
    ones = all(row[at] == 1.0 for at, row in enumerate(values))
    within = all(abs(each) <= 1.0 for row in values for each in row)
    label = next((at for at, name in enumerate(names) if name in LABELS), None)
    if not ones or not within or label is None:
        return
    for at, column in enumerate(columns):
        if at != label and abs(values[label][at] - values[at][label]) < _ROUNDED:
            yield Said("related", column, None, values[label][at], "correlation")


_ROUNDED = 0.002
