"""How the layers' weights start, by their initialisers. A layer whose initialiser no file tells gives no value."""

from __future__ import annotations

from math import log10, sqrt

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.layer_list import HOW, Architecture, architecture, known
from mladvisor.features.measured import Items, Measured

_CONSTANT = ("zeros", "zero", "ones", "one", "constant", "zerosv2", "onesv2", "constantv2")
_ON_PURPOSE = ("lora_b", "lora_up", "zero_conv", "adapter_up", "gate", "gamma")
"""Parts of names of layers that start at zero so that the model starts as the one it was made of (LoRA, ControlNet)."""
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
    " of inputs (Glorot, He, LeCun, orthogonal); unknown where some layer's is not told",
    how=HOW,
    source="+initialisation He et al. 2015",
)
def start_scaled(m: Measures) -> Measured | None:
    found: Architecture | None = m.once(architecture)
    if found is None or not found.stages:
        return None
    told = [(stage.name, stage.layer.initializer) for stage in found.stages if stage.kind != "embedding"]
    if not told or any(said is None for _, said in told):
        return None
    other = [f"{name}: {said}" for name, said in told if not _word(said).startswith(_SCALED)]
    return known(not other, found, note="; ".join(other[:4]))


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
        spread = stage.layer.spread
        before = stage.layer.options.get("inputs") or (found.stages[at - 1].layer.units if at else None)
        if spread and before and stage.kind == "dense" and found.source.chain:
            values[stage.name] = known(log10(spread * sqrt(before / 2)), found, stage.name)
    return values or None


def _word(initializer: str | None) -> str:
    """`keras.initializers.HeNormal()` -> "henormal", `Constant(0.01)` -> "constant"."""
    return (initializer or "").partition("(")[0].rpartition(".")[2].replace("_", "").lower()
