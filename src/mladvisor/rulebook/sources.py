"""Which statement of the article is cited where: missing knowledge shows as a statement that nothing cites."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mladvisor.rulebook import documents
from mladvisor.rulebook.book import Rulebook
from mladvisor.rulebook.layers import Entry

Path = list[str | int]


class Citation(msgspec.Struct, frozen=True):
    """One place that cites a source: the document, the field, and the words of the citation."""

    kind: str
    id: str
    file: str
    field: str
    words: str


def statements(book: Rulebook) -> dict[str, str]:
    """Id -> text of the statements that the rules know."""
    return {name: text for entry in book.documents("statements") for name, text in entry.typed.statements.items()}


def citations(entry: Entry) -> Iterator[tuple[Path, str]]:
    """Every citation in a document: its path and its words."""
    typed = entry.typed
    yield from _listed(["source"], getattr(typed, "source", []))
    for field in ("fixes", "advice"):
        for number, fix in enumerate(getattr(typed, field, [])):
            yield from _listed([field, number, "source"], fix.source)
    if isinstance(typed, documents.Facts):
        for name, fact in typed.facts.items():
            if isinstance(fact, documents.Fact):
                yield from _listed(["facts", name, "source"], fact.source)


def _listed(path: Path, source: str | list[str]) -> Iterator[tuple[Path, str]]:
    if isinstance(source, str):
        if source:
            yield path, source
        return
    for number, words in enumerate(source):
        yield [*path, number], words


def statement_of(words: str) -> str:
    """The first word of a citation: a statement id, or "+topic"."""
    return words.split(maxsplit=1)[0].rstrip(",;:") if words.split() else ""


def cited(book: Rulebook) -> dict[str, list[Citation]]:
    """First word of the citation -> where it is used; documents that are off left out."""
    found: dict[str, list[Citation]] = {}
    for entry in book.entries:
        if entry.off:
            continue
        for path, words in citations(entry):
            field = ".".join(str(step) for step in path)
            citation = Citation(entry.origin.kind, entry.id, entry.source(path).file, field, words)
            found.setdefault(statement_of(words), []).append(citation)
    return found


def coverage(book: Rulebook) -> dict[str, list[Citation]]:
    """Every statement id -> where it is cited; an empty list is missing knowledge."""
    where = cited(book)
    return {name: where.get(name, []) for name in statements(book)}
