"""Whether a model can tell in which order the parts of a sequence stand, by its layers, its script or its settings."""

from __future__ import annotations

import re

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.layer_list import HOW, Architecture, architecture, known
from mladvisor.features.layer_names import SEE_ORDER
from mladvisor.features.measured import Measured, Where

_KEY = re.compile(
    r"(?:(?P<out>no|without|disable|skip|drop)_)?(?:use_|with_|add_|has_)?(?:learned_|learnt_|sinusoidal_|absolute_|token_)?"
    r"(?:pos(?:ition|itional)?_?(?:enc(?:oding|odings|oder)?|emb(?:ed|eds|edding|eddings)?|encode)|positions)"
    r"(?:_(?:type|kind|mode))?"
)
_OTHER = re.compile(r"rope|rotary|alibi|relative_(?:pos|att)|rel_pos|causal")
"""Other ways in which attention is told places."""
_NOT = ("none", "no", "false", "off", "null", "nope", "without", "disabled", "0", "-", "")


@feature(
    "model.positions",
    type="choice",
    choices=("none", "some"),
    doc="Whether the settings give the parts of a sequence positions (`positional_encoding: none`); unknown where no"
    " setting is about them",
    how="write positional_encoding into the settings",
    source="+model Vaswani et al. 2017",
)
def positions(m: Measures) -> Measured | None:
    found: Measured | None = None
    for key, setting in m.run.config.items():
        leaf = key.rpartition(".")[2].lower().replace("-", "_")
        given = str(setting.value).strip().lower() not in _NOT and setting.value is not None
        if _OTHER.search(leaf) and given:
            return Measured("some", note=key, where=Where(setting.place.file, key))
        told = _KEY.fullmatch(leaf)
        if told is not None and isinstance(setting.value, str | bool | None):
            has = given != (told["out"] is not None)
            found = found or Measured("some" if has else "none", note=key, where=Where(setting.place.file, key))
    return found


@feature(
    "model.order_blind",
    type="flag",
    doc="The model reads a sequence as a bag: what it embeds is pooled as a whole, with no recurrence, convolution or"
    " attention before, or enters attention without positions; known where a layer that pools, the inputs of the next"
    " layer, the training script or a setting about positions tell it",
    how=HOW,
    source="hyper.depth",
)
def order_blind(m: Measures) -> Measured | None:
    attends = m.one("code.sees_order")
    if attends.value is False:
        return Measured(True, note="attention without positions", where=attends.where)
    found: Architecture | None = m.once(architecture)
    kinds = frozenset(found.kinds) if found is not None else frozenset()
    set_ = m.one("model.positions")
    if set_.known and m.value("model.family") == "transformer" and SEE_ORDER.isdisjoint(kinds):
        if m.value("task") == "language-modelling":
            return None  # its mask of what comes later tells places as well
        return Measured(set_.value == "none", note=set_.note, where=set_.where)
    if found is None or found.holds_models or not found.stages or found.stages[0].kind != "embedding":
        return None
    if "attention" in kinds or not SEE_ORDER.isdisjoint(kinds):
        return known(False, found)
    if any("attn" in layer.name or "attention" in layer.name.lower() for layer in found.source.layers):
        return None  # a printed module shows no parameters of its own, as positions often are
    first, second = found.stages[0], found.stages[1] if len(found.stages) > 1 else None
    if "flatten" in kinds or "reshape" in kinds or second is None or second.kind != "dense":
        return None
    entering = second.layer.options.get("inputs")
    pooled = "pool-global" in first.after or (entering is not None and entering == first.layer.units)
    return known(True, found, first.name) if pooled else None
