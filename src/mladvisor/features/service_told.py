"""What the settings and the code of a service beside the run do with bad input."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.service_settings import Policy, answers_on_errors, policy_in

_HOW = "put the settings of the service, or the script that answers requests, beside the log"


def _policies(m: Measures) -> list[tuple[Policy, str]]:
    """Use `m.once`."""
    files = m.run.files.get("service", ())
    found = ((policy_in(Candidate(str(m.run.folder / file), file)), file) for file in files)
    return [(policy, file) for policy, file in found if policy is not None]


@feature(
    "service.lenient",
    unit="settings",
    doc="Settings of a service that let bad input through (fill it, ignore it,"
    " map it to something), where none stops any",
    how=_HOW,
    source="test.errors",
)
def lenient(m: Measures) -> Measured:
    found: list[tuple[Policy, str]] = m.once(_policies)
    if not found:
        return unknown(_HOW, "not-logged")
    if any(policy.strict for policy, _ in found):
        return Measured(0.0, where=Where(found[0][1]))
    policy, file = max(found, key=lambda each: len(each[0].lenient))
    return Measured(float(len(policy.lenient)), note=", ".join(policy.lenient[:3]), where=Where(file))


@feature(
    "service.lenient_line",
    type="any",
    doc="The first settings that let bad input through, or the line of code that answers whatever went wrong",
    how=_HOW,
    source="test.errors",
)
def lenient_line(m: Measures) -> Measured:
    for name in ("service.answers_errors", "service.lenient"):
        one = m.one(name)
        if one.known and one.note:
            return Measured(one.note, where=one.where)
    return unknown(_HOW, "not-logged")


@feature(
    "service.answers_errors",
    type="flag",
    doc="A script for use answers with a constant where anything went wrong in front of the model",
    how=_HOW,
    source="test.errors",
)
def answers_errors(m: Measures) -> Measured:
    for file in m.run.files.get("service", ()):
        line = answers_on_errors(Candidate(str(m.run.folder / file), file))
        if line is not None:
            return Measured(True, note=line, where=Where(file))
    return unknown("no script beside the run answers errors", "not-logged")
