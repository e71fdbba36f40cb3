"""What the feature dictionary tells by itself, without tables beside it: columns that are written too late, and
columns that no profile of the data, and no printed list of its columns, has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mladvisor.errors import MladvisorError
from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Items, Measured, Where, unknown
from mladvisor.features.report_said import not_left_out, told, written
from mladvisor.runs.columns_listed import lists_in
from mladvisor.runs.data_names import is_dictionary
from mladvisor.tables.files import inside

if TYPE_CHECKING:
    from mladvisor.tables.schema import Schema

HOW = "describe the columns in data_dictionary.csv beside the log: column, type, description"
LEAST_PROFILED = 0.5
"""Share of the numbers (of the other columns) in the dictionary that a profile must have to be one of all of them."""


def dictionary(m: Measures) -> Schema | None:
    """The dictionary of the run, whether or not tables lie beside it. Use `m.once`."""
    from mladvisor.tables.dictionary import read_dictionary

    files = [*m.run.files.get("schema", ()), *m.run.files.get("data_report", ())]
    for file in dict.fromkeys(file for file in files if is_dictionary(file.rpartition("/")[2])):
        try:
            return read_dictionary(inside(m.run, file), file)
        except (MladvisorError, OSError):
            continue
    return None


@feature("column.described_late", each="column", type="flag", doc="The dictionary says that the value of the column is"
         " written after the outcome is known", how=HOW, source="test.label-as-feature")  # fmt: skip
def described_late(m: Measures) -> Items | Measured:
    from mladvisor.runs.afterwards_words import is_written_afterwards

    schema = m.once(dictionary)
    described = {each.name: each.doc for each in schema.features if each.doc and each.required} if schema else {}
    if schema is None or not described:
        return unknown(HOW, "not-logged")
    late = {name for name, doc in described.items() if is_written_afterwards(doc) and name != schema.label}
    late = set(not_left_out(m, late))
    return {name: Measured(name in late, note=described[name], where=Where(schema.file, name)) for name in described}


@feature("report.top_in_time", type="flag", doc="The dictionary says of the feature with most importance that it is"
         " known when a prediction is made", how=HOW, source="test.label-as-feature")  # fmt: skip
def top_in_time(m: Measures) -> Measured:
    from mladvisor.runs.afterwards_words import is_known_in_time

    top, schema = m.one("report.top_importance"), m.once(dictionary)
    described = {each.name.lower(): each for each in schema.features if each.doc} if schema else {}
    each = described.get(top.note.lower())
    if schema is None or not top.known or each is None:
        return unknown(HOW, "not-logged")
    return Measured(is_known_in_time(each.doc), note=each.doc, where=Where(schema.file, each.name))


@feature("report.top_undescribed", type="flag", doc="The feature with most importance is not in the dictionary, which"
         " has most of the others", how=HOW, source="test.label-as-feature")  # fmt: skip
def top_undescribed(m: Measures) -> Measured:
    from mladvisor.features.report_said import amounts_of

    top, schema = m.one("report.top_importance"), m.once(dictionary)
    weights = amounts_of(m, "importance")
    if schema is None or not top.known or isinstance(weights, Measured):
        return unknown(HOW, "not-logged")
    described = {each.name.lower() for each in schema.features}
    named = {name: any(_is_of(name.lower(), each) for each in described) for name in weights[0]}
    known = {each for each in described if any(_is_of(name.lower(), each) for name in weights[0])}
    others = [told for name, told in named.items() if name != top.note]
    if len(known) < _LEAST_DESCRIBED or sum(others) < _MOSTLY * len(others) or _NUMBERED.fullmatch(top.note):
        return unknown("the dictionary is not one of the features whose importance is reported")
    return Measured(not named[top.note], note=top.note, where=Where(schema.file))


_LEAST_DESCRIBED, _MOSTLY = 3, 0.8
_NUMBERED = re.compile(r"(?i)(?:f|x|col(?:umn)?|feature)[ _]?\d{1,4}")
"""Of such a name the dictionary says nothing: it tells a place."""


def _is_of(name: str, column: str) -> bool:
    """The column itself, or one that was made of it: "vehicle=bike", "vehicle_bike", "log_income"."""
    return name == column or f"_{column}_" in f"_{re.sub(r'[^a-z0-9]+', '_', name)}_"


@feature("column.description", each="column", type="choice", doc="What the dictionary says of the column", how=HOW,
         source="test.label-as-feature")  # fmt: skip
def description(m: Measures) -> Items | Measured:
    schema = m.once(dictionary)
    described = {each.name: Measured(each.doc, where=Where(schema.file, each.name)) for each in schema.features
                 if each.doc} if schema else {}  # fmt: skip
    return described or unknown(HOW, "not-logged")


@feature("column.unprofiled", each="column", type="flag", doc="The dictionary names the column as an input, and a"
         " profile of the data, or a printed list of its columns, that has the others of its kind lacks it", how=HOW,
         source="test.missing-inputs")  # fmt: skip
def unprofiled(m: Measures) -> Items | Measured:
    schema = m.once(dictionary)
    if schema is None:
        return unknown(HOW, "not-logged")
    profiles: dict[str, set[str]] = {}
    for said, file in m.once(told):
        if said.what in ("rows", "missing", "mean") and not is_dictionary(file.rpartition("/")[2]):
            profiles.setdefault(file, set()).add(said.name.lower())
    for file, lines in m.once(written):
        for listed in lists_in(lines):
            profiles.setdefault(file, set()).update(name.lower() for name in listed.names)
    found: dict[str, Measured] = {}
    for numbers in (True, False):
        names = [
            each.name
            for each in schema.features
            if each.required and each.name != schema.label and (each.type in _NUMBERS) is numbers
        ]
        for file, known in profiles.items():
            profiled = sum(name.lower() in known for name in names)
            if profiled >= max(2, LEAST_PROFILED * len(names)):
                for name in not_left_out(m, names):
                    gone = name.lower() not in known and not any(name.lower() in each for each in known)
                    if name not in found or not gone:  # one profile that has it is enough
                        found[name] = Measured(gone, where=Where(file, name))
    return found or unknown("no profile of the data has the columns of the dictionary", "not-logged")


_NUMBERS = ("numeric", "integer")
