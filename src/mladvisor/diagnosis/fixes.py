"""Fixes and practice from the rulebook, with this run's values in them."""

from __future__ import annotations

from mladvisor.diagnosis.model import Fix
from mladvisor.diagnosis.state import Believed
from mladvisor.rulebook.book import CauseRule, FixRule
from mladvisor.rulebook.documents import listed


def fixes_of(state: Believed, cause: CauseRule) -> list[Fix]:
    """The fixes of a cause that make sense here, in the order of the rulebook.

    What a fix should clear is narrowed to the findings that are present now, so that the next run can be held to it.
    """
    judged = state.judged
    return [
        _fix(state, fix, [each for each in fix.clears if each in judged and judged[each].present])
        for fix in cause.fixes
        if state.rulebook.applicable(fix, state.scope)
    ]


def advice(state: Believed) -> list[Fix]:
    """Practice that this run lacks: outside inference, never an accusation."""
    return [
        _fix(state, fix, [finding])
        for finding, fixes in state.rulebook.advice.items()
        if state.judged[finding].present
        for fix in fixes
        if state.rulebook.applicable(fix, state.scope)
    ]


def _fix(state: Believed, fix: FixRule, clears: list[str]) -> Fix:
    steps = [state.rulebook.text(step, state.scope) for step in fix.steps]
    return Fix(
        do="; ".join(steps),
        steps=steps if len(steps) > 1 else [],
        cost=fix.doc.cost,
        clears=clears,
        source=", ".join(listed(fix.doc.source)),
    )
