"""What is known of the model from the configuration and the format: family, depth, batch norm, output."""

from __future__ import annotations

from typing import Any

from mladvisor.features import vocabulary
from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import between, measured, pick, text
from mladvisor.features.measured import Measured, not_applicable

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
    ("trainer-state", "transformer"),
    ("hf", "transformer"),
)
_WITH_BATCH_NORM = ("resnet", "efficientnet", "mobilenet", "densenet", "yolo", "inception", "regnet", "_bn", "darknet")
_NO_GRADIENTS = ("boosting", "tree")
_HOW = "write `model:` into the configuration file beside the log"


def _family_name(value: Any) -> str | None:
    found = text(value)
    return vocabulary.family(found) if found else None


@feature(
    "model.family",
    type="choice",
    choices=vocabulary.FAMILY_NAMES,
    doc="The kind of model, from its name in the configuration or from the format of the log",
    how=_HOW,
    source="hyper.depth",
)
def family(m: Measures) -> Measured | None:
    picked = pick(m, "model", _family_name)
    if picked is not None:
        return Measured(picked.value, note=f"{picked.key} is {str(picked.setting.value)[:40]}", where=picked.where())
    heads = pick(m, "attention_heads", between(1, 1e4))
    if heads is not None:
        return Measured("transformer", note=f"it has {heads.key}", where=heads.where())
    for word, found in _FORMATS:
        if word in m.run.format:
            return Measured(found, note=f"the format is {m.run.format}")
    return None


@feature(
    "model.has_batch_norm",
    type="flag",
    doc="The model holds batch-normalisation layers",
    how="write `batch_norm: true` or `false` into the configuration file beside the log",
    source="fig5.b",
)
def has_batch_norm(m: Measures) -> Measured | None:
    told = m.one("config.batch_norm")
    if told.known:
        return told
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
    return m.one("config.layers")


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
    for curve in m.run.curves:
        if curve.role.kind == "other" and curve.name.lower() in ("n_parameters", "num_parameters") and len(curve):
            return Measured(float(curve.y[-1]), note=f"the log's {curve.name}")
    return None


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
        return vocabulary.activation(found) if found else None

    return measured(m, "output_activation", parse, "write `output_activation:` into the configuration file")


@feature(
    "model.output.units",
    unit="units",
    doc="Units of the last layer",
    how="write `num_outputs:` into the configuration file beside the log",
    source="+model",
)
def output_units(m: Measures) -> Measured:
    return measured(m, "output_units", between(1, 1e8, whole=True), "write `num_outputs:` into the configuration file")
