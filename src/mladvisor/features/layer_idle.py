"""Layers that are idle: units that no gradient reaches, and weights whose norm melts away in a column of the log."""

from __future__ import annotations

import re
from math import log10

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.layer_rows import HOW, LayerRows, late, layer_rows
from mladvisor.features.measured import Items, Measured, Where

_FEW = 4  # points of a column below which nothing is said of its course


@feature(
    "layer.idle_share",
    unit="fraction",
    each="layer",
    doc="Share of the weights before a layer's outputs whose gradient is exactly zero, or share of those outputs that"
    " are zero, whichever is less, towards the end of the log: about the share of units that no row of a batch reaches",
    how=HOW,
    source="test.layer-nans",
)
def idle_share(m: Measures) -> Items | None:
    found: LayerRows | None = m.once(layer_rows)
    if found is None or "zero_share" not in found.table:
        return None
    shares: dict[str, Measured] = {}
    empty = found.silent_from()
    for layer in found.weighted()[:-1]:
        if layer == empty:
            break
        gradient = late(found.values(layer, "gradient", "zero_share"))
        outputs = _outputs_of(found, layer)
        zeros = late(found.values(outputs, "activation", "zero_share")) if outputs is not None else None
        if gradient is not None and zeros is not None and outputs is not None:
            shares[outputs] = Measured(min(gradient, zeros), where=found.where(layer, "gradient"))
    return shares or None


def _outputs_of(found: LayerRows, layer: str) -> str | None:
    """The layer whose zeros are those of a layer's units: itself, or the activation right behind it."""
    if found.values(layer, "activation", "zero_share").any():
        return layer
    weighted = found.weighted()
    for after in found.order[found.order.index(layer) + 1 :]:
        if after in weighted:
            return None
        if found.values(after, "activation", "zero_share").any():
            return after
    return None


_NORM = re.compile(
    r"(?i)(?<![a-z])(?:weights?|params?|parameters?|w)_(?:l2_?)?norm(?![a-z])|(?<![a-z])norm_of_weights(?![a-z])"
)
"""The norm of all weights, as columns of a log are called: "weight_norm", "model/param_norm"."""


def norm_shrinks(m: Measures) -> Measured | None:
    """Decades by which the logged norm of all weights has fallen; None where no column, or several, tell it."""
    told = [
        curve
        for curve in m.run.curves
        if _NORM.search(re.sub(r"[\s.-]", "_", curve.name[:80])) and not _OF_STEPS.search(curve.name.lower())
    ]
    y = told[0].y[np.isfinite(told[0].y)] if len(told) == 1 else np.empty(0)
    if len(y) < _FEW or y.min() < 0 or y[0] <= 0:
        return None
    late = float(np.median(y[-max(1, len(y) // 4) :]))
    curve = told[0]
    where = Where(curve.place.file, curve.place.column, curve.x_unit, float(curve.x[0]), float(curve.x[-1]))
    return Measured(log10(float(y[0]) / max(late, 1e-30)), where=where)


_OF_STEPS = re.compile(r"grad|update|ratio|bias|delta|dist|log|ema")
"""Of gradients, of steps, or on a scale of its own."""
