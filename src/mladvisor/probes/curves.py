"""The curves of a probed training: rows that the loop logs, and the mean training loss where it logs none."""

from __future__ import annotations

import math
from collections.abc import Mapping

from mladvisor.probes.files import RunFiles

WINDOW = 20
"""Batches whose mean loss makes one point, in a loop that logs nothing."""
PATIENCE = 600
"""Batches that are waited for a first `log`; then the means are written instead."""
TRAINING_LOSSES = frozenset(("loss", "train_loss", "train/loss", "training_loss", "loss/train", "train.loss"))


class Curves:
    """Rows of `metrics.csv`."""

    def __init__(self, files: RunFiles) -> None:
        self._files = files
        self._sum, self._count = 0.0, 0  # since the epoch began
        self._logged = False
        self._last_step = 0
        self._window: list[float] = []
        self._points: list[tuple[int, float]] = []
        self._seen = 0

    def batch_loss(self, value: float, step: int) -> None:
        """The loss of one batch."""
        self._sum, self._count = self._sum + value, self._count + 1
        if self._logged:
            return
        self._seen += 1
        self._window.append(value)
        if len(self._window) == WINDOW or not math.isfinite(value):
            self._points.append((step, math.fsum(self._window) / len(self._window)))
            self._window.clear()
        if self._seen >= PATIENCE:
            self._write_points()

    def log(
        self, values: Mapping[str, float], epoch: int, step: int, *, given: int | None = None, at: int | None = None
    ) -> int | None:
        """A row; returns the number of the next epoch where this one ends with it.

        Args:
            epoch, step: where the training stands.
            given: the epoch as the loop counts it.
            at: the step that the row belongs to: a row within an epoch.
        """
        self._logged = True
        self._points.clear()
        if at is not None and given is None:
            self._files.curve({"step": at, **values})
            return None
        moved = step > self._last_step or self._last_step == 0
        here = given if given is not None else epoch if moved else epoch - 1
        row: dict[str, float | int] = {"epoch": here, "step": step, **values}
        if self._count and not TRAINING_LOSSES.intersection(name.lower() for name in values):
            row["train_loss"] = self._sum / self._count
        self._files.curve(row)
        self._last_step = step
        if not moved and given is None:
            return None
        self._sum, self._count = 0.0, 0
        return here + 1

    def close(self) -> None:
        """Write what nobody logged."""
        if not self._logged:
            if self._window:
                self._points.append((self._seen - 1, math.fsum(self._window) / len(self._window)))
            self._write_points()

    def _write_points(self) -> None:
        for step, loss in self._points:
            self._files.curve({"step": step, "train_loss": loss})
        self._points.clear()
