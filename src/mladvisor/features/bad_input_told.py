"""What notes, mails and logs say of input that should be refused."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.report_said import written
from mladvisor.runs.bad_input_said import Told, bad_input_said

_HOW = "write down what came of input that was wrong on purpose: how many requests, how many of them were answered"


def _told(m: Measures) -> list[tuple[Told, str]]:
    """(statement, file) of everything that is written beside the run. Use `m.once`."""
    return [(said, file) for file, lines in m.once(written) for said in bad_input_said("\n".join(lines))]


@feature(
    "report.bad_input_answered",
    unit="fraction",
    doc="Share of the requests or rows that were wrong on purpose and were answered all the same, by a note or the log",
    how=_HOW,
    source="test.errors",
)
def bad_input_answered(m: Measures) -> Measured:
    found = [(said, file) for said, file in m.once(_told) if said.counted]
    if not found:
        return unknown(_HOW, "not-logged")
    said, file = found[-1]  # what was tried again comes later
    return Measured(said.share, note=said.said, where=Where(file))


@feature(
    "report.input_unchecked",
    type="flag",
    doc="A note, a model card or the log says that nothing checks the input; unknown where none does",
    how=_HOW,
    source="test.errors",
)
def input_unchecked(m: Measures) -> Measured:
    found = next(((said, file) for said, file in m.once(_told) if not said.counted), None)
    if found is None:
        return unknown("nothing is written of checks of the input", "not-logged")
    return Measured(True, note=found[0].said, where=Where(found[1]))
