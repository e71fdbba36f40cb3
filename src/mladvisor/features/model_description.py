"""What is known of the model from the configuration and the format: family, depth, batch norm, output."""

from __future__ import annotations

import re
from typing import Any

from mladvisor.features import layer_names, vocabulary
from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_keys import words
from mladvisor.features.config_lookup import Candidate, between, measured, pick, presence, settings, text
from mladvisor.features.config_names import NAMES, listed
from mladvisor.features.head_told import said_of_head
from mladvisor.features.layer_gradients import gradients
from mladvisor.features.layer_list import Architecture, architecture, known
from mladvisor.features.layer_names import layer_kind
from mladvisor.features.measured import Measured, Where, not_applicable, on_line
from mladvisor.features.printed import texts
from mladvisor.features.printed_parameters import learning_count
from mladvisor.features.trainer_format import of_a_trainer

_FORMATS = (
    ("catboost", "boosting"),
    ("gbm", "boosting"),
    ("xgboost", "boosting"),
    ("lightgbm", "boosting"),
    ("yolo", "cnn"),
    ("ultralytics", "cnn"),
    ("detectron", "cnn"),
    ("nnunet", "cnn"),
    ("nanogpt", "transformer"),
)
_BOOSTED = re.compile(
    r"(training|valid(_\d+)?)'s \w{1,40}"
    r"|(train|eval|val|valid|test|validation_\d{1,3})-(rmse|rmsle|mae|mape|logloss|mlogloss|error|merror|aucpr|auc"
    r"|map|ndcg)"
    r"|OOB Improve"
)
"""How LightGBM ("valid_1's auc"), XGBoost ("validation_0-logloss") and scikit-learn ("OOB Improve") call their curves,
and nobody else."""
_HEADER = re.compile(rb"^\s*Iter\s+Train Loss\s+(?:OOB Improve\s+)?Remaining Time", re.MULTILINE)
"""What stands above them, with `verbose=1`."""
_CATBOOST = re.compile(rb"^\d{1,7}:[ \t]+learn: [-\d.]+[ \t]", re.MULTILINE)
"""`0:  learn: 0.65  test: 0.66  best: 0.66 (0)`: a round of CatBoost."""
_BOOSTED_FILE = "evals_result"
"""What both call the history that they hand back, and people the file that they keep it in."""
_BOOSTED_SETTINGS = frozenset(
    ("num_leaves", "min_data_in_leaf", "min_child_weight", "num_boost_round", "colsample_bytree", "booster",
     "tree_method", "boosting_type", "feature_fraction", "bagging_fraction", "max_leaf_nodes", "ccp_alpha",
     "l2_leaf_reg", "border_count", "grow_policy", "bagging_temperature", "min_child_samples", "random_strength",
     "leaf_estimation_iterations", "min_sum_hessian_in_leaf")
)  # fmt: skip
"""Settings of trees; with a learning rate beside them they are boosted."""
_WITH_BATCH_NORM = ("resnet", "efficientnet", "mobilenet", "densenet", "yolo", "inception", "regnet", "_bn", "darknet")
_BOOSTERS = ("lightgbm", "xgboost", "catboost")
_OTHERS_OF_SKLEARN = re.compile(
    r"MLP|SGD|Perceptron|LogisticRegression|Ridge|Lasso|SVC|SVR|LinearRegression|Voting|Stacking"
)
"""What learns beside boosting in scripts that compare models, or put several into one."""
_PRINTED_INSIDE = re.compile(rb"^[ \t]{0,80}\(\w{1,40}\): ([A-Z]\w{2,60}Model)\(", re.MULTILINE)
"""A model of a library within the printed one: "(model): XLMRobertaModel("."""
_HOMES_OF_LAYERS = ("nn", "layers")
_COUNTS = frozenset((*listed(NAMES["parameters"]), "params", "parameters"))
"""Columns of a log that count the parameters of the model, in ones."""
_NO_GRADIENTS = ("boosting", "tree")
_HOW = "write `model:` into the configuration file beside the log"


def _family_name(value: Any) -> str | None:
    found = text(value)
    return vocabulary.family(found) if found else None


_OWN_CLASS = re.compile(r"(?!.*(?:For[A-Z]|[Ff]ormer))[A-Z]\w*(?:Classifier|Regressor|Tagger|Net|Scorer)$")


def _own_class(value: Any) -> bool | None:
    """A class that somebody wrote and the Trainer trains, by its name: "BowClassifier"; none of the library's, which
    say what they are for ("BertForSequenceClassification").
    """
    found = text(value)
    return True if found and _OWN_CLASS.match(found) else None


@feature(
    "model.family",
    type="choice",
    choices=vocabulary.FAMILY_NAMES,
    doc="The kind of model, from its name in the configuration, its layers or the format of the log",
    how=_HOW,
    source="hyper.depth",
)
def family(m: Measures) -> Measured | None:
    picked = pick(m, "model", _family_name)
    if picked is not None:
        flat = picked.value == "mlp" and m.value("model.depth") == 0
        said = f"{picked.key} is {str(picked.setting.value)[:40]}" + (", without a hidden layer" if flat else "")
        return Measured("linear" if flat else picked.value, note=said, where=picked.where())
    trees = [key for key in m.run.config if key.rpartition(".")[2] in _BOOSTED_SETTINGS]
    if trees:
        where = Where(m.run.config[trees[0]].place.file, trees[0])
        kind = "boosting" if m.value("config.learning_rate") is not None else "tree"
        return Measured(kind, note=f"it has {trees[0]}", where=where)
    typed = m.run.config.get("type")
    if typed is not None and typed.value in _TYPES:  # of a whole file that describes a model
        return Measured(_TYPES[typed.value], note=f"type is {typed.value}", where=Where(typed.place.file, "type"))
    heads = pick(m, "attention_heads", between(1, 1e4))
    if heads is not None:
        return Measured("transformer", note=f"it has {heads.key}", where=heads.where())
    listed: Architecture | None = m.once(architecture)
    if listed is not None and listed.stages and not listed.holds_models:
        return known(_family_of(listed), listed, note="by its layers")
    if m.run.script is not None and (grown := _grown(m.run.script.code)) is not None:
        return Measured("boosting", note="the script trains one", where=_line(m, grown))
    made = _made_of(m.run.script.code) if m.run.script is not None else None
    if made is not None and m.run.script is not None:
        return Measured(made[0], note="by the layers that the script makes", where=_line(m, made[1]))
    kinds = {layer_kind(part) for each in m.once(gradients) for part in each.layer.split(".")}
    if "recurrent" in kinds and "attention" not in kinds:
        return Measured("rnn", note="by the names of the layers whose gradients are logged")
    kind_told = m.run.config.get("type")  # of one model's own file of settings, as a Trainer's `config.json` is
    if kind_told is not None and (named := vocabulary.family(str(kind_told.value)[:40])) is not None:
        return Measured(named, note=f"type is {str(kind_told.value)[:40]}", where=Where(kind_told.place.file, "type"))
    for word, found in _FORMATS:
        if word in m.run.format:
            return Measured(found, note=f"the format is {m.run.format}")
    if of_a_trainer(m) and not pick(m, "model", _own_class):
        return Measured("transformer", note=f"the format is {m.run.format}")
    if any(_HEADER.search(text.bare) for text in m.once(texts)):
        return Measured("boosting", note="so scikit-learn prints the rounds of its boosting")
    if any(_CATBOOST.search(text.bare) for text in m.once(texts)):
        return Measured("boosting", note="so CatBoost prints its rounds")
    inside = next((part for each in m.once(texts) if (part := _PRINTED_INSIDE.search(each.bare))), None)
    if inside is not None and (named := vocabulary.family(inside[1].decode())) is not None:
        return Measured(named, note=f"a {inside[1].decode()} is printed as a part of it")
    column = next((curve.name for curve in m.run.curves if _BOOSTED.fullmatch(curve.name)), None)
    if column is not None:
        return Measured("boosting", note=f'a column is called "{column[:40]}"')
    file = next((c.place.file for c in m.run.curves if c.place.file.rpartition("/")[2].startswith(_BOOSTED_FILE)), None)
    if file is not None:
        return Measured("boosting", note="so boosting calls its history", where=Where(file))
    return None


_TYPES = {"mlp": "mlp", "text_cnn": "cnn"} | dict.fromkeys(("gru", "lstm"), "rnn")
_TYPES |= {each: each for each in ("cnn", "rnn", "transformer")}
"""What a key that is called "type" and nothing else may say of a model, in words that nothing but a model is called."""


def _grown(code: Any) -> Any:
    """The call that boosts trees, in a script that builds no network beside it."""
    homes = [name.partition(".")[0] for name in code.imports.values()]
    if "torch" in homes or "keras" in homes or "tensorflow" in homes:
        return None
    for call, name in code.calls:
        home, _, last = name.rpartition(".")
        if home.partition(".")[0] in _BOOSTERS and (last == "train" or last.endswith(("Classifier", "Regressor"))):
            return call
    if any(_OTHERS_OF_SKLEARN.search(name) for name in code.imports.values()):
        return None
    for call, name in code.calls:
        if name.startswith("sklearn.ensemble.") and "GradientBoosting" in name:
            return call
    return None


_ATTENTION = frozenset(("scaled_dot_product_attention", "dot_product_attention"))
"""Functions of PyTorch and JAX that only attention written by hand calls."""


def _made_of(code: Any) -> tuple[str, Any] | None:
    """The family by the layers of a library that a script makes, where they cannot be put in order; else None."""
    found: dict[str, Any] = {}
    for call, name in code.calls:
        home, _, last = name.rpartition(".")
        if last[:1].isupper() and home.rpartition(".")[2] in _HOMES_OF_LAYERS:
            found.setdefault(layer_kind(last), call)
        elif last in _ATTENTION:
            found.setdefault("attention", call)
    for kind, family in (("attention", "transformer"), ("conv", "cnn"), ("depthwise", "cnn"), ("recurrent", "rnn")):
        if kind in found:
            return family, found[kind]
    return None


def _family_of(listed: Architecture) -> str:
    kinds = {stage.kind for stage in listed.stages}
    if "attention" in kinds:
        return "transformer"
    if kinds & {"conv", "depthwise"}:
        return "cnn"
    if "recurrent" in kinds:
        return "rnn"
    return "linear" if len(listed.stages) == 1 else "mlp"


def _may_hide_norms(listed: Architecture) -> bool:
    """A row stands for a whole model, or the list is one of the shapes of matrices, which normalisation has none of."""
    shapes = listed.source.form == "summary" and all(layer.params is None for layer in listed.source.layers)
    return listed.holds_models or shapes


def _says_frozen(value: Any) -> bool | None:
    """detectron2's "FrozenBN", torchvision's "FrozenBatchNorm2d"."""
    return True if isinstance(value, str) and "frozen" in value.lower() else None


@feature(
    "model.has_batch_norm",
    type="flag",
    doc="The model holds batch-normalisation layers that take their statistics from batches: none that are frozen",
    how="write `batch_norm: true` or `false` into the configuration file beside the log",
    source="fig5.b",
)
def has_batch_norm(m: Measures) -> Measured | None:
    still = pick(m, "norm_frozen", presence) or pick(m, "norm_layer", _says_frozen)
    if still is not None and still.value:
        return Measured(False, note=f"{still.key}: those of the trained weights are kept", where=still.where())
    told = m.one("config.batch_norm")
    if told.known:
        return told
    listed: Architecture | None = m.once(architecture)
    if listed is not None:
        at = next((number for number, kind in enumerate(listed.kinds) if kind == "batch-norm"), None)
        name = listed.source.layers[at].name if at is not None else ""
        if at is not None or not _may_hide_norms(listed):
            return known(at is not None, listed, name)
    for share in (m.one("model.norm_share"), m.one("model.norm_last_share")):
        if share.known:
            return Measured(True, note=share.note, where=share.where)
    if m.value("model.family") in (*_NO_GRADIENTS, "linear"):
        return not_applicable(f"a {m.value('model.family')} model has no such layers")
    picked = pick(m, "model", lambda value: (text(value) or "").lower() or None)
    if picked is not None and any(word in picked.value for word in _WITH_BATCH_NORM):
        return Measured(True, note=f"{picked.value[:40]} has them", where=picked.where())
    if any(word in m.run.format for word in ("yolo", "ultralytics")):
        return Measured(True, note="YOLO models have them")
    return None


@feature(
    "model.depth",
    unit="layers",
    doc="Hidden layers",
    how="write `num_layers:` into the configuration",
    source="hyper.depth",
)
def depth(m: Measures) -> Measured:
    listed: Architecture | None = m.once(architecture)
    if listed is None or not listed.stages or listed.holds_models:
        return m.one("config.layers")
    return known(float(sum(stage.kind != "embedding" for stage in listed.stages[:-1])), listed)


@feature(
    "model.parameters",
    unit="parameters",
    doc="Trainable parameters",
    how="write `num_parameters:` into the configuration file beside the log",
    source="hyper.depth",
)
def parameters(m: Measures) -> Measured | None:
    told = m.one("config.parameters")
    if told.known:
        return told
    listed: Architecture | None = m.once(architecture)
    if listed is not None:
        counts = [listed.source.layers[stage.at].params for stage in listed.stages]
        if counts and None not in counts:
            return known(float(sum(layer.params or 0.0 for layer in listed.source.layers)), listed)
    for curve in m.run.curves:
        if curve.role.kind == "other" and words(curve.name) in _COUNTS and len(curve) and curve.y[-1] % 1 == 0:
            return Measured(float(curve.y[-1]), note=f"the log's {curve.name}")
    printed: Measured | None = m.once(learning_count)
    return printed


@feature(
    "model.rows_per_parameter",
    unit="ratio",
    doc="Training rows per trainable parameter",
    how="write `num_parameters:` and `num_train_examples:` into the configuration file beside the log",
    source="hyper.complexity",
)
def rows_per_parameter(m: Measures) -> float | None:
    rows, weights = m.value("data.rows.train"), m.value("model.parameters")
    return rows / weights if isinstance(rows, float) and isinstance(weights, float) and weights > 0 else None


def _line(m: Measures, node: Any) -> Where:
    return on_line(m.run.script.code.place(node))  # type: ignore[union-attr]


@feature(
    "model.output.activation",
    type="choice",
    doc="Activation of the last layer",
    how="write `output_activation:` into the configuration file beside the log",
    source="+model",
)
def output_activation(m: Measures) -> Measured:
    def parse(value: Any) -> str | None:
        found = text(value)
        return layer_names.activation(found.lstrip("@")) if found else None  # gin refers to functions so

    listed: Architecture | None = m.once(architecture)
    if listed is not None and listed.output is not None and listed.output.activation is not None:
        return known(listed.output.activation, listed, listed.output.name)
    end = m.run.script.end if m.run.script is not None and listed is None else None
    if end is not None and (last := layer_names.activation(end.activation)):
        return Measured(last, where=_line(m, end.node))
    found = measured(m, "output_activation", parse, "write `output_activation:` into the configuration file")
    if not found.known and (said := m.once(said_of_head, "activation")) and (last := layer_names.activation(said[0])):
        return Measured(last, note=f"{said[1]} says so", where=Where(said[1]))
    return found if found.known else _left_empty(m) or found


def _left_empty(m: Measures) -> Measured | None:
    """The settings name the activation of the output, and give none; before `nll` a model may end in a function."""
    told: list[Candidate] = m.once(settings).get("output_activation", [])
    empty = [one for one in told if one.setting.value is None and not one.setting.place.row]
    if len(empty) < len(told) or not empty or m.value("config.loss") == "nll":
        return None
    return Measured("linear", note=f"{empty[0].key} is none", where=on_line(empty[0].setting.place, empty[0].key))


@feature(
    "model.output.units",
    unit="units",
    doc="Units of the last layer",
    how="write `num_outputs:` into the configuration file beside the log",
    source="+model",
)
def output_units(m: Measures) -> Measured:
    listed: Architecture | None = m.once(architecture)
    if listed is not None and listed.output is not None and listed.output.layer.units is not None:
        return known(listed.output.layer.units, listed, listed.output.name)
    end = m.run.script.end if m.run.script is not None and listed is None else None
    if end is not None and end.units is not None:
        return Measured(float(end.units), where=_line(m, end.node))
    parse = between(1, 1e8, whole=True)
    width = pick(m, "output_width", parse) if pick(m, "output_units", parse) is None else None
    if width is not None and not _OF_PARTS.search(width.key.lower()):
        return Measured(width.value, note=width.key, where=width.where())
    found = measured(m, "output_units", parse, "write `num_outputs:` into the configuration file")
    if not found.known and (said := m.once(said_of_head, "units")):
        return Measured(float(said[0]), note=f"{said[1]} says so", where=Where(said[1]))
    return found


_OF_PARTS = re.compile(r"enc|dec|emb|proj|attn|attention|conv|lstm|gru|backbone|block|stem|neck|layer_?\d|fusion")
"""Words of keys that give the width of a part of a model and not of its end."""
