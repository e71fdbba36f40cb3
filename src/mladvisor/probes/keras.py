"""A probe for Keras 3, on any back end: `model.fit(..., callbacks=[KerasProbe("runs/x", data=(x, y))])`.

Weights and updates are read through Keras; layer outputs and gradients are computed in inference mode on a few rows of
`data`, so that neither random numbers nor running statistics of the training move.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from typing import Any, Final

import keras
import numpy as np

from mladvisor.probes.arrays import array_of
from mladvisor.probes.base import ProbeBase
from mladvisor.probes.scikit import statistics_of

ROWS: Final = 256
"""Rows of `data` that layers are measured on."""


class KerasProbe(keras.callbacks.Callback):
    """Curves of each epoch, layers at the ends of epochs, losses of batches.

    Args:
        folder: the run folder.
        data: `(x, y)`, a few rows of training data for layer outputs and gradients; without it there are weights and
            updates only.
        config: hyper-parameters for `config.json`, beside those of the optimizer.
        budget: share of the training's time that the probe may take.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        data: tuple[Any, Any] | None = None,
        config: Mapping[str, Any] | None = None,
        budget: float = 0.03,
    ) -> None:
        super().__init__()
        self.probe = _KerasFiles(folder, config=config)
        self._data = None if data is None else (data[0][:ROWS], data[1][:ROWS])
        self._budget = budget
        self._cost = 0.0
        self._alarmed = False
        self._sum = 0.0
        self._before: dict[str, list[np.ndarray[Any, Any]]] = {}

    def on_train_begin(self, logs: Any = None) -> None:
        """Open the files."""
        self.probe.guard.run(self.probe.open_files)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Decide whether this epoch is measured."""
        guard = self.probe.guard
        self.probe.epoch, self._sum = epoch, 0.0
        self._measured = epoch == 0 or guard.spent + self._cost <= self._budget * guard.elapsed

    _measured = False

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Keep the weights before the first update of a measured epoch."""
        if self._measured and batch == 0:
            self.probe.guard.run(self._keep)

    def _keep(self) -> None:
        self._before = {name: _weights(layer) for name, layer in self._layers()}

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """The batch's loss out of the running mean; the updates of a measured epoch."""
        self.probe.guard.run(self._batch, batch, dict(logs or {}))

    def _batch(self, batch: int, logs: dict[str, Any]) -> None:
        if self._before:
            self._bring_back()
            self._updates()
            if self.probe.step == 0:
                self._describe()
        mean = float(logs.get("loss", math.nan))
        steps = (self.params or {}).get("steps")
        if "loss" in logs and (steps is None or batch + 1 < steps):  # the last batch may be a smaller one
            self.probe.batch({"batch": batch, "loss": mean * (batch + 1) - self._sum})
            self._sum = mean * (batch + 1)
        if "loss" in logs and not math.isfinite(mean) and not self._alarmed:
            self._alarmed = True
            self._bring_back()
            self._measure()
        self.probe.step += 1

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """A row of curves; the layers of a measured epoch."""
        values = {("train_loss" if k == "loss" else k): v for k, v in (logs or {}).items()}
        self.probe.log(epoch=epoch, **values)
        if self._measured:
            spent = self.probe.guard.spent
            self.probe.guard.run(self._measure)
            self._cost = max(self.probe.guard.spent - spent, self._cost)

    def on_train_end(self, logs: Any = None) -> None:
        """Close the files."""
        self.probe.close()

    # ---- measuring

    def _bring_back(self) -> None:
        """Within an epoch JAX keeps the weights outside of the model, until a callback asks for them."""
        if keras.backend.backend() == "jax":
            self.model.jax_state_sync()

    def _layers(self) -> list[tuple[str, Any]]:
        return [(layer.name, layer) for layer in self.model.layers]

    def _updates(self) -> None:
        for index, (name, layer) in enumerate(self._layers()):
            before = self._before.get(name, [])
            now = _weights(layer)
            if not before or [w.shape for w in before] != [w.shape for w in now]:
                continue
            row: dict[str, Any] = dict(statistics_of(_flat(now) - _flat(before)))
            norm = float(np.linalg.norm(_flat(before)))
            row["update_ratio"] = row["norm"] / norm if norm > 0 and "norm" in row else None
            self.probe.layer(name, index, "update", row)
        self._before = {}

    def _measure(self) -> None:
        for index, (name, layer) in enumerate(self._layers()):
            weights = _weights(layer)
            if weights:
                self.probe.layer(name, index, "weight", statistics_of(_flat(weights)))
        if self._data is None:
            return
        outputs = _outputs(self.model, self._data[0])
        gradients = _gradients(self.model, *self._data)
        for index, (name, layer) in enumerate(self._layers()):
            if name in outputs:
                self.probe.layer(
                    name, index, "activation", statistics_of(outputs[name], _activation(layer) or "linear")
                )
            if name in gradients:
                self.probe.layer(name, index, "gradient", statistics_of(gradients[name]))

    def _describe(self) -> None:
        loss = self.model.loss
        settings = self.model.optimizer.get_config()
        config = {
            "optimizer": type(self.model.optimizer).__name__,
            **{k: v for k, v in settings.items() if isinstance(v, int | float) and v is not False},
            "loss": loss if isinstance(loss, str) else getattr(loss, "name", None),
            "epochs": (self.params or {}).get("epochs"),
        }
        layers = [described(layer) for _, layer in self._layers()]
        self.probe.describe(
            {"framework": "keras", "layers": layers}, {k: v for k, v in config.items() if v is not None}
        )


class _KerasFiles(ProbeBase):
    """The files of a Keras training."""

    def open_files(self) -> None:
        """Open the folder."""
        self._open_files()

    def layer(self, name: str, index: int, kind: str, row: Mapping[str, Any]) -> None:
        """One row of layer statistics at the current epoch and step."""
        if self._files is not None and row:
            place = {"epoch": self.epoch, "step": self.step, "layer": name, "index": index, "kind": kind}
            self._files.layer({**place, **row})

    def batch(self, row: Mapping[str, Any]) -> None:
        """One row of batches."""
        if self._files is not None:
            self._files.batch({"epoch": self.epoch, "step": self.step, **row})

    def describe(self, model: Mapping[str, Any], config: Mapping[str, Any]) -> None:
        """`model.json` and `config.json`."""
        if self._files is not None:
            self._files.model(model)
            self._files.config({**config, **self._config})


def _weights(layer: Any) -> list[np.ndarray[Any, Any]]:
    """Weights of a layer without biases, as copies; all of them where there is nothing else."""
    own = [(v.name, np.array(array_of(v.value), copy=True)) for v in layer.trainable_weights]
    own = own or [(v.name, np.array(array_of(v.value), copy=True)) for v in layer.weights if "seed" not in v.name]
    return [w for name, w in own if name not in ("bias", "beta")] or [w for _, w in own]


def _flat(weights: list[np.ndarray[Any, Any]]) -> np.ndarray[Any, Any]:
    return np.concatenate([w.reshape(-1) for w in weights])


def _activation(layer: Any) -> str:
    name = getattr(getattr(layer, "activation", None), "__name__", "")
    return {"sigmoid": "logistic"}.get(name, name)


def _outputs(model: Any, x: Any) -> dict[str, np.ndarray[Any, Any]]:
    """Layer -> its output for these rows; {} for a model whose layers are not connected in a graph."""
    try:
        layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
        inner = keras.Model(model.inputs, [layer.output for layer in layers])
    except (AttributeError, ValueError):
        return {}
    results = inner(keras.ops.convert_to_tensor(x), training=False)
    results = results if isinstance(results, list | tuple) else [results]
    return {layer.name: array_of(result) for layer, result in zip(layers, results, strict=True)}


def _gradients(model: Any, x: Any, y: Any) -> dict[str, np.ndarray[Any, Any]]:
    """Layer -> gradient of the loss by its weights, on the back ends that can be asked (torch, TensorFlow)."""
    backend = keras.backend.backend()
    if backend not in ("torch", "tensorflow") or isinstance(model.loss, dict | list):
        return {}
    loss_of = keras.losses.get(model.loss)
    owners = [
        (layer.name, v) for layer in model.layers for v in layer.trainable_weights if v.name not in ("bias", "beta")
    ]
    variables = [v.value for _, v in owners]
    x, y = keras.ops.convert_to_tensor(x), keras.ops.convert_to_tensor(y)
    if backend == "torch":
        import torch

        with torch.enable_grad():
            loss = keras.ops.mean(loss_of(y, model(x, training=False)))
            found = torch.autograd.grad(loss, variables, allow_unused=True)
    else:
        import tensorflow as tf

        with tf.GradientTape() as tape:
            loss = keras.ops.mean(loss_of(y, model(x, training=False)))
        found = tape.gradient(loss, variables)
    grouped: dict[str, list[np.ndarray[Any, Any]]] = {}
    for (name, variable), gradient in zip(owners, found, strict=True):
        value = np.zeros(variable.shape) if gradient is None else array_of(gradient)
        grouped.setdefault(name, []).append(value)
    return {name: _flat(parts) for name, parts in grouped.items()}


def described(layer: Any) -> dict[str, Any]:
    """A Keras layer for `model.json`."""
    config = layer.get_config()
    initializer = config.get("kernel_initializer")
    found = {
        "name": layer.name,
        "type": type(layer).__name__,
        "units": next((config[key] for key in ("units", "filters", "output_dim") if key in config), None),
        "activation": config.get("activation") if isinstance(config.get("activation"), str) else None,
        "initializer": initializer.get("class_name") if isinstance(initializer, dict) else None,
        "rate": config.get("rate"),
        "params": int(layer.count_params()) if layer.built else None,
        "trainable": bool(layer.trainable) if layer.weights else None,
    }
    return {key: value for key, value in found.items() if value is not None}
