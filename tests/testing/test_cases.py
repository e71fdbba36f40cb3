"""Single model tests, their data and their results, without any framework."""

from __future__ import annotations

import contextlib
import json
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.errors import UsageError
from mladvisor.features.evaluation.intervals import exact_tail
from mladvisor.testing import Result, keep, learns_tiny_set, prepare, refuses_nan, run_suite
from mladvisor.testing.cases import CASES
from mladvisor.testing.chances import LEVEL, correlation_p, sign_test
from mladvisor.testing.data import LabelWriter, easy_rows, nudged, spoilt
from mladvisor.testing.subjects import as_subject

RNG = np.random.default_rng(0)
X = RNG.normal(size=(120, 4))
Y = (X[:, 0] > 0).astype(int)


class Nearest:
    """The label of the nearest training row: sound, and needs numpy alone."""

    def fit(self, x: Any, y: Any) -> Nearest:
        self.x_, self.y_ = np.asarray(x, dtype=float), np.asarray(y)
        return self

    def predict(self, x: Any) -> Any:
        x = np.asarray(x, dtype=float)
        if x.ndim != 2 or x.shape[1] != self.x_.shape[1]:
            raise ValueError(f"expected {self.x_.shape[1]} columns")
        if not np.isfinite(x).all():
            raise ValueError("NaN or infinity")
        return self.y_[((x[:, None] - self.x_[None]) ** 2).sum(2).argmin(1)]


class Careless(Nearest):
    """Answers to anything."""

    def predict(self, x: Any) -> Any:
        return super().predict(np.nan_to_num(np.asarray(x, dtype=float)))


def test_a_sound_model_passes_every_test_that_applies() -> None:
    """And those that do not apply say why."""
    results = run_suite(Nearest(), (X, Y))
    assert [result.name for result in results] == list(CASES)
    assert not [result.name for result in results if result.passed is False]
    assert sum(result.passed is True for result in results) >= 14
    assert all(result.detail for result in results if result.passed is None)
    assert all(result.meaning for result in results)


def test_a_failure_says_what_happened_and_what_is_tested() -> None:
    """The message is all that a person sees in a log of CI."""
    result = refuses_nan(Careless(), (X, Y))
    assert not result and result.passed is False
    assert "FAILED" in str(result) and "three rows" in str(result) and "what is tested" in str(result)
    assert result.feature == "checks.refuses_nan.passed"


def test_what_breaks_in_the_users_code_is_a_failed_test() -> None:
    """Never a crash of the suite."""

    class Breaks(Nearest):
        def fit(self, x: Any, y: Any) -> Any:
            raise RuntimeError("out of paper")

    result = learns_tiny_set(Breaks(), (X, Y))
    assert result.passed is False and "out of paper" in result.detail


def test_a_budget_ends_a_loop_that_catches_errors() -> None:
    """Training code that goes on after any error is stopped all the same."""

    class Stubborn(Nearest):
        def fit(self, x: Any, y: Any) -> Nearest:
            end = time.monotonic() + 20
            while time.monotonic() < end:
                with contextlib.suppress(Exception):
                    time.sleep(0.01)
            return super().fit(x, y)

    start = time.monotonic()
    (result,) = run_suite(Stubborn(), (X, Y), only=["converges"], budget=0.2)
    assert result.passed is False and "budget" in result.detail
    assert time.monotonic() - start < 15


def test_a_timeout_of_the_model_itself_is_its_own_failure() -> None:
    """A model that waits for a server in vain fails its tests; no budget was given that it could have used up."""

    class Waits(Nearest):
        def fit(self, x: Any, y: Any) -> Nearest:
            raise TimeoutError("no answer from the server")

    (result,) = run_suite(Waits(), (X, Y), only=["converges"])
    assert result.passed is False and "no answer from the server" in result.detail


def test_results_are_handed_over_one_by_one() -> None:
    """So that an interruption loses only the test at hand."""
    seen: list[str] = []
    results = run_suite(Nearest(), (X, Y), only=["converges", "refuses_nan"], finished=lambda r: seen.append(r.name))
    assert seen == [result.name for result in results] == ["converges", "refuses_nan"]


def test_a_budget_ends_the_suite() -> None:
    """A test that hangs fails, and what comes after it is not run."""

    class Slow(Nearest):
        def fit(self, x: Any, y: Any) -> Any:
            time.sleep(30)
            return super().fit(x, y)

    start = time.monotonic()
    results = run_suite(Slow(), (X, Y), budget=0.3)
    assert time.monotonic() - start < 10
    assert results[0].passed is False and "budget" in results[0].detail
    assert {result.passed for result in results[1:]} == {None}


def test_an_unknown_test_is_named_with_its_neighbour() -> None:
    """A typing slip must not run nothing."""
    with pytest.raises(UsageError, match='did you mean "learns_tiny_set"'):
        run_suite(Nearest(), (X, Y), only=["learn_tiny_set"])


def test_results_are_kept_beside_earlier_ones(tmp_path: Path) -> None:
    """`checks.json` gathers what different commands found; broken JSON is replaced."""
    keep([Result("a", True, 1.0, 2.0), Result("b", None, detail="why")], tmp_path)
    path = keep([Result("a", False, 3.0, 2.0)], tmp_path)
    found = json.loads(path.read_text())
    assert found["a"]["passed"] is False and found["b"]["passed"] is None
    path.write_text("{")
    assert list(json.loads(keep([Result("c", True)], tmp_path).read_text())) == ["c"]


@pytest.mark.parametrize("thing", [3, "model", object()])
def test_what_cannot_be_trained_is_refused_with_what_is_needed(thing: Any) -> None:
    """Before anything runs."""
    with pytest.raises(TypeError, match="fit and predict"):
        as_subject(thing)


def test_held_out_rows_are_a_third_of_each_class() -> None:
    """And none of them is trained on."""
    data = prepare((X, Y))
    assert len(data.y) + len(data.y_test) == 120 and abs(len(data.y_test) - 40) <= 2
    assert not {row.tobytes() for row in data.x} & {row.tobytes() for row in data.x_test}
    assert data.classes == (0, 1)


@pytest.mark.parametrize(
    ("y", "classes"),
    [
        (np.tile([0.0, 1.0], 60), (0.0, 1.0)),
        (np.linspace(0, 1, 120), ()),
        (np.arange(120), ()),
        (np.tile(["a", "b", "c"], 40), ("a", "b", "c")),
    ],
)
def test_few_whole_numbers_or_words_are_classes(y: Any, classes: Any) -> None:
    """Everything else is a value."""
    assert prepare((X, y)).classes == classes


@pytest.mark.parametrize(("x", "y"), [(X[:10], Y[:10]), (X, Y[:-1])])
def test_too_few_rows_or_too_few_labels_are_said(x: Any, y: Any) -> None:
    """With the numbers."""
    with pytest.raises(ValueError, match=r"rows"):
        prepare((x, y))


@given(columns=st.integers(1, 6), classes=st.integers(2, 7), seed=st.integers(0, 99))
def test_the_label_can_be_told_from_the_inputs_that_carry_it(columns: int, classes: int, seed: int) -> None:
    """By the nearest class centre of the training rows, for held-out rows, whatever the number of columns."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(3, 2, (80, columns)), np.resize(np.arange(classes), 80)
    write = LabelWriter(x, y, tuple(range(classes)))
    train, test = write(x, y), write(rng.normal(3, 2, (40, columns)), y[:40])
    assert train.shape == x.shape and train.dtype == x.dtype
    centres = np.stack([train[y == k].mean(0) for k in range(classes)])
    nearest = ((test[:, None] - centres[None]) ** 2).sum(2).argmin(1)
    assert (nearest == y[:40]).mean() >= (0.9 if columns >= 2 else 0.6)


@pytest.mark.parametrize("shape", [(40, 5), (40, 3, 4, 4)])
def test_values_are_carried_too(shape: tuple[int, ...]) -> None:
    """Regression: the mean of a row goes with its value."""
    x, y = RNG.normal(size=shape).astype(np.float32), RNG.normal(size=40) * 7 + 3
    told = LabelWriter(x, y, ())(x, y)
    assert told.dtype == x.dtype
    assert np.corrcoef(told.reshape(40, -1).mean(1), y)[0, 1] > 0.98


def test_tokens_stay_tokens() -> None:
    """Whole numbers get values that occur."""
    ids = RNG.integers(0, 9, (60, 6))
    for y, classes in ((np.resize([0, 1, 2], 60), (0, 1, 2)), (RNG.normal(size=60), ())):
        told = LabelWriter(ids, y, classes)(ids, y)
        assert told.dtype == ids.dtype and told.min() >= 0 and told.max() < 9


def test_easy_rows_are_few_and_of_every_class() -> None:
    """So few that a linear model knows them by heart."""
    rows = easy_rows(X, Y, (0, 1))
    assert set(Y[rows]) == {0, 1} and len(rows) <= 4
    assert 2 <= len(easy_rows(X, X[:, 0], ())) <= 4


@pytest.mark.parametrize("fault", ["nan", "infinite", "missing", "extra", "mistyped"])
def test_spoilt_rows_differ_from_clean_ones_in_one_thing(fault: str) -> None:
    """And the clean ones stay clean."""
    data = prepare((X, Y))
    bad, what = spoilt(data, fault)
    assert what and len(bad) == 12
    assert np.isfinite(data.x_test).all()
    assert (bad.shape[1] - 4) == {"missing": -1, "extra": 1}.get(fault, 0)


def test_whole_numbers_are_not_nudged() -> None:
    """A token has no neighbour."""
    with pytest.raises(LookupError):
        nudged(np.arange(6).reshape(3, 2), 0.1)
    assert np.abs(nudged(X, 0.001) - X).max() < 0.01


@given(n=st.integers(1, 60), k=st.integers(0, 60), p=st.floats(0.05, 0.95))
def test_the_binomial_tail_is_the_sum_of_its_terms(n: int, k: int, p: float) -> None:
    """Against the definition."""
    expected = sum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(min(k, n + 1), n + 1))
    assert exact_tail(k, n, p) == pytest.approx(expected if k <= n else 0.0, rel=1e-9, abs=1e-15)


def test_noise_is_seldom_taken_for_a_correlation() -> None:
    """At the level of the tests, none of two hundred; a real one is seen."""
    rng = np.random.default_rng(5)
    noise = [correlation_p(rng.normal(size=60), rng.normal(size=60)) for _ in range(200)]
    assert min(noise) > LEVEL
    assert correlation_p(X[:, 0], X[:, 0] + 0.5 * X[:, 1]) < LEVEL
    assert sign_test(20, 0) < LEVEL < sign_test(12, 8)
