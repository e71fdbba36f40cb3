"""All tests on one model, within a budget of time; and `checks.json`, where the advisor finds what they said."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from mladvisor.errors import UsageError, nearest
from mladvisor.runs import layout
from mladvisor.testing import learning, serving, training
from mladvisor.testing.cases import CASES
from mladvisor.testing.data import Data, prepare
from mladvisor.testing.result import Result
from mladvisor.testing.subjects import Subject, as_subject

MODULES = (learning, training, serving)
"""Modules that register tests, in the order in which they are run."""
NOT_RUN = "not run: the budget of {budget:g} seconds was used up"


class BudgetUsedError(BaseException):
    """The time for all tests is over. No `Exception`, so that a training loop that catches those cannot go on."""


def chosen(only: Iterable[str] = ()) -> list[str]:
    """Names of tests: all, or these.

    Raises:
        UsageError: a name that no test has; with the nearest that one has.
    """
    names = list(only)
    for name in names:
        if name not in CASES:
            raise UsageError(f'there is no model test "{name}"{nearest(name, CASES)}')
    return names or list(CASES)


def run_suite(
    model: Any,
    data: Any,
    *,
    only: Iterable[str] = (),
    budget: float | None = None,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
    finished: Callable[[Result], None] | None = None,
) -> list[Result]:
    """Run model tests, one after the other.

    Args:
        model, data: as for a single test.
        only: names of the tests to run; default all.
        budget: seconds for all of them; what does not fit is not run (`passed` None), and a test that is still running
            at the end counts as failed.
        progress: called with the name of each test before it runs.
        finished: called with each result as it is there, so that an interruption loses only the test at hand.

    Raises:
        UsageError: an unknown name in `only`.
    """
    names = chosen(only)
    subject: Subject = as_subject(model)
    prepared: Data = prepare(data, task=subject.task, seed=seed)
    end = None if budget is None else time.monotonic() + budget
    results: list[Result] = []

    def keep_one(result: Result) -> None:
        results.append(result)
        if finished is not None:
            finished(result)

    for name in names:
        left = None if end is None else end - time.monotonic()
        if left is not None and left <= 0 and budget is not None:
            keep_one(Result(name, None, meaning=CASES[name].meaning, detail=NOT_RUN.format(budget=budget)))
            continue
        if progress is not None:
            progress(name)
        try:
            with _at_most(left):
                result = CASES[name].run(subject, prepared, seed)
        except BudgetUsedError:
            detail = f"still running when the budget of {budget:g} seconds was used up"
            result = Result(name, False, meaning=CASES[name].meaning, detail=detail)
        keep_one(result)
    return results


@contextlib.contextmanager
def _at_most(seconds: float | None) -> Iterator[None]:
    """Raise BudgetUsedError after so many seconds, where signals can be used (the main thread of a Unix process)."""
    usable = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if seconds is None or not usable:
        yield
        return

    def ring(*_: Any) -> None:
        raise BudgetUsedError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def keep(results: Iterable[Result], folder: str | os.PathLike[str]) -> Path:
    """Write results to `checks.json` in a run folder; those of other tests that stand there stay.

    Returns:
        The file.
    """
    path = Path(folder) / layout.CHECKS_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    found: dict[str, Any] = {}
    if path.is_file():
        with contextlib.suppress(ValueError):
            old = json.loads(path.read_text(encoding="utf-8"))
            found = old if isinstance(old, dict) else {}
    for result in results:
        found[result.name] = {
            "passed": result.passed,
            "value": result.value,
            "limit": result.limit,
            "meaning": result.meaning,
            "detail": result.detail,
        }
    beside = path.with_name(path.name + ".part")
    beside.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    beside.replace(path)
    return path
