"""Tables whose rows come in groups (a store, a patient) that the split keeps together: groups count, not rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mladvisor.tables.drift import Drift
from mladvisor.tables.hashing import column_hashes
from mladvisor.tables.kinds import named_like_entity, named_like_identifier, names_kinds
from mladvisor.tables.overlap import shared_groups
from mladvisor.tables.statistics import ranks_of
from mladvisor.tables.table import NUMBERS, Table

LEAST_ROWS_A_GROUP = 1.5
SMALLEST = 1e-300


def grouped_by(train: Table, others: list[Table], told: frozenset[str] = frozenset()) -> str | None:
    """The column whose entities have several rows each and stand on one side of the split only; None without one.

    Args:
        told: columns by which the rows were divided, as the settings say.
    """
    for column in train.columns:
        holding = [other for other in others if column in other]
        shared = [shared_groups(train, other, column) for other in holding]
        apart = shared and not any(each is None or each.entities for each in shared)
        if not apart and not (holding and all(apart_by_name(train, other, column, told) for other in holding)):
            continue
        hashes = column_hashes(train, column)
        if len(hashes) >= LEAST_ROWS_A_GROUP * len(np.unique(hashes)):
            return column
    return None


def apart_by_name(train: Table, other: Table, column: str, told: frozenset[str] = frozenset()) -> bool:
    """A few patients or stores, named as such or `told`, none of which stands in both tables: a split by group, no new
    words.

    A number is one only where the name is that of somebody ("subject" 1 to 9): of few, it is no key by its cells.
    """
    if column not in other:
        return False
    kinds = {train.kind(column), other.kind(column)}
    somebody = (column in told or named_like_entity(column)) and kinds <= {"integer", "categorical", "identifier"}
    if somebody and column not in told and any(names_kinds(table, column) for table in (train, other)):
        return False
    if not somebody and (not named_like_identifier(column) or kinds - {"categorical", "identifier"}):
        return False
    known, asked = (column_hashes(table, column)[~table.missing(column)] for table in (train, other))
    return len(known) > 0 and len(asked) > 0 and not np.isin(np.unique(asked), known).any()


_COUNTED_TIME = frozenset(["week", "month", "year", "quarter", "day", "period", "cycle", "season_no", "round_no"])
_LEAST_LATER = 0.98


def later_by_count(train: Table, other: Table, column: str) -> bool:
    """A column that counts weeks or years, all later in the other table: a cut by time, which moves nothing else."""
    words = column.lower().replace("-", "_").split("_")
    if _COUNTED_TIME.isdisjoint(words) or {train.kind(column), other.kind(column)} - {"integer", "identifier"}:
        return False
    before, after = train.numbers(column), other.numbers(column)
    before, after = before[np.isfinite(before)], after[np.isfinite(after)]
    return len(before) > 0 and len(after) > 0 and float((after >= before.max()).mean()) >= _LEAST_LATER


def design_effect(table: Table, column: str, group: str) -> float:
    """By how much rows of one group being alike widens a variance: 1 + (rows a group - 1) * intraclass correlation.

    Of ranks for numbers, of the commonest category otherwise; 1 where rows of a group differ as all do (Kish 1965).
    """
    return max(1.0, 1.0 + _alike(table, column, group)[1])


def alike_within(table: Table, column: str, group: str) -> float:
    """Intraclass correlation of a column within the groups: 1 where rows of a group are equal, 0 where not alike."""
    return _alike(table, column, group)[0]


def _alike(table: Table, column: str, group: str) -> tuple[float, float]:
    """(intraclass correlation, what it adds to the design effect)."""
    values = _ranks(table, column)
    _, codes = np.unique(column_hashes(table, group), return_inverse=True)
    counts = np.bincount(codes).astype(np.float64)
    n, k = float(len(values)), len(counts)
    if k < 2 or n <= k:
        return 0.0, 0.0
    means = np.bincount(codes, weights=values) / counts
    between = float((counts * (means - values.mean()) ** 2).sum()) / (k - 1)
    within = float(((values - means[codes]) ** 2).sum()) / (n - k)
    size = (n - float((counts**2).sum()) / n) / (k - 1)
    total = between + (size - 1.0) * within
    correlation = (between - within) / total if total > 0.0 else 0.0
    return correlation, (float((counts**2).sum()) / n - 1.0) * correlation


def _ranks(table: Table, column: str) -> NDArray[np.float64]:
    if table.kind(column) in NUMBERS:
        return ranks_of(np.nan_to_num(table.numbers(column), nan=np.inf, posinf=np.inf, neginf=-np.inf))
    hashes = column_hashes(table, column)
    values, counts = np.unique(hashes, return_counts=True)
    return np.asarray(hashes == values[np.argmax(counts)], dtype=np.float64)


def by_groups(drift: Drift, effect: float) -> Drift:
    """What differs between two tables, judged by so many fewer rows: p is about exp(-n c) in either test."""
    if effect <= 1.0:
        return drift
    parts = [
        part._replace(se=part.se * effect**0.5, p=max(part.p, SMALLEST) ** (1.0 / effect))
        for part in (drift.effect, drift.blanks)
    ]
    return drift._replace(effect=parts[0], blanks=parts[1], new_p=max(drift.new_p, SMALLEST) ** (1.0 / effect))
