"""The gradient of the first layer beside that of the last: from layers.csv, else from columns of the log (fig2.b)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.layer_rows import HOW, LayerRows, layer_rows
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.vocabulary import layer_kind

_TINY = 1e-38
_LEAST = 3  # layers: of two nothing fades
_TOTALS = ("total", "global", "all", "mean", "max", "min", "avg", "before", "after", "clip", "bias")


class Gradient(NamedTuple):
    """The size of a layer's gradient in time, shape (n,), and where it stands."""

    layer: str
    size: np.ndarray
    where: Where


def gradients(m: Measures) -> list[Gradient]:
    """Layers in order: of embeddings most rows have none, so they are left out. Use `m.once`."""
    found: LayerRows | None = m.once(layer_rows)
    if found is None:
        return _logged(m)
    return [
        Gradient(layer, size, found.where(layer, "gradient"))
        for layer in found.weighted()
        if layer_kind(found.kind_of(layer) or "-") != "embedding" and "embed" not in layer.lower()
        and len(size := found.size(layer, "gradient"))
    ]  # fmt: skip


def _logged(m: Measures) -> list[Gradient]:
    """Columns of the log with a gradient norm for each layer ("grad_norm/fc1"), in their order."""
    found = []
    for curve in m.run.having("gradient-norm"):
        name = curve.name.lower()
        own = name.rpartition("/")[2] or name
        if own in ("grad_norm", "gradient_norm", "gnorm") or "embed" in name or any(word in name for word in _TOTALS):
            continue
        y = np.abs(curve.y[np.isfinite(curve.y)])
        if len(y):
            place = curve.place
            ends = float(curve.x[0]), float(curve.x[-1])
            found.append(Gradient(curve.name, y, Where(place.file, place.column, curve.x_unit, *ends)))
    return found


@feature(
    "layers.gradient.ratio",
    unit="decades",
    doc="Decades by which the gradient of the first layer is larger (> 0) or smaller (< 0) than that of the last one:"
    " median over the log, per weight where spreads are logged",
    how=HOW,
    source="fig2.b",
)
def gradient_ratio(m: Measures) -> Measured | None:
    found: list[Gradient] = m.once(gradients)
    if len(found) < _LEAST:
        return None if not found else unknown("gradients of three layers or more are needed", "too-few-points")
    first, last = found[0], found[-1]
    ratios = _decades(first.size, last.size)
    if not len(ratios):
        return None
    note = f"{first.layer}: {np.median(first.size):.2g}, {last.layer}: {np.median(last.size):.2g}"
    return Measured(float(np.median(ratios)), note=note, where=first.where)


def _decades(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    count = min(len(first), len(last))
    above = last[:count] > 0
    return np.asarray(np.log10(np.maximum(first[:count][above], _TINY) / last[:count][above]))


@feature(
    "layers.gradient.first",
    type="choice",
    doc="The first layer whose gradient is compared with that of the last one",
    how=HOW,
    source="fig2.b",
)
def gradient_first(m: Measures) -> str | None:
    found: list[Gradient] = m.once(gradients)
    return found[0].layer if found else None


@feature(
    "layers.gradient.trend",
    unit="decades",
    doc="Change of layers.gradient.ratio from the first to the last third of the log",
    how=HOW,
    source="fig2.b",
)
def gradient_trend(m: Measures) -> Measured | None:
    found: list[Gradient] = m.once(gradients)
    if len(found) < _LEAST:
        return None
    ratios = _decades(found[0].size, found[-1].size)
    third = len(ratios) // 3
    return Measured(float(np.median(ratios[-third:]) - np.median(ratios[:third]))) if third else None
