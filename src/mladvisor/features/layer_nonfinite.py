"""Where NaN or infinity first appears: the layer, the moment, and whether forward, backward or by a step."""

from __future__ import annotations

from math import isfinite, log10

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.layer_rows import HOW, LayerRows, layer_rows
from mladvisor.features.measured import Measured, Where, unknown

DIRECTIONS = ("none", "inputs", "forward", "loss", "backward", "weights")
_WHERE = "log outputs and gradients of each layer by step: after an epoch of NaN all layers are NaN"


class Broken:
    """The first row set that is not finite: layer, direction ("" where the rows cannot tell), time."""

    __slots__ = ("direction", "growth", "largest", "layer", "where", "x")

    def __init__(self, layer: str, direction: str, x: float, where: Where) -> None:
        self.layer, self.direction, self.x, self.where = layer, direction, x, where
        self.growth = self.largest = 0.0


def broken(m: Measures) -> Broken | None:
    """What breaks first; None when all is finite. Use `m.once`, after `layer_rows` is known to be there."""
    found: LayerRows = m.once(layer_rows)
    if not found.bad.any():
        return None
    first = int(np.flatnonzero(found.bad)[0])
    now = found.x[first]
    there = {
        kind: [layer for layer in found.order if _bad_at(found, layer, kind, now)]
        for kind in ("weight", "activation", "gradient", "update")
    }
    if there["weight"]:
        return _told(found, there["weight"][0], "weights", "weight", now)
    if there["activation"]:
        layer = there["activation"][0]
        outputs = _with(found, "activation")
        nans = found.values(layer, "activation", "nan_share")
        comes_in = layer == outputs[0] and not (len(nans) and nans.max() == 0)
        return _told(found, layer, "inputs" if comes_in else "forward", "activation", now)
    if there["gradient"]:
        layer = there["gradient"][-1]
        gradients = _with(found, "gradient")
        alone = not _with(found, "activation") and not _with(found, "weight")
        if alone and found.x_unit != "step" and there["gradient"] == gradients and len(gradients) > 1:
            # a mean of many steps, or the last of them: by then the weights are NaN, and so is all that comes of them
            return _told(found, layer, "", "gradient", now)
        return _told(found, layer, "loss" if layer == gradients[-1] else "backward", "gradient", now)
    return _told(found, there["update"][0] if there["update"] else found.order[0], "weights", "update", now)


def _with(found: LayerRows, kind: str) -> list[str]:
    return [layer for layer in found.order if (layer, kind) in found.rows]


def _bad_at(found: LayerRows, layer: str, kind: str, now: float) -> bool:
    rows = found.rows.get((layer, kind))
    if rows is None:
        return False
    at = rows[found.x[rows] == now] if isfinite(now) else rows
    return bool(found.bad[at].any())


def _told(found: LayerRows, layer: str, direction: str, kind: str, now: float) -> Broken:
    rows = found.rows[layer, kind]
    at = rows[(found.x[rows] == now) & found.bad[rows]]
    first = Broken(layer, direction, float(now), found.where(layer, kind, at))
    first.growth, first.largest = _growth(found, now), _largest(found, now)
    return first


def _growth(found: LayerRows, now: float) -> float:
    """Decades by which weights or gradients had grown before the moment, over their usual size at the beginning."""
    largest = 0.0
    for layer in found.weighted():
        for kind in ("weight", "gradient"):
            rows = found.rows.get((layer, kind))
            if rows is None or "norm" not in found.table:
                continue
            rows = rows[(found.x[rows] <= now) & ~found.bad[rows]]
            sizes = found.table.numbers("norm")[rows]
            sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
            if len(sizes) >= 2:
                largest = max(largest, log10(float(sizes.max()) / float(np.median(sizes[: max(1, len(sizes) // 4)]))))
    return largest


def _largest(found: LayerRows, now: float) -> float:
    """Power of ten of the largest finite value in any layer up to the moment, 0 at least."""
    name = "max_abs" if "max_abs" in found.table else "norm"
    values = found.table.numbers(name)[found.x <= now]
    values = values[np.isfinite(values)]
    return log10(max(1.0, float(values.max()))) if len(values) else 0.0


@feature(
    "layers.nonfinite.direction",
    type="choice",
    choices=DIRECTIONS,
    doc="How the first NaN or infinity appears: with the inputs, in a layer's output, in the loss (the last layer's"
    " gradient), on the way back, or in the weights after a step; none when all is finite",
    how=HOW,
    source="test.layer-nans",
)
def direction(m: Measures) -> Measured | None:
    found: LayerRows | None = m.once(layer_rows)
    if found is None:
        return None
    first: Broken | None = m.once(broken)
    if first and not first.direction:
        return unknown(_WHERE)
    return Measured(first.direction, where=first.where) if first else Measured("none", where=Where(found.table.file))


@feature(
    "layers.nonfinite.layer",
    type="choice",
    doc="The layer in which the first NaN or infinity appears",
    how=HOW,
    source="test.layer-nans",
)
def layer(m: Measures) -> Measured | None:
    first: Broken | None = m.once(broken) if m.once(layer_rows) is not None else None
    return Measured(first.layer, where=first.where) if first and first.direction else None


@feature(
    "layers.nonfinite.when",
    type="choice",
    doc="The moment of the first NaN or infinity in words: `step 23`",
    how=HOW,
    source="test.layer-nans",
)
def when(m: Measures) -> Measured | None:
    found: LayerRows | None = m.once(layer_rows)
    first: Broken | None = m.once(broken) if found is not None else None
    return Measured(f"{found.x_unit} {first.x:g}", where=first.where) if found and first else None


@feature(
    "layers.nonfinite.x",
    doc="Step (or epoch) at which the first NaN or infinity appears in a layer",
    how=HOW,
    source="test.layer-nans",
)
def moment(m: Measures) -> Measured | None:
    first: Broken | None = m.once(broken) if m.once(layer_rows) is not None else None
    return Measured(first.x, where=first.where) if first else None


@feature(
    "layers.nonfinite.growth",
    unit="decades",
    doc="Decades by which weights or gradients had grown before the first NaN or infinity",
    how=HOW,
    source="fig2.b",
)
def growth(m: Measures) -> Measured | None:
    first: Broken | None = m.once(broken) if m.once(layer_rows) is not None else None
    return Measured(first.growth, where=first.where) if first else None


@feature(
    "layers.nonfinite.largest",
    unit="decades",
    doc="Power of ten of the largest finite value in any layer before the first NaN or infinity",
    how=HOW,
    source="fig2.b",
)
def largest(m: Measures) -> Measured | None:
    first: Broken | None = m.once(broken) if m.once(layer_rows) is not None else None
    return Measured(first.largest, where=first.where) if first else None
