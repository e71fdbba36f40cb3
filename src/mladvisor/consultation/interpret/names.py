"""The cause that a name means, as people have it: its id, its title, or what else it is called (`called` in its rule).

A name is what a person types where a name is expected: "why not label noise", `mladvisor explain data-drift`. Nothing
is guessed here: the words are those of a name, but for spelling, order, articles, and singular or plural.
"""

from __future__ import annotations

import re
import weakref

from mladvisor.consultation.interpret.words import spelled, spelled_each, stem
from mladvisor.rulebook import Rulebook

_BESIDE = frozenset(
    [
        "a",
        "an",
        "the",
        "my",
        "our",
        "your",
        "this",
        "that",
        "these",
        "those",
        "some",
        "any",
        "of",
        "in",
        "to",
        "for",
        "and",
        "with",
        "there",
        "is",
        "are",
        "be",
    ]
)
"""Words that make no difference to a name."""
_AROUND = re.compile(
    r"^(?:(?:a case of|because of|due to|caused by|(?:the |my )?(?:model|network|net|run)(?: is| has| was)?) )+"
    r"|(?:[ -](?:problems?|issues?|faults?|troubles?|here|at all|again))+$"
)
"""What stands around a name and is none of it."""
LONGEST = 100
"""Characters; longer texts are no names."""


def cause_called(words: str, book: Rulebook) -> str:
    """The id of the cause that is called so, or "" when none is."""
    names = _names.get(book)
    if names is None:
        names = _names[book] = _all(book)
    if len(words) > LONGEST:
        return ""
    plain = words.lower().strip(" .,;:!?\"'`")
    for text in (plain, _AROUND.sub("", plain), _AROUND.sub("", _AROUND.sub("", plain))):
        found = text and (names.get(_key(spelled(_apart(text)))) or names.get(_squeezed(text)))
        if found:
            return found
    return ""


def _all(book: Rulebook) -> dict[str, str]:
    """Every name, as it is compared, with its cause; what the rules call it by id and title goes first."""
    own = [(text, rule.id) for rule in book.causes.values() for text in (rule.id, rule.doc.title)]
    told = [(text, rule.id) for rule in book.causes.values() for text in rule.doc.called]
    names: dict[str, str] = {}
    plain = spelled_each(_apart(text) for text, _ in [*own, *told])
    for text, (_, cause) in zip(plain, [*own, *told], strict=True):
        names.setdefault(_key(text), cause)
    for text, cause in [*own, *told]:
        names.setdefault(_squeezed(text), cause)
    names.pop("", None)
    return names


def _apart(text: str) -> str:
    """Compounds in their parts, whichever way they are joined: "label_noise", "data-drift", "over-fitting"."""
    return re.sub(r"\b(over|under)\s+(?=fit|train)", r"\1", re.sub(r"(?<=\w)[-_/.]+(?=\w)", " ", text))


def _squeezed(text: str) -> str:
    """A name written as one word: "datadrift"."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _key(text: str) -> str:
    """A spelled name as it is compared: "noise in the labels" and "label noise" are both "label nois"."""
    words = re.findall(r"[a-z0-9']+", text.lower())
    return " ".join(sorted(stem(word.replace("'", "")) for word in words if word not in _BESIDE))


_names: weakref.WeakKeyDictionary[Rulebook, dict[str, str]] = weakref.WeakKeyDictionary()
