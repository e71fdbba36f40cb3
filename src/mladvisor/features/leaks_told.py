"""Sentences in the notes of a run that name a feature which knows the answer (`runs/leaks_said`)."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown

_HOW = "write into a note when each feature gets its value, and from what"


def _leak(m: Measures) -> tuple[str, str] | None:
    """(sentence, file) of the first note that has one. Use `m.once`."""
    from mladvisor.runs.leaks_said import leaks_in
    from mladvisor.runs.tabled import opened

    for file in m.run.files.get("leak_note", ()):
        found = leaks_in(opened(m.run.folder, file))
        if found:
            return found[0], file
    return None


@feature("report.leak_told", type="flag", doc="A sentence in a note says that a feature gets its value after the"
         " outcome, or is made from the label", how=_HOW, source="test.label-as-feature")  # fmt: skip
def leak_told(m: Measures) -> Measured:
    found = m.once(_leak)
    return unknown(_HOW, "not-logged") if found is None else Measured(True, where=Where(found[1]))


@feature("report.leak_says", type="choice", doc="That sentence", how=_HOW, source="test.label-as-feature")
def leak_says(m: Measures) -> Measured:
    found = m.once(_leak)
    return unknown(_HOW, "not-logged") if found is None else Measured(found[0], where=Where(found[1]))
