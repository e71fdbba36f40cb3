"""A probe is a guest in somebody's training: what it does is timed, and what goes wrong in it stays in it."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from typing import Any


class Guard:
    """Runs the probe's own work.

    Attributes:
        spent: seconds of the probe's work so far.
        broken: why the probe gave up, "" while it works. After the first failure nothing is run any more.
    """

    def __init__(self, on_failure: Callable[[], None] | None = None) -> None:
        self.spent, self.broken = 0.0, ""
        self.started = time.perf_counter()
        self._on_failure = on_failure

    def run(self, work: Callable[..., None], *arguments: Any) -> None:
        """Do `work(*arguments)`; an exception ends the probe with one warning, never the training."""
        if self.broken:
            return
        began = time.perf_counter()
        try:
            work(*arguments)
        except Exception as error:
            self.fail(error)
        finally:
            self.spent += time.perf_counter() - began

    def fail(self, error: Exception) -> None:
        """Give up, and say so once."""
        self.broken = f"{type(error).__name__}: {error}"
        message = f"mladvisor's probe stopped, training goes on ({self.broken})"
        try:
            warnings.warn(message, RuntimeWarning, stacklevel=3)
        except Warning:  # where warnings are errors, even this one must not end a training
            sys.stderr.write(message + "\n")
        if self._on_failure is not None:
            try:
                self._on_failure()
            except Exception as second:
                self.broken += f"; then {type(second).__name__}: {second}"

    @property
    def elapsed(self) -> float:
        """Seconds since the probe began, its own work included."""
        return time.perf_counter() - self.started


class Hook:
    """A hook that stays behind when its model is copied or saved: the copy carries one that does nothing."""

    def __init__(self, call: Callable[..., None]) -> None:
        self._call = call

    def __call__(self, *arguments: Any) -> None:
        self._call(*arguments)

    def __deepcopy__(self, _memo: Any) -> Hook:
        return Hook(_nothing)

    def __reduce__(self) -> tuple[type[Hook], tuple[Callable[..., None]]]:
        return Hook, (_nothing,)


def _nothing(*_: Any) -> None:
    """What a copied hook does."""


class Sampler:
    """Which steps are measured layer by layer, and which epochs batch by batch.

    With `every=None` the probe keeps its own time below `budget` of all time; with a number it measures each
    `every`-th step, which makes the files of a seeded training the same each time. Steps grow rarer as a training
    grows longer, so that files grow with the logarithm of its length.
    """

    AFTER = 200
    """Measured steps after which the distance between them doubles."""
    MAX_BATCH_ROWS = 20_000
    """Rows of batches after which only epochs 2, 4, 8, 16 ... are written."""
    MOST_BATCH_ROWS = 200_000
    FIRST_CREDIT = 0.02
    """Seconds that may be spent on top, so that a training of a second is measured more than once: the first measured
    step costs several times a later one, since memory is taken and kernels are chosen."""

    def __init__(self, guard: Guard, every: int | None, budget: float) -> None:
        if every is not None and every < 1:
            raise ValueError(f"every={every}: measure each n-th step, with n at least 1, or None for a share of time")
        if not 0 < budget <= 1:
            raise ValueError(f"budget={budget}: a share of the training's time, above 0 and at most 1")
        self.guard, self.every, self.budget = guard, every, budget
        self.measured, self.batch_rows = 0, 0
        self.cost = 0.0
        self._next = 0

    def layers(self, step: int) -> bool:
        """Measure the layers at this step."""
        if step < self._next:
            return False
        if self.every is None:
            allowed = self.FIRST_CREDIT + self.budget * self.guard.elapsed
            if self.measured and self.guard.spent + self.cost > allowed:
                return False
        elif step % self.every:
            return False
        self.measured += 1
        self._next = step + (self.every or 1) * 2 ** (self.measured // self.AFTER)
        return True

    def batches(self, epoch: int) -> bool:
        """Write this epoch batch by batch: the first one, then those that the budget has room for."""
        if self.batch_rows > self.MOST_BATCH_ROWS:
            return False
        if self.batch_rows > self.MAX_BATCH_ROWS and epoch & (epoch - 1):
            return False
        return self.every is not None or epoch < 1 or self.guard.spent <= self.budget / 2 * self.guard.elapsed
