"""How much of the gradient comes back to the first steps of a sequence: by tables beside the log, or by its columns."""

from __future__ import annotations

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.layer_rows import log_tables
from mladvisor.features.measured import Measured, Where
from mladvisor.runs.time_gradients import columns_by_time, counts_back, ends_of_sequence

_LEAST_PLACES = 8
_TINY = 1e-300


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
    return _logged(m)


def _logged(m: Measures) -> Measured | None:
    """Two columns of the log of a model that reads sequences: the median over its points; a zero counts as the least
    number there is.
    """
    if m.value("model.family") not in ("rnn", "transformer"):
        return None  # ends of something else
    curves = {curve.name: curve for curve in m.run.curves if curve.role.kind in ("other", "gradient-norm")}
    found = ends_of_sequence(list(curves))
    if found is None:
        return None
    first, last = (np.abs(curves[name].y) for name in found)
    count = min(len(first), len(last))
    known = np.isfinite(first[:count]) & np.isfinite(last[:count]) & (last[:count] > 0)
    if not known.any():
        return None
    ratios = np.log10(np.maximum(first[:count][known], _TINY)) - np.log10(last[:count][known])
    place = curves[found[0]].place
    return Measured(float(np.median(ratios)), where=Where(place.file, place.column))
