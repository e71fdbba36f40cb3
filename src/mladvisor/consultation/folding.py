"""Events folded into what they leave: what stands of what was said and handed over, where the last change began."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mladvisor.consultation.journal import Event
from mladvisor.rulebook import Rulebook

STAND = ("answered", "ruled-out", "given")
"""Events that change what is believed, until they are taken back."""
CHANGES = (*STAND, "undone")


class Standing(NamedTuple):
    """What was not taken back.

    Attributes:
        answers: by finding, question or feature; later ones replace earlier ones.
        ruled_out: causes, with the reason given.
        given: (request, path) of files that were handed over, oldest first.
    """

    answers: dict[str, Any]
    ruled_out: dict[str, str]
    given: tuple[tuple[str, str], ...]


def standing_events(events: Sequence[Event]) -> list[Event]:
    """Answers, exclusions and files handed over that were not taken back, oldest first."""
    kept: list[Event] = []
    for event in events:
        if event.event in STAND:
            kept.append(event)
        elif event.event == "undone" and kept:
            last = kept.pop()
            while last.batch and kept and kept[-1].batch == last.batch:
                kept.pop()
    return kept


def standing(events: Sequence[Event], *, upto: int | None = None) -> Standing:
    """What stands after the first `upto` events, or after all of them."""
    kept = standing_events(events[:upto])
    answers = {event.about: event.value for event in kept if event.event == "answered"}
    ruled_out = {event.about: event.text for event in kept if event.event == "ruled-out"}
    given = tuple((event.about, str(event.value)) for event in kept if event.event == "given")
    return Standing(answers, ruled_out, given)


def last_change(events: Sequence[Event]) -> int:
    """The place of the event with which the last change began: of several answers from one sentence, the first."""
    changes = [n for n, event in enumerate(events) if event.event in CHANGES]
    first = changes[-1] if changes else 0
    while changes and events[first].batch and events[first - 1].batch == events[first].batch:
        if events[first - 1].event not in STAND:
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
