"""What is learned: from the manifest, else inferred from format, configuration, and names of losses and metrics.

An inferred task says in its note what it was inferred from. Nothing is inferred from the shape of a curve.
"""

from __future__ import annotations

import re

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import pick, text
from mladvisor.features.config_model import class_names
from mladvisor.features.measured import Measured
from mladvisor.features.metric_names import metric_of
from mladvisor.features.run_kind import configured_task
from mladvisor.features.scores_elsewhere import scores
from mladvisor.runs.model import TASKS

_FORMATS = (
    ("yolo", "detection"),
    ("ultralytics", "detection"),
    ("detectron", "detection"),
    ("nnunet", "segmentation"),
    ("nanogpt", "language-modelling"),
)
_WORDS: tuple[tuple[str, str], ...] = (
    ("single_label", "multiclass"),
    ("multiclass", "multiclass"),
    ("multi_class", "multiclass"),
    ("multi-class", "multiclass"),
    ("multilabel", "other"),
    ("multi_label", "other"),
    ("binary", "binary"),
    ("regress", "regression"),
    ("forecast", "regression"),
    ("squarederror", "regression"),
    ("poisson", "regression"),
    ("tweedie", "regression"),
    ("causal", "language-modelling"),
    ("language", "language-modelling"),
    ("translation", "language-modelling"),
    ("summar", "language-modelling"),
    ("segment", "segmentation"),
    ("detect", "detection"),
    ("pose", "other"),
    ("classify", "classification"),
    ("classif", "classification"),
)
_BY_METRIC = {
    "map50-95": "detection",
    "map50": "detection",
    "map": "detection",
    "iou": "segmentation",
    "dice": "segmentation",
    "perplexity": "language-modelling",
    "hellaswag": "language-modelling",
    "bleu": "language-modelling",
    "rouge": "language-modelling",
    "wer": "other",  # of speech, of lines of writing: a loss is a sum over frames as often as a mean over tokens
    "cer": "other",
    "rmse": "regression",
    "mse": "regression",
    "mae": "regression",
    "mape": "regression",
    "r2": "regression",
    "top5": "multiclass",
    "accuracy": "classification",
    "balanced-accuracy": "classification",
    "f1": "classification",
    "auc": "classification",
    "average-precision": "classification",
    "gini": "classification",
    "ks": "classification",
    "precision": "classification",
    "recall": "classification",
    "mcc": "classification",
    "kappa": "classification",
}
_BY_LOSS = {
    "binary-cross-entropy": "binary",
    "mse": "regression",
    "mae": "regression",
    "rmse": "regression",
    "huber": "regression",
    "poisson": "regression",
    "cross-entropy": "classification",
    "nll": "classification",
    "ctc": "language-modelling",
    "dice": "segmentation",
}
_AMOUNTS = ("poisson", "tweedie", "quantile")
"""Losses of counts and amounts, after which boosting calls its curves."""
_BOOSTED = re.compile(r"(?i)(?<![a-z])(?:binary_|(multi_)|(m))?log_?loss(?![a-z])")
"""What LightGBM and XGBoost call the cross-entropy of two classes (binary_logloss, logloss), or of several."""
_OF_ROWS = ("auc", "accuracy", "balanced-accuracy", "gini", "ks", "mcc")
"""Metrics of rows that are sorted into classes, which no detector has: beside them "ap" is the average precision."""
_PLAIN_AP = re.compile(r"(?i)(?<![a-z])m?ap(?![a-z0-9])")
_TOP_FIVE = re.compile(
    r"(?i)(?:top|k|at|5|acc|accuracy|accuracies|error|err|prec|precision|categorical|sparse|score|rate|val|valid"
    r"|validation|train|training|test|eval|dev|epoch|step|metric|metrics|mean|avg|cls|head|[^a-z0-9]+)+"
)
"""All that a name says of the accuracy among five classes: "ctr_top5" counts what a ranking shows, not classes."""
_STRONGEST = ("detection", "segmentation", "language-modelling", "other", "multiclass", "classification", "regression")
_LANGUAGE_MODELS = ("forcausallm", "lmhead", "forconditionalgeneration", "formaskedlm", "forseq2seqlm")


_DECODER = re.compile(r"(?i)(?<![a-z])(?:nano|mini)?gpt(?:-?(?:2|j|neo|neox))?(?![a-z])|(?<![a-z])(?:tiny)?llama")
"""Models that say the next token, where neither classes nor a metric is told."""


def _told(m: Measures) -> tuple[str, str] | None:
    """(task or "classification", what says so), the strongest evidence first."""
    manifest = m.run.manifest.task
    if manifest in TASKS:
        return manifest, "the manifest"
    kind = m.value("run.kind")
    if kind in ("reinforcement", "adversarial"):
        return str(kind), f"the log ({m.one('run.kind').note})"
    said = configured_task(m)
    if said:
        for word, task in _WORDS:
            if word in said:
                return task, f"the configuration ({said[:40]})"
    for word, task in _FORMATS:
        if word in m.run.format:
            return task, f"the format {m.run.format}"
    heads = " ".join(str(m.run.config[key].value)[:200] for key in m.run.config if key.endswith("architectures"))
    if any(word in heads.lower() for word in _LANGUAGE_MODELS):
        return "language-modelling", "the model's head"
    if "sequenceclassification" in heads.lower():
        return "classification", "the model's head"
    decoder = pick(m, "model", lambda value: text(value) if _DECODER.search(text(value) or "") else None)
    if decoder is not None and m.value("config.classes") is None and not m.run.having("metric"):
        return "language-modelling", f"the model ({decoder.value[:40]})"
    if m.value("model.family") in ("diffusion", "vae"):
        return "other", f"a {m.value('model.family')} model"
    apart = several_labels(m)
    if apart and m.value("config.loss") != "binary-cross-entropy":  # a mean of yes and no is judged as one is
        return "other", apart
    return (
        _by_target(m)
        or _of_numbers(m)
        or _by_metrics(m)
        or _by_code(m)
        or _by_loss(m)
        or _by_tables(m)
        or _by_tokens(m)
    )


_TOKENS = re.compile(rb"tokens per (?:iteration|step|batch)|(?<![a-z])tok(?:ens)?(?:/|_per_)s(?:ec|econd)?(?![a-z])")
"""What a training prints that goes by tokens: "tokens per iteration will be: 640"."""


def _by_tokens(m: Measures) -> tuple[str, str] | None:
    """A log without a metric that counts its steps in tokens."""
    from mladvisor.features.printed import texts

    found = next((text for text in m.once(texts) if _TOKENS.search(text.lower)), None)
    return ("language-modelling", f"{found.file}, which counts tokens") if found is not None else None


_BINARY_ACCURACY = re.compile(r"(?i)binary_?acc(?:uracy)?(?![a-z])")
_SEVERAL_OUTPUTS = 3
"""Of two outputs that are cut one by one nobody can tell two labels from the two sides of a yes or no."""


def several_labels(m: Measures) -> str | None:
    """What tells that each of several outputs is a yes or no of its own; None without it, or where a setting says else.

    Keras calls the share of right answers "binary_accuracy" only where it is asked for by that name: of several outputs
    each is then cut and compared by itself.
    """
    units = m.value("model.output.units")
    if not isinstance(units, float) or units < _SEVERAL_OUTPUTS or configured_task(m):
        return None
    if m.run.script is not None and m.run.script.target is not None and m.run.script.target.kind == "classes":
        return None  # one-hot rows of one number each: of the outputs one is right, however they are judged
    column = next((curve.name for curve in m.run.curves if _BINARY_ACCURACY.search(curve.name)), None)
    if column is not None:
        return f"the metric {column} of {units:g} outputs"
    if m.value("code.cuts_each_output"):
        return f"the script, which cuts each of {units:g} outputs ({m.value('code.cuts_each_output.line')})"
    return None


_BY_TARGET = {"number": "regression", "yes-no": "binary", "labels": "other"}


def _by_target(m: Measures) -> tuple[str, str] | None:
    """What the script itself makes and learns: a bundled data set, a comparison, a sine."""
    script = m.run.script
    if script is None or script.target is None:
        return None
    target, units = script.target, m.value("model.output.units")
    if target.kind == "yes-no" and isinstance(units, float) and units >= 3:
        return None  # a comparison may as well give a yes or no for each of several labels
    line = script.code.line(target.node)
    line = line if len(line) <= 60 else line[:59] + "…"
    several = target.classes or (isinstance(units, float) and units >= _SEVERAL_OUTPUTS)
    task = "multiclass" if target.kind == "classes" and several else "classification"  # each row has one class of them
    return _BY_TARGET.get(target.kind, task), f"what the script learns ({line})"


_ERRORS = ("mse", "mae", "rmse", "huber", "msle", "mape")
_OF_DECISIONS = ("accuracy", "recall", "precision", "f1")


def _of_numbers(m: Measures) -> tuple[str, str] | None:
    """A loss of errors and a target that is plainly a number, where only scores of decisions speak for classes.

    Libraries take an accuracy of any numbers without a word; a recall may be one of the peaks of a series.
    """
    known = [metric_of("", curve.name) or metric_of(curve.role.name, "") for curve in m.run.having("metric")]
    decided = any(metric is not None and metric.name in _OF_DECISIONS for metric in known)
    tasks = {_BY_METRIC.get(metric.name) for metric in known if metric is not None and metric.name not in _OF_DECISIONS}
    if not decided or tasks - {"regression", None} or m.value("config.loss") not in _ERRORS:
        return None
    if m.value("code.standardises_target"):
        return "regression", f"the script, which standardises its target ({m.value('code.standardises_target.line')})"
    rows = _by_tables(m)
    if rows is not None:
        return rows if rows[0] == "regression" else None
    reported = {_BY_METRIC.get(score.name): file for score, file in m.once(scores)}
    of_numbers = reported.pop("regression", None)
    reported.pop(None, None)
    return ("regression", f"the errors of numbers in {of_numbers}") if of_numbers and not reported else None


def _by_metrics(m: Measures) -> tuple[str, str] | None:
    found: dict[str, str] = {}
    known = [(curve, metric_of("", curve.name) or metric_of(curve.role.name, "")) for curve in m.run.having("metric")]
    of_rows = any(metric is not None and metric.name in _OF_ROWS for _, metric in known)
    for curve, metric in known:
        task = _BY_METRIC.get(metric.name) if metric else None
        if task == "detection" and of_rows and _PLAIN_AP.search(curve.name):
            task = "classification"
        if metric is not None and metric.name == "top5" and not _TOP_FIVE.fullmatch(curve.name):
            continue
        if task:
            low = curve.name.lower()
            if task == "classification" and "categorical" in low:
                task = "multiclass"
            elif task == "classification" and "binary" in low:
                task = "binary"
            found.setdefault(task, curve.name)
    for task in ("binary", *_STRONGEST):
        if task in found:
            return task, f"the metric {found[task]}"
    return None


def _by_code(m: Measures) -> tuple[str, str] | None:
    """Names that the script writes as numbers are classes, whatever loss they are learnt with."""
    return ("classification", "the script, which codes names as numbers") if m.value("code.codes_label") else None


def _by_loss(m: Measures) -> tuple[str, str] | None:
    for curve in m.run.having("loss"):
        if any(word in curve.name.lower() for word in _AMOUNTS):
            return "regression", f"the loss {curve.name}"
        if named := _BOOSTED.search(curve.name):
            several = named[1] or named[2]
            if several or "binary" in curve.name.lower() or m.value("model.family") == "boosting":
                return "multiclass" if several else "binary", f"the loss {curve.name}"
    loss = m.value("config.loss")
    task = _BY_LOSS.get(loss) if isinstance(loss, str) else None
    return (task, f"the loss {loss}") if task else None


def _by_tables(m: Measures) -> tuple[str, str] | None:
    """From the stored predictions, else from the cells of the label; only where nothing else tells."""
    from mladvisor.features.data_tables import tables

    found = m.once(tables)
    if "predictions" in found:
        from mladvisor.features.predictions import predicted

        rows = m.once(predicted)
        if not isinstance(rows, Measured):
            return rows.kind, f"{rows.table.file}"
    if found and found.task:
        return found.task, f"the cells of the label {found.label_column}"
    from mladvisor.features.printed_counts import printed_counts

    counts = m.once(printed_counts)
    return (counts.kind, f"what {counts.file} tells of decisions by class") if counts is not None else None


_YES_OR_NO = re.compile(r"(?i)binary[ _-]?(?:log[ _-]?loss|cross[ _-]?entropy)(?![a-z])")
"""A loss of yes or no, whoever logs it."""
_OF_BOOSTING = re.compile(r"(?i)(?:.*[^a-z0-9])?logloss")
"""What boosting calls the loss of yes or no; that of more classes is "mlogloss" or "multi_logloss" there."""


def loss_of_two(m: Measures) -> str | None:
    """The name of a logged loss that is the cross-entropy of yes and no by its name. Use `m.once`."""
    boosted = m.value("model.family") == "boosting"
    names = (curve.name for curve in m.run.having("loss"))
    return next((one for one in names if _YES_OR_NO.search(one) or (boosted and _OF_BOOSTING.fullmatch(one))), None)


def inferred(m: Measures) -> tuple[str | None, str | None, str]:
    """(task, family, what says so). The family "classification" may be known where the task is not."""
    told = _told(m)
    if told is None:
        classes = m.value("config.classes")
        if isinstance(classes, float) and classes >= 2 and m.value("config.vocabulary") is None:
            return _by_classes(classes), "classification", "the number of classes"
        return None, None, ""
    task, reason = told
    if task == "regression" and (named := _numbers_for_names(m, reason)):
        task, reason = "classification", named
    if task == "classification":
        classes = m.value("config.classes")
        loss = m.value("config.loss")
        exact = _by_classes(classes) if isinstance(classes, float) else None
        units = m.value("model.output.units")
        several = isinstance(units, float) and units >= _SEVERAL_OUTPUTS
        of_two = loss == "binary-cross-entropy" or (loss is None and m.once(loss_of_two) is not None)
        if of_two and exact is None and not several and not _of_more_than_two(m):
            exact = "binary"
        if exact is None and (rows := _by_tables(m)) is not None and rows[0] in ("binary", "multiclass"):
            return rows[0], "classification", f"{reason} and {rows[1]}"
        return exact, "classification", reason
    return task, "classification" if task in ("binary", "multiclass") else task, reason


def _numbers_for_names(m: Measures, reason: str) -> str | None:
    """What tells that named classes are learnt, although the loss or the metric is one of numbers.

    The settings list the classes by name, and the model has one output in all or one for each, or was judged by its
    accuracy elsewhere. A detector lists its classes, too, but has more outputs and no accuracy.
    """
    if not reason.startswith(("the metric", "the loss")):
        return None
    listed = class_names(m)
    if listed is None:
        return None
    units = m.value("model.output.units")
    if units in (1, len(listed.value)) or any(score.name == "accuracy" for score, _ in m.once(scores)):
        return f"the classes that {listed.key} names ({', '.join(listed.value)[:40]})"
    return None


_BELOW_TWO, _LEAST_BELOW = 0.4, 4


def _of_more_than_two(m: Measures) -> bool:
    """Accuracy lies far below a half for most of the run: of two classes the larger one alone is better than that."""
    logged = [curve.y for curve in m.run.having("metric") if curve.role.name == "accuracy"]
    found = [y / 100 if y.max() > 1.5 else y for y in logged if len(y) >= _LEAST_BELOW]
    return bool(found) and all(float((y < _BELOW_TWO).mean()) >= 0.5 for y in found)


def _by_classes(classes: float) -> str | None:
    return "binary" if classes <= 2 else "multiclass"


@feature(
    "task",
    type="choice",
    choices=TASKS,
    doc="What is learned: the manifest's word, else inferred from format, configuration, losses and metrics",
    how="write `task:` into mladvisor.yaml (binary, multiclass, regression, language-modelling ...)",
    source="+task",
)
def task(m: Measures) -> Measured | None:
    found, _, reason = m.once(inferred)
    return Measured(found, note=_note(m, found, reason)) if found else None


@feature(
    "task.family",
    type="choice",
    choices=("classification", "regression", "language-modelling", "detection", "segmentation", "reinforcement",
             "adversarial", "other"),
    doc="What is learned, binary and multiclass taken together as classification",
    how="write `task:` into mladvisor.yaml (binary, multiclass, regression, language-modelling ...)",
    source="+task",
)  # fmt: skip
def task_family(m: Measures) -> Measured | None:
    found, family, reason = m.once(inferred)
    if (told := m.value("task")) != found:  # somebody says so
        family = "classification" if told in ("binary", "multiclass") else told
    return Measured(family, note=_note(m, family, reason)) if family else None


def _note(m: Measures, found: str, reason: str) -> str:
    return "" if m.run.manifest.task else f"the task is taken for {found}, from {reason}"
