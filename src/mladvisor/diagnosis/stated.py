"""Causes that a person states outright, by name ("it overfits") or as what was left out ("I forgot to normalise").

What is said in so many words is taken at face value, and stays evidence like any other: a cause by its name becomes a
finding that only it explains, and a finding that is a cause in other words points to it almost alone. Every number,
reason and explanation so shows it for what it is, something that was said; measurements can still outweigh it. Where
they say the opposite of such a finding, it is an answer like any other, and no fault that is taken at face value.
"""

from __future__ import annotations

import weakref
from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from mladvisor.rulebook import Rulebook, documents
from mladvisor.rulebook.answers import degree
from mladvisor.rulebook.book import FindingRule
from mladvisor.rulebook.documents import ANSWERS, PRESENT

STATED = "stated-"
"""Before the id of a cause: the finding that it was stated by name."""
MEANT, MISTAKEN = 0.9, 0.02
"""How often a person states a cause that holds, and one that does not: nobody says so without having looked."""
SURE = ANSWERS["yes"] or 1.0
"""From this degree on it is said without a hedge."""

_books: weakref.WeakKeyDictionary[Rulebook, dict[tuple[tuple[str, str], ...], Rulebook]] = weakref.WeakKeyDictionary()


def with_stated(
    rulebook: Rulebook, answers: Mapping[str, Any], disputed: Collection[str] = ()
) -> tuple[Rulebook, Mapping[str, Any]]:
    """The rulebook and the answers, with each cause that is stated as a finding of its own; as they are without any.

    Args:
        disputed: findings of which the opposite was measured; they name no cause outright.
    """
    told: dict[tuple[str, str], float] = {}
    for cause in rulebook.causes.values():
        for name in (cause.id, *cause.doc.stated_by):
            sure = degree(answers.get(name))
            if sure is not None and (sure >= PRESENT or name == cause.id) and name not in disputed:
                finding = STATED + cause.id if name == cause.id else name
                told[finding, cause.id] = 1.0 if sure >= SURE else sure
    if not told:
        return rulebook, answers
    known = _books.setdefault(rulebook, {})
    statements = tuple(told)
    if statements not in known:
        known[statements] = _with_findings(rulebook, statements)
    return known[statements], {**answers, **{finding: sure for (finding, _), sure in told.items()}}


def _with_findings(rulebook: Rulebook, statements: tuple[tuple[str, str], ...]) -> Rulebook:
    findings = dict(rulebook.findings)
    for name, cause in statements:
        rule = findings.get(name)
        if rule is None:
            owner = rulebook.causes[cause]
            rule = FindingRule(documents.Finding(finding=name, title=owner.doc.title, source=[]), owner.entry)
        findings[name] = msgspec.structs.replace(rule, arrows={cause: MEANT}, otherwise=MISTAKEN)
    book = Rulebook(findings, rulebook.causes, rulebook.questions, rulebook.entries, rulebook.names)
    book.advice, book.menus, book.handovers = rulebook.advice, rulebook.menus, rulebook.handovers
    book.handed_where, book.words_from = rulebook.handed_where, rulebook.words_from
    return book
