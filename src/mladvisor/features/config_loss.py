"""The loss that the configuration names, or that an estimator has without naming it."""

from __future__ import annotations

import re
from typing import Any

from mladvisor.features import loss_names
from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import between, flag, measured, number_list, pick, presence, say, text
from mladvisor.features.head_told import said_of_head
from mladvisor.features.layer_names import layer_kind
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.vocabulary import squeezed_name
from mladvisor.runs.model_layer import is_torch
from mladvisor.runs.word_sets import parted, word_set


@feature(
    "config.loss",
    type="choice",
    doc="Loss function, by its canonical name",
    how=say("loss"),
    source="fig4.a",
)
def loss(m: Measures) -> Measured:
    found = measured(m, "loss", _loss_name, say("loss"))
    if not found.known:
        return _loss_of_estimator(m) or _loss_told(m) or found
    if found.value != "binary-cross-entropy":
        return found
    named = pick(m, "loss", lambda value: (text(value) or "").lower().replace("_", "").replace(" ", "") or None)
    classes = m.value("config.classes")
    if named is not None and named.value in ("logloss", "log") and not isinstance(classes, float) and _of_scikit(m):
        return unknown("scikit-learn's log loss is that of as many classes as there are: write `num_classes:`")
    if named is not None and named.value in ("logloss", "log") and isinstance(classes, float) and classes >= 3:
        return Measured("cross-entropy", note=f"{named.value} of {classes:g} classes", where=named.where())
    return found


def _of_scikit(m: Measures) -> bool:
    """The script learns by scikit-learn."""
    imported = m.run.script.code.imports.values() if m.run.script is not None else ()
    return any(name.startswith(("sklearn.linear_model", "sklearn.ensemble")) for name in imported)


_OWN_LOSS = {"mlpclassifier": "cross-entropy", "mlpregressor": "mse", "logisticregression": "cross-entropy"}
"""Estimators of scikit-learn that have one loss, which no setting names."""
_OF_MLP = ("solver", "hidden_layer_sizes", "learning_rate_init")
"""Settings that scikit-learn's multi-layer perceptrons have, and nothing else has together."""


def _loss_of_estimator(m: Measures) -> Measured | None:
    """The loss of an estimator that has but one, by its name or by the settings that only it has."""
    named = pick(m, "model", lambda value: _OWN_LOSS.get((text(value) or "").lower()))
    if named is not None:
        return Measured(named.value, note=f"the loss of {named.setting.value}", where=named.where())
    if not all(name in m.run.config for name in _OF_MLP) or not m.run.files.get("train"):
        return None
    from mladvisor.features.data_tables import tables

    task = m.once(tables).task
    if task is None:
        return None
    where = Where(m.run.config[_OF_MLP[0]].place.file, _OF_MLP[1])
    return Measured(
        "mse" if task == "regression" else "cross-entropy", note="the loss of scikit-learn's MLP", where=where
    )


def _loss_told(m: Measures) -> Measured | None:
    """The loss that a note beside the log names, where no setting and no script does."""
    said = m.once(said_of_head, "loss") if pick(m, "loss", text) is None else None
    name = loss_names.loss(said[0].partition("(")[0]) if said is not None else None
    return Measured(name, note=f"{said[1]} says so", where=Where(said[1])) if said is not None and name else None


def _loss_name(value: Any) -> str | None:
    found = text(value)
    return loss_names.loss(found) if found else None


@feature(
    "config.label_smoothing",
    unit="fraction",
    doc="Share of each label that is spread over all classes",
    how=say("label_smoothing"),
    source="hyper.reg-first-none",
)
def label_smoothing(m: Measures) -> Measured:
    return measured(m, "label_smoothing", between(0, 1), say("label_smoothing"))


@feature(
    "config.entropy_weight",
    doc="What the entropy of a policy counts for in its loss",
    how=say("ent_coef"),
    source="hyper.reg-first-none",
)
def entropy_weight(m: Measures) -> Measured:
    return measured(m, "entropy_weight", between(0, 1e6), say("ent_coef"))


@feature(
    "config.soft_targets",
    type="flag",
    doc="Something asks for less than certainty, or weighs rows by it: mixup, cutmix, distillation, a focal loss. Label"
    " smoothing whose amount is known is not meant",
    how=say("mixup"),
    source="metric.loss",
)
def soft_targets(m: Measures) -> Measured | None:
    picked = pick(m, "soft_targets", presence)
    if picked is not None and picked.value:
        return Measured(True, note=picked.key, where=picked.where())
    named = m.one("config.loss")
    if named.value in ("focal", "kl"):
        return Measured(True, note=f"the loss is {named.value}", where=named.where)
    return Measured(False, where=picked.where()) if picked is not None else None


_NO_WORD = re.compile(r"[^a-z0-9]+")


def _words(value: Any) -> list[str]:
    """The words of what the settings call the loss."""
    return _NO_WORD.sub("_", parted(str(value)[:100]).lower()).split("_")


_BY_HAND = word_set(
    "manual manually custom own naive handmade handwritten homemade selfmade scratch my diy numpy unsafe unstable"
    " unclamped unclipped unguarded noeps handrolled homebrew inhouse bespoke"
)


@feature(
    "config.loss_by_hand",
    type="flag",
    doc="The configuration calls the loss one that somebody wrote himself: bce_manual, custom_dice, my_loss",
    how=say("loss"),
    source="fig2.c",
)
def loss_by_hand(m: Measures) -> Measured | None:
    picked = pick(m, "loss", text)
    if picked is None:
        return None
    return Measured(not _BY_HAND.isdisjoint(_words(picked.value)), where=picked.where())


_SUMMED = word_set("sum summed sums sse somma suma summe summiert rss")
"""Of "mse_sum", "sum_of_squares", "BCE (summed)", "SSE"."""
_AVERAGED = word_set("mean avg average averaged")  # "sum over tokens, mean over rows" says nothing


@feature(
    "config.loss_summed",
    type="flag",
    doc="By the settings the loss is a sum over rows: its size says how many they are, too",
    how=say("loss"),
    source="metric.loss",
)
def loss_summed(m: Measures) -> Measured | None:
    way = pick(m, "loss_reduction", text)
    picked = way or pick(m, "loss", text)
    if picked is None:
        return None
    words = _words(picked.value)
    return Measured(not _SUMMED.isdisjoint(words) and _AVERAGED.isdisjoint(words), where=picked.where())


_ONE_AGAINST_REST = re.compile(r"one_?(?:vs?|versus|against)_?(?:the_?)?(?:rest|all)|(?:^|_)(?:ovr|ova)(?:_|$)")


@feature(
    "config.loss_one_against_rest",
    type="flag",
    doc="The settings say that each class is told from all others by a yes or no of its own: one-vs-rest",
    how=say("loss"),
    source="metric.multiclass",
)
def one_against_rest(m: Measures) -> Measured | None:
    picked = pick(m, "loss", text)
    if picked is None:
        return None
    said = _NO_WORD.sub("_", str(picked.value)[:100].lower())
    return Measured(_ONE_AGAINST_REST.search(said) is not None, where=picked.where())


@feature(
    "config.labels_outside_loss",
    type="flag",
    doc="The settings name a binary cross-entropy, and list two labels that are not 0 and 1",
    how=say("label_values"),
    source="fig2.b",
)
def labels_outside_loss(m: Measures) -> Measured | None:
    listed = pick(m, "label_values", number_list)
    if listed is None or m.value("config.loss") != "binary-cross-entropy" or len(set(listed.value)) != 2:
        return None
    low, high = sorted(set(listed.value))
    return Measured((low, high) != (0.0, 1.0), note=f"{low:g} and {high:g}", where=listed.where())


@feature(
    "config.labels_listed_say",
    type="choice",
    doc="The two labels that the settings list",
    how=say("label_values"),
    source="fig2.b",
)
def labels_listed_say(m: Measures) -> Measured | None:
    found = m.one("config.labels_outside_loss")
    return Measured(found.note, where=found.where) if found.known and found.note else None


@feature(
    "config.loss_floor",
    unit="count",
    doc="What the settings of the loss add to a denominator or a logarithm so that it is not zero: smooth, eps",
    how="write `smooth:` or `eps:` into the block of the loss",
    source="fig2.c",
)
def loss_floor(m: Measures) -> Measured:
    return measured(m, "loss_floor", between(0, 1e6), "write `smooth:` or `eps:` into the block of the loss")


@feature(
    "loss.expects",
    type="choice",
    choices=("logits", "probabilities", "log-probabilities"),
    doc="What the configured loss function takes as input",
    how=say("loss") + " by its class name",
    source="+model",
)
def loss_expects(m: Measures) -> Measured | None:
    told = pick(m, "from_logits", flag)
    if told is not None:
        return Measured("logits" if told.value else "probabilities", where=told.where())
    picked = pick(m, "loss", lambda value: loss_names.loss_input(text(value) or "-"))
    if picked is not None:
        return Measured(picked.value, where=picked.where())
    bare = pick(m, "loss", lambda value: True if squeezed_name(text(value) or "-") in _BARE else None)
    if bare is not None and _ends_in_module_of_torch(m):
        return Measured("logits", note="PyTorch's cross_entropy, by the printed model", where=bare.where())
    said = m.once(said_of_head, "loss") if pick(m, "loss", text) is None else None
    takes = loss_names.loss_input(said[0]) if said is not None else None
    return Measured(takes, note=f"{said[1]} says so", where=Where(said[1])) if said is not None and takes else None


_BARE = frozenset(("crossentropy", "ce", "xent"))
"""Names of a cross-entropy that the libraries share: PyTorch's takes logits, and textbooks take probabilities."""


def _ends_in_module_of_torch(m: Measures) -> bool:
    """PyTorch printed the model, and what it ends in is no layer of weights: an activation of its own, say.

    Where it ends in such a layer, the settings may only say how answers are read.
    """
    if not m.run.files.get("model") and not m.run.files.get("model_text"):
        return False
    from mladvisor.features.layer_list import architecture

    found = m.once(architecture)
    if found is None or found.source.form != "print" or not found.source.layers:
        return False
    types = [layer.type for layer in found.source.layers]
    return any(map(is_torch, types)) and layer_kind(types[-1]) in ("activation", "other")
