"""What a model test says."""

from __future__ import annotations

from typing import Any

import msgspec


class Result(msgspec.Struct, frozen=True):
    """The outcome of one test; true in a condition unless it failed.

    Attributes:
        name: of the test; the advisor reads it as the feature `checks.<name>.passed`.
        passed: None where the test does not apply or was not run; `detail` says why.
        value, limit: what was measured, and what it had to stay above or below (`meaning` says which).
        meaning: what is tested and why the limit is where it is.
        detail: what happened, in words: names of layers, columns, errors.
        seconds: how long it took.
    """

    name: str
    passed: bool | None
    value: float | str | None = None
    limit: float | str | None = None
    meaning: str = ""
    detail: str = ""
    seconds: float = 0.0

    @property
    def feature(self) -> str:
        """The advisor's name for it."""
        return f"checks.{self.name}.passed"

    def __bool__(self) -> bool:
        return self.passed is not False

    def told(self) -> str:
        """A failure as a test report wants it: what happened in the first line, then numbers, then what is tested."""
        numbers = f"\n  measured: {_short(self.value)}, limit {_short(self.limit)}" if self.value is not None else ""
        return f"{self.detail or f'{self.name} failed'}{numbers}\n  what is tested: {self.meaning}"

    def __repr__(self) -> str:
        verdict = {True: "passed", False: "FAILED", None: "not applicable"}[self.passed]
        return f"<{self.name} {verdict}{': ' if self.detail else ''}{self.detail}>"

    def __str__(self) -> str:
        verdict = {True: "passed", False: "FAILED", None: "not applicable"}[self.passed]
        numbers = f" (measured {_short(self.value)}, limit {_short(self.limit)})" if self.value is not None else ""
        detail = f"\n  what happened: {self.detail}" if self.detail else ""
        return f"{self.name}: {verdict}{numbers}{detail}\n  what is tested: {self.meaning}"


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


class NotApplicableError(Exception):
    """Raised inside a test that says nothing about this model; the message says why."""
