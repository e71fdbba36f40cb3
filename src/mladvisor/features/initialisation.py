"""How the layers' weights start, by their initialisers. A layer whose initialiser no file tells gives no value."""

from __future__ import annotations

import re
from math import log10, sqrt

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_start import FEWEST, spread_in
from mladvisor.features.layer_list import HOW, Architecture, architecture, known
from mladvisor.features.measured import Items, Measured, on_line

_CONSTANT = ("zeros", "zero", "ones", "one", "constant", "zerosv2", "onesv2", "constantv2")
_ON_PURPOSE = ("lora_b", "lora_up", "zero_conv", "adapter_up", "gate", "gamma")
"""Parts of names of layers that start at zero so that the model starts as the one it was made of (LoRA, ControlNet)."""
CONSTANT_ON_PURPOSE = (
    *_ON_PURPOSE,
    "lora",
    "adapter",
    "scale",
    "gain",
    "pos_embed",
    "cls_token",
    "temperature",
    "alpha",
)
"""The same, and vectors that are no layers of their own."""
SCALES = re.compile(
    r"(?:^|[._/])(?:bn|ln|(?:batch|layer|group|instance|rms)?_?norm(?:ali[sz]ation)?)(?:[._/\d]|$)", re.IGNORECASE
)
"""Names of layers of normalisation: their weights are scales, which start at one value."""
_SCALED = ("glorot", "xavier", "he", "kaiming", "lecun", "variancescaling", "orthogonal")


@feature(
    "layer.starts_constant",
    type="flag",
    each="layer",
    doc="The weights of a layer before the last one all start at the same value, by its initialiser",
    how=HOW,
    source="+initialisation Glorot & Bengio 2010",
)
def starts_constant(m: Measures) -> Items | None:
    found: Architecture | None = m.once(architecture)
    if found is None:
        return None
    values = {}
    for stage in found.stages[:-1]:
        said = stage.layer.initializer
        if said:
            meant = any(part in stage.name.lower() for part in _ON_PURPOSE)
            values[stage.name] = known(_word(said) in _CONSTANT and not meant, found, stage.name, note=said)
    return values or None


@feature(
    "model.start_scaled",
    type="flag",
    doc="Every layer whose initialiser is told, the last one included, starts by a scheme that scales with the number"
    " of inputs (Glorot, He, LeCun, orthogonal), or by the library's own, which the training script leaves alone;"
    " unknown where some layer's is not told",
    how=HOW,
    source="+initialisation He et al. 2015",
)
def start_scaled(m: Measures) -> Measured | None:
    found: Architecture | None = m.once(architecture)
    if found is None or not found.stages:
        return _left_to_library(m)
    told = [(stage.name, stage.layer.initializer) for stage in found.stages if stage.kind != "embedding"]
    if not told or any(said is None for _, said in told):
        return _left_to_library(m)
    other = [f"{name}: {said}" for name, said in told if not _word(said).startswith(_SCALED)]
    return known(not other, found, note="; ".join(other[:4]))


def _left_to_library(m: Measures) -> Measured | None:
    """By the script; not where settings or a log of the layers tell of the start themselves."""
    told = ("config.initializer", "config.initial_scale", "config.initial_bias", "layers.start_scale")
    if m.run.script is None or any(m.value(name) is not None for name in told):
        return None
    from mladvisor.features.code_start import library_start

    found = library_start(m.run.script.code)
    return Measured(found[0], where=on_line(m.run.script.code.place(found[1]))) if found is not None else None


@feature(
    "layer.start_scale",
    unit="decades",
    each="layer",
    doc="Decades by which the spread of a layer's initialiser lies above that of He et al. for its number of inputs",
    how=HOW,
    source="+initialisation He et al. 2015",
)
def start_scale(m: Measures) -> Items | None:
    found: Architecture | None = m.once(architecture)
    if found is None:
        return None
    values = {}
    for at, stage in enumerate(found.stages):
        spread = stage.layer.spread or spread_in(stage.layer.initializer)
        before = stage.layer.options.get("inputs") or (found.stages[at - 1].layer.units if at else None)
        if not before and not at and spread and spread >= 1:
            before = FEWEST  # of which no layer has fewer, so that it is at least so many times too wide
        if spread and before and stage.kind == "dense" and found.source.chain:
            values[stage.name] = known(log10(spread * sqrt(before / 2)), found, stage.name)
    return values or None


def _word(initializer: str | None) -> str:
    """`keras.initializers.HeNormal()` -> "henormal", `Constant(0.01)` -> "constant"."""
    return (initializer or "").partition("(")[0].rpartition(".")[2].replace("_", "").lower()
