"""`rules check`: everything that is wrong with rules, as errors of format, failing tests and lints, with places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from mladvisor.errors import RuleError
from mladvisor.rulebook import documents
from mladvisor.rulebook.answers import by_menus
from mladvisor.rulebook.book import FindingRule, MenuRule, Rulebook
from mladvisor.rulebook.layers import Entry
from mladvisor.rulebook.lint import lint
from mladvisor.rulebook.load import load_leniently
from mladvisor.rulebook.rule_tests import run_tests
from mladvisor.rulebook.sources import cited

Severity = Literal["error", "warning"]
Infer = Callable[[Rulebook, Mapping[str, float]], tuple[Sequence[str], float]]
"""From the degrees of findings to the causes, most probable first, and the probability of healthy."""


class Failure(msgspec.Struct, frozen=True):
    """Something wrong with a rule file. `str()` of it is a whole message with its place."""

    file: str
    line: int
    message: str
    severity: Severity
    column: int = 0
    text: str = ""

    def __str__(self) -> str:
        return self.text or f"{self.file}:{self.line}: {self.message}"


class Report(msgspec.Struct):
    """The outcome of a check: the rulebook as far as it is sound, what is wrong, and how many tests were run.

    `sound` is False when some rule could not be loaded at all, which is worse than a failing test.
    """

    book: Rulebook
    failures: list[Failure]
    tests: int
    sound: bool = True

    @property
    def errors(self) -> list[Failure]:
        """The failures that are not mere warnings."""
        return [failure for failure in self.failures if failure.severity == "error"]


def check(
    folders: Iterable[str | Path] = (),
    *,
    shipped: bool = True,
    infer: Infer | None = None,
    allow_unknown: bool = False,
) -> Report:
    """Check the shipped rules and folders on top of them.

    Args:
        infer: runs the `case` documents; without it only their syntax is checked.
        allow_unknown: see `load`.
    """
    own = list(folders)
    book, errors = load_leniently(own, shipped=shipped, allow_unknown=allow_unknown)
    roots = [_of_error(error) for error in errors]
    failures = list(roots)
    tests = 0
    for finding in book.findings.values():
        tests += len(finding.doc.tests)
        if finding.when_is_whole:  # else the tests would only say so again
            failures += _failing(book, finding, changed=shipped and bool(own))
    # Lints of a book that is not sound would repeat its errors in other words.
    if not errors:
        failures += [
            _of_place(entry, path, message, severity) for entry, path, message, severity in lint(book, cited(book))
        ]
    if infer is not None and not errors:
        for entry in book.documents("case"):
            tests += 1
            failures += [_of_place(entry, [], message) for message in _case(book, entry.typed, infer)]
        for menu in book.menus.values():
            tests += len(menu.doc.tests)
            for number, test in enumerate(menu.doc.tests):
                for message in _menu(book, menu, test, infer):
                    failures.append(_of_place(menu.entry, ["tests", number], message))
    failures = list(dict.fromkeys(failures))
    first = set(roots[: getattr(errors, "roots", 0)])
    failures.sort(key=lambda failure: (failure not in first, failure.file, failure.line, failure.column))
    return Report(book, failures, tests, sound=not errors)


def _failing(book: Rulebook, finding: FindingRule, *, changed: bool) -> list[Failure]:
    """The tests of a finding that do not hold.

    Args:
        changed: there are rules on top of the shipped ones. A shipped test that fails then does so because of them,
            which may well be meant: one mild line, and no error.
    """
    failing = list(run_tests(book, finding))
    if not failing or not changed or finding.entry.source(["tests"]).layer > 0:
        return [_of_place(finding.entry, path, message) for path, message in failing]
    numbers = ", ".join(str(int(path[1]) + 1) for path, _ in failing)
    message = (
        f"with your rules on top, the shipped test{'s' if len(failing) > 1 else ''} {numbers} of {finding.id} "
        f'{"do" if len(failing) > 1 else "does"} not hold any more; if that is meant, write "tests:" of your own '
        f'beside "adjust: {finding.id}"'
    )
    return [_of_place(finding.entry, ["tests"], message, "warning")]


def _case(book: Rulebook, case: documents.Case, infer: Infer) -> Iterator[str]:
    given: dict[str, float] = {}
    for name, value in case.given.items():
        degree = documents.ANSWERS[value] if isinstance(value, str) else float(value)
        if degree is not None:
            given[name] = degree
    ranking, healthy = infer(book, given)
    first = list(ranking[: len(case.top)])
    if sorted(first) != sorted(case.top):
        yield f"case {case.case}: expected {', '.join(case.top)} first, got {', '.join(first)}"
    low, high = documents.between(case.healthy)
    if not low <= healthy <= high:
        yield f"case {case.case}: expected healthy {case.healthy}, got {healthy:.2f}"


def _menu(book: Rulebook, menu: MenuRule, test: documents.MenuTest, infer: Infer) -> Iterator[str]:
    """What an answer to a menu leads to, where nothing else is known."""
    words = by_menus(book, {menu.id: test.pick})
    given = {name: degree for name, word in words.items() if (degree := documents.FACTS[word]) is not None}
    first = list(infer(book, given)[0][: len(test.top)])
    if sorted(first) != sorted(test.top):
        yield f"expected {', '.join(test.top)} first, got {', '.join(first)}"
    for name in test.absent:
        if given.get(name, 1.0) >= 0.5:
            yield f'expected "{name}" to be absent'


def _of_error(error: RuleError) -> Failure:
    message = error.message.partition("\n")[0]
    return Failure(error.file, error.line, message, "error", error.column, str(error))


def _of_place(entry: Entry, path: list[str | int], message: str, severity: Severity = "error") -> Failure:
    error = entry.error(path, message)
    return Failure(error.file, error.line, message, severity, error.column, str(error))
