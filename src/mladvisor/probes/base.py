"""What every probe offers: curves, predictions, an end; all of it guarded."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from mladvisor.probes.arrays import array_of, scores_of, values_of
from mladvisor.probes.curves import Curves
from mladvisor.probes.files import RunFiles
from mladvisor.probes.guard import Guard


class ProbeBase:
    """A run folder that is open for writing, and where the training stands.

    Args:
        folder: the run folder; files of an earlier probe in it are replaced.
        config: hyper-parameters for `config.json`.
        resume: continue the files that are there.
    """

    def __init__(
        self, folder: str | os.PathLike[str], *, config: Mapping[str, Any] | None = None, resume: bool = False
    ) -> None:
        self.guard = Guard(self._give_up)
        self.epoch = self.step = 0
        self._folder, self._resume, self._config = folder, resume, dict(config or {})
        self._files: RunFiles | None = None
        self._curves: Curves | None = None

    @property
    def broken(self) -> str:
        """Why the probe gave up, "" while it works."""
        return self.guard.broken

    def _open_files(self) -> None:
        self._files = RunFiles(self._folder, keep=self._resume)
        self._curves = Curves(self._files)

    def close(self) -> None:
        """Write what waits and let go of the training. Called by the end of `with`."""
        self.guard.run(self._close)
        self._give_up()

    def _close(self) -> None:
        self._finish()
        if self._curves is not None:
            self._curves.close()

    def _give_up(self) -> None:
        self._detach()
        files, self._files, self._curves = self._files, None, None
        if files is not None:
            files.close()

    def _finish(self) -> None:
        """What is still to be written."""

    def _detach(self) -> None:
        """Take hooks off."""

    def log(self, *, epoch: int | None = None, step: int | None = None, **values: Any) -> None:
        """A row of curves: `p.log(train_loss=a, val_loss=b, accuracy=c)` at the end of each epoch.

        Without `epoch` and `step` it ends the current epoch, when there were steps since the last call. With `step`
        alone it is a row in between. The mean training loss since the epoch began is added where none is given.
        """
        self.guard.run(self._log, epoch, step, values)

    def _log(self, epoch: int | None, step: int | None, values: Mapping[str, Any]) -> None:
        if self._curves is None:
            return
        numbers = {name: float(array_of(value)) for name, value in values.items()}
        next_epoch = self._curves.log(numbers, self.epoch, self.step, given=epoch, at=step)
        if next_epoch is not None:
            self._epoch_ended(next_epoch)

    def _epoch_ended(self, next_epoch: int) -> None:
        self.epoch = next_epoch

    def _take_batch_loss(self, value: float) -> None:
        if self._curves is not None:
            self._curves.batch_loss(value, self.step)

    def predictions(
        self, split: str, y_true: Any, *, y_pred: Any = None, scores: Any = None, classes: Any = None, **slices: Any
    ) -> None:
        """Write `predictions.csv`: true and predicted values of a split, and scores.

        Args:
            split: "train", "val" or "test"; its earlier rows are replaced.
            y_pred: labels or values; by default the class of the highest score.
            scores: probabilities, (n,) of the positive class or (n, classes).
            classes: names of the columns of `scores`.
            slices: columns by which quality is to be looked at, one value a row.
        """

        def write() -> None:
            if self._files is not None:
                labels, columns = scores_of(y_pred, scores, classes)
                extra = {name: values_of(values) for name, values in slices.items()}
                self._files.predictions(split, values_of(y_true), labels, columns, extra)

        self.guard.run(write)
