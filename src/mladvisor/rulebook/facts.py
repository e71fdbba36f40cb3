"""The named conditions and numbers of a rulebook, for people who look one up."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from mladvisor.rulebook.book import Rulebook
from mladvisor.rulebook.documents import Fact, listed
from mladvisor.rulebook.layers import Entry


class Named(msgspec.Struct, frozen=True):
    """One fact: its name, expression, meaning in words, sources, and where it stands."""

    name: str
    expression: str
    means: str
    source: tuple[str, ...]
    file: str
    line: int


def facts(book: Rulebook) -> dict[str, Named]:
    """Every fact, by name, sorted."""
    found = {one.name: one for entry in book.documents("facts") for one in _of(entry)}
    return dict(sorted(found.items()))


def _of(entry: Entry) -> Iterator[Named]:
    for name, fact in entry.typed.facts.items():
        line, _ = entry.origin.source.place(["facts", name])
        file = entry.origin.source.file
        if isinstance(fact, Fact):
            yield Named(name, _written(fact.expression), fact.means, tuple(listed(fact.source)), file, line)
        else:
            yield Named(name, _written(fact), "", (), file, line)


def _written(expression: object) -> str:
    return str(expression).lower() if isinstance(expression, bool) else " ".join(str(expression).split())


def users(book: Rulebook, name: str) -> list[str]:
    """Ids of the findings, causes and facts whose expressions name this fact, sorted."""
    word = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])")
    found = {one.name for one in facts(book).values() if one.name != name and word.search(one.expression)}
    for finding in book.findings.values():
        when = finding.doc.when
        told = [finding.doc.applies, *(when.values() if isinstance(when, dict) else (when,))]
        told += [fix.when for fix in finding.doc.advice]
        if any(word.search(str(text)) for text in told):
            found.add(finding.id)
    for cause in book.causes.values():
        if any(word.search(str(text)) for text in (cause.doc.requires, *(fix.when for fix in cause.doc.fixes))):
            found.add(cause.id)
    return sorted(found)
