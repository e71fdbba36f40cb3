"""A table against the feature dictionary: one `Violation` for each column, table and kind of fault."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mladvisor.tables.drift import spelled
from mladvisor.tables.schema import Expected, Schema
from mladvisor.tables.statistics import known_factor
from mladvisor.tables.table import Table

Fault = Literal["missing", "unexpected", "type", "range", "vocabulary", "blank", "unit"]
FAULTS: tuple[Fault, ...] = ("missing", "unexpected", "type", "range", "vocabulary", "blank", "unit")


class Violation(NamedTuple):
    """One kind of fault in one column of one table.

    Attributes:
        share: share of the filled cells (of all cells for blanks, 1 for a whole column) that break the expectation.
        rows: how many; first: row number (from 0) of the first; -1 for a whole column.
        text: what is wrong, with an example.
    """

    column: str
    table: str
    file: str
    fault: Fault
    share: float
    rows: int
    first: int
    text: str


def violations(table: Table, schema: Schema, label: str | None = None) -> list[Violation]:
    """Everything in a table that breaks the feature dictionary, in the dictionary's order, unexpected columns last. The
    label, as it is known besides, is no column that a dictionary of features has to name.
    """
    found: list[Violation] = []
    for expected in schema.features:
        if expected.name not in table:
            if expected.required and expected.name != schema.label:
                found.append(_whole(table, expected.name, "missing", "the column is missing"))
        elif table.rows:
            found.extend(_column(table, expected))
    if schema.closed:
        names = {expected.name for expected in schema.features}
        names |= {each for each in (schema.label, label) if each is not None}
        found.extend(
            _whole(table, column, "unexpected", "the column is not in the feature dictionary")
            for column in table.columns
            if column not in names
        )
    return found


def _whole(table: Table, column: str, fault: Fault, text: str) -> Violation:
    return Violation(column, table.name, table.file, fault, 1.0, table.rows, -1, text)


def _column(table: Table, expected: Expected) -> list[Violation]:
    missing = table.missing(expected.name)
    found = []
    if bool(missing.all()) and expected.required:
        return [_whole(table, expected.name, "missing", "the column is empty")]
    if not expected.nullable and missing.any():
        found.append(_some(table, expected.name, "blank", missing, of=len(missing), text="blank, and must not be"))
    filled = ~missing
    wrong = _wrong_type(table, expected, filled)
    if wrong is not None and wrong.any():
        said = f"{_example(table, expected.name, wrong)} is no {_NOUN[expected.type or 'text']}"
        found.append(_some(table, expected.name, "type", wrong, of=int(filled.sum()), text=said))
    good = filled if wrong is None else filled & ~wrong
    found.extend(_range(table, expected, good))
    if expected.values:
        known = {spelled(value) for value in expected.values}
        codes, values = table.codes(expected.name)
        outside = np.append([spelled(value) not in known for value in values], False).astype(bool)[codes]
        if outside.any():
            said = f'"{_example(table, expected.name, outside)}" is not one of the {len(known)} known values'
            found.append(_some(table, expected.name, "vocabulary", outside, of=int(filled.sum()), text=said))
    found.extend(_unit(table, expected))
    return found


LEAST_FOR_UNIT = 50

_NOUN = {
    "numeric": "number", "integer": "whole number", "boolean": "yes or no", "datetime": "date",
    "categorical": "category", "text": "text", "identifier": "key",
}  # fmt: skip


def _wrong_type(table: Table, expected: Expected, filled: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    """(rows,) True where a filled cell is not of the type; None when any cell will do."""
    kind = expected.type
    if kind in ("numeric", "integer"):
        numbers = table.numbers(expected.name)
        wrong = filled & np.isnan(numbers)
        if kind == "integer":
            with np.errstate(invalid="ignore"):
                wrong |= filled & np.isfinite(numbers) & (numbers != np.floor(numbers))
        return wrong | (filled & np.isinf(numbers))
    if kind == "datetime":
        return filled & np.isnan(table.times(expected.name))
    if kind == "boolean":
        codes, values = table.codes(expected.name)
        good = {"0", "1", "yes", "no", "y", "n", "t", "f"}
        unlike = [spelled(value) not in good and spelled(value).lower() not in good for value in values]
        odd: NDArray[np.bool_] = np.append(unlike, False).astype(bool)[codes] & filled
        return odd
    if kind in ("categorical", "text") and not expected.values:
        # A vocabulary says more; without one, numbers have no place in a column of words.
        codes, values = table.codes(expected.name)
        numbers = table.numbers(expected.name)
        if kind == "categorical" and np.isfinite(numbers).sum() * 2 <= filled.sum():
            return filled & np.isfinite(numbers)
    return None


def _range(table: Table, expected: Expected, good: NDArray[np.bool_]) -> list[Violation]:
    if expected.min is None and expected.max is None:
        return []
    if isinstance(expected.min, str) or isinstance(expected.max, str):
        values, low, high = table.times(expected.name), _seconds(expected.min), _seconds(expected.max)
    else:
        values, low, high = table.numbers(expected.name), expected.min, expected.max
    with np.errstate(invalid="ignore"):
        below = good & (values < low) if low is not None else np.zeros(len(values), dtype=bool)
        above = good & (values > high) if high is not None else np.zeros(len(values), dtype=bool)
    outside = below | above
    if (
        not outside.any()
        or _is_other_value_of_flag(values[outside], low, high)
        or (not _is_date(expected) and _hardly_outside(values[outside], low, high, len(values)))
    ):
        return []
    example = _example(table, expected.name, outside)
    side = "below" if bool(below[int(np.argmax(outside))]) else "above"
    limit = expected.min if side == "below" else expected.max
    shown = f"{limit:g}" if isinstance(limit, float) else str(limit)
    said = f"{example} is {side} {shown}"
    return [_some(table, expected.name, "range", outside, of=int(good.sum()), text=said)]


def _is_other_value_of_flag(values: NDArray[np.float64], low: float | None, high: float | None) -> bool:
    """0 and 1 where trusted rows had the other one alone: `age_missing` before anything was missing is no limit."""
    return low is not None and low == high and low in _FLAG and bool((values == 1.0 - low).all())


_FLAG = (0.0, 1.0)


def _is_date(expected: Expected) -> bool:
    return isinstance(expected.min, str) or isinstance(expected.max, str)


def _hardly_outside(values: NDArray[np.float64], low: float | None, high: float | None, rows: int) -> bool:
    """A few rows a hair beyond the ends of the range: ends that are those of the trusted rows, rather than limits of
    what may be, are passed by a few others. Nothing is below a limit of zero by a hair, nor above one or a hundred.
    """
    if low is None or high is None or not high > low or len(values) > max(1, _FEW * rows):
        return False
    hair = _HAIR * (high - low)
    below, above = values[values < low], values[values > high]
    return not (
        (len(below) and (low == 0.0 or float(below.min()) < low - hair))
        or (len(above) and (high in _LIMITS or float(above.max()) > high + hair))
    )


_FEW, _HAIR = 0.01, 0.01
_LIMITS = (1.0, 100.0)


def _seconds(limit: float | str | None) -> float | None:
    if not isinstance(limit, str):
        return None if limit is None else float(limit)
    from mladvisor.tables.dates import parsed

    value = float(parsed([limit])[0][0])
    return value if np.isfinite(value) else None


def _unit(table: Table, expected: Expected) -> list[Violation]:
    """The scale of the whole column differs from the trusted one by the factor between two units."""
    if expected.median is None or expected.median == 0 or expected.type not in ("numeric", "integer"):
        return []
    values = table.numbers(expected.name)
    values = values[np.isfinite(values)]
    # Around zero a median says nothing of the scale.
    if len(values) < LEAST_FOR_UNIT or float(values.min()) * float(values.max()) < 0.0:
        return []
    middle = float(np.median(np.abs(values)))
    factor = known_factor(middle / abs(expected.median))
    if factor is None:
        return []
    said = f"the median is {middle:.4g}, {factor:g} times the trusted one ({expected.median:g}): other units?"
    return [Violation(expected.name, table.name, table.file, "unit", 1.0, table.rows, -1, said)]


def _some(table: Table, column: str, fault: Fault, wrong: NDArray[np.bool_], *, of: int, text: str) -> Violation:
    rows = int(wrong.sum())
    return Violation(column, table.name, table.file, fault, rows / max(1, of), rows, int(np.argmax(wrong)), text)


def _example(table: Table, column: str, wrong: NDArray[np.bool_]) -> str:
    return str(table.series(column).iloc[int(np.argmax(wrong))])[:60]
