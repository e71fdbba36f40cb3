"""What tables beside the log say of running statistics, and of gradients by the place in a sequence."""

from __future__ import annotations

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.layer_rows import log_tables
from mladvisor.features.measured import Measured, Where
from mladvisor.runs.norm_buffers import columns_of_buffers
from mladvisor.runs.time_gradients import columns_by_time, counts_back

_LEAST_CHANNELS, _LEAST_PLACES = 4, 8
_TINY = 1e-300


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
            continue  # written before the first step
        x = next((table.numbers(name) for name in ("epoch", "step") if name in table), None)
        if x is not None and np.isfinite(x).any():
            known &= x == np.nanmax(x)
        if known.sum() >= _LEAST_CHANNELS:
            still = (mean[known] == 0) & (variance[known] == 1)
            return Measured(float(still.mean()), where=Where(table.file, names["mean"]))
    return None


@feature(
    "gradient.by_time",
    unit="decades",
    doc="Size of the gradient at the first eighth of a sequence over that at its last eighth, as a power of ten",
    how="write the norm of the gradient with respect to each step of a sequence into a table: timestep,grad_norm",
    source="+model Pascanu et al. 2013",
)
def by_time(m: Measures) -> Measured | None:
    for table in log_tables(m, "time_gradients"):
        found = columns_by_time(table.names, table.file.rpartition("/")[2].partition(".")[0])
        if found is None:
            continue
        place, size = table.numbers(found[0]), np.abs(table.numbers(found[1]))
        known = np.isfinite(place) & np.isfinite(size)
        order = np.argsort(place[known], kind="stable")
        sizes = size[known][order][:: -1 if counts_back(found[0]) else 1]
        part = max(1, len(sizes) // 8)
        if len(sizes) < _LEAST_PLACES or not sizes[-part:].max() > 0:
            continue
        first, last = (float(np.median(each)) for each in (sizes[:part], sizes[-part:]))
        ratio = np.log10(max(first, _TINY)) - np.log10(max(last, _TINY))
        return Measured(float(ratio), where=Where(table.file, found[1]))
    return None
