"""Keras models as subjects of model tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np

from mladvisor.probes.arrays import array_of
from mladvisor.testing.data import Array
from mladvisor.testing.result import NotApplicableError
from mladvisor.testing.subjects import Subject


class KerasSubject(Subject):
    """A compiled Keras model that learns by `fit`.

    Args:
        make: makes the compiled, untrained model.
        epochs, batch_size: how it is trained.
        predict: your serving code, `predict(model, array) -> labels or values`.
        errors: what it raises on bad input besides ValueError, TypeError and KeyError.
        task: "classification" or "regression"; "" to tell by the labels.
    """

    def __init__(
        self,
        make: Callable[[], Any],
        *,
        epochs: int = 20,
        batch_size: int = 32,
        predict: Callable[[Any, Any], Any] | None = None,
        errors: tuple[type[BaseException], ...] = (),
        task: str = "",
    ) -> None:
        super().__init__()
        self._make, self._epochs, self._batch_size, self._predict = make, epochs, batch_size, predict
        self.errors, self.task, self.serves = (*Subject.errors, *errors), task, predict is not None

    @classmethod
    def of(cls, model: Any) -> KerasSubject:
        """Of a compiled model: copies of it, with weights drawn anew."""
        settings = model.get_compile_config()

        def make() -> Any:
            twin = keras.models.clone_model(model)
            twin.compile_from_config(settings)
            return twin

        return cls(make)

    def make(self) -> Any:
        """A fresh model."""
        return self._make()

    def fit(self, model: Any, x: Any, y: Array) -> Any:
        """`model.fit` without words."""
        model.fit(_values(x), y, epochs=self._epochs, batch_size=self._batch_size, verbose=0)
        return model

    def fit_watched(self, model: Any, x: Any, y: Array) -> tuple[Any, str | None]:
        """Weights must be finite after training."""
        model = self.fit(model, x, y)
        broken = [v.path for v in model.weights if not np.isfinite(array_of(v.value)).all()]
        return model, f'weights "{broken[0]}" after training' if broken else ""

    def scores(self, model: Any, x: Any) -> Array:
        """`model.predict`."""
        return np.asarray(model.predict(_values(x), verbose=0), dtype=float)

    def predict(self, model: Any, x: Any) -> Array:
        """The serving code; else the class of the highest output, above a half for one output, or the value."""
        if self._predict is not None:
            return np.asarray(self._predict(model, x))
        out = self.scores(model, x)
        if self.task == "regression":
            return out.reshape(len(out))
        return out.argmax(1) if out.ndim == 2 and out.shape[1] > 1 else out.reshape(len(out))

    def loss(self, model: Any, x: Any, y: Array) -> float:
        """`model.evaluate`."""
        result = model.evaluate(_values(x), y, verbose=0, return_dict=True)
        if "loss" not in result:
            raise NotApplicableError("the model is compiled without a loss")
        return float(result["loss"])

    def weights(self, model: Any) -> dict[str, tuple[Array, bool]]:
        """Trainable ones, and those of layers that are frozen."""
        learning = {id(v) for v in model.trainable_variables}
        frozen = [v for layer in model.layers if not layer.trainable for v in layer.weights]
        kept = [*model.trainable_variables, *frozen]
        return {v.path: (np.array(array_of(v.value)), id(v) in learning) for v in kept}

    def layers(self, model: Any) -> list[dict[str, Any]]:
        """As the probe would write them."""
        from mladvisor.probes.keras import described

        return [described(layer) for layer in model.layers]

    def reload(self, model: Any, folder: Path) -> Any:
        """By Keras' own format."""
        model.save(folder / "model.keras")
        return keras.models.load_model(folder / "model.keras")


def _values(x: Any) -> Array:
    return x.to_numpy() if hasattr(x, "to_numpy") else np.asarray(x)
