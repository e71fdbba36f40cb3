"""A probe for Lightning: `Trainer(callbacks=[LightningProbe("runs/x")])`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

try:
    from lightning.pytorch.callbacks import Callback
except ImportError:
    from pytorch_lightning.callbacks import Callback  # the same code under its older name

from mladvisor.probes.pytorch import TorchProbe


class LightningProbe(Callback):
    """The PyTorch probe around `trainer.fit`, with the metrics that the module logs.

    Args:
        folder: the run folder.
        config, every, budget: as in `TorchProbe`.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        config: Mapping[str, Any] | None = None,
        every: int | None = None,
        budget: float = 0.025,
    ) -> None:
        self._folder = folder
        self._options: dict[str, Any] = {"config": config, "every": every, "budget": budget}
        self.probe: TorchProbe | None = None

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        """Open the probe on the first optimizer."""
        if trainer.is_global_zero and trainer.optimizers:
            optimizer = trainer.optimizers[0]
            inner = getattr(optimizer, "optimizer", optimizer)
            self.probe = TorchProbe(pl_module, inner, self._folder, guided=True, **self._options)
            self.probe.__enter__()

    def on_train_batch_start(self, trainer: Any, pl_module: Any, batch: Any, batch_idx: int) -> None:
        """Lightning calls `training_step`, which may not call the module itself: the batch is seen here."""
        if self.probe is not None:
            if batch_idx == 0:
                self.probe.at_epoch(trainer.current_epoch)
            self.probe.begin(batch)

    def on_before_optimizer_step(self, trainer: Any, pl_module: Any, optimizer: Any) -> None:
        """Gradients are complete here; the optimizer's own hook comes before the backward pass."""
        if self.probe is not None:
            self.probe.gradients_ready()

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        """A row of the epoch's metrics."""
        if self.probe is not None:
            values: dict[str, Any] = {
                k: float(v) for k, v in trainer.callback_metrics.items() if not k.endswith("_step")
            }
            self.probe.log(epoch=trainer.current_epoch, **values)

    def on_fit_end(self, trainer: Any, pl_module: Any) -> None:
        """Close the probe."""
        if self.probe is not None:
            self.probe.close()

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        """Write what waits, whatever ended the training."""
        self.on_fit_end(trainer, pl_module)
