"""A squared error beside the errors that were logged of the same rows: what else is in the training loss."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, not_applicable, unknown
from mladvisor.features.metric_series import series

_POWERS = {"mse": 1, "rmse": 2, "mae": 2}
"""Metric -> the power of it that a mean squared error goes with."""


@feature(
    "loss_metric.train.over_errors",
    unit="ratio",
    doc="End level of a squared training loss over that of validation, beside what the errors of the same rows make it:"
    " above 1 the training loss holds a term that neither errors nor validation loss have, such as a penalty",
    how="log the same error (RMSE, or MAE) of training and validation rows beside the loss",
    source="hyper.l1-l2",
)
def over_errors(m: Measures) -> Measured | None:
    if m.value("task.family") not in ("regression", None) or m.value("config.loss") not in ("mse", None):
        return not_applicable("the loss is no squared error")
    losses = [m.one(f"loss.{split}.end") for split in ("train", "val")]
    errors = [series(m, split) for split in ("train", "val")]
    names = {each.metric.name if each is not None and each.metric is not None else "" for each in errors}
    power = _POWERS.get(names.pop(), 0) if len(names) == 1 else 0
    if not power:
        return unknown("no error of training and validation rows is logged beside the loss", "not-logged")
    levels = [each.value for each in losses]
    sizes = [float(each.end) for each in errors if each is not None and len(each.y)]
    if len(sizes) < 2 or min(sizes) <= 0 or not all(isinstance(each, float) and each > 0 for each in levels):
        return None
    train, val = (float(level or 0.0) / size**power for level, size in zip(levels, sizes, strict=True))
    relative = sum((each.se / float(each.value or 1.0)) ** 2 for each in losses) ** 0.5
    return Measured(train / val, se=train / val * relative, where=losses[0].where)
