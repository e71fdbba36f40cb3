"""A probe for scikit-learn: `with probe(estimator, "runs/x", data=(X, y)):` around the training.

Each call of `partial_fit` is a batch, each call of `fit` (as in a loop with `warm_start`) an epoch. The layers of a
multilayer perceptron are measured. The methods are replaced on this one object, only while the probe is open, and
nothing but `predict` and its like is called on it: the training is not changed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Final, Self

import numpy as np

from mladvisor.probes.arrays import array_of, label_shares
from mladvisor.probes.base import ProbeBase

Array = np.ndarray[Any, Any]
MAX_ROWS: Final = 2_000
"""Rows that loss, score and layer outputs are measured on."""
LAYERS_EVERY: Final = 10
"""Layers are measured in each tenth call after the first ten."""
_TINY: Final = 1e-15
_ACTIVATIONS: Final[Mapping[str, Callable[[Array], Array]]] = {
    "relu": lambda x: np.maximum(x, 0),
    "tanh": np.tanh,
    "logistic": lambda x: 1 / (1 + np.exp(-np.clip(x, -500, 500))),
    "identity": lambda x: x,
}
_RANGES: Final = {"tanh": (-1.0, 1.0), "logistic": (0.0, 1.0)}


class _Watched:
    """A method that is watched. A checkpoint that is saved meanwhile holds the plain method instead."""

    def __init__(self, estimator: Any, name: str, call: Callable[..., Any]) -> None:
        self._plain, self._call = (estimator, name), call

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self._call(*arguments, **named)

    def __reduce__(self) -> tuple[Any, ...]:
        return getattr, self._plain


class SklearnProbe(ProbeBase):
    """Watches one estimator.

    Args:
        estimator: anything with `partial_fit` or `fit`.
        folder: the run folder; files of an earlier probe in it are replaced.
        data: `(X, y)` of training, for the curves; at most 2,000 rows of it are looked at.
        validation: `(X, y)` held out.
        per_epoch: calls of `partial_fit` in an epoch.
        config: hyper-parameters for `config.json`, beside the estimator's own.
        resume: continue the files that are there.
    """

    def __init__(
        self,
        estimator: Any,
        folder: str | os.PathLike[str],
        *,
        data: tuple[Any, Any] | None = None,
        validation: tuple[Any, Any] | None = None,
        per_epoch: int = 1,
        config: Mapping[str, Any] | None = None,
        resume: bool = False,
    ) -> None:
        super().__init__(folder, config=config, resume=resume)
        self.estimator, self._per_epoch = estimator, per_epoch
        self._data = {"train": _some(data), "val": _some(validation)}
        self._replaced: list[str] = []
        self._depth = 0
        self._batch = 0
        self._before: list[Array] = []

    def __enter__(self) -> Self:
        self.guard.run(self._open)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self) -> None:
        self._open_files()
        for name in ("partial_fit", "fit"):
            method = getattr(self.estimator, name, None)
            if method is not None:
                self.estimator.__dict__[name] = self._watched(name, method)
                self._replaced.append(name)

    def _detach(self) -> None:
        for name in self._replaced:
            self.estimator.__dict__.pop(name, None)
        self._replaced = []

    def _watched(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(X: Any, y: Any = None, *arguments: Any, **named: Any) -> Any:  # noqa: N803
            outermost = self._depth == 0  # `fit` may call `partial_fit` itself
            self._depth += 1
            try:
                if outermost:
                    self.guard.run(self._remember)
                result = method(X, y, *arguments, **named)
            finally:
                self._depth -= 1
            if outermost:
                self.guard.run(self._fitted, name, X, y)
            return result

        return _Watched(self.estimator, name, call)

    # ---- around a call

    @property
    def _measures(self) -> bool:
        return self.step < LAYERS_EVERY or self.step % LAYERS_EVERY == 0

    def _remember(self) -> None:
        self._before = [weights.copy() for weights in _weights(self.estimator)] if self._measures else []

    def _fitted(self, name: str, x: Any, y: Any) -> None:
        if self._files is None:
            return
        if self.step == 0:
            self._describe(x)
        if name == "partial_fit":
            self._batch_row(x, y)
        if self._measures:
            self._measure_layers(x)
        self.step += 1
        self._batch += 1
        if name == "fit" or self._batch >= self._per_epoch:
            self._end_epoch(whole=name == "fit" and not getattr(self.estimator, "warm_start", False))

    def _end_epoch(self, *, whole: bool) -> None:
        """A row of curves; a perceptron that was fitted in one go has kept its own."""
        losses = getattr(self.estimator, "loss_curve_", None) if whole else None
        if losses is not None:
            scores = getattr(self.estimator, "validation_scores_", None) or [None] * len(losses)
            for epoch, (loss, score) in enumerate(zip(losses, scores, strict=False)):
                row = {"train_loss": loss} | ({} if score is None else {"val_score": score})
                self._log(epoch, None, row)
        row = {}
        for split, pair in self._data.items():
            if pair is not None:
                row.update(_quality(self.estimator, *pair, split))
        if row and losses is None:
            self._log(None, None, row)
        elif losses is None:
            self.epoch += 1
        self._batch = 0

    # ---- rows

    def _batch_row(self, x: Any, y: Any) -> None:
        values = array_of(x)
        row: dict[str, Any] = {"epoch": self.epoch, "step": self.step, "batch": self._batch, "rows": len(values)}
        if values.dtype.kind in "fiu" and values.size:
            row["input_mean"], row["input_std"] = float(values.mean()), float(values.std())
        if self._files is not None:
            self._files.batch(row, label_shares(y) if y is not None else {})

    def _measure_layers(self, x: Any) -> None:
        weights = _weights(self.estimator)
        if not weights:
            return
        outputs = _outputs(self.estimator, array_of(x)[:MAX_ROWS]) if hasattr(self.estimator, "intercepts_") else []
        hidden = getattr(self.estimator, "activation", "")
        for index, now in enumerate(weights):
            if index < len(outputs):
                last = index == len(weights) - 1
                self._layer(index, "activation", statistics_of(outputs[index], "" if last else hidden))
            self._layer(index, "weight", statistics_of(now))
            if index < len(self._before) and self._before[index].shape == now.shape:
                row = statistics_of(now - self._before[index])
                norm = float(np.linalg.norm(self._before[index]))
                ratio = row["norm"] / norm if norm > 0 and "norm" in row else None
                self._layer(index, "update", {**row, "update_ratio": ratio})

    def _layer(self, index: int, kind: str, row: Mapping[str, Any]) -> None:
        if self._files is not None:
            place = {"epoch": self.epoch, "step": self.step, "layer": f"layer {index}", "index": index, "kind": kind}
            self._files.layer({**place, **row})

    def _describe(self, x: Any) -> None:
        if self._files is None:
            return
        name = type(self.estimator).__name__
        own = {
            key: value
            for key, value in self.estimator.get_params(deep=False).items()
            if isinstance(value, int | float | str | tuple | list) and value is not False
        }
        rename = {"learning_rate_init": "learning_rate", "eta0": "learning_rate", "solver": "optimizer"}
        if "learning_rate_init" in own or "eta0" in own:
            own.pop("learning_rate", None)  # a schedule's name, in scikit-learn
        own = {rename.get(key, key): value for key, value in own.items()}
        self._files.config({"model": name, **own, "train_rows": len(array_of(x)), **self._config})
        weights = _weights(self.estimator)
        hidden = getattr(self.estimator, "activation", None)
        last = getattr(self.estimator, "out_activation_", None)
        layers = [
            {
                "name": f"layer {index}",
                "type": "Dense",
                "units": int(one.shape[1]),
                "inputs": int(one.shape[0]),
                "activation": last if index == len(weights) - 1 else hidden,
                "params": int(one.size),
            }
            for index, one in enumerate(weights)
            if one.ndim == 2 and hasattr(self.estimator, "intercepts_")
        ]
        if layers:
            self._files.model({"framework": "scikit-learn", "class": name, "layers": layers})


def _some(pair: tuple[Any, Any] | None) -> tuple[Any, Any] | None:
    """At most `MAX_ROWS` rows, evenly spread."""
    if pair is None or len(pair[1]) <= MAX_ROWS:
        return pair
    rows = np.linspace(0, len(pair[1]) - 1, MAX_ROWS).astype(int)
    x, y = pair
    return (x.iloc[rows] if hasattr(x, "iloc") else x[rows]), array_of(y)[rows]


def _weights(estimator: Any) -> list[Array]:
    """Weight matrices, inputs by units; [] where there are none yet."""
    own = getattr(estimator, "coefs_", None)
    if own is None:
        own = getattr(estimator, "coef_", None)
        own = None if own is None else [np.atleast_2d(array_of(own)).T]
    return [] if own is None else list(own)


def _outputs(estimator: Any, x: Array) -> list[Array]:
    """Outputs of a perceptron's layers, by its own weights; the last one before its output function."""
    act, found = _ACTIVATIONS[estimator.activation], []
    for index, (weights, bias) in enumerate(zip(estimator.coefs_, estimator.intercepts_, strict=True)):
        x = x @ weights + bias
        x = act(x) if index < len(estimator.coefs_) - 1 else x
        found.append(x)
    return found


def statistics_of(x: Array, activation: str = "") -> dict[str, float]:
    """As `tensors.statistics`, for numpy."""
    finite = x[np.isfinite(x)].astype(np.float64)
    row = {"nan_share": float(np.isnan(x).mean()), "inf_share": float(np.isinf(x).mean())}
    if not finite.size:
        return row
    row |= {
        "zero_share": float((x == 0).mean()),
        "mean": float(finite.mean()),
        "std": float(finite.std()),
        "max_abs": float(np.abs(finite).max()),
        "norm": float(np.linalg.norm(finite)),
    }
    if activation:
        row["dead_share"] = float((np.abs(x).max(axis=tuple(range(x.ndim - 1))) == 0).mean())
    if activation in _RANGES:
        low, high = _RANGES[activation]
        margin = 0.01 * (high - low)
        row["saturated_share"] = float(((x < low + margin) | (x > high - margin)).mean())
    return row


def _quality(estimator: Any, x: Any, y: Any, split: str) -> dict[str, float]:
    """Loss and score on a split: log loss and accuracy of a classifier, squared error and R² of a regressor."""
    row: dict[str, float] = {}
    y = array_of(y)
    if hasattr(estimator, "classes_"):
        predicted = array_of(estimator.predict(x))
        row[f"{split}_accuracy"] = float((predicted == y).mean())
        try:
            shares = array_of(estimator.predict_proba(x))
        except AttributeError:
            return row
        if shares.ndim == 2:
            place = {name: i for i, name in enumerate(estimator.classes_.tolist())}
            columns = np.array([place.get(label, -1) for label in y.tolist()])
            picked = np.where(columns >= 0, shares[np.arange(len(y)), columns], 0.0)
            row[f"{split}_loss"] = float(-np.log(np.clip(picked, _TINY, 1)).mean())
        return row
    errors = (array_of(estimator.predict(x)).reshape(y.shape) - y).astype(float)
    row[f"{split}_loss"] = float((errors**2).mean())
    spread = float(((y - y.mean()) ** 2).mean())
    if spread > 0:
        row[f"{split}_r2"] = 1 - row[f"{split}_loss"] / spread
    return row
