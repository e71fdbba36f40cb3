"""The phrases of a rulebook with their meanings; worked out once and kept for the next starts.

A phrase is one of a finding's `said`, its question or title; for causes their `said`, title and id.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import msgspec

from mladvisor import kept
from mladvisor.consultation.interpret.likeness import ENOUGH, SPLITS, SUBJECTS, undirected
from mladvisor.consultation.interpret.meaning import Meaning, meaning
from mladvisor.consultation.interpret.spaces import Space, of_letters, of_names, of_plain, of_words, space
from mladvisor.consultation.interpret.words import lexicon, spelled_each
from mladvisor.rulebook import Rulebook
from mladvisor.yaml_io import load_strict


class Phrase(msgspec.Struct, frozen=True, array_like=True):
    """One way of saying something.

    Attributes:
        kind: finding, cause, wish, or aside.
        own: from `said`, not from a question or title.
        single: one clause; a negation in one of several does not turn the whole round.
    """

    kind: str
    id: str
    meaning: Meaning
    own: bool
    single: bool = True


class Wordings(NamedTuple):
    """How a rulebook speaks.

    Attributes:
        phrases: every phrase that says enough to be recognised.
        words: every word of four letters or more, as it is spelled.
        spaces: the phrases by their concepts, by their words, by the letters of these, and by the words as they stand.
    """

    phrases: list[Phrase]
    words: frozenset[str]
    spaces: tuple[Space, Space, Space, Space]


class _Kept(msgspec.Struct, array_like=True):
    """How a rulebook speaks, the stamps of what reads it, and a digest of the texts that it was read from."""

    made_of: kept.Stamps
    texts: str
    spoken: Wordings


_READ_BY = ("words.yaml", "talk.yaml", "words.py", "meaning.py", "likeness.py", "phrases.py", "spaces.py")


def spoken(book: Rulebook) -> Wordings:
    """How a rulebook speaks; as it was kept, while its texts and what reads them are the same."""
    said = _said(book)
    choices = [choice for question in book.questions.values() for choice in question.choices]
    texts = blake2b(repr((said, choices)).encode(), digest_size=16).hexdigest()
    try:
        stamps = kept.stamps(str(Path(__file__).with_name(name)) for name in _READ_BY)
    except OSError:
        return _read(said, choices)
    found = kept.recall("phrases", _Kept)
    if found is not None and found.made_of == stamps and found.texts == texts:
        return found.spoken
    read = _read(said, choices)
    if kept.settled(stamps, time.time_ns()):
        kept.keep("phrases", _Kept(stamps, texts, read))
    return read


def _said(book: Rulebook) -> list[tuple[str, str, str, bool]]:
    """(kind, id, text, own) of every phrase."""
    said: list[tuple[str, str, str, bool]] = []
    for rule in book.findings.values():
        said += [("finding", rule.id, text, True) for text in rule.doc.said]
        said.append(("finding", rule.id, rule.doc.title, False))
        if rule.doc.ask:
            said.append(("finding", rule.id, _statement(rule.doc.ask), False))
    for cause in book.causes.values():
        said += [("cause", cause.id, text, True) for text in cause.doc.said]
        said += [("cause", cause.id, text, False) for text in (cause.doc.title, cause.id.replace("-", " "))]
    talk = load_strict(Path(__file__).with_name("talk.yaml").read_text(encoding="utf-8"))[0]
    said += [("wish", kind, text, True) for kind, texts in talk["wishes"].items() for text in texts]
    return said + [("aside", "", text, True) for text in talk["asides"]]


def _read(said: Sequence[tuple[str, str, str, bool]], choices: Sequence[str]) -> Wordings:
    plain = spelled_each(text for _, _, text, _ in said)
    read = [(text, _phrase(kind, name, line, own)) for (kind, name, text, own), line in zip(said, plain, strict=True)]
    telling = [
        phrase
        for text, phrase in read
        if phrase.kind in ("aside", "wish")
        or (phrase.meaning.tokens and (_tells(phrase.meaning.tokens, len(text.split())) or denies(phrase.meaning)))
    ]
    spaces = (
        space([of_names(undirected(phrase.meaning.tokens)) for phrase in telling]),
        space([of_words(phrase.meaning.words) for phrase in telling]),
        space([of_letters(phrase.meaning.words) for phrase in telling], shared=True),
        space([of_plain(phrase.meaning.words) for phrase in telling]),
    )
    return Wordings(telling, frozenset(re.findall(r"[a-z]{4,}", " ".join([*plain, *choices]))), spaces)


def _phrase(kind: str, name: str, text: str, own: bool) -> Phrase:
    return Phrase(kind, name, meaning(text), own, lexicon().splitter.search(text) is None)


def _tells(tokens: Sequence[str], words: int) -> bool:
    """Whether enough is left of a phrase without its small words: not just a subject, not one plain word of many."""
    return not set(tokens) <= SUBJECTS | SPLITS and (len(tokens) > 1 or tokens[0] in ENOUGH or words <= 2)


def denies(one: Meaning) -> bool:
    """Whether a phrase says that there is no such thing at all: "no validation data"."""
    return one.negated and bool(one.tokens) and set(one.tokens) <= SPLITS


def _statement(question: str) -> str:
    """A question as the statement that a yes would make of it, without examples in brackets."""
    plain = re.sub(r"\([^)]*\)", "", question).rstrip("? ")
    return re.sub(r"^(is|are|was|were|does|do|did|has|have|can)\s+", "", plain, flags=re.IGNORECASE)
