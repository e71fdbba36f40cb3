"""Dates in a column of texts: several formats at once, counted, never guessed by a library's heuristics."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from mladvisor.tables.table import Table

FORMATS = (
    ("2024-01-31", "%Y-%m-%d"),
    ("2024/01/31", "%Y/%m/%d"),
    ("31.01.2024", "%d.%m.%Y"),
    ("31/01/2024", "%d/%m/%Y"),
    ("01/31/2024", "%m/%d/%Y"),
    ("31-01-2024", "%d-%m-%Y"),
    ("31 Jan 2024", "%d %b %Y"),
    ("Jan 31, 2024", "%b %d, %Y"),
    ("31 January 2024", "%d %B %Y"),
    ("January 31, 2024", "%B %d, %Y"),
    ("20240131", "%Y%m%d"),
)
"""(an example, the date part): a time of day may follow."""
_TIMES = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f")
_DATE = re.compile(
    r"\s*(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{8}$|\d{1,2} [A-Za-z]{3,9}\.? \d{4}|[A-Za-z]{3,9} \d{1,2}, \d{4})"
)
LONGEST = 40


def may_be_date(value: Any) -> bool:
    """The text starts as a date does."""
    return isinstance(value, str) and 6 <= len(value) <= LONGEST and _DATE.match(value) is not None


def parsed(values: list[Any]) -> tuple[NDArray[np.float64], dict[str, int]]:
    """(len(values),) seconds since 1970, NaN where no format fits; and how many values each format took.

    Values that several formats fit (03/04/2024) go to the format that fits most values of the column.
    """
    import pandas as pd

    texts = [value.strip() if isinstance(value, str) and len(value) <= LONGEST else None for value in values]
    # A time zone or the T of ISO 8601 makes no other format.
    clean = [
        None if text is None else re.sub(r"(?<=\d)T(?=\d)|(?:Z|[+-]\d\d:?\d\d)$", _no_zone, text) for text in texts
    ]
    series = pd.Series(clean, dtype=object)
    result = np.full(len(values), np.nan)
    found: dict[str, int] = {}
    fits: list[tuple[int, int, str, NDArray[np.float64]]] = []
    for order, (example, date) in enumerate(FORMATS):
        best = np.full(len(values), np.nan)
        for time in _TIMES:
            if time and not _has_colon(clean):
                continue
            times = pd.to_datetime(series, format=date + time, errors="coerce")
            number = times.to_numpy(dtype="datetime64[ns]").astype(np.int64) / 1e9
            number = np.where(times.isna(), np.nan, number)
            best = np.where(np.isnan(best), number, best)
        count = int(np.isfinite(best).sum())
        if count:
            fits.append((-count, order, example, best))
    for _, _, example, best in sorted(fits, key=lambda fit: fit[:2]):
        new = np.isnan(result) & np.isfinite(best)
        if new.any():
            found[example] = int(new.sum())
            result[new] = best[new]
    return result, found


def _no_zone(match: re.Match[str]) -> str:
    return " " if match.group() == "T" else ""


def _has_colon(texts: list[str | None]) -> bool:
    return any(text is not None and ":" in text for text in texts)


def seconds(table: Table, column: str) -> NDArray[np.float64]:
    """(rows,) the column as seconds since 1970; NaN where it is no date."""
    import pandas as pd

    from mladvisor.tables.table import is_text

    series = table.frame[column]
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        zone = getattr(series.dt, "tz", None)
        plain = series.dt.tz_convert("UTC").dt.tz_localize(None) if zone is not None else series
        number = plain.to_numpy(dtype="datetime64[ns]").astype(np.int64) / 1e9
        return np.where(series.isna(), np.nan, number)
    if not is_text(series):
        return table.numbers(column)
    codes, values = table.codes(column)
    number, _ = parsed(values)
    return np.append(number, np.nan)[codes]


def formats_of(table: Table, column: str) -> dict[str, int]:
    """Example of each date format in a column of texts -> rows that use it."""
    codes, values = table.codes(column)
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    shown: dict[str, int] = {}
    for value, rows in zip(values, counts.tolist(), strict=True):
        shape = re.sub(
            r"[A-Za-z]{3,}", "Mon", re.sub(r"\d", "9", str(value).strip()[:LONGEST].split("T")[0].split(" 9")[0])
        )
        shown[shape] = shown.get(shape, 0) + rows
    return shown
