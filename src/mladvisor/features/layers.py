"""What per-layer logs show of units and sizes: dead and saturated units, copies, gradients and weights that grow."""

from __future__ import annotations

from math import log10

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.initialisation import CONSTANT_ON_PURPOSE, SCALES
from mladvisor.features.layer_rows import HOW, LAST_DIGITS, LayerRows, late, layer_rows, numbered
from mladvisor.features.measured import Items, Measured

_WIDEST = 1.01  # root mean square: what has a range lies within -1 and 1
_OF_HIDDEN = ("relu", "tanh", "gelu", "elu", "selu", "silu", "leaky", "prelu", "mish")
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
        inner = not weighted and (_one_for_each_width(m, layers) or _ends_in_hidden(found, layers))
        inner = inner or (not weighted and _numbered_before(found, layers))
        layers = layers if inner else layers[:last]
    if name in ("zero_share", "dead_share") and (empty := found.silent_from()) is not None:
        layers = [layer for layer in layers if found.order.index(layer) < found.order.index(empty)]
    values = {layer: late(found.values(layer, kind, name)) for layer in layers}
    return {
        layer: Measured(value, where=found.where(layer, kind)) for layer, value in values.items() if value is not None
    } or None


def _one_for_each_width(m: Measures, layers: list[str]) -> bool:
    """The log has one activation for each hidden layer whose width the settings list, so none of them is the output."""
    return m.one("config.narrowest").known and m.value("config.layers") == len(layers)


def _numbered_before(found: LayerRows, layers: list[str]) -> bool:
    """By the numbers of a sequence of modules, weights stand behind the last activation: "act_3" beside "4.weight"."""
    numbers = {layer: numbered(layer) for layer in found.order}
    if len(set(numbers.values())) < len(numbers) or not all(each.isdecimal() for each in numbers.values()):
        return False
    weighted = [int(numbers[layer]) for layer in found.weighted()]
    return bool(weighted and layers) and max(int(numbers[layer]) for layer in layers) < max(weighted)


def _ends_in_hidden(found: LayerRows, layers: list[str]) -> bool:
    """The last activation is of a type that no output has."""
    if "type" not in found.table or not layers:
        return False
    last: str = found.table.texts("type")[found.rows[layers[-1], "activation"][0]]
    return last.lower().startswith(_OF_HIDDEN)


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
    "layers.silent_once",
    unit="fraction",
    doc="Share of zeros among the outputs of the layer that has the fewest, of those that give any, at the logged point"
    " where that is most: how near to silence the whole network has been",
    how=HOW,
    source="test.layer-nans",
)
def silent_once(m: Measures) -> Measured | None:
    found: LayerRows | None = m.once(layer_rows)
    if found is None or found.silent_from() is not None:
        return None
    shares = {layer: found.values(layer, "activation", "zero_share") for layer in found.order}
    known = {layer: each for layer, each in shares.items() if len(each) and each.any()}
    if len(known) < 2 or len({len(each) for each in known.values()}) > 1:
        return None
    least = np.min(list(known.values()), axis=0)
    at = int(least.argmax())
    layer = min(known, key=lambda each: float(known[each][at]))
    row = found.rows[layer, "activation"][at : at + 1]
    return Measured(float(least[at]), note=layer, where=found.where(layer, "activation", row))


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
    ranged = m.value("config.activation") in _RANGED
    kept = {
        layer: each for layer, each in (shares or {}).items() if found and not _unbounded(found, layer, ranged=ranged)
    }
    return kept or None


@feature(
    "layers.activation.first_saturated",
    unit="fraction",
    doc="Share of the outputs of the first hidden layer that lie at the ends of its activation's range, towards the end"
    " of the log",
    how=HOW,
    source="+scaling LeCun et al. 1998",
)
def first_saturated(m: Measures) -> Measured | None:
    shares = m["layer.saturated_share"]
    return next(iter(shares.values()), None) if isinstance(shares, dict) else None


_RANGED = ("tanh", "sigmoid", "softsign", "hard_sigmoid", "hard_tanh")


def _unbounded(found: LayerRows, layer: str, *, ranged: bool) -> bool:
    """By its own statistics a layer's outputs have no range: logs count outputs beyond 0.99 of a ReLU as well.

    Args:
        ranged: by the settings they have one; then what is counted as zero lies below it.
    """
    mean, std = (late(found.values(layer, "activation", name)) for name in ("mean", "std"))
    zeros = late(found.values(layer, "activation", "zero_share"))
    wide = mean is not None and std is not None and np.hypot(mean, std) > _WIDEST
    return bool(wide) or (not ranged and zeros is not None and zeros > _ZEROS)


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
    if found.x_unit == "row":  # nothing tells when these were taken: most often when training had ended
        return None
    firsts = {layer: found.values(layer, "activation", "saturated_share")[:1] for layer in saturated_share(m) or ()}
    return {
        layer: Measured(float(first[0]), where=found.where(layer, "activation"))
        for layer, first in firsts.items()
        if len(first)
    } or None


@feature(
    "layers.saturated_throughout",
    unit="fraction",
    doc="Share of outputs at the ends of the activation's range, at the first logged point or towards the end,"
    " whichever is less, in the hidden layer that has fewest",
    how=HOW,
    source="test.layer-nans",
)
def saturated_throughout(m: Measures) -> Measured | None:
    late_on, first = m["layer.saturated_share"], m["layer.saturated_share_first"]
    if not isinstance(late_on, dict) or not isinstance(first, dict) or late_on.keys() != first.keys():
        return None
    pairs = [(min(float(late_on[layer].value or 0), float(first[layer].value or 0)), layer) for layer in late_on]
    share, layer = min(pairs)
    return Measured(share, note=layer, where=late_on[layer].where)


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
    if not matrices and "inputs" in found.table:  # told by their shapes
        matrices = {layer for layer in weighted if len(found.values(layer, "weight", "inputs"))}
    for layer in weighted[:-1]:
        low = layer.lower()
        if low.endswith("bias") or SCALES.search(low) or any(part in low for part in CONSTANT_ON_PURPOSE):
            continue  # biases start at zero, or there is only one
        spread = found.values(layer, "weight", "std")
        if len(spread) and (layer in matrices or not matrices):
            where = found.where(layer, "weight", found.rows[layer, "weight"][:1])
            mean = found.values(layer, "weight", "mean")[:1]
            level = abs(float(mean[0])) if len(mean) else 0.0
            norm = found.values(layer, "weight", "norm")[:1]
            if level and len(norm) and float(norm[0]) < _OF_TWO * level:
                continue  # one weight, which nothing could differ from
            values[layer] = Measured(bool(spread[0] <= LAST_DIGITS * level), where=where)
    return values or None


_OF_TWO = 1.2
"""Times the mean that the norm of two equal weights is, at least: the root of 2, with room for rounding."""


@feature(
    "layers.all_constant",
    type="flag",
    doc="The weights of each of two hidden layers or more have one value when the log begins, at every layer that"
    " tells",
    how=HOW,
    source="+initialisation Glorot & Bengio 2010",
)
def all_constant(m: Measures) -> Measured | None:
    found = m["layer.constant_weights"]
    if not isinstance(found, dict) or len(found) < _SEVERAL:
        return None
    return Measured(all(each.value is True for each in found.values()), where=next(iter(found.values())).where)


_SEVERAL = 2


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
