"""What a recheck of labels says: a table of rows that were labelled twice, for the data and again by somebody else."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.evaluation.intervals import Array, share_error, wilson
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.report_tables import report_tables
from mladvisor.runs.log_table import LogTable
from mladvisor.runs.report_names import label_pair

HOW = (
    "label a hundred training rows again, by somebody who does not see the labels, and put both labels side by side"
    " into label_audit.csv"
)
_LEAST = 20  # rows: of fewer a share says little
_CLASSES = 20
FAR: Final = 0.25
"""Two readings of a quantity differ from this part of its spread on: a repeated measurement seldom is so far off."""
_BLANK = ("", "nan", "none", "null", "na", "n/a", "?")


class Audit(NamedTuple):
    """Rows compared, rows that differ, file, and the column of the second look."""

    rows: int
    differing: int
    file: str
    column: str


def audit(m: Measures) -> Audit | None:
    """The first recheck of the folder that can be read. Use `m.once`."""
    for file, stem, table in report_tables(m, "label_audit"):
        pair = label_pair(table.names, stem)
        if pair is not None:
            found = _compared(table, *pair)
            if found[0] >= _LEAST:
                m.assumed.append(f"{file}: {pair[1]} is a second look at the labels in {pair[0]}")
                return Audit(*found, file, pair[1])
    return None


def _compared(table: LogTable, first: str, second: str) -> tuple[int, int]:
    """Rows with both labels, and those whose labels differ; (0, 0) where the columns hold different things."""
    pairs = [
        (one, other)
        for one, other in zip(map(_plain, table.texts(first)), map(_plain, table.texts(second)), strict=True)
        if one not in _BLANK and other not in _BLANK
    ]
    numbers = _as_numbers(pairs)
    if numbers is not None:
        first_, second_ = numbers
        apart = np.abs(first_ - second_) > FAR * first_.std()
        alike = len(pairs) > _LEAST and abs(float(np.corrcoef(first_, second_)[0, 1])) > 3 / len(pairs) ** 0.5
        return (len(pairs), int(apart.sum())) if alike else (0, 0)
    labels = {one for one, _ in pairs}
    if (
        not pairs
        or len(labels) > max(2.0, len(pairs) / 4)
        or sum(other in labels for _, other in pairs) < len(pairs) / 2
    ):
        return 0, 0
    return len(pairs), sum(one != other for one, other in pairs)


def _as_numbers(pairs: list[tuple[str, str]]) -> tuple[Array, Array] | None:
    """Both sides of a quantity; None for classes, of which there are few, and for anything that is no number."""
    try:
        both = np.asarray([(float(one), float(other)) for one, other in pairs])
    except ValueError:
        return None
    if not len(both) or not np.isfinite(both).all() or len(np.unique(both[:, 0])) <= max(_CLASSES, len(both) / 4):
        return None
    return both[:, 0], both[:, 1]


def _plain(cell: str) -> str:
    """1, "1.0" and " 1" are one label."""
    low = cell.strip().lower()
    return low[:-2] if low.endswith(".0") else low


def _of(m: Measures) -> Audit | Measured:
    found: Audit | None = m.once(audit)
    return unknown(HOW) if found is None else found


@feature(
    "labels.recheck_rows", unit="rows", doc="Rows that were labelled a second time", how=HOW, source="data.quality"
)
def recheck_rows(m: Measures) -> Measured:
    found = _of(m)
    return found if isinstance(found, Measured) else Measured(float(found[0]), where=Where(found[2], found[3]))


@feature("labels.recheck_differs", unit="fraction", doc="Share of the rows labelled twice whose labels differ", how=HOW, source="data.quality")  # fmt: skip  # noqa: E501
def recheck_differs(m: Measures) -> Measured:
    found = _of(m)
    if isinstance(found, Measured):
        return found
    rows, odd = found[0], found[1]
    return Measured(odd / rows, se=share_error(odd, rows), where=Where(found[2], found[3]))


@feature("labels.recheck_differs_low", unit="fraction", doc="Lower end of the 95 % interval of labels.recheck_differs", how=HOW, source="data.quality")  # fmt: skip  # noqa: E501
def recheck_differs_low(m: Measures) -> Measured:
    found = _of(m)
    if isinstance(found, Measured):
        return found
    return Measured(wilson(found[1], found[0])[0], where=Where(found[2], found[3]))
