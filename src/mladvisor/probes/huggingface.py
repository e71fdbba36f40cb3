"""A probe for the Hugging Face Trainer: `Trainer(..., callbacks=[TrainerProbe("runs/x")])`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from transformers import TrainerCallback

from mladvisor.probes.pytorch import TorchProbe


class TrainerProbe(TrainerCallback):
    """The PyTorch probe around `trainer.train`, with what the Trainer logs.

    Args:
        folder: the run folder; not the Trainer's own `output_dir`, which holds the same curves already.
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
        self._options: dict[str, Any] = {"every": every, "budget": budget}
        self._config = dict(config or {})
        self.probe: TorchProbe | None = None

    def on_train_begin(self, args: Any, state: Any, control: Any, **given: Any) -> None:
        """Open the probe."""
        model, optimizer = given.get("model"), given.get("optimizer")
        if not state.is_world_process_zero or model is None or optimizer is None:
            return
        config = {"epochs": args.num_train_epochs, "seed": args.seed, **self._config}
        inner = getattr(optimizer, "optimizer", optimizer)  # accelerate wraps it
        self.probe = TorchProbe(model, inner, self._folder, config=config, **self._options)
        self.probe.__enter__()

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **given: Any) -> None:
        """A row for each of the Trainer's own rows."""
        if self.probe is not None and logs:
            told = {k: v for k, v in logs.items() if isinstance(v, int | float) and k not in ("epoch", "total_flos")}
            values: dict[str, Any] = {k: v for k, v in told.items() if "runtime" not in k and "per_second" not in k}
            self.probe.log(step=state.global_step, **values)

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **given: Any) -> None:
        """Batches are counted by epoch."""
        if self.probe is not None:
            self.probe.at_epoch(int(state.epoch or 0))

    def on_train_end(self, args: Any, state: Any, control: Any, **given: Any) -> None:
        """Close the probe."""
        if self.probe is not None:
            self.probe.close()
