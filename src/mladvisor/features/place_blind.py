"""Whether a model of pictures or signals sees where something is: not where it looks at single points, or at means."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.layer_list import HOW, Architecture, architecture, known
from mladvisor.features.measured import Measured

_SEES = frozenset(("recurrent", "attention", "embedding", "depthwise", "other", "merge"))
_BEFORE = frozenset(
    ("input", "prepare", "identity", "reshape", "activation", "dropout", "batch-norm", "norm-other")
)  # fmt: skip
_NARROW = 5
"""The longest side of a filter that sees strokes and corners, and not a thing."""


@feature(
    "model.place_blind",
    type="choice",
    choices=("points alone", "means alone", "one small window", ""),
    doc="The model cannot tell how things lie beside each other: its filters are one point wide and what they give is"
    " pooled as a whole, or the inputs are before any layer learns, or all is pooled behind the only convolution,"
    " whose filters are small; empty where it can",
    how=HOW,
    source="hyper.depth",
)
def place_blind(m: Measures) -> Measured | None:
    found: Architecture | None = m.once(architecture)
    if found is None or found.holds_models or not found.stages or not _SEES.isdisjoint(found.kinds):
        return None
    kinds = found.kinds
    pooled = [at for at in range(len(kinds)) if found.pools_all(at)]
    first = next((at for at, kind in enumerate(kinds) if kind not in _BEFORE), 0)
    convs = [stage for stage in found.stages if stage.kind == "conv"]
    if first in pooled and "dense" in kinds and (found.source.chain or not convs):
        return known("means alone", found)
    sides = [float(side) for stage in convs if (side := stage.layer.options.get("kernel")) is not None]
    if not convs or not found.source.chain or len(sides) < len(convs) or not pooled:
        return None
    behind = pooled[0] > convs[-1].at and "pool" not in kinds
    if behind and all(side == 1 for side in sides):
        return known("points alone", found)
    return known("one small window" if behind and len(convs) == 1 and max(sides) <= _NARROW else "", found)
