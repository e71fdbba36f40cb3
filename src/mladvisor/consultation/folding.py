"""Events folded into what they leave: answers and exclusions that stand, and where the last change began."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mladvisor.consultation.journal import Event
from mladvisor.rulebook import Rulebook

CHANGES = ("answered", "ruled-out", "undone")
"""Events that change what is believed."""


def standing_events(events: Sequence[Event]) -> list[Event]:
    """Answers and exclusions that were not taken back, oldest first."""
    kept: list[Event] = []
    for event in events:
        if event.event in ("answered", "ruled-out"):
            kept.append(event)
        elif event.event == "undone" and kept:
            last = kept.pop()
            while last.batch and kept and kept[-1].batch == last.batch:
                kept.pop()
    return kept


def standing(events: Sequence[Event], *, upto: int | None = None) -> tuple[dict[str, Any], dict[str, str]]:
    """Answers by finding, question or feature (later ones replace earlier ones), and causes ruled out with reasons."""
    kept = standing_events(events[:upto])
    answers = {event.about: event.value for event in kept if event.event == "answered"}
    return answers, {event.about: event.text for event in kept if event.event == "ruled-out"}


def last_change(events: Sequence[Event]) -> int:
    """The place of the event with which the last change began: of several answers from one sentence, the first."""
    changes = [n for n, event in enumerate(events) if event.event in CHANGES]
    first = changes[-1] if changes else 0
    while changes and events[first].batch and events[first - 1].batch == events[first].batch:
        if events[first - 1].event not in ("answered", "ruled-out"):
            break
        first -= 1
    return first


def with_parents(rulebook: Rulebook, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers, with what a present finding says of those that it refines: NaN from the start is NaN."""
    whole = dict(answers)
    for name, value in answers.items():
        rule = rulebook.findings.get(name)
        while rule is not None and rule.parent and value in ("yes", "probably"):
            whole.setdefault(rule.parent, value)
            rule = rulebook.findings.get(rule.parent)
    return whole
