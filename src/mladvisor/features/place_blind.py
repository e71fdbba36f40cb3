"""Whether a model of pictures or signals sees where something is: not where it looks at single points, or at means."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.layer_list import HOW, Architecture, architecture, known
from mladvisor.features.measured import Measured

_SEES = frozenset(("recurrent", "attention", "embedding", "depthwise", "other", "merge"))
_BEFORE = frozenset(("input", "prepare", "identity", "activation", "dropout", "batch-norm", "norm-other"))


@feature(
    "model.place_blind",
    type="choice",
    choices=("points alone", "means alone", ""),
    doc="The model cannot tell how things lie beside each other: its filters are one point wide and what they give is"
    " pooled as a whole, or the inputs are before any layer learns; empty where it can",
    how=HOW,
    source="hyper.depth",
)
def place_blind(m: Measures) -> Measured | None:
    found: Architecture | None = m.once(architecture)
    if found is None or found.holds_models or not found.stages or not _SEES.isdisjoint(found.kinds):
        return None
    kinds = found.kinds
    pooled = [at for at, kind in enumerate(kinds) if kind == "pool-global"]
    convs = [stage for stage in found.stages if stage.kind == "conv"]
    if not convs:
        first = next((kind for kind in kinds if kind not in _BEFORE), "")
        return known("means alone", found) if first == "pool-global" and "dense" in kinds else None
    sides = [stage.layer.options.get("kernel") for stage in convs]
    if not found.source.chain or None in sides or not pooled:
        return None
    points = all(side == 1 for side in sides) and pooled[0] > convs[-1].at and "pool" not in kinds
    return known("points alone" if points else "", found)
