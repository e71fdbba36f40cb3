"""What is tested: one face for estimators, PyTorch modules with a training function, and Keras models."""

from __future__ import annotations

import copy
import pickle
import random
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from mladvisor.testing.data import Array, Data
from mladvisor.testing.result import NotApplicableError


class Trained(NamedTuple):
    """A model after training, and what was seen on the way.

    Attributes:
        before: weights before training, name -> array; {} where they cannot be seen.
        broken: the first layer whose output was not finite, and when; "" for none; None where layers cannot be seen.
    """

    model: Any
    seconds: float
    before: Mapping[str, Array]
    broken: str | None


LIBRARIES = ("lightgbm", "xgboost", "catboost")
"""Libraries whose own errors refuse bad input; scikit-learn raises ValueError."""


class Subject:
    """A way to make, train and ask a model. Subclasses say how; what they cannot do, they leave.

    Attributes:
        errors: what the model raises on bad input on purpose.
        serves: `predict` is the code that answers in production, so that bad input must be refused there.
        task: "classification", "regression" or "" (told by the labels).
    """

    errors: tuple[type[BaseException], ...] = (ValueError, TypeError, KeyError)
    serves = True
    task = ""
    name = "model"

    def __init__(self) -> None:
        self._kept: tuple[Any, Trained] | None = None

    def make(self) -> Any:
        """A fresh model, as it is before training."""
        raise NotImplementedError

    def fit(self, model: Any, x: Any, y: Array) -> Any:
        """Train it; returns the trained model."""
        raise NotImplementedError

    def predict(self, model: Any, x: Any) -> Array:
        """Labels or values, one a row."""
        raise NotImplementedError

    def scores(self, model: Any, x: Any) -> Array:
        """Outputs as fine as they come: probabilities, margins or values."""
        return np.asarray(self.predict(model, x))

    def loss(self, model: Any, x: Any, y: Array) -> float:
        """Mean loss, without training."""
        raise NotApplicableError("the loss of an untrained model cannot be asked for")

    def weights(self, model: Any) -> dict[str, tuple[Array, bool]]:
        """Name -> (values, trainable)."""
        raise NotApplicableError("the weights before training cannot be seen")

    def layers(self, model: Any) -> list[dict[str, Any]]:
        """Layers as in `model.json`."""
        raise NotApplicableError("the model has no layers that can be seen")

    def reload(self, model: Any, folder: Path) -> Any:
        """The model after it was written to the folder and read again."""
        path = folder / "model.pickle"
        path.write_bytes(pickle.dumps(model))
        return pickle.loads(path.read_bytes())  # our own file, written a line ago

    def fit_watched(self, model: Any, x: Any, y: Array) -> tuple[Any, str | None]:
        """Train, and name the first layer whose output was not finite."""
        return self.fit(model, x, y), None

    def accepts_nan(self, model: Any) -> bool:
        """The model says of itself that missing values are welcome."""
        return False

    # ---- made of these

    def train(self, x: Any, y: Array, seed: int = 0) -> Trained:
        """Make and train a model, with all random numbers of the process seeded."""
        seed_all(seed)
        model = self.make()
        try:
            before = {name: values.copy() for name, (values, _) in self.weights(model).items()}
        except NotApplicableError:
            before = {}
        start = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "did not converge" and the like: the test says whether it did
            model, broken = self.fit_watched(model, x, y)
        return Trained(model, time.perf_counter() - start, before, broken)

    def trained(self, data: Data, seed: int = 0) -> Trained:
        """`train` on all training rows; kept, since most tests start from there."""
        key = (id(data.x), id(data.y), seed)
        if self._kept is None or self._kept[0] != key:
            self._kept = (key, self.train(data.x, data.y, seed))
        return self._kept[1]


def seed_all(seed: int) -> None:
    """Every source of random numbers that is loaded."""
    random.seed(seed)
    np.random.seed(seed)  # what scikit-learn draws from by default
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.manual_seed(seed)
    keras = sys.modules.get("keras")
    if keras is not None:
        keras.utils.set_random_seed(seed)


class EstimatorSubject(Subject):
    """Anything with `fit` and `predict`: scikit-learn's estimators and pipelines, and what looks like them.

    Args:
        estimator: copied before each training (by `sklearn.base.clone` where it has parameters); its `random_state`s
            that are None get a seed.
        errors: what it raises on bad input.
    """

    def __init__(self, estimator: Any, *, errors: tuple[type[BaseException], ...] = ()) -> None:
        super().__init__()
        self.estimator = estimator
        self.errors = (*Subject.errors, *errors, *_errors_of(type(estimator)))
        self.name = type(estimator).__name__
        kind = getattr(estimator, "_estimator_type", "") or _tag(estimator, "estimator_type")
        self.task = {"classifier": "classification", "regressor": "regression"}.get(kind or "", "")

    def make(self) -> Any:
        """A copy without anything learnt."""
        if not hasattr(self.estimator, "get_params"):
            return copy.deepcopy(self.estimator)
        from sklearn.base import clone

        model = clone(self.estimator)
        open_seeds = [k for k, v in model.get_params().items() if k.split("__")[-1] == "random_state" and v is None]
        return model.set_params(**{name: int(np.random.randint(2**31)) for name in open_seeds})

    def fit(self, model: Any, x: Any, y: Array) -> Any:
        """`model.fit(x, y)`."""
        fitted = model.fit(x, y)
        return model if fitted is None else fitted

    def fit_watched(self, model: Any, x: Any, y: Array) -> tuple[Any, str | None]:
        """Coefficients, where there are any, must be finite after training."""
        model = self.fit(model, x, y)
        last = model.steps[-1][1] if hasattr(model, "steps") else model
        coefficients = getattr(last, "coefs_", None)
        coefficients = [getattr(last, "coef_", None)] if coefficients is None else coefficients
        for index, one in enumerate(coefficients):
            if isinstance(one, np.ndarray) and not np.isfinite(one).all():
                return model, f"coefficients of layer {index} are not finite after training"
        return model, "" if isinstance(coefficients[0], np.ndarray) else None

    def predict(self, model: Any, x: Any) -> Array:
        """`model.predict(x)`."""
        return np.asarray(model.predict(x))

    def scores(self, model: Any, x: Any) -> Array:
        """`predict_proba`, else `decision_function`, else predictions."""
        for name in ("predict_proba", "decision_function"):
            method = getattr(model, name, None)
            if method is not None:
                return np.asarray(method(x), dtype=float)
        return np.asarray(model.predict(x))

    def accepts_nan(self, model: Any) -> bool:
        """scikit-learn's tag `allow_nan`."""
        first = model.steps[0][1] if hasattr(model, "steps") else model
        return bool(_tag(first, "input_tags", "allow_nan"))


def _errors_of(kind: type) -> tuple[type[BaseException], ...]:
    """The errors that the library of an estimator has made for itself, such as LightGBMError."""
    library = kind.__module__.partition(".")[0]
    found = {
        value
        for name, module in list(sys.modules.items())
        if library in LIBRARIES and name.partition(".")[0] == library
        for value in list(vars(module).values())
        if isinstance(value, type) and issubclass(value, Exception) and not issubclass(value, Warning)
        if value.__module__.partition(".")[0] == library
    }
    return tuple(sorted(found, key=lambda each: each.__name__))


def _tag(estimator: Any, *path: str) -> Any:
    try:
        value = estimator.__sklearn_tags__()
    except (AttributeError, TypeError, ValueError):
        return None
    for name in path:
        value = getattr(value, name, None)
    return value


def as_subject(thing: Any, factory: Callable[[], Any] | None = None) -> Subject:
    """The face of an estimator, a Keras model or something that is one already.

    Args:
        factory: makes such a thing afresh; needed for Keras models, which cannot be copied untrained.

    Raises:
        TypeError: nothing that could be trained; the message says what is needed.
    """
    if isinstance(thing, Subject):
        return thing
    lineage = {cls.__module__.partition(".")[0] for cls in type(thing).__mro__}
    if "keras" in lineage:
        from mladvisor.testing.keras_subject import KerasSubject

        return KerasSubject(factory) if factory is not None else KerasSubject.of(thing)
    if "torch" in lineage:
        raise TypeError("a torch module does not say how it is trained: give TorchSubject(make=..., train=...) instead")
    if all(hasattr(thing, name) or hasattr(type(thing), name) for name in ("fit", "predict")):
        return EstimatorSubject(thing)  # a stacking ensemble has its `predict` only once it is fitted
    raise TypeError(
        f"{type(thing).__name__} is no model: expected fit and predict, a Keras model, or a mladvisor.testing Subject"
    )
