"""PyTorch modules with a training function, as subjects of model tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from mladvisor.probes.tensors import tensor_in
from mladvisor.probes.torch_model import describe, parts_of
from mladvisor.testing.data import Array
from mladvisor.testing.result import NotApplicableError
from mladvisor.testing.subjects import Subject


class TorchSubject(Subject):
    """A module, how it is trained, and (where it matters) how it is asked, saved and loaded.

    Args:
        make: makes the untrained module.
        train: `train(module, x, y)` with tensors: float32 inputs (int64 where the data are whole numbers), int64 labels
            0, 1, 2 ... or float32 targets. May return the trained module.
        loss: `loss(outputs, y)`, the mean loss, for the tests at the start of training.
        outputs: your evaluation code, `outputs(module, x) -> tensor`; by default the module in evaluation mode.
        predict: your serving code, `predict(module, array) -> labels or values`; only with it can be tested how bad
            input is answered.
        save, load: `save(module, path)` and `load(path) -> module`; by default its `state_dict`.
        errors: what `predict` raises on bad input besides ValueError, TypeError and KeyError.
        task: "classification" or "regression"; "" to tell by the labels.
    """

    def __init__(
        self,
        make: Callable[[], nn.Module],
        train: Callable[..., Any],
        *,
        loss: Callable[[Any, Any], Any] | None = None,
        outputs: Callable[[nn.Module, torch.Tensor], torch.Tensor] | None = None,
        predict: Callable[[nn.Module, Any], Any] | None = None,
        save: Callable[[nn.Module, Path], Any] | None = None,
        load: Callable[[Path], nn.Module] | None = None,
        errors: tuple[type[BaseException], ...] = (),
        task: str = "",
    ) -> None:
        super().__init__()
        self._make, self._train, self._loss, self._outputs = make, train, loss, outputs
        self._predict, self._save, self._load = predict, save, load
        self.errors, self.task, self.serves = (*Subject.errors, *errors), task, predict is not None
        self.name = getattr(make, "__name__", "module")
        self._labels: list[Any] = []

    def make(self) -> nn.Module:
        """A fresh module."""
        return self._make()

    def _targets(self, y: Array) -> torch.Tensor:
        if y.dtype.kind == "f":
            return torch.from_numpy(np.ascontiguousarray(y, dtype=np.float32))
        if y.dtype.kind in "iub":
            return torch.from_numpy(np.ascontiguousarray(y, dtype=np.int64))
        self._labels = sorted({*self._labels, *y.tolist()})
        return torch.tensor([self._labels.index(label) for label in y.tolist()])

    def fit(self, model: nn.Module, x: Any, y: Array) -> nn.Module:
        """`train(module, x, y)` in training mode."""
        model.train()
        result = self._train(model, tensor(x), self._targets(y))
        return result if isinstance(result, nn.Module) else model

    def fit_watched(self, model: nn.Module, x: Any, y: Array) -> tuple[nn.Module, str | None]:
        """The first layer whose output was not finite, by hooks."""
        found: list[str] = []
        passes = 0

        def hook(name: str) -> Callable[[nn.Module, Any, Any], None]:
            def check(_module: nn.Module, _args: Any, output: Any) -> None:
                out = tensor_in(output)
                if not found and out is not None and out.is_floating_point() and not bool(torch.isfinite(out).all()):
                    found.append(f'layer "{name}" in forward pass {passes + 1}')

            return check

        def count(*_: Any) -> None:
            nonlocal passes
            passes += 1

        handles = [part.register_forward_hook(hook(name)) for name, part in parts_of(model).items()]
        handles.append(model.register_forward_hook(count))
        try:
            model = self.fit(model, x, y)
        finally:
            for handle in handles:
                handle.remove()
        if not found:
            found += [f'weights "{n}" after training' for n, p in model.named_parameters() if not p.isfinite().all()]
        return model, found[0] if found else ""

    def scores(self, model: nn.Module, x: Any) -> Array:
        """Outputs of the evaluation code."""
        if self._outputs is not None:
            return np.asarray(self._outputs(model, tensor(x)).detach().numpy(), dtype=float)
        model.eval()
        with torch.no_grad():
            return np.asarray(model(tensor(x)).numpy(), dtype=float)

    def predict(self, model: nn.Module, x: Any) -> Array:
        """The serving code; else the class of the highest output, or the value."""
        if self._predict is not None:
            return np.asarray(self._predict(model, x))
        out = self.scores(model, x)
        if self.task == "regression":
            return out.reshape(len(out))
        if out.ndim == 2 and out.shape[1] > 1:
            best = out.argmax(1)
            return np.asarray([self._labels[i] for i in best]) if self._labels else best
        return out.reshape(len(out))

    def loss(self, model: nn.Module, x: Any, y: Array) -> float:
        """Mean loss of the module as it is, in training mode without gradients."""
        if self._loss is None:
            raise NotApplicableError("no loss function was given (loss=...)")
        model.train()
        with torch.no_grad():
            return float(self._loss(model(tensor(x)), self._targets(y)))

    def weights(self, model: nn.Module) -> dict[str, tuple[Array, bool]]:
        """All parameters."""
        return {name: (p.detach().numpy(), p.requires_grad) for name, p in model.named_parameters()}

    def layers(self, model: nn.Module) -> list[dict[str, Any]]:
        """As the probe would write them."""
        return describe(model)

    def reload(self, model: nn.Module, folder: Path) -> nn.Module:
        """By the functions given, else by `state_dict` into a fresh module."""
        path = folder / "model.pt"
        if self._save is not None and self._load is not None:
            self._save(model, path)
            return self._load(path)
        torch.save(model.state_dict(), path)
        fresh = self._make()
        fresh.load_state_dict(torch.load(path, weights_only=True))
        return fresh


def tensor(x: Any) -> torch.Tensor:
    """Whole numbers as int64, everything else as float32; frames by their values."""
    values = x.to_numpy() if hasattr(x, "to_numpy") else np.asarray(x)
    kind = np.int64 if values.dtype.kind in "iu" else np.float32
    return torch.from_numpy(np.array(values, dtype=kind))
