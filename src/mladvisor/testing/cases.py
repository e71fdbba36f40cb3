"""The registry of model tests: each a plain function `case(model, data) -> Result`, listed by its decorator.

A test returns a verdict through `Outcome`; what is wrong with the user's code (an exception in its training, say) is a
failed test, never a crash of the suite.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from mladvisor.testing.data import Data, prepare
from mladvisor.testing.result import NotApplicableError, Result
from mladvisor.testing.subjects import Subject, as_subject


class Outcome(NamedTuple):
    """What a test measured."""

    passed: bool
    value: float | str | None = None
    limit: float | str | None = None
    detail: str = ""


Measure = Callable[[Subject, Data, int], Outcome]


class Case:
    """A test; call it with a model and data.

    Attributes:
        name: as in `checks.json`.
        meaning: what is tested, and the reason of its limit.
        source: ids of the statements behind it.
    """

    def __init__(self, measure: Measure, name: str, meaning: str, source: tuple[str, ...]) -> None:
        self.measure, self.name, self.meaning, self.source = measure, name, meaning, source
        self.__doc__ = measure.__doc__
        self.__name__ = name

    def __call__(self, model: Any, data: Any, *, seed: int = 0) -> Result:
        """Run the test.

        Args:
            model: an estimator with `fit` and `predict`, a Keras model, or a `Subject`.
            data: `(x, y)`, `(x, y, x_test, y_test)` or `Data`.
            seed: of everything that is random in it.

        Returns:
            The result; `bool(result)` is False where the test failed.
        """
        subject = as_subject(model)
        return self.run(subject, prepare(data, task=subject.task, seed=seed), seed)

    def run(self, subject: Subject, data: Data, seed: int = 0) -> Result:
        """The test on what is prepared already."""
        start = time.perf_counter()
        try:
            outcome = self.measure(subject, data, seed)
        except NotApplicableError as reason:
            return Result(self.name, None, meaning=self.meaning, detail=str(reason))
        except Exception as error:
            place = f"{type(error).__name__}: {error}"[:500]
            outcome = Outcome(False, detail=f"the model's own code raised {place}")
        seconds = time.perf_counter() - start
        return Result(
            self.name, outcome.passed, outcome.value, outcome.limit, self.meaning, outcome.detail, round(seconds, 3)
        )


CASES: dict[str, Case] = {}


def case(meaning: str, *source: str) -> Callable[[Measure], Case]:
    """Register a function as the test of its name."""

    def register(measure: Measure) -> Case:
        name = measure.__name__
        CASES[name] = Case(measure, name, meaning, source)
        return CASES[name]

    return register
