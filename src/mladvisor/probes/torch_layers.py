"""One measured step of a PyTorch training: each layer's output, gradient, weight and update as rows."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import nn

from mladvisor.probes.guard import Guard
from mladvisor.probes.tensors import BOUNDED, dead_share, flat, identical_share, running_gap, statistics, tensor_in
from mladvisor.probes.torch_model import activation_name, between, channels_first, parts_of, weights_of

Write = Callable[[str, int, str, Mapping[str, Any]], None]
"""`write(layer, index, kind, statistics)`."""


class Layers:
    """Measures the layers of one model; the caller says when.

    Args:
        write: takes the rows.
        guard: runs what the hooks do.

    Attributes:
        order: layer -> its place in the order of execution, known after the first `listen`.
        functional: layer -> activation that a functional call applies to its output.
    """

    def __init__(self, model: nn.Module, write: Write, guard: Guard) -> None:
        self.model, self._write_row, self._guard = model, write, guard
        self.order: dict[str, int] = {}
        self.functional: dict[str, str] = {}
        self._parts = parts_of(model)
        self._weights = {name: weights_of(module) for name, module in self._parts.items()}
        self._handles: list[Any] = []
        self._outputs: dict[Any, str] = {}
        self._reads: dict[str, str] = {}  # layer ("" for the model's end) -> the layer whose activated output it reads
        self._learning = True
        self._rows: dict[str, dict[str, Any]] = {}
        self._before: dict[str, torch.Tensor] = {}
        self._norms: dict[str, float] = {}

    def _write(self, name: str, kind: str, row: Mapping[str, Any]) -> None:
        self._write_row(name, self.order.get(name, len(self.order)), kind, row)

    # ---- the forward pass

    def listen(self, model: nn.Module | None = None) -> None:
        """Measure outputs during the next forward pass of the model (or of a copy of it)."""
        model = self.model if model is None else model
        self._unhook()
        for name, module in parts_of(model).items():
            self._handles.append(module.register_forward_hook(self._hook(name)))
        self._handles.append(model.register_forward_hook(self._ended))

    def end(self) -> None:
        """The forward pass is over, though the model itself was not called (only parts of it)."""
        if self._handles:
            self._ended(self.model, None, None)

    def replay(self, args: Any, kwargs: Any) -> None:
        """The forward pass once more, on a copy: nothing of it touches the model in training or its random numbers."""
        twin = copy.deepcopy(self.model)
        for module in twin.modules():
            module._forward_hooks.clear()  # of others: they may keep a record; pre-hooks may make the weights
        devices = [d for d in {p.device for p in twin.parameters()} if d.type == "cuda"]
        with torch.random.fork_rng(devices=devices), torch.no_grad():
            self.listen(twin)
            twin(*args, **kwargs)

    def forget(self) -> None:
        """Take the hooks off and drop what was not written."""
        self._unhook()
        self._before.clear()

    def _unhook(self) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles.clear()
        self._outputs.clear()
        self._rows.clear()

    def _hook(self, name: str) -> Callable[[nn.Module, Any, Any], None]:
        def hook(module: nn.Module, args: Any, output: Any) -> None:
            self._guard.run(self._ran, name, module, args, output)

        return hook

    def _ran(self, name: str, module: nn.Module, args: Any, output: Any) -> None:
        x, y = tensor_in(args), tensor_in(output)
        if y is None:
            return
        self.order.setdefault(name, len(self.order))
        if x is not None:
            self._came_from(name, x)
        if y.grad_fn is not None:
            self._outputs.setdefault(y.grad_fn, name)
        if name not in self.functional:
            self._measure(name, y, activation_name(module), channels_first(module))
            if x is not None and name in self._rows and isinstance(module, nn.modules.batchnorm._BatchNorm):
                self._rows[name]["running_gap"] = running_gap(module, x)

    def _came_from(self, name: str, x: torch.Tensor) -> None:
        """A functional activation between a layer and the one that reads it belongs to the first one's output."""
        if self._learning and x.grad_fn is not None:
            source, activation = between(x.grad_fn, self._outputs)
            if source and activation and source not in self.functional:
                self._reads[name], self.functional[source] = source, activation
        source = self._reads.get(name, "")
        if source:
            self._measure(source, x, self.functional[source], x.dim() > 2 and channels_first(self._parts[source]))

    def _measure(self, name: str, y: torch.Tensor, activation: str, first: bool) -> None:
        row: dict[str, Any] = dict(statistics(y, activation if activation in BOUNDED else ""))
        if row:
            row["dead_share"] = dead_share(y, first) if row.get("zero_share") else 0.0
            self._rows[name] = row

    def _ended(self, _module: nn.Module, _args: Any, output: Any) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles.clear()
        self._guard.run(self._flush, output)

    def _flush(self, output: Any) -> None:
        y = tensor_in(output)
        if y is not None:
            self._came_from("", y)
        if y is not None and y.grad_fn is not None:
            self._learning = False
        for name in sorted(self._rows, key=lambda layer: self.order.get(layer, 0)):
            self._write(name, "activation", self._rows[name])
        self._rows.clear()
        self._outputs.clear()

    # ---- the update

    def gradients(self) -> None:
        """Rows of the gradients as the optimizer sees them; a weight without one has a gradient of zero."""
        for name, weights in self._weights.items():
            trained = [weight for weight in weights if weight.requires_grad]
            if not trained:
                continue
            gradient = flat([weight.grad for weight in trained if weight.grad is not None])
            row = statistics(gradient) if gradient is not None else {"zero_share": 1.0, "max_abs": 0.0, "norm": 0.0}
            self._write(name, "gradient", row)

    def weights(self) -> None:
        """Rows of the weights; keeps a copy of them until `updates`."""
        for name, weights in self._weights.items():
            whole = flat(list(weights))
            row = statistics(whole) if whole is not None else {}
            if whole is None or not row:
                continue
            self._before[name] = whole.clone() if len(weights) == 1 else whole
            self._norms[name] = row.get("norm", 0.0)
            alike = identical_share(weights[0])
            self._write(name, "weight", row if alike is None else {**row, "identical_share": alike})

    def updates(self) -> None:
        """Rows of what the step changed, since `weights`."""
        for name, before in self._before.items():
            now = flat(list(self._weights[name]))
            row: dict[str, Any] = dict(statistics(now - before)) if now is not None else {}
            if row:
                norm = self._norms.get(name, 0.0)
                row["update_ratio"] = row["norm"] / norm if norm > 0 and "norm" in row else None
                self._write(name, "update", row)
        self._before.clear()
