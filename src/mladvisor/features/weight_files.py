"""What weights that were kept as files tell: units that are copies of each other, a linear model without any weight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Items, Measured, Where, unknown

if TYPE_CHECKING:
    from mladvisor.runs.weight_files import Weights

HOW = "keep the coefficients of a linear model beside the log: coefficients.csv with feature,coef"
SAME: Final = 1e-4
"""Of the largest weight: files round, and copies drift apart by the last digits of float32."""
LEAST_UNITS: Final = 3
LEAST_INPUTS: Final = 2


def kept_weights(m: Measures) -> list[tuple[str, Weights]]:
    """(file, weights) of all layers that lie beside the log. Use `m.once`."""
    from mladvisor.runs.tabled import opened
    from mladvisor.runs.weight_files import weights_in

    folder = m.run.folder
    return [(name, weights) for name in m.run.files.get("weights", ()) for weights in weights_in(opened(folder, name))]


def units_alike(m: Measures) -> Items | None:
    """Share of the units of each kept layer that are copies of another one, whichever way its matrix lies."""
    found: dict[str, Measured] = {}
    for file, weights in m.once(kept_weights):
        if not weights.linear:
            shares = [_alike(one) for one in (weights.matrix, weights.matrix.T)]
            told = [share for share in shares if share is not None]
            if told:
                found[weights.name] = Measured(max(told), where=Where(file))
    return found or None


def _alike(matrix: np.ndarray) -> float | None:
    """Share of the columns that repeat another one; units without any weight are none."""
    largest = float(np.abs(matrix).max())
    columns = matrix[:, np.abs(matrix).max(axis=0) > SAME * largest]
    if columns.shape[0] < LEAST_INPUTS or columns.shape[1] < LEAST_UNITS or not largest:
        return None
    middle = np.median(columns, axis=1, keepdims=True)
    near = float((np.abs(columns - middle).max(axis=0) <= SAME * largest).mean())
    _, of, counts = np.unique(np.round(columns / (SAME * largest)), axis=1, return_inverse=True, return_counts=True)
    return max(near, float((counts[of.ravel()] > 1).mean()))


@feature("weights.linear_zero_share", unit="fraction", doc="Share of a linear model's coefficients that are exactly"
         " zero", how=HOW, source="hyper.l1-l2")  # fmt: skip
def linear_zero_share(m: Measures) -> Measured:
    for file, weights in m.once(kept_weights):
        if weights.linear and len(weights.matrix) >= LEAST_INPUTS:
            return Measured(float((weights.matrix == 0).mean()), where=Where(file))
    return unknown(HOW, "not-logged")
