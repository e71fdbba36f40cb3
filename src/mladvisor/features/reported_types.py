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


@feature("column.reported_only", each="column", type="choice", doc="The split in which a column of words has one value"
         " in all of many rows, by the counts of a report, where it has several in another; empty where that is not so",
         how=HOW, source="data.splits")  # fmt: skip
def only(m: Measures) -> Items | Measured:
    found = said_of(m, "one-value", "typed")
    if isinstance(found, Measured):
        return found
    words = {(said.name, file) for said, file in found if said.what == "typed" and not said.value}
    counted: dict[tuple[str, str], dict[str, bool]] = {}
    for said, file in found:
        if said.what == "one-value" and said.split is not None and (said.name, file) in words:
            counted.setdefault((said.name, file), {})[said.split] = said.value > 0.0
    result = {}
    for (name, file), splits in counted.items():
        alone = sorted(split for split, one in splits.items() if one)
        told = ", ".join(alone) if "train" in splits and len(alone) < len(splits) else ""
        if len(splits) > 1 and (told or name not in result):
            result[name] = Measured(told, where=Where(file, name))
    return reaching(
        m, result or unknown("no report counts the values of a column of words in two splits", "not-logged")
    )


_KEYS = word_set("id ids uuid guid key code index")
"""What ends the names of columns that number rows, people or places: digits and letters are one there."""
