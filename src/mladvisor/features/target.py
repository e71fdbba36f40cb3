"""What kind of target is learned, as far as anything but the loss and the output tells it."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, not_applicable
from mladvisor.features.metric_names import metric_of
from mladvisor.features.run_kind import configured_task
from mladvisor.features.task import several_labels

KINDS = ("classes", "yes-no", "labels", "number")
_SEVERAL = ("multilabel", "multi_label", "multi-label", "tagging")
_ONE_EACH = ("sequence", "token", "pos", "part-of-speech", "part of speech", "slot", "ner", "entity", "word", "chunk")
"""What tagging gives one tag each, out of exclusive ones."""


@feature(
    "target.kind",
    type="choice",
    choices=KINDS,
    doc="Exclusive classes, yes or no, several labels at once, or a number; what is only guessed from the loss counts"
    " where the loss leaves no choice (cross-entropy over classes)",
    how="write `task:` into mladvisor.yaml (binary, multiclass, regression)",
    source="+task",
)
def kind(m: Measures) -> Measured | None:
    said = configured_task(m) or ""
    each = "tagging" in said and any(word in said for word in _ONE_EACH)
    if m.run.manifest.task is None and not each and any(word in said for word in _SEVERAL):
        return Measured("labels", note=f"the configuration says {said[:40]}")
    task, family = m.one("task"), m.one("task.family")
    script = m.run.script.target if m.run.script is not None else None
    if script is not None and script.kind == "labels" and m.run.manifest.task is None:
        return Measured("labels", note=task.note)
    if m.run.manifest.task is None and (apart := several_labels(m)):
        return Measured("labels", note=f"several labels at once, by {apart}")
    by_loss = "from the loss" in (task.note or family.note)
    if family.value not in ("classification", "regression", None):
        return not_applicable(f"the task is {family.value}")
    if family.value == "regression":
        return None if by_loss else Measured("number", note=task.note, where=task.where)
    if family.value != "classification":
        return None
    found = _of_classes(m, task.value, by_loss)
    return Measured(found, note=task.note or family.note, where=task.where) if found else None


def _of_classes(m: Measures, task: object, by_loss: bool) -> str | None:
    """How the classes of a classification relate."""
    units, last, loss = m.value("model.output.units"), m.value("model.output.activation"), m.value("config.loss")
    several = isinstance(units, float) and units >= 3
    if m.run.manifest.task == "multiclass" or (m.value("config.classes") is not None and task == "multiclass"):
        if last == "sigmoid" and loss == "binary-cross-entropy" and m.run.manifest.task is None:
            return None  # num_labels of a multi-label model looks the same
        return "classes"
    if task == "multiclass" and not by_loss:
        return "classes"
    if loss == "binary-cross-entropy" and several:
        return "labels" if last == "sigmoid" else None
    if task == "binary":
        return "yes-no"
    if loss in ("cross-entropy", "nll") or (last == "softmax" and several):
        return "classes"
    if units == 1 and last in ("sigmoid", "softmax"):
        return "yes-no"
    if units is None and last == "sigmoid" and task is None and _judged_by_decisions(m):
        return "yes-no"
    return None


_OF_DECISIONS = ("precision", "recall", "f1", "auc", "average-precision")
"""Metrics of positives and negatives. Accuracy is none of them: people log it beside any loss."""
_CLASSIFIERS = ("mlp", "cnn", "rnn", "transformer", "linear")


def _judged_by_decisions(m: Measures) -> bool:
    """A model that gives its inputs back is judged so too where it finds anomalies, but learns something else."""
    found = (metric_of(curve.role.name, curve.name) for curve in m.run.having("metric"))
    told = any(metric is not None and metric.name in _OF_DECISIONS for metric in found)
    return told and m.value("model.family") in _CLASSIFIERS and m.value("model.reconstructs") is not True
