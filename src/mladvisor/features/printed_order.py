"""Whether a service printed the columns of the training in another order."""

from __future__ import annotations

import re

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.report_said import written
from mladvisor.runs.columns_listed import Listed, lists_in
from mladvisor.runs.layout import stem_and_suffix

HOW = "print the names of the columns, in their order, when training and where the model is asked"
_OF_USE = re.compile(
    r"(?<![a-z])(?:serv(?:e|ing|ed|ice)|payload|requests?|scor(?:e|ing|ed)|infer(?:ence)?|prod(?:uction)?|gateway|live"
    r"|predict(?:ion|ing)?|online|batch job|api|deploy\w{0,6}|test|val|valid\w{0,5})(?![a-z])"
)


@feature("messages.columns_reordered", unit="columns", doc="Columns that stand at another place in a list that was"
         " printed in use (or of evaluation data) than in that of training, both with the same names", how=HOW,
         source="data.schema")  # fmt: skip
def columns_reordered(m: Measures) -> Measured:
    own: dict[frozenset[str], dict[tuple[str, ...], None]] = {}
    used: list[tuple[Listed, str]] = []
    for file, lines in m.once(written):
        called = stem_and_suffix(file.rpartition("/")[2])[0].lower()
        for listed in lists_in(lines):
            if _OF_USE.search(listed.said) or _OF_USE.search(called):
                used.append((listed, file))
            else:
                own.setdefault(frozenset(listed.names), {})[listed.names] = None
    found: list[tuple[int, str, str]] = []
    for listed, file in used:
        for other in own.get(frozenset(listed.names), ()):
            moved = [a for a, b in zip(listed.names, other, strict=True) if a != b]
            found.append((len(moved), file, ", ".join(moved[:6])))
    if not found:
        return unknown(HOW, "not-logged")
    moved_most, file, names = min(found)  # one list in the same order is enough
    return Measured(float(moved_most), note=names, where=Where(file))
