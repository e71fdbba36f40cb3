"""Lints: what the format allows and an author will regret."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Literal

from mladvisor.errors import nearest
from mladvisor.rulebook.book import FindingRule, Rulebook
from mladvisor.rulebook.documents import between
from mladvisor.rulebook.layers import Entry
from mladvisor.rulebook.sources import Citation, citations, statement_of, statements

Path = list[str | int]
Lint = tuple[Entry, Path, str, Literal["error", "warning"]]

ORDER: dict[str, tuple[str, ...]] = {
    "finding": (
        "finding", "replace", "title", "status", "applies", "refines", "each", "at_least", "when", "ask", "effort",
        "try", "said", "implies", "explained_by", "otherwise", "fitted", "group", "advice", "measured", "explain",
        "also_seen_when", "show", "source", "tests",
    ),
    "cause": (
        "cause", "replace", "title", "status", "family", "prior", "requires", "due_to", "excludes", "shows", "called",
        "said", "explain", "look_alikes", "fixes", "source",
    ),
}  # fmt: skip


def lint(book: Rulebook, cited: Mapping[str, list[Citation]]) -> Iterator[Lint]:
    """All lints of a sound rulebook."""
    for entry in book.entries:
        yield from _order(entry)
        yield from _file_name(entry)
    for finding in book.findings.values():
        yield from _tests(finding)
        yield from _wording(finding)
        yield from _torn(finding)
    yield from _unreached(book)
    yield from _said_twice(book)
    yield from _called_twice(book)
    yield from _sources(book)


def _order(entry: Entry) -> Iterator[Lint]:
    order = ORDER.get(entry.origin.kind)
    if order is None:
        return
    fields = [field for field in entry.origin.data if field in order]
    wanted = sorted(fields, key=order.index)
    for field, should in zip(fields, wanted, strict=True):
        if field != should:
            message = f'the field "{should}" belongs before "{field}" (order: {", ".join(wanted)})'
            yield entry, [field], message, _style(entry)
            return


def _style(entry: Entry) -> Literal["error", "warning"]:
    """Matters of style are errors in the shipped rules, which read like one book, and advice in anybody else's."""
    return "error" if entry.origin.source.layer == 0 else "warning"


def _file_name(entry: Entry) -> Iterator[Lint]:
    source = entry.origin.source
    stem = PurePath(source.file).stem
    if source.alone and entry.id and stem != entry.id:
        yield entry, [entry.origin.kind], f'the file is called "{stem}", but its id is "{entry.id}"', _style(entry)


def _tests(finding: FindingRule) -> Iterator[Lint]:
    tests = finding.doc.tests
    if finding.doc.when is None:
        if tests:
            yield finding.entry, ["tests"], 'there is no "when" to test', "error"
        return
    for outcome in ("present", "absent"):
        if not any(_is(test.expect, outcome) for test in tests):
            yield finding.entry, ["tests"], f'"{finding.id}" has a "when" and no test that expects {outcome}', "error"
    for number, test in enumerate(tests):
        if test.case is not None and (not isinstance(finding.doc.when, dict) or test.case not in finding.doc.when):
            cases = finding.doc.when if isinstance(finding.doc.when, dict) else {}
            message = f'there is no case "{test.case}"{nearest(test.case, cases)}'
            yield finding.entry, ["tests", number, "case"], message, "error"


def _is(expect: str, outcome: str) -> bool:
    if expect == outcome:
        return True
    if ".." not in expect:
        return False
    low, high = between(expect)
    return low >= 0.5 if outcome == "present" else high < 0.5


_NEGATIVE = re.compile(r"^(is|are|does|do|did|was|were|has|have|can|could)(n't| not)\b", re.IGNORECASE)
_HEALTHY = re.compile(r"\b(as (it should|expected)|healthy|correctly|properly)\b", re.IGNORECASE)
_NEGATION = re.compile(r"\b(not|n't|never|no|without|in)", re.IGNORECASE)


def _wording(finding: FindingRule) -> Iterator[Lint]:
    """Only clear slips: a question that opens with a negation, or that asks for health."""
    ask = finding.doc.ask
    if not ask:
        return
    if not ask.rstrip().endswith("?"):
        yield finding.entry, ["ask"], 'a question ends with "?"', _style(finding.entry)
    if _NEGATIVE.match(ask):
        yield finding.entry, ["ask"], "a negated question: nobody knows what yes means; yes must mean present", "error"
    elif _HEALTHY.search(ask) and not _NEGATION.search(ask):
        yield finding.entry, ["ask"], "this asks whether all is well; yes must mean present", "warning"


_HALF = re.compile(r"(where|which|whose|in which|of which|such as|as|or|too)\b", re.IGNORECASE)


def _torn(finding: FindingRule) -> Iterator[Lint]:
    """Look-alikes that begin in the middle: a comma inside brackets parts them, unless the phrase is quoted."""
    for number, phrase in enumerate(finding.doc.also_seen_when):
        if number and _HALF.match(phrase):
            message = f'"{phrase}" is half of a phrase: a comma inside [..] starts another one; quote the whole'
            yield finding.entry, ["also_seen_when", number], message, _style(finding.entry)


def _unreached(book: Rulebook) -> Iterator[Lint]:
    for cause in book.causes.values():
        if not cause.arrows:
            yield cause.entry, ["cause"], f'no finding points to "{cause.id}": it can never be found', "warning"


def _said_twice(book: Rulebook) -> Iterator[Lint]:
    seen: dict[str, str] = {}
    for entry in book.entries:
        for number, phrase in enumerate([] if entry.off else getattr(entry.typed, "said", [])):
            key = " ".join(phrase.lower().split())
            if key in seen:
                yield entry, ["said", number], f'"{phrase}" is said of "{seen[key]}" too', _style(entry)
            seen.setdefault(key, entry.id)


def _called_twice(book: Rulebook) -> Iterator[Lint]:
    """A name that two causes are called by would mean whichever stands first."""
    seen = {name.replace("-", " "): name for name in book.causes}
    for cause in book.causes.values():
        for number, name in enumerate(cause.doc.called):
            key = " ".join(name.lower().replace("-", " ").split())
            if seen.get(key, cause.id) != cause.id:
                message = f'"{name}" is what "{seen[key]}" is called, too'
                yield cause.entry, ["called", number], message, _style(cause.entry)
            seen.setdefault(key, cause.id)


def _sources(book: Rulebook) -> Iterator[Lint]:
    """In the shipped rules the first word of a source is a statement of the article or +topic; a user's are free."""
    known = statements(book)
    for entry in book.entries:
        for path, words in citations(entry):
            first = statement_of(words)
            if entry.source(path).layer > 0 or not known or first in known:
                continue
            if not re.fullmatch(r"\+[a-z0-9.-]+", first):
                message = f'"{first}" is no statement of the article{nearest(first, known)}; else write +topic'
                yield entry, path, message, "error"
