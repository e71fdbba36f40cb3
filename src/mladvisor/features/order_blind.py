"""Whether a model can tell in which order the parts of a sequence stand, by its layers, its script or its settings."""

from __future__ import annotations

import re

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import pick, text
from mladvisor.features.layer_list import HOW, Architecture, architecture, known
from mladvisor.features.layer_names import SEE_ORDER
from mladvisor.features.measured import Measured, Where

_KEY = re.compile(
    r"(?:(?P<out>no|without|disable|skip|drop)_)?(?:use_|with_|add_|has_)?(?:learned_|learnt_|sinusoidal_|absolute_|token_)?"
    r"(?:pos(?:ition|itional)?_?(?:enc(?:oding|odings|oder)?|emb(?:ed|eds|edding|eddings)?|encode)|positions"
    r"|positional|(?P<bare>pos))(?:_(?:type|kind|mode))?"
)
_OTHER = re.compile(r"rope|rotary|alibi|relative_(?:pos|att)|rel_pos|causal")
"""Other ways in which attention is told places."""
_NOT = ("none", "no", "false", "off", "null", "nope", "without", "disabled", "0", "-", "")


_BAG = re.compile(
    r"(?:^|[^a-z])(?:c?bow|bag[ _-]?of[ _-]?[a-z]+|(?:mean|avg|average[d]?|sum)[ _-]?(?:pool(?:ed|ing)?|embeddings?)"
    r"|pooled|deep[ _-]?averaging|dan)(?:$|[^a-z])"
)
"""What people call a model that averages or counts the parts of its input."""


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
        if told is not None and isinstance(setting.value, bool if told["bare"] else str | bool | None):
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
        return _bag(m) if SEE_ORDER.isdisjoint(kinds) and "attention" not in kinds else None
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


_FIRST = re.compile(
    r"(?:the_|at_)?first(?:_(?:step|time_?step|hidden|hidden_state|output|state|frame|t))?|(?:t|step)_?0"
)


@feature(
    "config.reads_first_step",
    type="flag",
    doc="The settings take the output of a recurrent layer at the first step of the sequence (`readout: first_step`)",
    how="write `readout:` into the configuration file beside the log",
    source="test.architecture",
)
def reads_first_step(m: Measures) -> Measured | None:
    """Of other models the first place may be a class token, and of layers that run both ways one end of two."""
    picked = pick(
        m, "sequence_read_at", lambda value: (text(value) or "").lower().replace("-", "_").replace(" ", "_") or None
    )
    if picked is None or m.value("model.family") != "rnn":
        return None
    both = any("bidirectional" in key.lower() and setting.value for key, setting in m.run.config.items())
    if both and _FIRST.fullmatch(picked.value):
        return None
    return Measured(
        _FIRST.fullmatch(picked.value) is not None, note=f"{picked.key} is {picked.value[:40]}", where=picked.where()
    )


_TELLS = re.compile(
    r"(?:depend(?:s|ent)?|rel(?:y|ies)|hing(?:e|es)|based|determined) (?:up)?(?:on|by) (?:the |their |its )?"
    r"(?:[a-z]+ ){0,2}(?:order|ordering|sequence|positions?)\b"
    r"|\b(?:order|ordering)(?: of [a-z ]{1,30})? (?:matters|decides|is what)"
    r"|\border[- ](?:dependent|sensitive)\b"
)


@feature(
    "data.order_tells",
    type="flag",
    doc="A setting or a note says that the label hangs on the order of the parts; never known not to",
    how="write it down: `note: the label depends on the order of events`",
    source="hyper.depth",
)
def order_tells(m: Measures) -> Measured | None:
    for key, setting in m.run.config.items():
        if isinstance(setting.value, str) and _TELLS.search(setting.value[:400].lower()):
            return Measured(True, note=setting.value[:100], where=Where(setting.place.file, key))
    return Measured(True) if _TELLS.search(m.run.manifest.notes[:2000].lower()) else None


def _bag(m: Measures) -> Measured | None:
    """By what the script does with its inputs, or by the model's name in the settings ("bow_mlp")."""
    apart = m.one("code.keeps_places_apart")
    if apart.value is False:
        return Measured(True, note="inputs are pooled before the first layer", where=apart.where)
    picked = pick(
        m, "model", lambda value: name if (name := (text(value) or "").lower()) and _BAG.search(name) else None
    )
    return Measured(True, note=f"{picked.key} is {picked.value[:40]}", where=picked.where()) if picked else None
