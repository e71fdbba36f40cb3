"""What the statistics of a report say of whole columns: nothing but zeros, or all outside the dictionary's range."""

from __future__ import annotations

import re
from collections import Counter

from mladvisor.errors import MladvisorError
from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Items, Measured, Where, unknown
from mladvisor.features.reported_data import HOW, Told, not_left_out, told

_OF_CELLS = ("mean", "std", "low", "high")
_NUMBERED = 8
"""As many columns whose names differ by numbers alone are pixels, words or bins, of which some are always empty."""


def _by_column(m: Measures) -> dict[str, Told]:
    """The statistics that reports give of each column of the training data and of any other. Use `m.once`."""
    parts: dict[str, Told] = {}
    for said, file in m.once(told):
        if said.what in _OF_CELLS:
            parts.setdefault(said.name, []).append((said, file))
    kept = not_left_out(m, parts)
    return {
        name: every
        for name, every in parts.items()
        if name in kept and any(said.split in (None, "train") for said, _ in every)
    }


@feature(
    "column.reported_all_zero",
    each="column",
    type="flag",
    doc="By statistics that a report gives, in training data and any other that it tells, all cells are 0; not told of"
    " numbered columns (pixels, words) and values of a category, of which some never occur",
    how=HOW,
    source="test.missing-inputs",
)
def all_zero(m: Measures) -> Items | Measured:
    found: dict[str, Told] = m.once(_by_column)
    families = Counter(_without_numbers(name) for name in found)
    return {
        name: Measured(not any(said.value for said, _ in every), where=Where(every[0][1], name))
        for name, every in found.items()
        if families[_without_numbers(name)] < _NUMBERED and "=" not in name
    } or unknown(HOW, "not-logged")


def _without_numbers(name: str) -> str:
    return re.sub(r"\d+", "", name)


@feature(
    "column.reported_outside",
    each="column",
    type="flag",
    doc="By statistics that a report gives of the column, every cell lies outside the range of the dictionary",
    how=f"{HOW}; and a dictionary of the columns (schema.yaml, data_dictionary.csv)",
    source="data.schema",
)
def outside(m: Measures) -> Items | Measured:
    found: dict[str, Told] = m.once(_by_column)
    if not found or not m.run.files.get("schema"):
        return unknown(HOW, "not-logged")
    from mladvisor.tables.described import schema_of

    try:
        schema = schema_of(m.run, found, m.notes.append)
    except (MladvisorError, OSError) as error:
        return unknown(str(error), "failed")
    result: dict[str, Measured] = {}
    for name, every in found.items():
        expected = schema.get(name) if schema is not None else None
        lows, highs = ([said.value for said, _ in every if said.what == what] for what in ("low", "high"))
        if expected is None or not lows or not highs:
            continue
        below = isinstance(expected.min, int | float) and max(highs) < expected.min
        above = isinstance(expected.max, int | float) and min(lows) > expected.max
        note = f"{min(lows):g} to {max(highs):g}"
        result[name] = Measured(below or above, note=note, where=Where(every[0][1], name))
    return result or unknown("no column has bounds in a report and in the dictionary")
