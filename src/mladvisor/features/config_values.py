"""What the configuration says of training, as typed and bounded values under one name each.

A value that is missing, out of every sensible bound or "auto" is unknown, never a guess. The note of a value names the
other keys that disagree with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from mladvisor.features.catalogue import Compute, Measures, feature
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
from mladvisor.features.config_scaling import SHAPES
from mladvisor.features.measured import Measured, Scalar, on_line, unknown

Parser = Callable[[Any], Scalar | None]


def _from_config(quantity: str, parse: Parser, key: str) -> Compute:
    missing = say(key)

    def compute(m: Measures) -> Measured:
        return measured(m, quantity, parse, missing)

    return compute


_NUMBERS: tuple[tuple[str, str, float, float, bool, str, str, str], ...] = (
    # name, quantity, low, high, whole, unit, doc, source
    ("momentum", "momentum", 0, 1, False, "", "Momentum of the optimizer", "+optimizer"),
    ("epochs", "epochs", 1, 1e7, False, "epochs", "Epochs that were planned", "hyper.epochs"),
    ("max_steps", "max_steps", 1, 1e12, True, "steps", "Optimizer steps that were planned", "hyper.epochs"),
    ("weight_decay", "weight_decay", 0, 1e6, False, "", "Weight decay of the optimizer", "hyper.l1-l2"),
    (
        "patience",
        "patience",
        0,
        1e7,
        True,
        "evaluations",
        "Evaluations without progress before stopping",
        "hyper.epochs",
    ),
    (
        "min_delta",
        "min_delta",
        0,
        1e12,
        False,
        "",
        "Gain below which an evaluation counts as no progress",
        "hyper.epochs",
    ),
    ("seed", "seed", -(2.0**63), 2.0**64, True, "", "Seed of the random numbers", "+reproducibility"),
    ("parameters", "parameters", 1, 1e14, True, "parameters", "Trainable parameters", "hyper.depth"),
    ("train_rows", "train_rows", 2, 1e13, True, "rows", "Rows of the training data", "hyper.batch"),
    ("shuffle_buffer", "shuffle_buffer", 0, 1e12, True, "rows", "Rows that a buffer mixes as they stream by", "fig5.a"),
    ("threshold", "threshold", 0, 1, False, "", "Decision threshold on the score", "fig4.b"),
    ("vocabulary", "vocabulary", 2, 1e8, True, "tokens", "Size of the vocabulary", "metric.loss"),
    (
        "trainings",
        "trainings",
        2,
        1000,
        True,
        "trainings",
        "Folds, tasks or seeds, each with a training of its own",
        "fig5",
    ),
    ("width", "width", 1, 1e7, True, "units", "Width of the hidden layers", "hyper.depth"),
)
for _name, _quantity, _low, _high, _whole, _unit, _doc, _source in _NUMBERS:
    feature(f"config.{_name}", unit=_unit, doc=_doc, how=say(_name), source=_source)(
        _from_config(_quantity, between(_low, _high, whole=_whole), _name)
    )


@feature(
    "config.sequence_length",
    unit="steps",
    doc="Steps of the sequences that a recurrent network goes through",
    how=say("sequence_length"),
    source="fig2.b",
)
def sequence_length(m: Measures) -> Measured:
    """Of an input of two axes, as libraries have it for recurrent networks, the first one counts the steps."""
    told = measured(m, "sequence_length", between(1, 1e7, whole=True), say("sequence_length"))
    if told.known or m.value("model.family") != "rnn":
        return told
    for key, setting in m.run.config.items():
        axes = number_list(setting.value) if words(key.rpartition(".")[2]) in SHAPES else None
        if axes is not None and len(axes) == 2 and axes[0] >= 2:
            return Measured(axes[0], note=f"{key} is {setting.value}", where=on_line(setting.place, key))
    return told


_MADE_UP = re.compile(r"coerc|zero|fill|ignore|silent|default|replace|impute|convert|to_?nan|clip", re.IGNORECASE)
_REFUSED = re.compile(r"raise|error|fail|strict|reject|refuse|abort|stop", re.IGNORECASE)


def coerced(value: Any) -> bool | None:
    """ "coerce_to_zero" or a plain yes against "raise"; None for a way of its own, such as leaving the row out."""
    said = flag(value)
    if said is not None or not isinstance(value, str):
        return said
    return True if _MADE_UP.search(value) else False if _REFUSED.search(value) else None


def by_length(value: Any) -> bool | None:
    """A plain yes, or a way that names the length ("group_by_length")."""
    said = flag(value)
    return said if said is not None or not isinstance(value, str) else "length" in value.lower()


_SORTED = re.compile(
    r"(?<!un)(?:sorted|grouped|ordered)|\b(?:by|per)[ _-](?:class|label|target|category|outcome)|class[ _-]order"
    r"|ascending|descending",
    re.IGNORECASE,
)
_OF_TIME = re.compile(
    r"time|date|day|month|year|chrono|length|duration|step|episode|\b(?:row[ _-]?)?ids?\b|\bindex|\bkeys?\b|hash",
    re.IGNORECASE,
)
"""Orders that are meant, or do no harm."""
_MIXED = re.compile(r"shuffl|random|mixed|permut|interleav|unsorted|ungrouped|unordered", re.IGNORECASE)


def rows_sorted(value: Any) -> bool | None:
    """ "grouped by activity", "class order" against "random"; None for orders that say nothing ("as exported")."""
    if not isinstance(value, str):
        return None
    if _OF_TIME.search(value):
        return None
    return False if _MIXED.search(value) else True if _SORTED.search(value) else None


_OF_PICTURES = re.compile(r"linear|cubic|nearest|lanczos|area|box|hamming|alias|spline|sinc|kaiser|hz", re.IGNORECASE)


def resampled(value: Any) -> bool | None:
    """ "undersample negatives" or a plain yes; None for pictures and sounds (16000, "bilinear")."""
    said = flag(value)
    if said is not None or not isinstance(value, str):
        return said
    return None if number(value) is not None or _OF_PICTURES.search(value) else True


_FLAGS: tuple[tuple[str, str, Parser, str, str], ...] = (
    (
        "rows_sorted",
        "rows_sorted",
        rows_sorted,
        "By the settings like rows lie together in the training data",
        "fig5.a",
    ),
    ("grouped_by_length", "grouped_by_length", by_length, "Batches are made of rows of like length", "fig5.a"),
    ("class_weight", "class_weight", presence, "Classes are weighted or resampled", "fig4.c"),
    (
        "resampled",
        "resampled",
        resampled,
        "By the settings rows of a class are repeated or left out of the training data, so that its classes have other"
        " shares on purpose",
        "fig4.c",
    ),
    ("imputation", "imputation", presence, "Blank cells are filled or dropped before training", "test.nan-inputs"),
    ("target_normalization", "target_normalization", presence, "The label is scaled before training", "+scaling"),
    ("input_checks", "input_checks", presence, "Inputs are checked against a schema or for NaN", "test.errors"),
    ("bad_input_coerced", "bad_input", coerced, "Input that cannot be read is made into some value", "test.errors"),
)
for _name, _quantity, _parse, _doc, _source in _FLAGS:
    feature(f"config.{_name}", type="flag", doc=_doc, how=say(_name), source=_source)(
        _from_config(_quantity, _parse, _name)
    )


_DRAWS = re.compile(r"random|distribut|weight|balanc|shuffl|stratif", re.IGNORECASE)
"""Words of samplers that deal the rows out in an order of their own; PyTorch forbids `shuffle=True` beside one."""


@feature(
    "config.shuffle",
    type="flag",
    doc="Training data is shuffled each epoch, by the loader or by a sampler beside it",
    how=say("shuffle"),
    source="fig5.a",
)
def shuffle(m: Measures) -> Measured:
    told = measured(m, "shuffle", flag, say("shuffle"))
    if told.value is not False or told.where is None or "sampler" in told.where.column:
        return told
    before = pick(m, "shuffled_before", _is_on)
    if before is not None:
        return Measured(True, note=f"{before.key}: the rows lie mixed", where=before.where())
    sampler = pick(m, "sampler", text)
    if sampler is None or not _DRAWS.search(sampler.value):
        return told
    return Measured(True, note=f"{sampler.key} is {sampler.value}", where=sampler.where())


_CENTRES = re.compile(r"standard|z_?-?score|mean|cent(?:er|re)", re.IGNORECASE)
"""Words of ways to scale that take the mean off: "standard", "StandardScaler", "z-score", "mean_std"."""
_STANDARDISES = re.compile(r"standard|z_?-?score|mean_?-?std|unit_?-?varian", re.IGNORECASE)
"""Words of those that bring the variance to 1 as well."""


@feature(
    "config.target_centred",
    type="flag",
    doc="By the settings the mean is taken off the label before training; not known of other ways to scale",
    how=say("target_normalization"),
    source="+scaling",
)
def target_centred(m: Measures) -> Measured | None:
    return _scaled_so(m, _CENTRES)


@feature(
    "config.target_standardised",
    type="flag",
    doc="By the settings the label is brought to mean 0 and variance 1 before training; not known of other scalings",
    how=say("target_normalization"),
    source="+scaling",
)
def target_standardised(m: Measures) -> Measured | None:
    return _scaled_so(m, _STANDARDISES)


def _scaled_so(m: Measures, way: re.Pattern[str]) -> Measured | None:
    """Whether the settings scale the label in a way that is called so, by their value or by the key of a flag."""
    picked = pick(m, "target_normalization", presence)
    if picked is None or not picked.value:
        return Measured(False, where=picked.where()) if picked else None
    value = picked.setting.value
    said = value if isinstance(value, str) and flag(value) is None else picked.key
    return Measured(True, where=picked.where()) if way.search(said) else None


@feature(
    "config.batch_size",
    unit="rows",
    doc="Rows per optimizer step: rows per device times devices times accumulated batches, where these are told",
    how=say("batch_size"),
    source="hyper.batch",
)
def batch_size(m: Measures) -> Measured | None:
    parse = between(1, 1e9, whole=True)
    whole, per_device = pick(m, "batch_size", parse), pick(m, "device_batch_size", parse)
    accumulated = pick(m, "accumulation", between(1, 1e6, whole=True))
    if whole is not None and _is_of_a_step(whole, per_device, accumulated):
        return Measured(whole.value, note=whole.note, where=whole.where())
    picked = per_device if per_device is not None else whole
    if picked is None:
        return None
    if picked.value == 1 and (pick(m, "full_batch", _is_on) or m.value("model.family") == "graph"):
        return unknown(
            f"{picked.key} is 1: a batch of one graph, or of all rows, says nothing of how many rows a step has"
        )
    factors = [("batches accumulated", accumulated)]
    if picked is per_device or _data_parallel(m):
        factors.append(("devices", pick(m, "devices", between(1, 1e6, whole=True))))
    size, told = picked.value, []
    for name, factor in factors:
        if factor is not None and factor.value > 1:
            size *= factor.value
            told.append(f"{factor.value:g} {name}")
    note = f"{picked.value:g} per step times " + " times ".join(told) if told else ""
    return Measured(size, note=picked.note or note, where=picked.where())


def _is_on(value: Any) -> bool | None:
    return flag(value) or None


_OF_A_STEP = re.compile(r"(?:global|total|effective)_|_(?:per|in)_(?:update|step)$", re.IGNORECASE)


def _is_of_a_step(whole: Picked, per_device: Picked | None, accumulated: Picked | None) -> bool:
    """All rows of an optimizer step, whatever is accumulated: by its name, or as DeepSpeed counts, whose
    `train_batch_size` is that of a device times the batches that it accumulates times the devices.
    """
    if _OF_A_STEP.search(words(whole.key.rpartition(".")[2])):
        return True
    if per_device is None or accumulated is None or not whole.key.endswith("train_batch_size"):
        return False
    parts = per_device.value * accumulated.value
    same = whole.setting.place.file == per_device.setting.place.file
    return same and bool(parts > 1 and whole.value % parts == 0)


def _data_parallel(m: Measures) -> bool:
    return any(
        key.rsplit(".", 1)[-1] == "strategy" and "ddp" in str(setting.value)[:40]
        for key, setting in m.run.config.items()
    )


@feature(
    "config.early_stopping",
    type="flag",
    doc="Training stops when validation no longer improves",
    how=say("early_stopping"),
    source="hyper.epochs",
)
def early_stopping(m: Measures) -> Measured | None:
    picked = pick(m, "early_stopping", presence)
    if picked is not None:
        return Measured(picked.value, note=picked.note, where=picked.where())
    patience = pick(m, "patience", between(0, 1e7))
    if patience is None:
        return None
    epochs = pick(m, "epochs", between(1, 1e7))
    effective = patience.value > 0 and (epochs is None or patience.value < epochs.value)
    note = "" if effective else f"{patience.key} is {patience.value:g}, too long to stop anything"
    return Measured(effective, note=note, where=patience.where())
