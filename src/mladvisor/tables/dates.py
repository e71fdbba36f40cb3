"""Dates in a column of texts: several formats at once, counted, never guessed by a library's heuristics."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

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
    ("31.01.24", "%d.%m.%y"),
    ("31/01/24", "%d/%m/%y"),
    ("01/31/24", "%m/%d/%y"),
)
"""(an example, the date part): a time of day may follow."""
_TIMES = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f")
_DATE = re.compile(
    r"\s*(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{8}$|\d{1,2} [A-Za-z]{3,9}\.? \d{4}|[A-Za-z]{3,9} \d{1,2}, \d{4})"
)
_PERIOD = re.compile(
    r"(?P<year>(?:19|20)\d\d)[ _/-]?(?:Q(?P<quarter>[1-4])|M(?P<m>0?[1-9]|1[0-2])"
    r"|(?:KW|W)(?P<week>[0-5]?\d)|H(?P<half>[12]))$"
    r"|(?P<year2>(?:19|20)\d\d)[/-](?P<month>0[1-9]|1[0-2])$"
    r"|(?:Q(?P<quarter2>[1-4])[ _/-]?|(?P<name>[A-Z][a-z]{2})[a-z]*\.?[ _-])(?P<year3>(?:19|20)\d\d)$"
)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
LONGEST = 40


def may_be_date(value: Any) -> bool:
    """The text starts as a date does, or is a period: "2021Q1", "2021-03", "Mar 2021"."""
    fits = isinstance(value, str) and 6 <= len(value) <= LONGEST
    return fits and (_DATE.match(value) is not None or _first_day(value.strip()) is not None)


def _first_day(text: str) -> str | None:
    """The first day of a quarter, month, week or half of a year; None of any other text."""
    found = _PERIOD.match(text)
    if found is None:
        return None
    told = found.groupdict()
    year = told["year"] or told["year2"] or told["year3"]
    if told["week"]:
        from datetime import date, timedelta

        day = date(int(year), 1, 1) + timedelta(weeks=max(0, int(told["week"]) - 1))
        return day.isoformat()
    quarter, month, name = told["quarter"] or told["quarter2"], told["month"] or told["m"], told["name"]
    if name:
        month = _MONTHS.index(name) + 1 if name in _MONTHS else None
    elif quarter or told["half"]:
        month = 3 * int(quarter) - 2 if quarter else 6 * int(told["half"]) - 5
    return f"{year}-{int(month):02}-01" if month else None


def parsed(values: list[Any]) -> tuple[NDArray[np.float64], dict[str, int]]:
    """(len(values),) seconds since 1970, NaN where no format fits; and how many values each format took.

    Values that several formats fit (03/04/2024) go to the format that fits most of a sample of the values.
    """
    texts = [value.strip() if isinstance(value, str) and len(value) <= LONGEST else "" for value in values]
    step = max(1, len(texts) // SAMPLE)
    if any(_first_day(text) for text in texts[::step][: SAMPLE * 2]):
        texts = [_first_day(text) or text for text in texts]
    shown = texts[::step][: SAMPLE * 2]
    if any(_ISO.search(text) for text in shown):  # a time zone or the T of ISO 8601 makes no other format
        texts = [_ISO.sub(_no_zone, text) for text in texts]
        shown = [_ISO.sub(_no_zone, text) for text in shown]
    result = np.full(len(values), np.nan)
    found: dict[str, int] = {}
    left = np.arange(len(texts))
    for example, pattern in _fitting(shown):
        if not len(left):
            break
        times = _in_format([texts[i] for i in left], pattern)
        good = np.isfinite(times)
        result[left[good]] = times[good]
        if good.any():
            found[example] = found.get(example, 0) + int(good.sum())
        left = left[~good]
    return result, found


SAMPLE = 300
MOST_SHAPES = 5_000
_ISO = re.compile(r"(?<=\d)T(?=\d)|(?:Z|[+-]\d\d:?\d\d)$")


def _fitting(shown: list[str]) -> list[tuple[str, str]]:
    """(example, pattern) of the formats that fit some of the texts, the one that fits most first."""
    fits = []
    for order, (example, date) in enumerate(FORMATS):
        for time in _TIMES:
            some = [text for text in shown if (":" in text) == bool(time)]
            count = int(np.isfinite(_in_format(some, date + time)).sum()) if some else 0
            if count:
                fits.append((-count, order, example, date + time))
    return [(example, pattern) for _, _, example, pattern in sorted(fits)]


def _in_format(texts: list[str], pattern: str) -> NDArray[np.float64]:
    import pandas as pd

    return _since_1970(pd.to_datetime(pd.Series(texts, dtype=object), format=pattern, errors="coerce"))


def _since_1970(times: pd.Series) -> NDArray[np.float64]:
    """(rows,) seconds, NaN for blanks; in microseconds, as nanoseconds end in the year 2262 and begin again in 1677."""
    return np.where(times.isna(), np.nan, times.to_numpy(dtype="datetime64[us]").astype(np.int64) / 1e6)


def _no_zone(match: re.Match[str]) -> str:
    return " " if match.group() == "T" else ""


def seconds(table: Table, column: str) -> NDArray[np.float64]:
    """(rows,) the column as seconds since 1970; NaN where it is no date, infinite at the calendar's ends."""
    import pandas as pd

    from mladvisor.tables.table import is_text

    series = table.series(column)
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        zone = getattr(series.dt, "tz", None)
        plain = series.dt.tz_convert("UTC").dt.tz_localize(None) if zone is not None else series
        return _without_ends(_since_1970(plain))
    if not is_text(series):
        return table.numbers(column)
    codes, values = table.codes(column)
    number, _ = parsed(values)
    return _without_ends(np.append(number, np.nan)[codes])


_FIRST, _LAST = -62_104_060_800.0, 253_370_764_800.0
"""The years 2 and 9999 begin: 0001-01-01 and 9999-12-31 are what systems write where no day is known or set."""


def _without_ends(times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Seconds, infinite at the ends of the calendar: a date, but no moment that others are before or after."""
    return np.where(times >= _LAST, np.inf, np.where(times < _FIRST, -np.inf, times))


_PARTS = re.compile(r"\s*(\d{1,2})([/.-])(\d{1,2})\2\d{2,4}\b")
MONTHS, LEAST_TOLD = 12, 20


def parts_order(table: Table, column: str) -> str:
    """ "day first", "month first" or "both", by the dates in which one part is no month; "" where too few tell.

    Both count from a twentieth of the telling dates: a typing error is no format.
    """
    codes, values = table.codes(column)
    counts = np.bincount(codes[codes >= 0], minlength=len(values)).tolist()
    days = months = 0
    for value, rows in zip(values, counts, strict=True):
        found = _PARTS.match(str(value)[:LONGEST])
        if found is not None:
            days += rows * (int(found[1]) > MONTHS >= int(found[3]))
            months += rows * (int(found[3]) > MONTHS >= int(found[1]))
    if days + months < LEAST_TOLD:
        return ""
    if min(days, months) > 0.05 * (days + months):
        return "both"
    return "day first" if days > months else "month first"


def formats_of(table: Table, column: str) -> dict[str, int]:
    """Shape of each date format in a column of texts ("99.99.9999") -> rows of a spread sample that use it."""
    codes, values = table.codes(column)
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    shown: dict[str, int] = {}
    step = max(1, len(values) // MOST_SHAPES)
    for value, rows in zip(values[::step], counts[::step].tolist(), strict=True):
        shape = re.sub(
            r"[A-Za-z]{3,}", "Mon", re.sub(r"\d", "9", str(value).strip()[:LONGEST].split("T")[0].split(" 9")[0])
        )
        shown[shape] = shown.get(shape, 0) + rows
    return shown
