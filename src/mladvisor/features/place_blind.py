"""Whether a model of pictures or signals sees where something is: not where it looks at single points, or at means; and
what its first convolution passes over.
"""

from __future__ import annotations

import re

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_keys import words
from mladvisor.features.config_lookup import flag, number, number_list, pick
from mladvisor.features.config_names import NAMES, listed
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
    if found is None:
        return _points_by_settings(m)
    if found.holds_models or not found.stages or not _SEES.isdisjoint(found.kinds):
        return None
    kinds = found.kinds
    pooled = [at for at in range(len(kinds)) if found.pools_all(at)]
    first = next((at for at, kind in enumerate(kinds) if kind not in _BEFORE), 0)
    convs = [stage for stage in found.stages if stage.kind == "conv"]
    if first in pooled and "dense" in kinds and (found.source.chain or not convs):
        return known("means alone", found)
    one_point = _pools_to_one_point(found) if not pooled else None
    if one_point is not None:  # as global pooling; filters of one point behind it see nothing more
        pooled, kinds = [one_point], tuple("pool-global" if at == one_point else kind for at, kind in enumerate(kinds))
        convs = [stage for stage in convs if stage.at < one_point or stage.layer.options.get("kernel") != 1]
    sides = [float(side) for stage in convs if (side := stage.layer.options.get("kernel")) is not None]
    if not sides and (one := pick(m, "filter_side", _sides)) is not None and len(one.value) == 1:
        sides = one.value * len(convs)  # a table of layers does not tell them
    if not convs or not found.source.chain or len(sides) < len(convs) or not pooled:
        return None
    last = pooled[0] > convs[-1].at
    if last and all(side == 1 for side in sides):  # pooling between them keeps the strongest points near each other
        return known("points alone", found)
    behind = last and "pool" not in kinds
    return known("one small window" if behind and len(convs) == 1 and max(sides) <= _NARROW else "", found)


def _pools_to_one_point(found: Architecture) -> int | None:
    """Where the only pooling leaves one point of each map: the first dense layer takes as many numbers as the last
    convolution has maps.
    """
    pools = [at for at, kind in enumerate(found.kinds) if kind == "pool"]
    convs = [stage for stage in found.stages if stage.kind == "conv"]
    dense = next((stage for stage in found.stages if stage.kind == "dense"), None)
    if len(pools) != 1 or not convs or dense is None or not found.source.chain or pools[0] < convs[0].at:
        return None
    return pools[0] if dense.layer.options.get("inputs") == convs[-1].layer.units is not None else None


def _points_by_settings(m: Measures) -> Measured | None:
    """Filters of one point and global pooling, where settings alone tell of a network of convolutions."""
    sides, pools = pick(m, "filter_side", _sides), pick(m, "pools_all", flag)
    if m.value("model.family") != "cnn" or sides is None or pools is None:
        return None
    blind = pools.value and max(sides.value) == 1
    return Measured("points alone" if blind else "", note=f"{sides.key}, {pools.key}", where=sides.where())


def _sides(value: object) -> list[float] | None:
    found = number_list(value) or ([single] if (single := number(value)) is not None else None)
    return found if found and all(1 <= side <= _LARGEST and side == int(side) for side in found) else None


_LARGEST = 1_000


@feature(
    "model.first_filter_sees",
    unit="fraction",
    doc="Share of the inputs' points that the first convolution looks at: below 1 where its filters are moved by more"
    " than their own side",
    how=HOW,
    source="hyper.depth",
)
def first_filter_sees(m: Measures) -> Measured | None:
    found: Architecture | None = m.once(architecture)
    if found is None:
        return _sees_by_settings(m)
    first = found.stages[0] if found.stages else None
    if first is None or first.kind != "conv" or not found.source.chain:
        return None
    side, stride = (first.layer.options.get(name) for name in ("kernel", "stride"))
    if not isinstance(side, float) or not isinstance(stride, float) or side < 1 or stride < 1:
        return None
    axes = next((int(part) for part in re.findall(r"conv([123])", first.layer.type.lower())), 1)
    note = f"{first.name}: {side:g} wide, moved by {stride:g}"
    return known(min(1.0, side / stride) ** axes, found, first.name, note=note)


def _sees_by_settings(m: Measures) -> Measured | None:
    """One side and one stride for all convolutions: each of them passes over what lies between."""
    sides, strides = pick(m, "filter_side", _sides), pick(m, "filter_stride", _sides)
    if m.value("model.family") != "cnn" or sides is None or strides is None:
        return None
    note = f"{sides.key} is {sides.value[0]:g}, {strides.key} {strides.value[0]:g}"
    return Measured(min(1.0, sides.value[0] / strides.value[0]), note=note, where=sides.where())


@feature(
    "config.widest_channels",
    unit="channels",
    doc="Channels of the widest convolution, by a list of them in the settings of a network of convolutions",
    how="write `channels:` into the configuration file beside the log, as a list",
    source="hyper.depth",
)
def widest_channels(m: Measures) -> Measured | None:
    """A single number, or one below the data, counts the channels of a picture."""
    picked = pick(m, "channels", lambda value: number_list(value) if isinstance(value, list) else None)
    if picked is None or m.value("model.family") != "cnn" or not _DATA.isdisjoint(picked.key.lower().split(".")):
        return None
    told = [picked.value] + [
        found
        for key, setting in m.run.config.items()
        if words(key.rpartition(".")[2]) in _CHANNELS
        and isinstance(setting.value, list)
        and (found := number_list(setting.value))
    ]
    if min(picked.value) < 1:
        return None  # numbers of channels that are read, not how many there are
    return Measured(max(map(max, told)), note=picked.key, where=picked.where())


_CHANNELS = frozenset(listed(NAMES["channels"]))
_DATA = frozenset(("data", "dataset", "input", "image", "images"))
