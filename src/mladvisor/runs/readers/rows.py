"""From rows to curves: which column counts, and what each quantity's x, epochs, rows and blanks are.

Shared by the readers of tables and of JSON records.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mladvisor.runs.model import Split, XUnit
from mladvisor.runs.readers.base import RawCurve


class Axis:
    """The counting columns of a log, one value a row (NaN where the row has none).

    Attributes:
        epoch, step, batch: shape (rows,), float64, or None where there is no such column.
    """

    __slots__ = ("batch", "epoch", "step")

    def __init__(
        self, epoch: np.ndarray | None = None, step: np.ndarray | None = None, batch: np.ndarray | None = None
    ) -> None:
        self.epoch, self.step, self.batch = epoch, step, batch

    def choose(self, indexes: Sequence[np.ndarray | None]) -> tuple[np.ndarray | None, XUnit, np.ndarray | None]:
        """(x of each row, its unit, epoch of each row if x is no epoch) for curves that stand in the given rows.

        Epochs, where each curve has one value an epoch; else the step; else the position within the epoch, counted on;
        else the row.
        """
        epoch = self.epoch
        if epoch is not None and all(_one_each(epoch, index) for index in indexes):
            return filled(epoch), "epoch", None
        return self.choose_step(indexes)

    def choose_step(self, indexes: Sequence[np.ndarray | None]) -> tuple[np.ndarray | None, XUnit, np.ndarray | None]:
        """As `choose`, but an epoch never counts where there is a step."""
        epoch = self.epoch
        if self.step is not None and not _starts_again(self.step, epoch):
            return filled(self.step), "step", epoch
        if self.step is not None and epoch is not None:
            return counted_on(filled(epoch), filled(self.step)), "step", epoch
        if self.batch is not None and epoch is not None:
            return counted_on(filled(epoch), filled(self.batch)), "step", epoch
        if self.batch is not None:
            return filled(self.batch), "step", None
        return None, "row", epoch

    def steps_beside(self, unit: XUnit, index: np.ndarray | None) -> np.ndarray | None:
        """The step of each row of a curve that is counted in epochs; None where it does not rise with the row."""
        if unit != "epoch" or self.step is None or self.epoch is None or _starts_again(self.step, self.epoch):
            return None
        own = filled(self.step) if index is None else filled(self.step)[index]
        return own if len(own) and bool((np.diff(own) >= 0).all()) and own[-1] > own[0] else None


def _one_each(epoch: np.ndarray, index: np.ndarray | None) -> bool:
    """No two neighbours of the curve have the same epoch, and each has one."""
    own = epoch if index is None else epoch[index]
    return not bool(np.isnan(own).any()) and bool((own[1:] != own[:-1]).all())


def _starts_again(step: np.ndarray, epoch: np.ndarray | None) -> bool:
    """The step falls back in new epochs: it counts within the epoch.

    In an appended log the epoch falls back too now and then, with the step.
    """
    if epoch is None:
        return False
    known = np.flatnonzero(np.isfinite(step) & np.isfinite(epoch))
    back = np.flatnonzero(np.diff(step[known]) < 0)
    return back.size > 0 and float((np.diff(epoch[known])[back] > 0).mean()) >= 0.5


def filled(x: np.ndarray) -> np.ndarray:
    """Missing values take the one before (the first known one at the start; 0 where none is known)."""
    missing = ~np.isfinite(x)
    if not missing.any():
        return x
    if missing.all():
        return np.zeros_like(x)
    at = np.where(missing, 0, np.arange(len(x)))
    np.maximum.accumulate(at, out=at)
    first = int(np.argmin(missing))
    at[:first] = first
    return np.asarray(x[at])


def counted_on(epoch: np.ndarray, batch: np.ndarray) -> np.ndarray:
    """Steps over the whole training from an epoch and a position within it (`iter` of OpenMMLab)."""
    if not batch.size:
        return batch
    low = float(batch.min())
    length = float(batch.max()) + (1.0 if low < 1 else 0.0)
    return np.asarray((epoch - epoch.min()) * length + batch)


def curve(
    name: str,
    values: np.ndarray,
    index: np.ndarray | None,
    *,
    x: np.ndarray | None,
    x_unit: XUnit,
    epochs: np.ndarray | None,
    lines: np.ndarray,
    split: Split | None = None,
    column: str = "",
) -> RawCurve:
    """One curve from its values and the rows they stand in (None: all rows)."""
    if index is None:
        own_x, own_epochs, rows, blanks = x, epochs, lines, 0
    else:
        own_x = None if x is None else x[index]
        own_epochs = None if epochs is None else epochs[index]
        rows = lines[index]
        blanks = int(index[-1] - index[0] + 1 - len(index)) if len(index) else 0
    return RawCurve(name, values, own_x, x_unit, rows, own_epochs, blanks, split, None, column)
