"""What tables beside the log say of the running statistics of batch normalisation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.inside_told import place, told
from mladvisor.features.layer_rows import log_tables
from mladvisor.features.measured import Measured, Where
from mladvisor.runs.log_table import LogTable
from mladvisor.runs.modes_said import KEPT_CUES, untouched
from mladvisor.runs.norm_buffers import columns_of_buffers

_LEAST_CHANNELS = 4


@feature(
    "norm.untouched_share",
    unit="fraction",
    doc="Share of the channels of batch normalisation whose running statistics are those that it starts with: mean 0"
    " and variance 1, to the last digit, or hardly on their way from there to those of the batches beside them",
    how="write running_mean and running_var of the layers into a table beside the log, a row for each channel",
    source="fig5.b",
)
def untouched_share(m: Measures) -> Measured | None:
    for table in log_tables(m, "norm_buffers"):
        names = columns_of_buffers(table.names)
        if not names:
            continue
        mean, variance = table.numbers(names["mean"]), table.numbers(names["variance"])
        known = np.isfinite(mean) & np.isfinite(variance)
        if "batches" in names and not np.nanmax(table.numbers(names["batches"]), initial=0.0) > 0:
            return None  # written before the first step
        known &= _at_the_end(table)
        if known.sum() >= _LEAST_CHANNELS:
            still = (mean[known] == 0) & (variance[known] == 1) | _hardly_left(table, names)[known]
            return Measured(float(still.mean()), where=Where(table.file, names["mean"]))
    for file, numbers in told(m, KEPT_CUES):
        found = untouched(numbers)
        if found is not None:
            return Measured(found[0], where=place(file, found[1]))
    return None


@feature(
    "norm.batches_off",
    unit="standard deviations",
    doc="How far the batches' means lie off the running ones of batch normalisation, in running standard deviations:"
    " the median over the channels or layers of a table that has both, at its last step",
    how="write running_mean, running_var and batch_mean of the layers into a table beside the log",
    source="fig5.b",
)
def batches_off(m: Measures) -> Measured | None:
    for table in log_tables(m, "norm_buffers"):
        names = columns_of_buffers(table.names)
        if "batch mean" not in names:
            continue
        mean, variance, batch = (table.numbers(names[each]) for each in ("mean", "variance", "batch mean"))
        known = np.isfinite(mean) & np.isfinite(variance) & np.isfinite(batch) & (variance >= 0)
        known &= _at_the_end(table)
        if known.any():
            off = np.abs(batch - mean)[known] / np.sqrt(variance[known] + _EPSILON)
            return Measured(float(np.median(off)), where=Where(table.file, names["batch mean"]))
    return None


_WAY = 0.1  # of the way from the start to the batches: nine tenths of what evaluation uses are still the start
_OFF_START = 0.3  # by chance a batch of 32 rows lies a fifth off: one that is nearer to 0 and 1 tells no way


def _hardly_left(table: LogTable, names: dict[str, str]) -> NDArray[np.bool_]:
    """The channels whose running mean and variance are within a tenth of the way from 0 and 1 to the batches' own."""
    near, told = np.ones(table.rows, dtype=bool), np.zeros(table.rows, dtype=bool)
    for kept, start in (("mean", 0.0), ("variance", 1.0)):
        if f"batch {kept}" not in names:
            continue
        running, batch = table.numbers(names[kept]), table.numbers(names[f"batch {kept}"])
        off = np.isfinite(running) & np.isfinite(batch) & (np.abs(batch - start) > _OFF_START)
        told |= off
        with np.errstate(invalid="ignore"):
            near &= ~off | (np.abs(running - start) < _WAY * np.abs(batch - start))
    return near & told


def _at_the_end(table: LogTable) -> NDArray[np.bool_] | bool:
    """The rows of the last epoch or step; all of a table that tells none."""
    x = next((table.numbers(name) for name in ("epoch", "step") if name in table), None)
    return x == np.nanmax(x) if x is not None and np.isfinite(x).any() else True


_EPSILON = 1e-5
"""What batch normalisation adds to a variance."""
