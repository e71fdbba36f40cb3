"""What a single column decides, what is left without each, and what tests of significance make of all of them."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.report_said import HOW, Told, said_of

_LEAST_COLUMNS = 3
"""Columns that are left out in turn, or tested, before all of them are judged by it."""


@feature("report.one_column", unit="skill", doc="How far one column alone decides the class, as a table of classes by"
         " its categories, a tree of one cut or a line of the log says: 0 is guessing, 1 is wholly", how=HOW,
         source="test.label-as-feature")  # fmt: skip
def one_column(m: Measures) -> Measured:
    found = said_of(m, "one-column")
    if isinstance(found, Measured):
        return found
    said, file = max(found, key=lambda each: each[0].value)
    return Measured(said.value, note=said.name or said.note, where=Where(file, said.name))


@feature("report.full_skill", unit="skill", doc="Skill of the model with all its columns, by a report of what is left"
         " without each: 0 is guessing, 1 is perfect", how=HOW, source="test.label-as-feature")  # fmt: skip
def full_skill(m: Measures) -> Measured:
    found = said_of(m, "full-skill")
    return found if isinstance(found, Measured) else Measured(found[-1][0].value, where=Where(found[-1][1]))


def _left(m: Measures) -> Told | Measured:
    found = said_of(m, "left-skill")
    if isinstance(found, list) and len({said.name for said, _ in found}) < _LEAST_COLUMNS:
        return unknown(f"a report leaves out fewer than {_LEAST_COLUMNS} columns", "too-few-points")
    return found


@feature("report.least_left", unit="skill", doc="The least skill that is left without one of the columns",
         how=HOW, source="test.label-as-feature")  # fmt: skip
def least_left(m: Measures) -> Measured:
    found = _left(m)
    if isinstance(found, Measured):
        return found
    said, file = min(found, key=lambda each: each[0].value)
    return Measured(said.value, note=said.name, where=Where(file, said.name))


@feature("report.next_left", unit="skill", doc="The least skill but one that is left without one of the columns",
         how=HOW, source="test.label-as-feature")  # fmt: skip
def next_left(m: Measures) -> Measured:
    found = _left(m)
    if isinstance(found, Measured):
        return found
    said, file = sorted(found, key=lambda each: each[0].value)[1]
    return Measured(said.value, note=said.name, where=Where(file, said.name))


@feature("report.least_p", unit="probability", doc="The smallest p of a test of each column against the label, times"
         " the number of columns", how=HOW, source="feat.correlation")  # fmt: skip
def least_p(m: Measures) -> Measured:
    found = said_of(m, "p-value")
    if isinstance(found, Measured):
        return found
    values = {said.name: said.value for said, _ in found}
    if len(values) < _LEAST_COLUMNS:
        return unknown(f"a report tests fewer than {_LEAST_COLUMNS} columns", "too-few-points")
    name = min(values, key=lambda each: values[each])
    return Measured(min(1.0, values[name] * len(values)), note=name, where=Where(found[0][1], name))


@feature("report.whole_p", unit="probability", doc="How often columns that tell nothing make as good a model as these"
         " do, all together, by a program of statistics or a permutation test", how=HOW,
         source="feat.correlation")  # fmt: skip
def whole_p(m: Measures) -> Measured:
    found = said_of(m, "whole-p")
    if isinstance(found, Measured):
        return found
    said, file = min(found, key=lambda each: each[0].value)
    return Measured(said.value, note=said.note, where=Where(file))


@feature("report.explained", unit="fraction", doc="Share of the label that a model of a program of statistics explains",
         how=HOW, source="feat.correlation")  # fmt: skip
def explained(m: Measures) -> Measured:
    found = said_of(m, "explained")
    if isinstance(found, Measured):
        return found
    said, file = max(found, key=lambda each: each[0].value)
    return Measured(said.value, note=said.note, where=Where(file))


@feature("report.kept_columns", unit="fraction", doc="Share of the columns that a search for telling ones has kept",
         how=HOW, source="feat.correlation")  # fmt: skip
def kept_columns(m: Measures) -> Measured:
    found = said_of(m, "selected")
    if isinstance(found, Measured):
        return found
    values = {said.name: said.value for said, _ in found}
    if len(values) < _LEAST_COLUMNS:
        return unknown(f"a report judges fewer than {_LEAST_COLUMNS} columns", "too-few-points")
    return Measured(sum(values.values()) / len(values), where=Where(found[0][1]))
