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
    " and variance 1, to the last digit",
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
            still = (mean[known] == 0) & (variance[known] == 1)
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


def _at_the_end(table: LogTable) -> NDArray[np.bool_] | bool:
    """The rows of the last epoch or step; all of a table that tells none."""
    x = next((table.numbers(name) for name in ("epoch", "step") if name in table), None)
    return x == np.nanmax(x) if x is not None and np.isfinite(x).any() else True


_EPSILON = 1e-5
"""What batch normalisation adds to a variance."""
