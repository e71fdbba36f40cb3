"""A probe for PyTorch loops: `with probe(model, optimizer, "runs/x") as p:` around the loop, `p.log(...)` per epoch.

It writes what each layer does (outputs, gradients, weights, updates), what each batch holds, the curves and the model
into a run folder that `mladvisor diagnose` reads. It draws no random numbers and changes no tensor: weights after
training are the same bit for bit. Sources: test.layer-nans, fig2, fig5.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, Final, Self

import torch
from torch import nn

from mladvisor.probes import backward
from mladvisor.probes.arrays import label_shares
from mladvisor.probes.base import ProbeBase
from mladvisor.probes.files import MAX_CLASSES
from mladvisor.probes.guard import Hook, Sampler
from mladvisor.probes.row_numbers import RowNumbers
from mladvisor.probes.tensors import rows_apart, tensor_in
from mladvisor.probes.torch_layers import Layers
from mladvisor.probes.torch_model import LossNode, describe, says

ALARMS: Final = 3
"""Full probes because of numbers that are not finite: after a few, all numbers are."""
CLOSELY: Final = 500
"""Steps in which every gradient is looked at; later each fourth one. A loss that is not finite shows at once anyhow."""
EVALUATIONS: Final = 8
"""Passes of an evaluation whose mode is noted per epoch."""
UNCOUNTED: Final = 500
"""Batches that stand for an epoch in a loop that does not say where one ends."""


class TorchProbe(ProbeBase):
    """Watches one model and its optimizer.

    Args:
        model: in training; passes in evaluation mode or under `torch.no_grad()` are not measured.
        optimizer: whose steps count as steps.
        folder: the run folder; files of an earlier probe in it are replaced.
        config: hyper-parameters for `config.json`, beside those of the optimizer.
        every: measure the layers at each n-th step, and all batches; None (the default) keeps to `budget`.
        budget: share of the training's time that the probe may take.
        resume: continue the files that are there.
        guided: a trainer calls `begin` and `gradients_ready`, since it runs parts of the model without the model
            itself, and the backward pass inside the optimizer's step.

    Attributes:
        epoch, step: the current ones, counted from 0; a step is one step of the optimizer.
        broken: why the probe gave up, or "".

    Raises:
        TypeError: model or optimizer are none of PyTorch's.
        ValueError: `every` or `budget` is out of range.
    """

    def __init__(
        self,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        folder: str | os.PathLike[str],
        *,
        config: Mapping[str, Any] | None = None,
        every: int | None = None,
        budget: float = 0.025,
        resume: bool = False,
        guided: bool = False,
    ) -> None:
        if not isinstance(model, nn.Module):
            raise TypeError(f"model is of type {type(model).__name__}, expected a torch.nn.Module")
        if not isinstance(optimizer, torch.optim.Optimizer):
            raise TypeError(f"optimizer is of type {type(optimizer).__name__}, expected a torch.optim.Optimizer")
        super().__init__(folder, config=config, resume=resume)
        self.model, self.optimizer = model, optimizer
        self.sampler = Sampler(self.guard, every, budget)
        self._layers = Layers(model, self._write_layer, self.guard)
        self._handles: list[Any] = []
        self._loss_node = LossNode()
        self._loss_name = ""
        self._alarms = 0
        self._described = False
        self._guided = guided
        self._counted = False  # `batches` tells where epochs begin
        self._batch = self._evaluations = 0
        self._first_row: int | None = None
        self._numbers: list[int] | None = None
        self._batch_size: int | None = None
        self._writes_batches = False
        self._row: dict[str, Any] | None = None
        self._shares: dict[str, float] = {}
        trainable = [p for p in model.parameters() if p.requires_grad][:2]
        self._sentinel = min(trainable, key=lambda p: p.numel()) if trainable else None
        self._new_step()

    def _new_step(self) -> None:
        """Nothing of a step outlives it."""
        self._decided = self._sampled = self._heard = self._closure = False
        self._inputs: tuple[Any, Any] | None = None
        self._spent_before = self.guard.spent

    # ---- opening and closing

    def __enter__(self) -> Self:
        self.guard.run(self._open)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self) -> None:
        group = torch.distributed
        if group.is_available() and group.is_initialized() and group.get_rank() != 0:
            return  # one process of many writes
        self._open_files()
        if not self._guided:
            self._handles.append(self.model.register_forward_pre_hook(Hook(self._on_forward), with_kwargs=True))
        self._handles += [
            self.optimizer.register_step_pre_hook(Hook(self._on_step)),
            self.optimizer.register_step_post_hook(Hook(self._on_stepped)),
        ]
        backward.watch(self._on_loss)

    def _detach(self) -> None:
        backward.unwatch(self._on_loss)
        for handle in self._handles:
            handle.remove()
        self._handles = []
        self._layers.forget()
        self._new_step()

    def _finish(self) -> None:
        self._end_batch()
        if not self._described and self._layers.order:  # no step was ever made, which is worth seeing
            self._describe()

    # ---- what a loop may call besides `log` and `predictions`

    def batches(self, loader: Iterable[Any]) -> Iterator[Any]:
        """The loader's batches as they are: `for x, y in p.batches(loader):` tells the probe where an epoch begins.

        With a loader that does not shuffle, the first row of each batch is known too; with one that does, the numbers
        of the rows that stand out.
        """
        if self._counted or self.step:
            self.epoch += 1
        self._counted, self._batch = True, 0
        in_order = isinstance(getattr(loader, "sampler", None), torch.utils.data.SequentialSampler)
        row, numbers = 0, RowNumbers(loader) if self.broken == "" else None
        try:
            for batch in loader:
                tensor = tensor_in(batch)
                count = len(tensor) if tensor is not None and tensor.dim() else 0
                self._first_row = row if in_order else None
                self._numbers = numbers.take(count) if numbers is not None else None
                row += count
                yield batch
        finally:
            if numbers is not None:
                numbers.end()
            self._first_row = self._numbers = None

    def batch(self, *, y: Any = None, **known: Any) -> None:
        """What else is known of the batch at hand, between its forward pass and `loss.backward()`.

        Args:
            y: its labels, where the loss is one of your own and does not show them.
            known: columns of `batches.csv`, such as `first_row=128`.
        """
        self.guard.run(self._know, y, known)

    def at_epoch(self, epoch: int) -> None:
        """An epoch begins; for loops that count them themselves."""
        self._counted, self.epoch, self._batch = True, epoch, 0

    def begin(self, batch: Any) -> None:
        """A batch begins; for trainers that may call parts of the model without the model itself."""
        tensor = tensor_in(batch)
        self.guard.run(self._begin_batch, () if tensor is None else (tensor,), {})

    def gradients_ready(self) -> None:
        """The backward pass is done; for trainers whose optimizer runs it inside its own step."""
        self.guard.run(self._before_update, False)

    def _know(self, labels: Any, known: dict[str, Any]) -> None:
        if self._row is not None:
            self._shares = self._shares if labels is None else label_shares(labels)
            self._row.update(known)

    def _epoch_ended(self, next_epoch: int) -> None:
        if not self._counted:
            self.epoch, self._batch = next_epoch, 0

    # ---- hooks: what they do is guarded, what they see is left alone

    def _on_forward(self, module: nn.Module, args: Any, kwargs: Any) -> None:
        if module.training and torch.is_grad_enabled():
            self.guard.run(self._begin_batch, args, kwargs)
        elif not torch.is_grad_enabled():
            self.guard.run(self._evaluated, module.training)

    def _evaluated(self, training: bool) -> None:
        """A forward pass without gradients: which mode the model was in, of the first ones of each epoch."""
        if self._files is None or not self._writes_batches or self._evaluations >= EVALUATIONS:
            return
        row = {"epoch": self.epoch, "batch": self._evaluations, "split": "val", "training": int(training)}
        self._evaluations += 1
        self._files.batch(row)

    def _on_loss(self, loss: torch.Tensor) -> None:
        if self._row is not None:
            self.guard.run(self._take_loss, loss)

    def _on_step(self, _optimizer: Any, args: Any, kwargs: Any) -> None:
        closure = any(callable(value) for value in (*args[1:], *kwargs.values()))  # args[0] is the optimizer
        if not self._guided:
            self.guard.run(self._before_update, closure)

    def _on_stepped(self, _optimizer: Any, _args: Any, _kwargs: Any) -> None:
        self.guard.run(self._after_update)

    # ---- a step, in order

    def _begin_batch(self, args: Any, kwargs: Any) -> None:
        self._end_batch()
        self._evaluations = 0
        self._decide()
        self._inputs = (args, kwargs)
        if self._batch == 0 or (not self._counted and self._batch % UNCOUNTED == 0):
            counted = self._counted or self.epoch
            self._writes_batches = self.sampler.batches(self.epoch if counted else self._batch // UNCOUNTED)
        self._row = {}
        if self._writes_batches or self._batch_size is None:
            self._row = self._inputs_row(args, kwargs)
        self._batch += 1
        if self._sampled and not self._heard:
            self._heard = True
            self._layers.listen()

    def _inputs_row(self, args: Any, kwargs: Any) -> dict[str, Any]:
        """What is known of a batch before its forward pass."""
        x = tensor_in(args)
        x = tensor_in(kwargs) if x is None else x
        rows = len(x) if x is not None and x.dim() else None
        self._batch_size = self._batch_size or rows
        self._shares = {}
        row: dict[str, Any] = {"epoch": self.epoch, "step": self.step, "batch": self._batch, "rows": rows}
        if self._first_row is not None:
            row["first_row"] = self._first_row
        if self._writes_batches and x is not None and x.is_floating_point():
            row["input_std"], row["input_mean"] = torch.std_mean(x.detach().float(), correction=0)
            if x.dim() > 1 and rows is not None and rows > 2:
                row["row_ratio"], row["far_rows"] = rows_apart(x.detach(), self._numbers)
        return row

    def _decide(self) -> None:
        if not self._decided:
            self._decided, self._sampled = True, self.sampler.layers(self.step)
            self._spent_before = self.guard.spent

    def _take_loss(self, loss: torch.Tensor) -> None:
        if self._row is None or loss.numel() != 1:
            return
        self._layers.end()
        value = self._row["loss"] = loss.item()
        self._take_batch_loss(value)
        if loss.grad_fn is not None and (self._writes_batches or not self._loss_name):
            self._look_behind(loss)
        if not math.isfinite(value):
            self._alarm()

    def _look_behind(self, loss: torch.Tensor) -> None:
        node = self._loss_node.find(loss)
        if node is None:
            return
        self._loss_name = self._loss_name or says(node)
        labels = getattr(node, "_saved_target", None)
        if self._writes_batches and not self._shares and isinstance(labels, torch.Tensor):
            self._shares = shares(labels)

    def _alarm(self) -> None:
        """Something is not finite: measure this very step, before the update spreads it over all weights."""
        if self._alarms >= ALARMS or self._heard or self._inputs is None:
            return
        self._alarms += 1
        self._sampled = self._heard = True
        self._layers.replay(*self._inputs)

    def _before_update(self, closure: bool) -> None:
        """After the backward pass, before the optimizer's step. With a closure, both are still to come."""
        self._decide()
        self._closure = closure
        if not closure and not self._sampled and self._gradient_broke():
            self._alarm()
        if self._sampled:
            if not closure:
                self._layers.gradients()
            self._layers.weights()

    def _gradient_broke(self) -> bool:
        """What is not finite flows back to the first layer, so that one small tensor tells."""
        if self.step > CLOSELY and self.step % 4:
            return False
        gradient = None if self._sentinel is None or self._alarms >= ALARMS else self._sentinel.grad
        return gradient is not None and not gradient.is_sparse and not math.isfinite(float(gradient.sum()))

    def _after_update(self) -> None:
        if self._sampled:
            if self._closure:
                self._layers.gradients()
            self._layers.updates()
            if not self._described:
                self._describe()
            self.sampler.cost = self.guard.spent - self._spent_before
        self._end_batch()
        self.step += 1
        self._new_step()

    def _write_layer(self, name: str, index: int, kind: str, row: Mapping[str, Any]) -> None:
        if self._files is not None:
            place = {"epoch": self.epoch, "step": self.step, "layer": name, "index": index, "kind": kind}
            self._files.layer({**place, **row})

    def _end_batch(self) -> None:
        if self._row and self._writes_batches and self._files is not None:
            plain = {k: float(v) if isinstance(v, torch.Tensor) else v for k, v in self._row.items() if v is not None}
            self._files.batch(plain, self._shares)
            self.sampler.batch_rows += 1
        self._row = None

    def _describe(self) -> None:
        """`model.json` and `config.json`, once the first step has shown the order of layers and the loss."""
        self._described = True
        if self._files is None:
            return
        layers = describe(self.model, self._layers.order, self._layers.functional)
        loss = {"loss": self._loss_name} if self._loss_name else {}
        self._files.model({"framework": "pytorch", "class": type(self.model).__name__, "layers": layers, **loss})
        group = self.optimizer.param_groups[0]
        kept = {k: v for k, v in group.items() if k not in ("params", "lr") and v is not False}
        plain = {k: v for k, v in kept.items() if isinstance(v, int | float | str | tuple)}
        config: dict[str, Any] = {"optimizer": type(self.optimizer).__name__, "learning_rate": float(group["lr"])}
        size = {"batch_size": self._batch_size} if self._batch_size else {}
        self._files.config({**config, **plain, **loss, **size, **self._config})


def shares(labels: torch.Tensor) -> dict[str, float]:
    """Class -> share of the batch's labels; {} where they are no classes (regression, many columns)."""
    labels = labels.detach()
    labels = labels.reshape(-1) if labels.dim() > 1 and labels.shape[-1] == 1 else labels
    if labels.dim() != 1 or not labels.numel() or labels.is_complex():
        return {}
    if labels.is_floating_point() and bool(((labels != 0) & (labels != 1)).any()):
        return {}
    labels = labels.long()
    low, high = (int(value) for value in torch.aminmax(labels))
    if low < 0 or high >= MAX_CLASSES:
        return {}
    counts: list[int] = torch.bincount(labels).tolist()
    return {str(k): count / labels.numel() for k, count in enumerate(counts)}
