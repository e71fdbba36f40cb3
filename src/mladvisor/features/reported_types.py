"""What reports say of whole columns: that one is not there, or holds numbers in one split and text in another."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Items, Measured, Where, unknown
from mladvisor.features.report_said import HOW, reaching, said_of
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set


@feature("column.reported_absent", each="column", type="flag", doc="A check of the training data, or of data that the"
         " report does not tell apart, says that a column that must be there is not", how=HOW,
         source="test.missing-inputs")  # fmt: skip
def absent(m: Measures) -> Items | Measured:
    found = said_of(m, "absent")
    if isinstance(found, Measured):
        return found
    result: dict[str, Measured] = {}
    for said, file in found:
        if said.split in ("train", None) and not (said.name in result and result[said.name].value):
            result[said.name] = Measured(said.value > 0.0, note=said.note, where=Where(file, said.name))
    return reaching(m, result or unknown("no report checks which columns the training data has", "not-logged"))


@feature("column.reported_retyped", each="column", type="choice", doc="By the types that a report gives, what the"
         " column holds in training data and elsewhere, where one is numbers and the other text; empty where it is not"
         " so; no keys", how=HOW, source="data.schema")  # fmt: skip
def retyped(m: Measures) -> Items | Measured:
    found = said_of(m, "typed")
    if isinstance(found, Measured):
        return found
    before = {(said.name, file): said for said, file in found if said.split == "train"}
    result: dict[str, Measured] = {}
    for said, file in found:
        first = before.get((said.name, file))
        if first is None or said.split in ("train", None) or not _KEYS.isdisjoint(words_of(said.name)[-1:]):
            continue
        if said.name not in result or said.value != first.value:
            told = f"{first.note} in training, {said.note} in {said.split}" if said.value != first.value else ""
            result[said.name] = Measured(told, where=Where(file, said.name))
    return reaching(m, result or unknown("no report gives the type of a column in two splits", "not-logged"))


_KEYS = word_set("id ids uuid guid key code index")
"""What ends the names of columns that number rows, people or places: digits and letters are one there."""
