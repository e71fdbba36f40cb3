"""Where in a rule file something stands, and the errors that say so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from mladvisor.errors import RuleError

_SNIPPET = 110
MAX_ERRORS: Final = 200


class TooManyError(Exception):
    """Nobody reads more than `MAX_ERRORS` at once, and a file of a stranger could hold a million."""


class Errors(list[RuleError]):
    """The errors found so far. Raises `TooManyError` when full.

    Attributes:
        roots: so many of the first are about documents by themselves; those after them may follow from one of these.
    """

    roots = 0

    def append(self, error: RuleError) -> None:
        if len(self) >= MAX_ERRORS:
            raise TooManyError
        super().append(error)

    def extend(self, errors: Iterable[RuleError]) -> None:
        for error in errors:
            self.append(error)


class RuleErrors(RuleError):  # noqa: N818 - the plural says what it is
    """All that is wrong with one or more folders of rules; `errors` holds them one by one.

    What is wrong with documents by themselves comes first, then what is wrong between them, each in order of place.
    """

    def __init__(self, errors: Iterable[RuleError]) -> None:
        self.errors = in_order(errors)
        super().__init__("\n".join(str(error) for error in self.errors))


def in_order(errors: Iterable[RuleError]) -> list[RuleError]:
    """The errors as they are told."""
    found = list(errors)
    roots = {str(error) for error in found[: getattr(errors, "roots", 0)]}
    return sorted(set_of(found), key=lambda one: (str(one) not in roots, one.file, one.line, one.column))


def set_of(errors: Iterable[RuleError]) -> list[RuleError]:
    """The errors without repetitions of the same message."""
    return list({str(error): error for error in errors}.values())


@lru_cache(maxsize=2)
def _lines(text: str) -> list[str]:
    return text.splitlines()


class Source(msgspec.Struct, frozen=True):
    """One document of a rule file.

    Attributes:
        file: as shown to people.
        text: the whole file.
        document: number of the document in the file, from 0, empty ones not counted.
        layer: number of the folder in the order of layers; the shipped rules are 0.
        alone: whether it is the only document of its file.
    """

    file: str
    text: str
    document: int
    layer: int
    alone: bool

    def place(self, path: Sequence[str | int]) -> tuple[int, int]:
        """Line and column, from 1, of the value at `path`."""
        from mladvisor.yaml_io import position

        return position(self.text, path, document=self.document)

    def error(self, path: Sequence[str | int], message: str, *, value: str = "") -> RuleError:
        """An error about the value at `path`, or about its key when that is what the message names.

        Args:
            value: the value as it is written, when the error is about it in any case.
        """
        line, column = self.place(path)
        if value:
            return self._at(line, column, message, len(value))
        key = path[-1] if path else ""
        if isinstance(key, str) and key and f'"{key}"' in message:
            lines = _lines(self.text)
            before = lines[line - 1][: column - 1].rfind(key) if 0 < line <= len(lines) else -1
            if before >= 0:
                return self._at(line, before + 1, message, len(key))
        return self._at(line, column, message, 1)

    def expression_error(
        self, path: Sequence[str | int], expression: str, message: str, at: int, width: int
    ) -> RuleError:
        """An error about the characters `at`.. of an expression that stands at `path`."""
        line, column = self.place(path)
        lines = _lines(self.text)
        # A quoted or plain scalar on one line is found as it is written; in a folded one, point at its first line.
        written = lines[line - 1].find(expression, column - 1) if 0 < line <= len(lines) else -1
        if written < 0:
            below = found_below(lines, (line, column), expression, at)
            return self._at(*below, message, width) if below else self._at(line, column, message, 1)
        return self._at(line, written + at + 1, message, width)

    def _at(self, line: int, column: int, message: str, width: int) -> RuleError:
        lines = _lines(self.text)
        snippet = lines[line - 1] if 0 < line <= len(lines) else ""
        if len(snippet) > _SNIPPET or not snippet.isprintable():
            return RuleError(message + _excerpt(snippet, column, width), file=self.file, line=line, column=column)
        return RuleError(message, file=self.file, line=line, column=column, snippet=snippet, width=width)


def found_below(lines: list[str], start: tuple[int, int], expression: str, at: int) -> tuple[int, int] | None:
    """Line and column of a character of an expression that is folded over several lines from `start` on.

    Folding changes only the white space, so the character is found by counting the others.
    """
    wanted = len("".join(expression[: at + 1].split()))
    first, column = start
    for number in range(first, min(first + 40, len(lines) + 1)):
        text = lines[number - 1]
        if number == first:
            # The sign of a block scalar is no part of the expression, nor is an opening quote.
            sign = text[column - 1 : column]
            skipped = len(text) if sign in "|>" else column if sign in "\"'" else column - 1
            text = " " * skipped + text[skipped:]
        for place, mark in enumerate(text):
            wanted -= not mark.isspace()
            if wanted == 0:
                return number, place + 1
    return None


def _excerpt(text: str, column: int, width: int) -> str:
    """The part of a long line around a column, with a caret."""
    start = max(0, column - 1 - _SNIPPET // 2)
    part = "".join(mark if mark.isprintable() else " " for mark in text[start : start + _SNIPPET])
    if not part.strip():
        return ""
    return f"\n    {part}\n    {' ' * (column - 1 - start)}{'^' * max(1, min(width, _SNIPPET))}"
