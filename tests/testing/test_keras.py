"""Keras models as subjects of model tests, on whatever back end Keras runs (KERAS_BACKEND=torch, tensorflow, jax)."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")

from mladvisor.testing import KerasSubject, run_suite  # noqa: E402

pytestmark = [pytest.mark.frameworks, pytest.mark.filterwarnings("ignore")]

RNG = np.random.default_rng(0)
X = RNG.normal(size=(160, 5)).astype(np.float32)
Y = (X[:, 0] + X[:, 1] > 0).astype(int)
QUICK = (
    "learns_tiny_set",
    "initial_loss",
    "weights_move",
    "independent_of_batch",
    "any_batch_size",
    "same_after_reload",
)


def make(*, frozen: bool = False, rate: float = 0.02, start: float = 1.0) -> Any:
    """A small classifier."""
    model = keras.Sequential(
        [
            keras.Input((X.shape[1],)),
            keras.layers.Dense(16, activation="relu", trainable=not frozen),
            keras.layers.Dense(2, activation="softmax"),
        ]
    )
    model.layers[-1].kernel.assign(model.layers[-1].kernel * start)
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    return model


def results(subject: Any) -> dict[str, bool | None]:
    """Name of a test -> passed."""
    return {r.name: r.passed for r in run_suite(subject, (X, Y), only=list(QUICK))}


def test_a_sound_model_passes() -> None:
    """On each back end alike."""
    found = results(KerasSubject(make, epochs=15))
    assert not [name for name, passed in found.items() if passed is False], found
    assert sum(passed is True for passed in found.values()) >= 5, found


def test_a_compiled_model_stands_for_its_copies() -> None:
    """`KerasSubject.of`: weights are drawn anew, the settings are kept."""
    subject = KerasSubject.of(make())
    first, second = subject.make(), subject.make()
    assert first.optimizer.get_config()["learning_rate"] == pytest.approx(0.02)
    assert not np.array_equal(np.asarray(first.get_weights()[0]), np.asarray(second.get_weights()[0]))


@pytest.mark.parametrize(
    ("options", "fails"),
    [({"rate": 0.0}, "weights_move"), ({"start": 400.0}, "initial_loss")],
)
def test_broken_models_fail_where_they_are_broken(options: dict[str, Any], fails: str) -> None:
    """A rate of zero moves nothing; a last layer that starts huge shows in the first loss."""
    subject = KerasSubject(lambda: make(**options), epochs=2)
    assert [r.passed for r in run_suite(subject, (X, Y), only=[fails])] == [False]
