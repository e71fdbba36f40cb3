"""What is odd about the cells of one column, whatever is expected of it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mladvisor.tables.form import is_number
from mladvisor.tables.table import NUMBERS, Table

NULL_WORDS = frozenset(
    ("?", "-", "--", "---", ".", "..", "*", "#", "missing", "(missing)", "(null)", "\\n", "nil", "not available",
     "not applicable", "n.a.",
     "0000-00-00", "0001-01-01", "9999-12-31", "0000-00-00 00:00:00", "9999-12-31 00:00:00",
      "n.a", "na.", "no data", "nodata", "tbd", "undefined", "inf", "empty", "blank")
)  # fmt: skip
"""Texts that stand for a blank; those that pandas reads as blanks itself (NA, N/A, null, NaN, None) are blanks here."""
_NINES = (99.0, 999.0, 9999.0, 99999.0, 999999.0, 99999999.0, 999999999.0)
SENTINELS = frozenset((*_NINES, *(-value for value in _NINES), -1.0, -99.9, -999.9, -9999.9))
LIGHT = 0.2
"""Beyond a light tail nothing is expected: five ranges of all others away is as odd as one on a logarithmic scale."""
BELL = 3.4
"""The upper 2 % of a bell curve begin 3.04 times as far from the middle as the upper quarter; of a lognormal one with a
spread of 0.3, 3.7 times."""
LEAST_REPEATED = 5
FEW = 20
"""Of a quantity of so few values or fewer, zero or -1 may be one of them."""
AS_COMMON = 0.2
"""Among few codes a 99 this many times as common as the middle one of the others is a code too, and lacks nothing."""
MOST_ZEROS = 0.3
"""Share of zeros above which a column has two kinds of rows, and none that lack a value."""
DEFAULT_DATES = ("1900-01-01", "1899-12-30", "1899-12-31", "1970-01-01", "2099-12-31", "2100-01-01", "1901-01-01")
"""The zero of spreadsheets and of clocks, and the ends of time that people choose; "0000-00-00" and "9999-12-31" are no
days that anybody means, and stand in `NULL_WORDS`."""


class Odd(NamedTuple):
    """Shares of the filled cells of a column.

    Attributes:
        blank: share of all cells that are blank.
        infinite: share that is infinite.
        mixed: share of the rarer type (numbers among texts, or texts among numbers); 0 where one type stands alone.
        example: a cell of the rarer type.
        disguised: share that stands for a blank ("?", -999).
        disguise: the cell that does.
        distinct: number of distinct values.
        filled: number of filled cells.
        commonest: share of the commonest value.
    """

    blank: float
    infinite: float
    mixed: float
    example: str
    disguised: float
    disguise: str
    distinct: int
    filled: int
    commonest: float


def odd(table: Table, column: str) -> Odd:
    """What is odd about a column; all zeros without a filled cell."""
    missing = table.missing(column)
    filled = int(len(missing) - missing.sum())
    blank = float(missing.mean()) if len(missing) else 0.0
    if not filled:
        return Odd(blank, 0.0, 0.0, "", 0.0, "", 0, 0, 0.0)
    numbers = table.numbers(column)
    # Among words, 12e999 is a name and no number.
    infinite = float(np.isinf(numbers).sum()) / filled if table.kind(column) in NUMBERS else 0.0
    if _is_objects(table, column):
        codes, values = table.codes(column)
        counts = np.bincount(codes[codes >= 0], minlength=len(values))
        mixed, example = _mixed(table, column, values, counts, filled)
        disguised, disguise = _null_words(values, counts, filled)
        distinct, commonest = len(values), float(counts.max()) / filled
    else:
        mixed, example, disguised, disguise = 0.0, "", 0.0, ""
        distinct, commonest = _distinct(numbers[~missing])
    if table.kind(column) in NUMBERS and not disguised:
        disguised, disguise = sentinel(numbers)
    elif table.kind(column) == "datetime" and not disguised:
        disguised, disguise = _default_date(table.times(column))
    return Odd(blank, infinite, mixed, example, disguised, disguise, distinct, filled, commonest)


def _is_objects(table: Table, column: str) -> bool:
    from mladvisor.tables.table import is_text

    return is_text(table.series(column))


def _distinct(values: NDArray[np.float64]) -> tuple[int, float]:
    """Number of distinct values and the share of the commonest; sorted once."""
    ordered = np.sort(values)
    edges = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    runs = np.diff(np.append(edges, len(ordered)))
    return len(edges), float(runs.max()) / len(ordered)


def _mixed(table: Table, column: str, values: list[Any], counts: NDArray[np.int64], filled: int) -> tuple[float, str]:
    kind = table.kind(column)
    if kind in ("datetime", "nested", "empty", "identifier", "text"):
        return 0.0, ""
    plain = np.array([_is_number(value) for value in values], dtype=bool)
    numbers = int(counts[plain].sum())
    rarer = plain if numbers * 2 <= filled else ~plain
    share = float(counts[rarer].sum()) / filled
    if share == 0.0:
        return 0.0, ""
    first = int(np.flatnonzero(rarer)[np.argmax(counts[rarer])])
    return share, str(values[first])[:40]


def _is_number(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return True
    if not isinstance(value, str) or not any(mark.isdigit() for mark in value[:40]):
        return False
    return is_number(value.replace(",", ""))


def _null_words(values: list[Any], counts: NDArray[np.int64], filled: int) -> tuple[float, str]:
    found = [i for i, value in enumerate(values) if isinstance(value, str) and value.strip().lower() in NULL_WORDS]
    # A column of one word only is constant, and nothing in disguise.
    if not found or len(found) == len(values):
        return 0.0, ""
    return float(counts[found].sum()) / filled, str(values[found[0]])


def sentinel(numbers: NDArray[np.float64]) -> tuple[float, str]:
    """Share of a number such as -999 that stands far outside all others and repeats; and that number.

    Far means farther from the nearest other value than the middle 98 % of the others spread. Of a few codes (1, 2,
    3, 99) one that is as common as the others is a code like them.
    """
    finite = numbers[np.isfinite(numbers)]
    if len(finite) < 20:
        return 0.0, ""
    low, high = float(finite.min()), float(finite.max())
    for edge in (low, high):
        if edge not in SENTINELS and edge != 0.0:
            continue
        same = finite == edge
        count = int(same.sum())
        if count < LEAST_REPEATED or count > (0.9 if edge else MOST_ZEROS) * len(finite):
            continue
        rest = finite[~same]
        near = float(rest.min()) if edge == low else float(rest.max())
        spread = float(np.quantile(rest, 0.99) - np.quantile(rest, 0.01))
        values, counts = np.unique(rest[:2_000], return_counts=True)
        if abs(edge - near) <= max(spread, 1e-12) or len(values) <= (FEW if abs(edge) <= 1.0 else 1):
            continue
        if edge > 0 and len(values) <= FEW and count / len(rest) >= AS_COMMON * float(np.median(counts)) / counts.sum():
            continue
        return count / len(finite), f"{edge:g}"
    return 0.0, ""


def _light(ordered: NDArray[np.float64]) -> float:
    """How much a gap counts as it is, not on a logarithmic scale: where the upper half falls off like a bell curve."""
    middle, quarter, far = (float(value) for value in np.quantile(ordered, [0.5, 0.75, 0.98]))
    return LIGHT if quarter > middle and far - middle < BELL * (quarter - middle) else 0.0


def _default_date(times: NDArray[np.float64]) -> tuple[float, str]:
    """Share of a date such as 1970-01-01 that stands far from all others and repeats; and that date."""
    finite = times[np.isfinite(times)]
    if len(finite) < 20:
        return 0.0, ""
    days = np.floor(finite / 86_400.0)
    for name in DEFAULT_DATES:
        day = float(np.datetime64(name).astype(np.int64))
        same = days == day
        count = int(same.sum())
        if not LEAST_REPEATED <= count <= 0.9 * len(days):
            continue
        rest = days[~same]
        if float(np.abs(rest - day).min()) > max(float(np.quantile(rest, 0.99) - np.quantile(rest, 0.01)), 1.0):
            return count / len(finite), name
    return 0.0, ""


def isolation(numbers: NDArray[np.float64]) -> tuple[float, float, int]:
    """How far the outermost values stand from the others: (gap over the range of the others, a value, rows beyond it).

    The gap is measured as it is and on a logarithmic scale, and the smaller ratio counts, so that a long tail is no
    outlier. At most 1 % of the rows are taken for outliers.
    """
    finite = np.sort(numbers[np.isfinite(numbers)])
    count = len(finite)
    if count < 50 or finite[0] == finite[-1]:
        return 0.0, 0.0, 0
    with np.errstate(over="ignore", invalid="ignore"):
        scale = float(np.subtract(*np.quantile(finite, [0.75, 0.25])))
    if not 0.0 < scale < np.inf:
        return 0.0, 0.0, 0
    middle = float(finite[count // 2])
    with np.errstate(over="ignore", invalid="ignore"):
        logs = np.arcsinh((finite - middle) / scale)
    most = max(1, count // 100)
    best = (0.0, 0.0, 0)
    for sign in (1, -1):
        light = _light(finite if sign > 0 else -finite[::-1])
        tail, log_tail = (finite, logs) if sign > 0 else (-finite[::-1], -logs[::-1])
        cut = count - most - 1
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            gaps, log_gaps = np.diff(tail[cut:]), np.diff(log_tail[cut:])
            rest, log_rest = tail[cut:-1] - tail[0], log_tail[cut:-1] - log_tail[0]
            straight = gaps / rest
            ratio = np.nan_to_num(np.maximum(np.minimum(straight, log_gaps / log_rest), light * straight), nan=0.0)
        at = int(np.argmax(ratio))
        if ratio[at] > best[0]:
            best = (float(ratio[at]), float(sign * tail[cut + at + 1]), most - at)
    return best
