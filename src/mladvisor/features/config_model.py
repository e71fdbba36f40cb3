"""What the configuration says of the model, its classes, its precision and where its weights come from."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from mladvisor.features import layer_names, layer_settings
from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_keys import words
from mladvisor.features.config_lookup import (
    Picked,
    between,
    flag,
    measured,
    number,
    number_list,
    pick,
    presence,
    say,
    text,
)
from mladvisor.features.config_names import NAMES, listed
from mladvisor.features.measured import Measured, Where, on_line, unknown
from mladvisor.features.run_kind import configured_task, of_preferences
from mladvisor.features.told_counts import told_counts


def _activation_name(value: Any) -> str | None:
    found = text(value)
    return layer_names.activation(found) if found else None


@feature(
    "config.activation",
    type="choice",
    doc="Activation of the hidden layers, by its canonical name",
    how=say("activation"),
    source="+model",
)
def activation(m: Measures) -> Measured:
    return measured(m, "activation", _activation_name, say("activation"))


@feature(
    "config.batch_norm",
    type="flag",
    doc="The configuration switches batch normalisation on",
    how=say("batch_norm"),
    source="fig5.b",
)
def batch_norm(m: Measures) -> Measured | None:
    picked = pick(m, "batch_norm", flag)
    if picked is None:
        picked = pick(m, "norm_layer", _is_batch_norm)
    return Measured(picked.value, note=picked.note, where=picked.where()) if picked else None


def _is_batch_norm(value: Any) -> bool | None:
    found = (text(value) or "").lower()
    if "batch" in found or found in ("bn", "syncbn"):
        return True
    return False if any(word in found for word in ("layer", "group", "instance", "rms")) else None


@feature(
    "config.layers",
    unit="layers",
    doc="Hidden layers",
    how=say("num_layers"),
    source="hyper.depth",
)
def layers(m: Measures) -> Measured | None:
    widths = pick(m, "widths", number_list)
    if widths is not None:
        return Measured(float(len(_hidden(widths))), where=widths.where())
    without = pick(m, "widths", lambda value: True if value == [] else None)
    if without is not None:
        return Measured(0.0, note=f"{without.key} is empty", where=without.where())
    picked = pick(m, "layers", between(0, 10_000, whole=True))
    if picked is not None and picked.value >= _AS_WIDE and _of_one_width(m, picked):
        return unknown(f"{picked.key} = {picked.value:g} may be the width of one layer")
    return Measured(picked.value, note=picked.note, where=picked.where()) if picked else None


def _of_one_width(m: Measures, picked: Picked) -> bool:
    """`hidden_layers = 48` may list one width: of so many layers somebody would set the width as well."""
    widths = (pick(m, quantity, number) for quantity in ("width", "width_or_layers"))
    return words(picked.key.rpartition(".")[2]) == "hidden_layers" and not any(widths)


_AS_WIDE = 16
"""Hidden layers that nobody stacks without more to say of them."""
_SEVERAL_LAYERS = re.compile(
    r"(?:^|[^a-z])(?:mlp|dnn|ann|ffnn?|multi[ _-]?layer[ _-]?perceptron|feed[ _-]?forward|deep"
    r"|neural[ _-]?net(?:work)?)(?:$|[^a-z])"
)


@feature(
    "config.network_without_hidden",
    type="flag",
    doc="What the settings call a network of several layers has no hidden one",
    how=say("hidden_sizes"),
    source="hyper.depth",
)
def network_without_hidden(m: Measures) -> Measured | None:
    named = pick(m, "model", lambda value: True if _SEVERAL_LAYERS.search((text(value) or "").lower()) else None)
    count = m.one("config.layers")
    if named is None or not count.known:
        return None
    return Measured(count.value == 0, note=count.note, where=count.where)


@feature(
    "config.widths_grow",
    type="flag",
    doc="A hidden layer is wider than the one before it",
    how=say("hidden_sizes"),
    source="hyper.depth",
)
def widths_grow(m: Measures) -> Measured | None:
    widths = pick(m, "widths", number_list)
    if widths is None:
        return None
    grows = any(after > before for before, after in pairwise(_hidden(widths)))
    return Measured(grows, note=f"{widths.key} = {[int(width) for width in widths.value[:12]]}", where=widths.where())


@feature(
    "config.narrowest",
    unit="units",
    doc="Units of the narrowest hidden layer",
    how=say("hidden_sizes"),
    source="hyper.depth",
)
def narrowest(m: Measures) -> Measured | None:
    widths = pick(m, "widths", number_list)
    if widths is not None and widths.value and min(widths.value) >= 1:
        return Measured(float(min(_hidden(widths))), note=f"{widths.key}", where=widths.where())
    picked = layer_settings.shared_width(m)
    if picked is not None:
        return Measured(picked.value, note=picked.note, where=picked.where())
    return layer_settings.narrowest_width(m)


def _hidden(widths: Picked) -> list[float]:
    """Those of hidden layers: `layers: [64, 32, 1]` ends in one answer, and [2, 50, 50, 1] begins with the inputs;
    `hidden_sizes` says that all are hidden.
    """
    every: list[float] = widths.value
    *others, last = every
    if "hidden" in widths.key.rpartition(".")[2].lower():
        return every
    inner = others[1:]
    if inner and others[0] < min(inner) and last <= _ANSWERS < min(inner):
        return inner
    return others if others and last <= _ANSWERS < min(others) else every


_ANSWERS = 2  # units of an output that gives one number, or yes and no


@feature(
    "config.classes",
    unit="classes",
    doc="Number of classes",
    how=say("num_classes"),
    source="metric.multiclass",
)
def classes(m: Measures) -> Measured | None:
    picked = pick(m, "classes", _class_count)
    if picked is not None and picked.value > 2 and "binary" in (m.run.manifest.task or configured_task(m) or ""):
        # One of the two is left from another task; the output, the loss and the labels tell which.
        return unknown(f"{picked.key} is {picked.value:g}, and the task is called binary: one of them is left over")
    if picked is not None:
        return Measured(picked.value, note=picked.note, where=picked.where())
    named = [key for key in m.run.config if key.startswith("id2label.")]
    if len(named) > 1:
        place = m.run.config[named[0]].place
        return Measured(float(len(named)), where=Where(place.file, "id2label"))
    return None


def class_names(m: Measures) -> Picked | None:
    """The classes by their names, as the settings list them: a number has none."""
    return pick(m, "classes", _named)


def _named(value: Any) -> list[str] | None:
    names = value if isinstance(value, list) else []
    words = [text(name) for name in names]
    told = [name for name in words if name and number(name) is None]
    return told if len(told) == len(names) >= 3 else None


def _class_count(value: Any) -> float | None:
    if isinstance(value, list) and len(value) > 1:
        return float(len(value))
    found = number(value)
    return found if found is not None and 1 <= found <= 1e7 and found == int(found) else None


_PRECISIONS = {"16": "fp16", "32": "fp32", "64": "fp64", "8": "fp8"}


@feature(
    "config.majority_share",
    unit="fraction",
    doc="Share of the largest class, by the counts of classes in the configuration or beside the log",
    how="write `class_counts:` into the configuration file beside the log",
    source="metric.accuracy",
)
def majority_share(m: Measures) -> Measured | None:
    counts: list[float] = []
    place = None
    for key, setting in m.run.config.items():
        parts = [words(part) for part in key.split(".")]
        if not _COUNTED.intersection(parts[-2:]):
            continue
        values = setting.value if isinstance(setting.value, list) else [setting.value]
        found = [count for value in values if (count := number(value)) is not None and count >= 0]
        counts, place = counts + found, place or (setting.place.file, key)
    if place is None:
        told, file = m.once(told_counts)
        counts, place = list(map(float, told.get("train", {}).values())), (file, "train")
    if not 2 <= len(counts) <= 10_000 or place is None or not sum(counts):
        return None
    return Measured(max(counts) / sum(counts), where=Where(*place))


_COUNTED = frozenset(NAMES["class_counts"].split())


@feature(
    "config.precision",
    type="choice",
    choices=("fp16", "bf16", "fp32", "fp64", "fp8"),
    doc="Floating-point precision of training",
    how=say("precision"),
    source="fig2.a",
)
def precision(m: Measures) -> Measured | None:
    for quantity, name in (("bf16", "bf16"), ("fp16", "fp16")):
        picked = pick(m, quantity, flag)
        if picked is not None and picked.value:
            return Measured(name, where=picked.where())
    picked = pick(m, "precision", _precision_name)
    if picked is not None:
        return Measured(picked.value, note=picked.note, where=picked.where())
    mixed = pick(m, "amp", flag)
    if mixed is None:
        return None
    return Measured("fp16" if mixed.value else "fp32", note=f"{mixed.key} is {mixed.value}", where=mixed.where())


def _precision_name(value: Any) -> str | None:
    if isinstance(value, bool):
        return None
    written = (text(value) or "").lower() if isinstance(value, str) else str(value)
    if "bf16" in written or "bfloat16" in written:
        return "bf16"
    if written == "no":
        return "fp32"
    return next((name for digits, name in _PRECISIONS.items() if digits in written), None)


@feature(
    "config.pretrained",
    type="flag",
    doc="Training starts from pretrained weights",
    how=say("pretrained"),
    source="hyper.lr-range",
)
def pretrained(m: Measures) -> Measured | None:
    picked = pick(m, "pretrained", _is_pretrained)
    built = m.run.config.get("model") if picked is None and "task" in m.run.config else None
    # Ultralytics builds anew what a file of layers describes, and loads what a file of weights holds.
    if built is not None and isinstance(built.value, str) and built.value.lower().endswith((".yaml", ".yml")):
        return Measured(False, note=f"model is {built.value[:60]}", where=on_line(built.place, "model"))
    return Measured(picked.value, where=picked.where()) if picked else None


def _is_pretrained(value: Any) -> bool | None:
    if isinstance(value, str) and value.strip().lower() in ("scratch", "random", "from_scratch"):
        return False
    return presence(value)


@feature(
    "config.fine_tuning",
    type="flag",
    doc="A trained model is tuned further (pretrained weights, LoRA, frozen backbone)",
    how=say("fine_tuning"),
    source="hyper.lr-range",
)
def fine_tuning(m: Measures) -> Measured | None:
    picked = pick(m, "fine_tuning", presence)
    if picked is not None and picked.value:
        return Measured(True, where=picked.where())
    started = m.one("config.pretrained")
    if started.known:
        return started
    preferred = next((curve for curve in m.run.curves if of_preferences(curve.name)), None)
    if preferred is not None:
        return Measured(True, note=f"{preferred.name} is logged where a trained model learns what people prefer")
    return Measured(False, where=picked.where()) if picked is not None else _too_small_to_be_shared(m)


_SHARED_WIDTH = 128
"""The narrowest transformers that are handed around have this width (BERT-tiny)."""


def _too_small_to_be_shared(m: Measures) -> Measured | None:
    """A transformer so narrow that nobody publishes its weights: it starts anew."""
    width = pick(m, "width", between(1, 1e7, whole=True)) if pick(m, "attention_heads", between(1, 1e4)) else None
    if width is None or width.value >= _SHARED_WIDTH:
        return None
    return Measured(False, note=f"a transformer of width {width.value:g}: none so small is shared", where=width.where())


_FROZEN = frozenset(
    listed(
        "freeze frozen freeze_layers frozen_layers layers_to_freeze freeze_modules frozen_modules freeze_parts"
        " frozen_parts freeze_params frozen_params freeze_backbone freeze_encoder freeze_base freeze_body freeze_trunk"
        " freeze_features freeze_feature_extractor n_frozen_layers num_frozen_layers"
    )
)


@feature(
    "config.frozen",
    type="flag",
    doc="The settings keep layers still from the start",
    how="write `freeze:` into the configuration file beside the log",
    source="test.architecture",
)
def frozen(m: Measures) -> Measured | None:
    for key, setting in m.run.config.items():
        if words(key.rpartition(".")[2]) in _FROZEN and (said := presence(setting.value)) is not None:
            return Measured(said, note=f"{key}: {str(setting.value)[:60]}", where=on_line(setting.place, key))
    return None


@feature(
    "config.augmentation",
    type="flag",
    doc="Training data is augmented",
    how=say("augmentation"),
    source="fig3.a",
)
def augmentation(m: Measures) -> Measured | None:
    strength = pick(
        m, "augmentation_strength", lambda value: True if (number(value) or 0) > 0 or value is True else None
    )
    if strength is not None:
        return Measured(True, where=strength.where())
    picked = pick(m, "augmentation", presence)
    return Measured(picked.value, where=picked.where()) if picked else None
