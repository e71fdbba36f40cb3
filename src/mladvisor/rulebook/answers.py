"""Answers of a person, as degrees of findings and values of features.

A menu is answered by the options that are picked (a list), by "none of these", by "unsure", or option by option (a map
of option to a word). What is picked is so. What was on the menu and was not picked is probably not so, for who names
one thing may pass over another; who says "none of these" has looked at all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from mladvisor.features.measured import Measured
from mladvisor.rulebook.documents import ANSWERS, FACTS, PRESENT, Question

if TYPE_CHECKING:
    from mladvisor.rulebook.book import Rulebook

NONE = "none of these"
UNSURE = "unsure"
PICKED, PASSED_OVER, DENIED = "yes", "probably-not", "no"

_FLAGS = {"yes": True, "true": True, "no": False, "false": False}


def degree(answer: Any, *, fact: bool = False) -> float | None:
    """The degree that an answer means; None for "unsure" and for anything that is no answer.

    Args:
        fact: it is about something that is looked up, not read off a curve by eye; yes and no then leave less doubt.
    """
    words = FACTS if fact else ANSWERS
    if isinstance(answer, str):
        return words.get(answer)
    if isinstance(answer, int | float) and 0.0 <= answer <= 1.0:
        if isinstance(answer, bool):
            return words["yes" if answer else "no"]
        return float(answer)
    return None


def says_so(answer: Any) -> bool:
    """Whether an answer says that something is so, if only probably."""
    return (degree(answer) or 0.0) >= PRESENT


def answered_features(book: Rulebook, answers: Mapping[str, Any]) -> dict[str, Measured]:
    """Feature -> the value that a person gave, for answers to questions (by their id) and to features (by name)."""
    values: dict[str, Measured] = {}
    sets = {question.sets: question for question in book.questions.values()}
    for key, answer in answers.items():
        named = any(key in kind for kind in (book.findings, book.causes, book.menus, book.handovers))
        if named or answer is None or answer == UNSURE:
            continue
        question = book.questions.get(key) or sets.get(key)
        value = answer if isinstance(answer, Measured) else _value(answer, question)
        if value is not None:
            values[question.sets if question else key] = value
    return values


def picked(options: Collection[str], answer: Any) -> dict[str, str]:
    """Option of a menu -> the word that an answer gives to it; options of which it says nothing are left out."""
    if answer is None or answer == UNSURE:
        return dict.fromkeys(options, UNSURE)
    if isinstance(answer, Mapping):
        return {option: str(word) for option, word in answer.items() if option in options}
    chosen = [answer] if isinstance(answer, str) else list(answer)
    if chosen in ([], [NONE]):
        return dict.fromkeys(options, DENIED)
    return {option: PICKED if option in chosen else PASSED_OVER for option in options}


def by_menus(book: Rulebook, answers: Mapping[str, Any]) -> dict[str, str]:
    """Finding -> the word that the answers to menus give to it; what is picked in one is so whatever others say.

    An option that opens menus says nothing of any finding, whether it is picked or not: it says where to look.
    """
    told: dict[str, str] = {}
    for key, answer in answers.items():
        if key in book.menus:
            menu = book.menus[key]
            for option, word in picked(menu.options, answer).items():
                for finding in menu.options[option] if option not in menu.opens else ():
                    if (degree(word) or 0.0) >= (degree(told.get(finding)) or 0.0):
                        told[finding] = word
    return told


def implied_features(book: Rulebook, answers: Mapping[str, Any]) -> dict[str, Measured]:
    """Feature -> the value that a finding which a person sees stands for: who says that the loss is NaN need not be
    asked what else it does. Values that were given as such are not replaced.
    """
    values: dict[str, Measured] = {}
    for name, answer in answers.items():
        rule = book.findings.get(name)
        while rule is not None and says_so(answer):
            for feature, value in rule.doc.implies.items():
                values.setdefault(feature, Measured(value))
            rule = book.findings.get(rule.parent)
    return {**values, **answered_features(book, answers)}


def _value(answer: Any, question: Question | None) -> Measured | None:
    if question and question.kind == "yes-no":
        if isinstance(answer, str):
            answer = _FLAGS.get(answer.lower())
        return None if answer is None else Measured(bool(answer))
    if question and question.kind == "number" and isinstance(answer, str):
        try:
            answer = float(answer)
        except ValueError:
            return None
    if isinstance(answer, int) and not isinstance(answer, bool):
        answer = float(answer)  # as every measured number is
    return Measured(answer) if isinstance(answer, str | bool | float) else None
