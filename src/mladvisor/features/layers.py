"""What per-layer logs show: dead and saturated units, gradients that fade or grow, layers that do not move, copies."""

from __future__ import annotations

from math import log10

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.layer_rows import HOW, LayerRows, late, layer_rows
from mladvisor.features.measured import Items, Measured

_FADED = 1e-5  # of the largest gradient: float32 holds seven digits of a weight, and logs write fewer

_WIDEST = 1.01  # root mean square: what has a range lies within -1 and 1
_ZEROS = 0.2  # of outputs are exactly zero, which those of sigmoid and tanh never are


def _late_share(m: Measures, kind: str, name: str, *, hidden: bool = False) -> Items | None:
    """The late level of a share, layer by layer; with `hidden`, the last activation is left out."""
    found: LayerRows | None = m.once(layer_rows)
    if found is None or name not in found.table:
        return None
    layers = [layer for layer in found.order if (layer, kind) in found.rows]
    if hidden:
        weighted = [layer for layer in layers if layer in found.weighted()]
        last = layers.index(weighted[-1]) if weighted else len(layers) - 1
        layers = layers if not weighted and _one_for_each_width(m, layers) else layers[:last]
    if name in ("zero_share", "dead_share") and (empty := found.silent_from()) is not None:
        layers = [layer for layer in layers if found.order.index(layer) < found.order.index(empty)]
    values = {layer: late(found.values(layer, kind, name)) for layer in layers}
    return {
        layer: Measured(value, where=found.where(layer, kind)) for layer, value in values.items() if value is not None
    } or None


def _one_for_each_width(m: Measures, layers: list[str]) -> bool:
    """The log has one activation for each hidden layer whose width the settings list, so none of them is the output."""
    return m.one("config.narrowest").known and m.value("config.layers") == len(layers)


@feature(
    "layer.dead_share",
    unit="fraction",
    each="layer",
    doc="Share of a layer's units that are zero for every row of a batch, towards the end of the log",
    how=HOW,
    source="test.layer-nans",
)
def dead_share(m: Measures) -> Items | None:
    return _late_share(m, "activation", "dead_share")


@feature(
    "layer.zero_share",
    unit="fraction",
    each="layer",
    doc="Share of a layer's outputs that are exactly zero, towards the end of the log",
    how=HOW,
    source="test.layer-nans",
)
def zero_share(m: Measures) -> Items | None:
    return _late_share(m, "activation", "zero_share")


@feature(
    "layers.least_zero_share",
    unit="fraction",
    doc="Share of zeros among the outputs of the layer that has the fewest, of those that give any: the least active"
    " network is silent in all of them",
    how=HOW,
    source="test.layer-nans",
)
def least_zero_share(m: Measures) -> Measured | None:
    shares = _late_share(m, "activation", "zero_share")
    some = {layer: each for layer, each in (shares or {}).items() if isinstance(each.value, float) and each.value > 0}
    if len(some) < 2:
        return None
    least = min(some, key=lambda layer: float(some[layer].value or 0.0))
    return Measured(some[least].value, note=least, where=some[least].where)


@feature(
    "layer.saturated_share",
    unit="fraction",
    each="layer",
    doc="Share of a hidden layer's outputs at the ends of its activation's range, towards the end of the log",
    how=HOW,
    source="test.layer-nans",
)
def saturated_share(m: Measures) -> Items | None:
    shares = _late_share(m, "activation", "saturated_share", hidden=True)
    found: LayerRows | None = m.once(layer_rows)
    return {layer: each for layer, each in (shares or {}).items() if found and not _unbounded(found, layer)} or None


def _unbounded(found: LayerRows, layer: str) -> bool:
    """By its own statistics a layer's outputs have no range: logs count outputs beyond 0.99 of a ReLU as well."""
    mean, std = (late(found.values(layer, "activation", name)) for name in ("mean", "std"))
    zeros = late(found.values(layer, "activation", "zero_share"))
    wide = mean is not None and std is not None and np.hypot(mean, std) > _WIDEST
    return bool(wide) or (zeros is not None and zeros > _ZEROS)


@feature(
    "layer.saturated_share_first",
    unit="fraction",
    each="layer",
    doc="Share of a hidden layer's outputs at the ends of its activation's range, at the first logged point",
    how=HOW,
    source="test.layer-nans",
)
def saturated_share_first(m: Measures) -> Items | None:
    found: LayerRows | None = m.once(layer_rows)
    if found is None:
        return None
    firsts = {layer: found.values(layer, "activation", "saturated_share")[:1] for layer in saturated_share(m) or ()}
    return {
        layer: Measured(float(first[0]), where=found.where(layer, "activation"))
        for layer, first in firsts.items()
        if len(first)
    } or None


@feature(
    "layer.identical_share",
    unit="fraction",
    each="layer",
    doc="Share of a layer's units that are copies of another one of the layer, towards the end of the log; else by the"
    " weights that were kept in files",
    how=HOW,
    source="+initialisation Glorot & Bengio 2010",
)
def identical_share(m: Measures) -> Items | None:
    from mladvisor.features.weight_files import units_alike

    return _late_share(m, "weight", "identical_share") or units_alike(m)


@feature(
    "layer.constant_weights",
    type="flag",
    each="layer",
    doc="All weights of a layer before the last one have the same value when the log begins",
    how=HOW,
    source="+initialisation Glorot & Bengio 2010",
)
def constant_weights(m: Measures) -> Items | None:
    found: LayerRows | None = m.once(layer_rows)
    if found is None or "std" not in found.table:
        return None
    values = {}
    weighted = found.weighted()
    # Vectors (scales, gains) start constant on purpose: they have no units that could be copies of each other.
    matrices = {layer for layer in weighted if len(found.values(layer, "weight", "identical_share"))}
    for layer in weighted[:-1]:
        spread = found.values(layer, "weight", "std")
        if len(spread) and (layer in matrices or not matrices):
            where = found.where(layer, "weight", found.rows[layer, "weight"][:1])
            values[layer] = Measured(bool(spread[0] == 0), where=where)
    return values or None


@feature(
    "layer.gradient_growth",
    unit="decades",
    each="layer",
    doc="Decades by which a layer's gradient at its largest exceeds its size before, or a tenth of the largest"
    " gradient that any layer had in the first quarter of the log: what was tiny may grow as far as the others",
    how=HOW,
    source="fig2.b",
)
def gradient_growth(m: Measures) -> Items | None:
    found: LayerRows | None = m.once(layer_rows)
    if found is None:
        return None
    sizes = {layer: size for layer in found.weighted() if len(size := found.size(layer, "gradient")) >= 4}
    floor = max((float(np.median(size[: len(size) // 4 or 1])) for size in sizes.values()), default=0.0) / 10
    values = {}
    for layer, size in sizes.items():
        peak = int(size.argmax())
        usual = max(float(np.median(size[: max(1, peak)])), floor)
        if usual > 0:
            values[layer] = Measured(log10(max(float(size[peak]), usual) / usual), where=found.where(layer, "gradient"))
    return values or None


@feature(
    "layer.weight_growth",
    unit="decades",
    each="layer",
    doc="Decades by which a layer's weights at their largest exceed their size in the first quarter of the log",
    how=HOW,
    source="fig2.b",
)
def weight_growth(m: Measures) -> Items | None:
    found: LayerRows | None = m.once(layer_rows)
    if found is None:
        return None
    values = {}
    for layer in found.weighted():
        size = found.size(layer, "weight")
        usual = float(np.median(size[: max(1, len(size) // 4)])) if len(size) >= 4 else 0.0
        if usual > 0:
            values[layer] = Measured(log10(float(size.max()) / usual), where=found.where(layer, "weight"))
    return values or None


@feature(
    "layer.never_moves",
    type="choice",
    choices=("left out", "switched off", ""),
    each="layer",
    doc="A layer's weights are the same at every logged step while others move: left out of the updates although it is"
    " trainable, or switched off; empty for layers that move",
    how=HOW,
    source="feat.tiny",
)
def never_moves(m: Measures) -> Items | None:
    found: LayerRows | None = m.once(layer_rows)
    if found is None:
        return None
    off = {layer.name for layer in found.model.layers if layer.trainable is False} if found.model else set()
    judged = {layer: _is_still(found, layer, 1 if layer in off else 2) for layer in found.weighted()}
    faded = _faded(found)
    still = {layer: value for layer, value in judged.items() if value is not None and not (value and layer in faded)}
    if not still or all(still.values()):
        return None  # nothing moves at all: that is a finding of its own
    return {
        layer: Measured(
            ("switched off" if layer in off else "left out") if value else "",
            where=found.where(layer, _moving(found, layer)),
        )
        for layer, value in still.items()
    }


def _faded(found: LayerRows) -> set[str]:
    """Layers whose gradient is so much smaller than the largest that the steps are below the digits that are logged."""
    sizes = {layer: found.size(layer, "gradient") for layer in found.weighted()}
    usual = {layer: float(np.median(size)) for layer, size in sizes.items() if len(size)}
    largest = max(usual.values(), default=0.0)
    return {layer for layer, size in usual.items() if 0 < size < _FADED * largest}


@feature(
    "layer.gradient_unused",
    type="flag",
    each="layer",
    doc="A layer never moves although a gradient reaches it at the logged steps and others move: it is not frozen, but"
    " the steps leave it out",
    how=HOW,
    source="feat.tiny",
)
def gradient_unused(m: Measures) -> Items | None:
    found: LayerRows | None = m.once(layer_rows)
    moves = m["layer.never_moves"]
    if found is None or not isinstance(moves, dict):
        return None
    sizes = {layer: found.size(layer, "gradient") for layer in moves}
    return {
        layer: Measured(moves[layer].value == "left out" and float(np.median(size)) > 0, where=moves[layer].where)
        for layer, size in sizes.items()
        if len(size) >= 2
    } or None


def _stuck(m: Measures, how: str) -> Measured | None:
    """Names of the layers that never move for this reason; None where there are none."""
    moves = m["layer.never_moves"]
    if not isinstance(moves, dict):
        return None
    names = [layer for layer, value in moves.items() if value.value == how]
    if not names:
        return None
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    return Measured(", ".join(names[:4]) + more, where=moves[names[0]].where)


@feature(
    "layers.switched_off",
    type="choice",
    doc="The layers that are switched off (requires_grad or trainable is false) and never move, by name",
    how=HOW,
    source="feat.tiny",
)
def switched_off(m: Measures) -> Measured | None:
    return _stuck(m, "switched off")


@feature(
    "layers.left_out",
    type="choice",
    doc="The layers that are trainable and never move while others do, by name",
    how=HOW,
    source="feat.tiny",
)
def left_out(m: Measures) -> Measured | None:
    return _stuck(m, "left out")


def _moving(found: LayerRows, layer: str) -> str:
    return "update" if (layer, "update") in found.rows else "weight"


_STEPS = (("update", "norm"), ("update", "max_abs"), ("update", "update_ratio"), ("weight", "update_ratio"))
"""Where the size of a step may stand: in rows of its own, or beside the weights, whose digits may not show it."""


def _is_still(found: LayerRows, layer: str, least: int = 2) -> bool | None:
    """Whether nothing moved in at least so many logged updates (or three states of the weights); None with fewer, and
    where all weights are zero: no gradient comes through them.
    """
    if found.all_zero(layer):
        return None
    for kind, name in _STEPS:
        moves = found.values(layer, kind, name)
        if (moves != 0).any():
            return False
        if len(moves) >= least:
            return True
    states = [found.values(layer, "weight", name) for name in ("norm", "std", "mean") if name in found.table]
    states = [state for state in states if len(state)]  # a column may be of the gradients alone
    if states and min(len(state) for state in states) >= 3:
        return all(bool((state == state[0]).all()) for state in states)
    return None


@feature(
    "layers.still_share",
    unit="fraction",
    doc="Share of the layers with weights that are the same at every logged step",
    how=HOW,
    source="feat.tiny",
)
def still_share(m: Measures) -> Measured | None:
    found: LayerRows | None = m.once(layer_rows)
    if found is None:
        return None
    still = [value for layer in found.weighted() if (value := _is_still(found, layer)) is not None]
    return Measured(sum(still) / len(still), where=found.where("", "")) if still else None


@feature(
    "layers.update_ratio",
    unit="decades",
    doc="Size of a step beside the size of the weights, as a power of ten: median over layers and over the first half"
    " of the log; -3 is the rule of thumb",
    how=HOW,
    source="hyper.lr-effect",
)
def update_ratio(m: Measures) -> Measured | None:
    found: LayerRows | None = m.once(layer_rows)
    if found is None:
        return None
    levels = []
    for layer in found.weighted():
        ratios = found.values(layer, "update", "update_ratio")
        ratios = ratios[np.isfinite(ratios)]
        if not len(ratios) and (layer, "weight") in found.rows:
            steps, sizes = found.values(layer, "update", "norm"), found.values(layer, "weight", "norm")
            count = min(len(steps), len(sizes))
            ratios = steps[:count][sizes[:count] > 0] / sizes[:count][sizes[:count] > 0] if count else ratios
        early = ratios[: max(1, (len(ratios) + 1) // 2)]
        if len(early) and np.median(early) > 0:
            levels.append(log10(float(np.median(early))))
    return Measured(float(np.median(levels)), where=found.where(found.order[0], "update")) if levels else None


@feature(
    "layers.activation.start_scale",
    unit="decades",
    doc="Size of hidden activations when the log begins, as a power of ten, at the layer where it is largest",
    how=HOW,
    source="+initialisation He et al. 2015",
)
def start_scale(m: Measures) -> Measured | None:
    found: LayerRows | None = m.once(layer_rows)
    if found is None:
        return None
    weighted = found.weighted()
    sizes = {
        layer: float(size[0])
        for layer in weighted[:-1]
        if len(size := found.size(layer, "activation")) and size[0] > 0
    }  # fmt: skip
    if not sizes:
        return None
    largest = max(sizes, key=lambda layer: sizes[layer])
    return Measured(log10(sizes[largest]), note=largest, where=found.where(largest, "activation"))


@feature(
    "layer.running_gap",
    unit="sd",
    each="layer",
    doc="Distance between a batch's statistics and the running ones of a batch-normalisation layer, late in the log",
    how="log `running_gap` of each batch-normalisation layer into layers.csv: |batch mean - running mean| / running sd",
    source="fig5.b",
)
def running_gap(m: Measures) -> Items | None:
    return _late_share(m, "activation", "running_gap")
