"""What statistics in reports say of whole columns: nothing but zeros, all outside the allowed range, their reach."""

from __future__ import annotations

import re
from collections import Counter

from mladvisor.errors import MladvisorError
from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Items, Measured, Where, unknown
from mladvisor.features.report_said import HOW, Told, not_left_out, told
from mladvisor.runs.data_verdicts import MADE
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.report_names import words_of
from mladvisor.runs.table_columns import LABELS
from mladvisor.runs.word_sets import word_set

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


@feature("data.fed_reach", unit="units", doc="The largest input by size, by the bounds that a report gives of what the"
         " model is fed: one that is called after features, inputs or what was made of the data, not after raw data",
         how="put statistics of the prepared features beside the log", source="dev.roots")  # fmt: skip
def fed_reach(m: Measures) -> Measured:
    found: Told = m.once(told)
    ends = [
        (abs(said.value), said.name, file)
        for said, file in found
        if said.what in ("low", "high") and is_of_fed(file) and words_of(said.name)[-1:] != ["target"]
    ]
    ends = [each for each in ends if each[1].lower() not in LABELS]
    if not ends:
        return unknown("no report of the prepared features gives their bounds", "not-logged")
    value, name, file = max(ends)
    return Measured(value, note=name, where=Where(file, name))


_FED = MADE | word_set("inputs input matrix x tensor")


def is_of_fed(file: str) -> bool:
    """A report that is called after what the model is given: "feature_stats.csv", "model_matrix_stats.json"."""
    words = words_of(stem_and_suffix(file.rpartition("/")[2])[0])
    return not _FED.isdisjoint(words) and "raw" not in words


@feature("data.told_reach", unit="units", doc="The largest input by size, by bounds of the columns that are told",
         how="write the ranges of the inputs into the settings", source="dev.roots")  # fmt: skip
def told_reach(m: Measures) -> Measured:
    found: Told = m.once(told)
    ends = [(abs(said.value), said.name, file) for said, file in found if said.what in ("low", "high")]
    if not ends:
        return unknown("write the ranges of the inputs into the settings", "not-logged")
    value, name, file = max(ends)
    return Measured(value, note=name, where=Where(file, name))
