"""Sizes of weights and gradients as the logs of layers tell them: where weights start, whether they shrink away, and
gradients that pile up; and a training in which the optimizer makes no step.
"""

from __future__ import annotations

from math import log10, sqrt

import numpy as np

from mladvisor.features.batch_rows import FEWEST, BatchRows, batch_rows
from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.layer_idle import norm_shrinks
from mladvisor.features.layer_names import layer_kind
from mladvisor.features.layer_rows import HOW, LAST_DIGITS, LayerRows, layer_rows
from mladvisor.features.measured import Measured

_FEW = 8  # logged steps of a layer's gradient below which nothing is said of its course
_EARLY = 0.02  # share of the logged steps within which a log still shows the start
_AGAIN = 3
_UNMOVED = 1e-3  # share of a spread: a step of the usual size changes it by as much
_MOST_INPUTS, _SMALL = 1e5, 0.1
"""Weights that would be small if a layer had as many inputs as a flattened photograph are so for any layer."""
_MATRICES = ("dense", "conv", "recurrent")


@feature(
    "layers.start_scale",
    unit="decades",
    doc="Spread of the weights at the start beside 1 / sqrt(number of inputs), as a power of ten: median over layers;"
    " -0.24 by PyTorch's default, 0 by LeCun's, 0.15 by He's initialiser",
    how=HOW,
    source="+initialisation He et al. 2015",
)
def start_scale(m: Measures) -> Measured | None:
    found: LayerRows | None = m.once(layer_rows)
    if found is None or "std" not in found.table:
        return None
    levels = []
    for layer in found.weighted():
        spread = found.values(layer, "weight", "std")
        rows = found.rows.get((layer, "weight"))
        if rows is None or not len(spread) or spread[0] <= 0 or _all_alike(found, layer, float(spread[0])):
            continue
        if not _at_start(found, rows) and not _never_moved(found.x[rows], spread):
            continue
        if found.x[rows[0]] > 0 and (first := found.size(layer, "gradient")[:1]).size and first[0] == 0:
            continue  # steps were made, and have already driven the layer to where it does not learn
        inputs = _inputs(found, layer, float(spread[0]))
        if (
            inputs is None
            and found.model is None
            and (_never_moved(found.x[rows], spread) or _is_matrix(found, int(rows[0])))
        ):
            inputs = _MOST_INPUTS if spread[0] * sqrt(_MOST_INPUTS) < _SMALL else None
        if inputs is not None and inputs >= 2:
            levels.append(log10(float(spread[0]) * sqrt(inputs)))
    return Measured(float(np.median(levels)), where=found.where("", "weight")) if levels else None


def _is_matrix(found: LayerRows, row: int) -> bool:
    """The log itself says that the layer has a matrix of weights, where a normalisation's are all about one."""
    return "type" in found.table and layer_kind(found.table.texts("type")[row]) in _MATRICES


def _all_alike(found: LayerRows, layer: str, spread: float) -> bool:
    """The spread is no more than what float32 makes of equal numbers, which may be of any size."""
    mean = found.values(layer, "weight", "mean")[:1]
    return bool(len(mean)) and spread <= LAST_DIGITS * abs(float(mean[0]))


def _never_moved(x: np.ndarray, spread: np.ndarray) -> bool:
    """Weights of a log that begins with the end of the first epoch, which stay the same to its end: so they started."""
    if len(spread) < _AGAIN or float(np.ptp(spread)) > _UNMOVED * float(spread[0]):
        return False
    return float(x[0]) <= float(np.median(np.diff(x)))


def _at_start(found: LayerRows, rows: np.ndarray) -> bool:
    """The first of these rows was logged before training has changed much; of a table that counts nothing and tells
    each layer once nobody knows when.
    """
    if found.x_unit == "row" and len(rows) == 1:
        return False
    first, last = float(found.x[rows[0]]), float(np.nanmax(found.x))
    return first <= max(1.0, _EARLY * last)


def _inputs(found: LayerRows, layer: str, spread: float) -> float | None:
    """Inputs of a layer, by the model's file or the shape beside it; else about the root of its number of weights."""
    told = next((one for one in found.model.layers if one.name == layer), None) if found.model else None
    if told is not None:
        if layer_kind(told.type) not in _MATRICES:
            return None
        inputs = told.options.get("inputs")
        if told.params and told.units and layer_kind(told.type) == "conv":
            return told.params / told.units - 1
        if isinstance(inputs, int | float):
            return float(inputs)
        return None
    if "inputs" in found.table and len(told_inputs := found.values(layer, "weight", "inputs")):
        return float(told_inputs[0])
    norm = found.values(layer, "weight", "norm")
    return float(norm[0]) / spread if len(norm) and norm[0] > 0 else None


@feature(
    "layers.weights_shrink",
    unit="decades",
    doc="Decades by which the weights of the layers have become smaller from the first logged step to the last quarter"
    " of the log: median over layers; else by the norm of all weights, where the log has a column of it",
    how=HOW,
    source="hyper.l1-l2",
)
def weights_shrink(m: Measures) -> Measured | None:
    found: LayerRows | None = m.once(layer_rows)
    if found is None:
        return norm_shrinks(m)
    falls = []
    for layer in found.weighted():
        size = found.size(layer, "weight")
        if len(size) >= 4 and size[0] > 0:
            late = float(np.median(size[-max(1, len(size) // 4) :]))
            falls.append(log10(float(size[0]) / max(late, 1e-30)))
    return Measured(float(np.median(falls)), where=found.where("", "weight")) if falls else norm_shrinks(m)


def _climbs(m: Measures) -> tuple[float, float] | None:
    """Median over layers of a gradient's rise in decades, and of the rise over the whole way up and down."""
    found: LayerRows | None = m.once(layer_rows)
    if found is None:
        return None
    rises, shares = [], []
    for layer in found.weighted():
        size = found.size(layer, "gradient")
        size = size[size > 0]
        if len(size) < _FEW:
            continue
        course = np.log10(size)
        rises.append(float(np.median(course[-max(1, len(course) // 4) :]) - course[0]))
        way = float(np.abs(np.diff(course)).sum())
        shares.append(max(0.0, float(course[-1] - course[0])) / way if way > 0 else 0.0)
    return (float(np.median(rises)), float(np.median(shares))) if rises else None


@feature(
    "layers.gradient_climb",
    unit="decades",
    doc="Decades by which gradients have risen from the first logged step to the last quarter of the log: median over"
    " layers",
    how=HOW,
    source="fig2.b",
)
def gradient_climb(m: Measures) -> float | None:
    found = m.once(_climbs)
    return found[0] if found is not None else None


@feature(
    "layers.gradient_steadiness",
    unit="fraction",
    doc="How straight gradients climb from logged step to logged step: their rise over the whole way up and down, 1 if"
    " they never fall; gradients of single batches scatter, so that a sound training has about 0.1",
    how=HOW,
    source="fig2.b",
)
def gradient_steadiness(m: Measures) -> float | None:
    found = m.once(_climbs)
    return found[1] if found is not None else None


@feature(
    "run.steps_stand_still",
    type="flag",
    doc="Batches go by, but the count of the optimizer's steps never moves: it makes none, or another optimizer does",
    how=HOW,
    source="feat.tiny",
)
def steps_stand_still(m: Measures) -> Measured | None:
    batches: BatchRows | None = m.once(batch_rows)
    if batches is not None and "step" in batches.table:
        steps = batches.numbers("step")[batches.at]
        known = steps[~np.isnan(steps)]
        if len(known) >= 2 * FEWEST:
            return Measured(bool((known == known[0]).all()), where=batches.where(batches.at, "step"))
    found: LayerRows | None = m.once(layer_rows)
    epochs = m.one("loss.train.count").value
    if found is None or not {"step", "kind", "update_ratio"} <= set(found.table.names):
        return None  # not the log of a probe
    if not isinstance(epochs, float) or epochs < 3:
        return None
    only_looked_at = {kind for _, kind in found.rows} == {"activation"}
    return Measured(only_looked_at and bool((found.x == found.x[0]).all()), where=found.where("", "activation"))


@feature(
    "batches.typical_rows",
    unit="rows",
    doc="Rows of a typical batch, as logged",
    how=HOW,
    source="hyper.batch",
)
def typical_rows(m: Measures) -> Measured | None:
    found: BatchRows | None = m.once(batch_rows)
    if found is None or "rows" not in found.table:
        return None
    rows = found.numbers("rows")[found.at]
    rows = rows[np.isfinite(rows) & (rows > 0)]
    return Measured(float(np.median(rows)), where=found.where(found.at, "rows")) if len(rows) >= 2 else None
