"""What files would tell that a person may hand over: the configuration, the tables, what the probes write.

Findings that are measured cost nobody a second question, so a request for files is weighed as a menu is whose options
are the findings that they would settle.
"""

from __future__ import annotations

from typing import Any

from mladvisor.diagnosis.menus import outcomes
from mladvisor.diagnosis.model import NextStep
from mladvisor.diagnosis.state import Believed
from mladvisor.inference import joint_information
from mladvisor.rulebook.asked import CONFIG
from mladvisor.rulebook.documents import Handover
from mladvisor.rulebook.parts import Effort
from mladvisor.runs.model import Run

MEASURED = 0.9999
"""The degree of a finding that a file settles: unlike an answer it leaves no doubt."""
WEIGHED = 10
"""Findings whose joint outcomes are weighed: those that tell most one by one; the rest would only add to it."""
DECLINED: Effort = "check"
"""What a request costs once another was declined: who has no files at hand is not asked for each kind in turn."""


def handover_steps(
    state: Believed, bits: dict[str, float], limits: dict[str, Any], *, most: int | None = None
) -> list[NextStep]:
    """The requests for files that would settle something.

    Args:
        bits: what each open finding would tell by itself.
        limits: the arguments of inference, with the belief `now`.
        most: how many are weighed, those whose findings tell most one by one; None for all.
    """
    found = []
    declined = not state.answers.keys().isdisjoint(state.rulebook.handovers)
    for doc in state.rulebook.handovers.values():
        if not state.rulebook.may_have(doc.handover, state.scope):
            continue
        if doc.handover in state.answers or state.read & set(doc.brings):
            continue  # what was written beside a file that was read was read with it
        told = sorted(settled(state, doc, bits), key=lambda finding: (-bits[finding], finding))[:WEIGHED]
        if told:
            found.append((-sum(bits[one] for one in told), doc.handover, doc, told))
    found.sort(key=lambda each: each[:2])
    steps = []
    for _, _, doc, told in found[:most]:
        options = outcomes(state, [[one] for one in told], yes=MEASURED, no=1 - MEASURED)
        worth = joint_information(state.network, state.degrees, options, **limits)
        effort = DECLINED if declined else doc.effort
        steps.append(NextStep(doc.handover, "ask", doc.ask, worth.bits, effort, [], sets=doc.handover))
    return steps


def kinds_read(run: Run) -> frozenset[str]:
    """Kinds of files of a run folder that were read, as requests name them."""
    return frozenset([*run.files, CONFIG] if run.config else run.files)


def is_request(step: NextStep) -> bool:
    """Whether a step asks for files."""
    return step.sets == step.finding and not step.choices


def settled(state: Believed, doc: Handover, bits: dict[str, float]) -> list[str]:
    """The open findings of which everything that is missing would be measured on these files."""
    starts = tuple(f"{start}." for start in doc.tells)
    return [
        finding
        for finding in bits
        if state.judged[finding].missing and all(name.startswith(starts) for name in state.judged[finding].missing)
    ]
