"""Answers of a person, as degrees of findings and values of features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mladvisor.features.measured import Measured
from mladvisor.rulebook.documents import ANSWERS, Question

if TYPE_CHECKING:
    from mladvisor.rulebook.book import Rulebook

_FLAGS = {"yes": True, "true": True, "no": False, "false": False}


def degree(answer: Any) -> float | None:
    """The degree that an answer means; None for "unsure" and for anything that is no answer."""
    if isinstance(answer, str):
        return ANSWERS.get(answer)
    if isinstance(answer, int | float) and 0.0 <= answer <= 1.0:
        if isinstance(answer, bool):
            return ANSWERS["yes" if answer else "no"]
        return float(answer)
    return None


def answered_features(book: Rulebook, answers: Mapping[str, Any]) -> dict[str, Measured]:
    """Feature -> the value that a person gave, for answers to questions (by their id) and to features (by name)."""
    values: dict[str, Measured] = {}
    sets = {question.sets: question for question in book.questions.values()}
    for key, answer in answers.items():
        if key in book.findings or key in book.causes or answer is None or answer == "unsure":
            continue
        question = book.questions.get(key) or sets.get(key)
        value = answer if isinstance(answer, Measured) else _value(answer, question)
        if value is not None:
            values[question.sets if question else key] = value
    return values


def implied_features(book: Rulebook, answers: Mapping[str, Any]) -> dict[str, Measured]:
    """Feature -> the value that a finding which a person sees stands for: who says that the loss is NaN need not be
    asked what else it does. Values that were given as such are not replaced.
    """
    values: dict[str, Measured] = {}
    for name, answer in answers.items():
        rule = book.findings.get(name)
        while rule is not None and (degree(answer) or 0.0) >= 0.5:
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
