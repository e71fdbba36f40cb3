"""An engineered table against its raw parent, and what its columns show about the transforms that made them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mladvisor.tables.hashing import column_hashes
from mladvisor.tables.table import SEED, Table

EXACT = 1e-4
"""Means and deviations of standardised columns come back to so much when they are written with five digits or more."""
LEAST_ROWS = 30
LEAST_DIFFERENT = 5
FAR = 8.0
"""Standard deviations, or ratio of widths, that no drift of a standardised column reaches."""
MOST_BROKEN = 0.2
"""Indicators of which more rows hold several ones, or none, are no one-hot code in the first place."""


class Born(NamedTuple):
    """Cells of an engineered column that are not finite where the raw row was complete.

    Attributes:
        blank: share of rows that became blank; infinite: share that became infinite.
        first: row number (from 0) of the first of them; -1 for none.
    """

    blank: float
    infinite: float
    first: int


def born(raw: Table, own: Table, column: str) -> Born:
    """What a transform did to a column: blanks and infinities that the raw table does not explain.

    Where raw and engineered rows correspond (equal numbers of rows), a blank counts only if the raw row has none in the
    column of the same name, or, for a new column, in any column. Otherwise shares are compared.
    """
    numbers = own.numbers(column)
    blank, infinite = own.missing(column), np.isinf(numbers)
    if raw.rows == own.rows:
        sources = [column] if column in raw else _sources(raw, column)
        for source in sources:
            blank = blank & ~raw.missing(source)
            infinite = infinite & ~np.isinf(raw.numbers(source))
        bad = blank | infinite
        return Born(float(blank.mean()), float(infinite.mean()), int(np.argmax(bad)) if bad.any() else -1)
    worst = max((float(raw.missing(name).mean()) for name in ([column] if column in raw else raw.columns)), default=0.0)
    bad = blank | infinite
    return Born(max(0.0, float(blank.mean()) - worst), float(infinite.mean()), int(np.argmax(bad)) if bad.any() else -1)


def _sources(raw: Table, column: str) -> list[str]:
    """The raw columns that an engineered column is named after ("age" for "log_age"), else all."""
    words = set(column.lower().replace("-", "_").split("_"))
    named = [name for name in raw.columns if set(name.lower().replace("-", "_").split("_")) <= words]
    return named or raw.columns


def copies_of(table: Table, columns: list[str]) -> dict[str, str]:
    """Column -> an earlier column with the same cells, for columns that vary."""
    seen: dict[int, str] = {}
    found = {}
    weights = np.zeros(0, dtype=np.uint64)
    for column in columns:
        hashes = column_hashes(table, column)
        if len(hashes) < LEAST_ROWS or not _varies(hashes):
            continue
        if len(weights) != len(hashes):
            weights = np.random.default_rng(SEED).integers(1, 2**63, len(hashes), dtype=np.uint64) | np.uint64(1)
        with np.errstate(over="ignore"):
            key = int((hashes * weights).sum())
        if key in seen:
            found[column] = seen[key]
        else:
            seen[key] = column
    return found


def _varies(hashes: NDArray[np.uint64]) -> bool:
    """Some cells differ from the commonest one: indicators of one or two rows are alike by chance."""
    _, counts = np.unique(hashes, return_counts=True)
    return bool(len(hashes) - counts.max() >= LEAST_DIFFERENT)


class Scale(NamedTuple):
    """Mean and standard deviation of a column over the rows of some tables; lowest and highest value."""

    mean: float
    sd: float
    low: float
    high: float
    rows: int


def scale_of(tables: list[Table], column: str) -> Scale | None:
    """The scale of a column over several tables together; None when it is not finite numbers throughout."""
    parts = [table.numbers(column) for table in tables if column in table]
    values = np.concatenate(parts) if parts else np.zeros(0)
    values = values[np.isfinite(values)]
    if len(values) < LEAST_ROWS:
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        mean, sd = float(values.mean()), float(values.std())
    if not np.isfinite(sd):
        return None
    return Scale(mean, sd, float(values.min()), float(values.max()), len(values))


def is_standard(scale: Scale, tolerance: float = EXACT) -> bool:
    """Mean 0 and standard deviation 1, as a scaler leaves the rows it was fitted on."""
    deviations = (scale.sd, scale.sd * (scale.rows / (scale.rows - 1)) ** 0.5)  # divided by n, or by n - 1
    return abs(scale.mean) < tolerance and any(abs(sd - 1.0) < tolerance for sd in deviations)


def fitted_on_all(train: Table, others: list[Table], column: str) -> bool | None:
    """Whether a standardised column was scaled with the rows of all splits instead of the training rows.

    None when it is standardised neither on its own nor over all: nothing can be told.
    """
    alone, together = scale_of([train], column), scale_of([train, *others], column)
    if alone is None or together is None:
        return None
    if is_standard(alone):
        return False
    if is_standard(together) and max(abs(alone.mean), abs(alone.sd - 1.0)) > 10.0 * EXACT:
        return True
    return None


ONE_MAP = 0.05
"""Of the spread of a column in training: what rounding leaves between a row and the line it should lie on."""


def scaling_missed(train: Table, other: Table, column: str) -> bool | None:
    """Whether training has a column standardised (or within 0..1) and the other table has it on its raw scale.

    None when the column is not scaled in training.
    """
    alone, there = scale_of([train], column), scale_of([other], column)
    if alone is None or there is None:
        return None
    if is_standard(alone, 0.02):
        # Quantiles of a column of mostly zeros jump by chance, moments of one with outliers do: raw values move both.
        moments = abs(there.mean) > FAR or not 1.0 / FAR < there.sd < FAR
        return moments and _is_far(train.numbers(column), other.numbers(column))
    if abs(alone.low) < 1e-9 and abs(alone.high - 1.0) < 1e-9:
        return there.high > 5.0 or there.low < -5.0
    return None


def one_map(known: tuple[Table, Table], asked: tuple[Table, Table], column: str) -> bool:
    """Whether one straight line leads from the raw to the engineered column in both pairs: the scaler was applied.

    Args:
        known, asked: (raw, engineered) table of training and of an evaluation split, row by row.
    """
    if any(column not in table or table.rows != own.rows for raw, own in (known, asked) for table in (raw, own)):
        return False
    x, y = _beside(*known, column)
    x_there, y_there = _beside(*asked, column)
    if not len(x) or not len(x_there):
        return False
    spread = float(x.std())
    if spread <= 0.0:
        return False
    slope = float(((x - x.mean()) * (y - y.mean())).mean()) / spread**2
    off = np.abs(y_there - (y.mean() + slope * (x_there - x.mean())))
    return bool(slope != 0.0 and np.median(off) < ONE_MAP * float(y.std()))


def _beside(raw: Table, own: Table, column: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The finite cells of a raw column, and the engineered ones beside them."""
    before, after = raw.numbers(column), own.numbers(column)
    fine = np.isfinite(before) & np.isfinite(after)
    return before[fine], after[fine]


def _is_far(first: NDArray[np.float64], second: NDArray[np.float64]) -> bool:
    """Middle or width of the second sample are of another order: by quantiles, which no single outlier moves."""
    low, middle, high = np.quantile(first[np.isfinite(first)], [0.16, 0.5, 0.84])
    left, centre, right = np.quantile(second[np.isfinite(second)], [0.16, 0.5, 0.84])
    if high <= low:
        return False
    return bool(abs(centre - middle) > FAR or not 1.0 / FAR < (right - left) / (high - low) < FAR)


def one_hot_groups(table: Table, columns: list[str]) -> dict[str, list[str]]:
    """Prefix -> its columns of zeros and ones ("city" -> city_a, city_b, city_c), three or more of them."""
    groups: dict[str, list[str]] = {}
    for column in columns:
        prefix = column.rpartition("_")[0] or column.rpartition("=")[0]
        if prefix and table.kind(column) in ("boolean", "integer", "numeric") and _is_binary(table, column):
            groups.setdefault(prefix, []).append(column)
    return {prefix: members for prefix, members in groups.items() if len(members) >= 3}


def _is_binary(table: Table, column: str) -> bool:
    values = table.numbers(column)
    values = values[~np.isnan(values)]
    return bool(((values == 0) | (values == 1)).all())


def one_hot_broken(table: Table, members: list[str], *, fitted: bool) -> float | None:
    """Share of rows in which a group of indicators does not hold exactly one 1.

    Args:
        fitted: the code was made from this table; elsewhere a row without any 1 is a category that was unseen.

    None when the group is no one-hot code: indicators that often hold several ones or none at all.
    """
    total: NDArray[np.float64] = sum((table.numbers(column) for column in members), start=np.zeros(table.rows))
    broken = total != 1.0 if fitted else total > 1.0
    share = float(broken.mean()) if table.rows else 1.0
    return share if share <= MOST_BROKEN else None
