"""The `tests:` of findings, run: what is given, judged by the rule, against what is expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mladvisor.features.measured import Items, Measured, not_applicable, unknown
from mladvisor.rulebook.book import FindingRule, Judged, Rulebook
from mladvisor.rulebook.documents import RuleTest, between
from mladvisor.rulebook.evaluate import judge_with_parents
from mladvisor.rulebook.expression.names import OWN_ERROR, Entry
from mladvisor.rulebook.expression.tree import ExpressionError

_ABSENT = unknown("not given in the test")
Problem = tuple[list[str | int], str]


def run_tests(book: Rulebook, finding: FindingRule) -> Iterator[Problem]:
    """What is wrong with a finding by its own tests: path of the test in the document, and a sentence."""
    for number, test in enumerate(finding.doc.tests):
        path: list[str | int] = ["tests", number]
        given: dict[str, Measured | Items] = {}
        wrong = False
        for name, value in test.given.items():
            try:
                given[name] = _given(book, name, value)
            except ExpressionError as error:
                wrong = True
                if not error.message.endswith(OWN_ERROR):
                    yield [*path, "given", name], error.message
        if wrong:
            continue
        scope = book.scope(lambda name, given=given: given.get(name, _ABSENT))  # type: ignore[misc]
        judged = judge_with_parents(book, finding, scope)
        try:
            problem = difference(test, judged)
        except ValueError:
            continue  # a band that is none: the loader has said so
        if problem:
            because = f" ({_why_unknown(judged)})" if judged.note and judged.degree is None else ""
            yield path, f"test {number + 1} of {finding.id}: {problem}{because}"


def _why_unknown(judged: Judged) -> str:
    """The note, and which of the measurements that the rule reads the test leaves out."""
    left = [name for name in judged.missing if judged.features.get(name) is _ABSENT]
    return f"not given in the test: {', '.join(left)}" if left and judged.note == _ABSENT.note else judged.note


def difference(test: RuleTest, judged: Judged) -> str:
    """How a judgement differs from what the test expects; "" when it does not."""
    degree = judged.degree
    got = judged.state if degree is None else f"degree {degree:.3g}"
    expected = test.expect
    if expected == "unknown":
        fits = degree is None
    elif expected == "present":
        fits = degree is not None and degree >= 0.5
    elif expected == "absent":
        fits = degree is not None and degree < 0.5
    else:
        low, high = between(expected)
        fits = degree is not None and low <= degree <= high
    if not fits:
        return f"expected {expected}, got {got}"
    if test.items is not None and sorted(test.items) != sorted(judged.items):
        return f"expected the items {test.items}, got {list(judged.items)}"
    if test.case is not None and test.case != judged.case:
        return f'expected the case "{test.case}", got {judged.case!r}'
    return ""


def _given(book: Rulebook, name: str, value: Any) -> Measured | Items:
    entry = book.names.resolve(name)
    if entry.compute is not None:
        raise ExpressionError(f'"{name}" is a fact: give the features that it reads', 0)
    if isinstance(value, Mapping):
        if not entry.family and entry.kind != "any":
            raise ExpressionError(f'"{name}" has a single value, not one per item', 0)
        return {item: _one(entry, inside) for item, inside in value.items()}
    if entry.family and value is not None and value != "not-applicable":
        raise ExpressionError(f'"{name}" has one value per {entry.family}: give a map {{{entry.family}: value}}', 0)
    return _one(entry, value)


def _one(entry: Entry, value: Any) -> Measured:
    if value is None:
        return unknown("given as null")
    if value == "not-applicable":
        return not_applicable("given as not applicable")
    if isinstance(value, list):
        if entry.kind not in ("number", "any") or len(value) != 2:
            raise ExpressionError(f'"{entry.name}": only a number takes [value, standard error]', 0)
        if value[1] < 0:
            raise ExpressionError(f'"{entry.name}": a standard error is not negative', 0)
        return Measured(float(value[0]), se=float(value[1]))
    kind = "condition" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"
    words = {"condition": "a flag (true or false)", "text": "a text", "number": "a number"}
    if entry.kind not in (kind, "any"):
        raise ExpressionError(f'"{entry.name}" is {words[entry.kind]}, and {value!r} is {words[kind]}', 0)
    if kind == "text" and entry.choices and value not in entry.choices:
        raise ExpressionError(f'"{entry.name}" is never "{value}"; it is one of {", ".join(entry.choices)}', 0)
    return Measured(float(value) if kind == "number" else value)
