"""What kind of thing a column holds. Names only break ties: cells decide."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from mladvisor.tables.table import Kind, Table, is_text

if TYPE_CHECKING:
    import pandas as pd

MOSTLY = 0.9
"""Share of the cells that must be numbers (or dates) for the column to be one with faults in it."""
CATEGORIES = 50
"""Distinct texts that are categories whatever the number of rows."""
MOST_CATEGORIES_SHARE = 0.2
"""Above it, distinct texts per row, a column of texts is no vocabulary."""
MOST_OF_A_KIND = 999.0
"""Numbers up to here may be counts or codes of a kind (`order`: the first, the second) and not of somebody."""
ALMOST = 0.95
"""Share of distinct numbers in a key of which some rows were copied."""
COLLISIONS = 5.0
"""Integers without a repetition are keys when chance would have repeated this many (birthday bound)."""

_ID_NAME = re.compile(
    r"(?:^|[_\-. ])(?:id|ids|uuid|guid|rowid|row_id|index|idx|hash)$|[a-z](?:Id|ID)$|^Unnamed: 0$", re.A
)
_ENTITY_NAME = re.compile(
    r"(?:account|animal|author|card|client|customer|device|driver|employee|household|invoice|member|order|participant|"
    r"patient|person|policy|proband|rider|session|speaker|student|subject|subscriber|transaction|user|vehicle|visitor|"
    r"volunteer|writer)s?(?:[_ .-]?(?:no|nr|num|number|key|code))?$"
)
_TIME_NAME = re.compile(r"(?:^|[_\-. ])(?:date|datetime|time|timestamp|ts|day)(?:$|[_\-. ])|_at$", re.A | re.I)


_EXAMINED = frozenset(
    ("patient", "subject", "participant", "speaker", "proband", "volunteer", "respondent", "infant", "donor", "animal")
)


def named_like_identifier(column: str) -> bool:
    """`customer_id`, `userId`, `index`, `Unnamed: 0`."""
    return _ID_NAME.search(column) is not None or column.lower() in ("id", "index", "idx", "uuid")


def named_like_entity(column: str) -> bool:
    """`customer`, `patient_no`: somebody or something with a number, unless the cells are few enough to be a kind."""
    return _ENTITY_NAME.match(column.strip().lower()) is not None


def names_kinds(table: Table, column: str) -> bool:
    """Words of a few kinds under the name of a thing: "bike" and "car" under "vehicle" are no vehicles."""
    if table.kind(column) != "categorical" or _KINDS_OF.match(column.strip().lower()) is None:
        return False
    values = [str(value) for value in table.codes(column)[1]]
    return bool(values) and not _are_numbered(values)


_KINDS_OF = re.compile(r"(?:account|animal|card|device|order|policy|session|transaction|vehicle)s?$")


def named_like_person(column: str) -> bool:
    """`patient_id`, `subject`, `speaker_no`: somebody who is examined, one of many whom a model has yet to meet."""
    words = column.strip().lower().replace("-", "_").replace(" ", "_").split("_")
    return any(word.removesuffix("id") in _EXAMINED for word in words)


def named_like_time(column: str) -> bool:
    """`created_at`, `date`, `event_time`."""
    return _TIME_NAME.search(column) is not None


def kind_of(table: Table, column: str) -> Kind:
    """The kind of a column; "empty" when no cell is filled."""
    import pandas as pd

    series = table.series(column)
    filled = int(table.rows - table.missing(column).sum())
    if filled == 0:
        return "empty"
    if pd.api.types.is_bool_dtype(series.dtype):
        return "boolean"
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        return "datetime"
    if isinstance(series.dtype, pd.CategoricalDtype):
        return "categorical"
    if is_text(series):
        return _kind_of_objects(table, column, filled)
    return _kind_of_numbers(table, column, filled)


def _kind_of_numbers(table: Table, column: str, filled: int) -> Kind:
    values = table.numbers(column)
    finite = values[np.isfinite(values)]
    if not len(finite):
        return "numeric"
    low, high = float(finite.min()), float(finite.max())
    if low >= 0.0 and high <= 1.0 and bool(((finite == 0.0) | (finite == 1.0)).all()):
        return "boolean" if low != high else "integer"
    if not bool((finite == np.floor(finite)).all()):
        return "numeric"
    if named_like_time(column) and low > 1e8 and high < 4.2e9:  # seconds since 1970
        return "datetime"
    if _is_key(finite, low, high, named_like_identifier(column)):
        return "identifier"
    # An amount of so wide a range would not be called by the name of somebody.
    if low > MOST_OF_A_KIND and named_like_entity(column) and _is_key(finite, low, high, True):
        return "identifier"
    return "integer"


def _is_key(finite: np.ndarray, low: float, high: float, named: bool) -> bool:
    count = len(finite)
    if named:
        return count < 20 or len(np.unique(finite)) > max(10, 0.002 * count)
    if count < 20:
        return False
    distinct = len(np.unique(finite))
    if distinct == count:
        return count * count / 2.0 / (high - low + 1.0) >= COLLISIONS
    return distinct >= ALMOST * count and _counts_on(finite)


def _counts_on(finite: np.ndarray) -> bool:
    """Numbers drawn by chance from the range in which most of them lie would repeat far more often: some rows stand
    twice, or come from elsewhere, but it is a key."""
    low, high = np.quantile(finite, [0.02, 0.98])
    inner = finite[(finite >= low) & (finite <= high)]
    room = float(high - low) + 1.0
    by_chance = room * -np.expm1(-len(inner) / room)
    return bool(len(np.unique(inner)) >= ALMOST * len(inner) > by_chance)


def _kind_of_objects(table: Table, column: str, filled: int) -> Kind:
    codes, values = table.codes(column)
    if is_nested(table.series(column)):
        return "nested"
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    if (
        all(isinstance(value, bool) or str(value).strip().lower() in _BOOLEANS for value in values[:8])
        and len(values) <= 4
    ):
        return "boolean"
    numbers = table.numbers(column)
    numeric = int(np.isfinite(numbers).sum())
    if numeric >= MOSTLY * filled:
        finite = numbers[np.isfinite(numbers)]
        named = named_like_identifier(column)
        if named and _is_key(finite, float(finite.min()), float(finite.max()), True):
            return "identifier"
        return "integer" if bool((finite == np.floor(finite)).all()) else "numeric"
    if _looks_like_dates(values):
        times = table.times(column)
        if int((~np.isnan(times)).sum()) >= MOSTLY * filled:
            return "datetime"
    return _kind_of_texts(column, values, counts, filled)


def _are_numbered(values: list[str]) -> bool:
    """One word with ever another number: "P001", "P002" are patients, "iPhone 12" and "Pixel 8" kinds of device."""
    bare = {"".join(filter(str.isalpha, value)) for value in values}
    return len(bare) == 1 and all(any(map(str.isdecimal, value)) for value in values)


_BOOLEANS = frozenset(("true", "false", "yes", "no", "y", "n", "t", "f"))


def _kind_of_texts(column: str, values: list[Any], counts: np.ndarray, filled: int) -> Kind:
    step = max(1, len(values) // 200)
    shown = [str(value)[:400] for value in values[::step][:200]]
    words = float(np.mean([text.strip().count(" ") + 1 for text in shown]))
    distinct = len(values)
    if named_like_identifier(column) and distinct > 10:
        return "identifier"
    # Whatever it is called, each has a few rows.
    many = words < 1.5 and distinct > max(CATEGORIES, MOST_CATEGORIES_SHARE * filled)
    if (many or (distinct > CATEGORIES and named_like_entity(column))) and _are_numbered(shown):
        return "identifier"
    if words > 4.0 and distinct > CATEGORIES:
        return "text"
    if distinct >= 0.95 * filled and filled >= 20:
        return "identifier" if words < 1.5 else "text"
    if distinct <= CATEGORIES or distinct <= MOST_CATEGORIES_SHARE * filled:
        return "categorical"
    return "text" if words > 2.0 else "categorical"


def _looks_like_dates(values: list[Any]) -> bool:
    """Enough of the first values have the digits and separators of a date to be worth parsing."""
    from mladvisor.tables.dates import may_be_date

    step = max(1, len(values) // 40)
    shown = values[::step][:40]
    return sum(may_be_date(value) for value in shown) >= 0.6 * len(shown)


def nested_columns(frame: pd.DataFrame) -> list[str]:
    """The columns whose cells are lists, dicts or arrays, as Parquet may hold them."""
    return [str(name) for name, series in frame.items() if series.dtype == object and is_nested(series)]


def is_nested(series: pd.Series) -> bool:
    """Cells are lists, dicts or arrays."""
    filled = series.dropna()
    step = max(1, len(filled) // 20)
    shown = list(filled.iloc[::step][:20])
    return sum(isinstance(cell, list | dict | tuple | set | np.ndarray) for cell in shown) > len(shown) / 2
