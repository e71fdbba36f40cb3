"""Tests of answering: the same row gets the same answer, and bad input gets none."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np

from mladvisor.testing.cases import CASES, Case, Outcome, case
from mladvisor.testing.data import Data, nudged, spoilt, take
from mladvisor.testing.learning import compared
from mladvisor.testing.result import NotApplicableError
from mladvisor.testing.subjects import Subject

ROWS: Final = 16
SIZES: Final = (1, 2, 7)
NUDGE: Final = 0.001
"""Change of the inputs, in standard deviations of each column."""
TIPPED: Final = 0.05
"""Share of rows whose label may change with it: a tree of depth ten on continuous columns tips about one in a
hundred."""
MOVED: Final = 0.1
"""Change of predicted values (root mean square, in their spread): smooth models move by thousandths, deep trees, whose
steps stand close where the data do, by a few hundredths."""


@case(
    "One example's output does not depend on the others in its batch (up to rounding): batch normalisation is in "
    "evaluation mode, and nothing is scaled by the batch at hand.",
    "fig5.b",
)
def independent_of_batch(subject: Subject, data: Data, seed: int) -> Outcome:
    """Sixteen rows together, alone, and among others."""
    model = subject.trained(data, seed).model
    n = min(ROWS, len(data.y_test))
    whole = subject.scores(model, take(data.x_test, np.arange(n)))
    alone = np.concatenate([subject.scores(model, take(data.x_test, np.arange(i, i + 1))) for i in range(n)])
    outcome = compared(whole, alone, "rows together and alone")
    if not outcome.passed:
        return outcome
    among = subject.scores(model, take(data.x_test, np.arange(len(data.y_test))[::-1]))[::-1][:n]
    return compared(whole, among, "rows among few and among many others")


@case(
    "Asked twice, the model gives the same output: dropout and other random layers are off in evaluation.",
    "hyper.dropout",
)
def evaluation_is_deterministic(subject: Subject, data: Data, seed: int) -> Outcome:
    """The same rows, twice."""
    model = subject.trained(data, seed).model
    return compared(subject.scores(model, data.x_test), subject.scores(model, data.x_test), "asked twice")


@case("Any number of rows can be asked for at once, one row included, and labels do not depend on it.", "test.errors")
def any_batch_size(subject: Subject, data: Data, seed: int) -> Outcome:
    """Batches of 1, 2 and 7 rows against all at once."""
    model = subject.trained(data, seed).model
    n = min(14, len(data.y_test))
    rows = np.arange(n)
    whole = np.asarray(subject.predict(model, take(data.x_test, rows)))
    for size in SIZES:
        parts = [np.asarray(subject.predict(model, take(data.x_test, rows[i : i + size]))) for i in range(0, n, size)]
        if any(part.ndim == 0 for part in parts):
            return Outcome(False, "a single value", "one a row", f"batches of {size}: the answer has no rows")
        outcome = compared(whole, np.concatenate(parts), f"batches of {size}")
        if not outcome.passed:
            return outcome
    return Outcome(True, 0.0, 0.0, f"batches of {', '.join(map(str, SIZES))} and {n}")


@case("Saved and loaded again, the model gives the same outputs (up to rounding).", "dev.check")
def same_after_reload(subject: Subject, data: Data, seed: int) -> Outcome:
    """By the model's own way to save itself."""
    model = subject.trained(data, seed).model
    before = subject.scores(model, data.x_test)
    with tempfile.TemporaryDirectory() as folder:
        loaded = subject.reload(model, Path(folder))
        return compared(before, subject.scores(loaded, data.x_test), "before and after saving")


@case(
    "A change of the inputs by a thousandth of their spread changes the label of at most one row in twenty, and values "
    "by at most a tenth of their spread (root mean square).",
    "dev.check",
)
def stable_to_small_changes(subject: Subject, data: Data, seed: int) -> Outcome:
    """Noise on columns of numbers with a fraction."""
    try:
        other = nudged(data.x_test, NUDGE, seed)
    except LookupError as reason:
        raise NotApplicableError(str(reason)) from None
    model = subject.trained(data, seed).model
    before = np.asarray(subject.predict(model, data.x_test)).reshape(-1)
    after = np.asarray(subject.predict(model, other)).reshape(-1)
    if data.classes:
        value = float((before != after).mean())
        return Outcome(value <= TIPPED, value, TIPPED, f"share of {len(before)} rows")
    before, after = before.astype(float), after.astype(float)
    value = float(np.sqrt(((after - before) ** 2).mean())) / (float(before.std()) or 1.0)
    return Outcome(value <= MOVED, value, MOVED, "change of the values, in their spread")


_SAID: Final = {
    "nan": ("nan", "NaN in a column that has to hold a value is refused", "test.nan-inputs"),
    "infinite": ("infinite", "An infinite value is refused", "test.nan-inputs"),
    "missing_column": ("missing", "Input without one of its columns is refused", "test.missing-inputs"),
    "extra_column": ("extra", "A column too many is refused, or ignored with the same answers", "test.errors"),
    "reordered_columns": ("reordered", "Columns in another order are refused, or put right", "test.errors"),
    "mistyped_column": ("mistyped", "Text in a column of numbers is refused", "test.errors"),
}
_HARMLESS: Final = ("extra", "reordered")


def _refusal(name: str, fault: str, meaning: str, source: str) -> Case:
    def measure(subject: Subject, data: Data, seed: int) -> Outcome:
        """Spoils rows that are fine and asks for an answer."""
        if not subject.serves:
            raise NotApplicableError("no serving code was given (predict=...) that could answer to bad input")
        model = subject.trained(data, seed).model
        if fault == "nan" and subject.accepts_nan(model):
            raise NotApplicableError("the model says of itself that it takes missing values")
        try:
            bad, what = spoilt(data, fault)
        except LookupError as reason:
            raise NotApplicableError(str(reason)) from None
        clean = take(data.x_test, np.arange(len(bad))) if fault in _HARMLESS else None
        outcome = _asked(lambda x: np.asarray(subject.predict(model, x)), bad, clean, subject.errors, what)
        if fault == "infinite" and not outcome.passed and subject.accepts_nan(model):
            raise NotApplicableError("the model orders values without computing with them, and takes missing ones too")
        return outcome

    measure.__name__ = f"refuses_{name}"
    expected = "with ValueError, TypeError, KeyError or an error that the model declares"
    return case(f"{meaning}: {expected}, rather than answered.", source, "test.errors")(measure)


def _asked(
    ask: Callable[[Any], np.ndarray], bad: Any, clean: Any, errors: tuple[type[BaseException], ...], what: str
) -> Outcome:
    """Ask for an answer to bad rows, which must raise one of the errors, or answer as to the clean rows."""
    expected = " or ".join(dict.fromkeys(error.__name__ for error in errors))
    try:
        answer = ask(bad)
    except errors as error:
        return Outcome(True, type(error).__name__, expected, f"{what}: {str(error)[:200]}")
    except Exception as error:
        name = type(error).__name__
        return Outcome(False, name, expected, f"{what}: refused, but with {name}: {str(error)[:200]}")
    if clean is not None and compared(ask(clean), answer, what).passed:
        return Outcome(True, "same answers", expected, what)
    return Outcome(False, "answered", expected, f"{what}: answered as if nothing were wrong")


for _name, (_fault, _meaning, _source) in _SAID.items():
    _refusal(_name, _fault, _meaning, _source)

refuses_nan = CASES["refuses_nan"]
refuses_infinite = CASES["refuses_infinite"]
refuses_missing_column = CASES["refuses_missing_column"]
refuses_extra_column = CASES["refuses_extra_column"]
refuses_reordered_columns = CASES["refuses_reordered_columns"]
refuses_mistyped_column = CASES["refuses_mistyped_column"]
