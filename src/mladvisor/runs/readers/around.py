"""What a log says besides its curves: settings dumped before the training starts, and the last words at its end."""

from __future__ import annotations

import re
from typing import Any

from mladvisor.runs.logger_prefix import without_prefix
from mladvisor.runs.readers.decoding import decode
from mladvisor.runs.roles import Columns
from mladvisor.yaml_io import scalar

_MAX_LINE = 4_000
_ASSIGNED = re.compile(r"^[\s|>*-]*(?:--)?[\"']?([A-Za-z_][\w.-]{0,60})[\"']?\s*[:=]\s*(\S.{0,200}?)[\s,|]*$")
SAID_TO_BE_SET = re.compile(
    r"(?i)\s{0,8}(?:overr(?:iding|ide|idden)|settings?|set|using|use|arg(?:ument)?s?|options?|h?param(?:eter)?s?"
    r"|config(?:uration)?|cfg|flags?)\s?:?\s{1,4}(?:to\s)?(?=(?:--)?[a-z_][\w.-]{0,60}\s?[:=]\s?[^\s=]{1,100}\s*$)"
)
"""Words before a setting: "Overriding: lr = 0.01" (nanoGPT), "set lr=0.01", "hparam: lr = 0.01"."""
_CALLED = re.compile(r"\b([A-Za-z_]\w{0,60})=('[^']{0,100}'|\"[^\"]{0,100}\"|[^\s,()\[\]{}]{1,100})")
# A dump of arguments, not a printed layer: a batch norm's momentum is not the optimizer's.
_DUMPED = re.compile(
    r"(?i)namespace\(|\b(?:args?|arguments|config|configuration|hparams|params|parameters|options)\b.{0,40}\("
)
# PyTorch prints an optimizer as "SGD (", its parameter groups below.
_OPTIMIZER = re.compile(r"^\s*(SGD|ASGD|Adam\w{0,4}|NAdam|RAdam|RMSprop|Adagrad|Adadelta|Rprop|LBFGS|Lion) \($")
_PRINTED_DICT = re.compile(r"\{(?:\s*['\"][A-Za-z_]\w{0,60}['\"]\s*:[^{}]{1,200}){2,}")
HEADED_DICT = re.compile(r"\s*(?:[A-Za-z_][A-Za-z_ ]{0,40}[:=]{0,2}\s*)?\{")
_ENTRY = re.compile(r"['\"]([A-Za-z_]\w{0,60})['\"]\s*:\s*('[^']{0,100}'|\"[^\"]{0,100}\"|[^\s,(){}\[\]]{1,100})")
# "loss=mse, num_classes=10" and nothing else: one setting may be a line's value, two beside each other are a list.
_PAIR = r"[A-Za-z_]\w{0,60}=(?:'[^']{0,100}'|\"[^\"]{0,100}\"|[^\s,=()\[\]{}]{1,100}(?:\([^()]{0,100}\))?)"
_PAIRS = re.compile(rf"^\s*{_PAIR}(?:[,;]?\s{{1,8}}{_PAIR}){{1,40}}\s*$")
# scikit-learn prints an estimator with the settings that are not the usual ones.
_ESTIMATOR = re.compile(
    r"^\s*(?:\w{1,40}\s*[:=]\s*)?((?:MLP|SGD|(?:Hist)?GradientBoosting|RandomForest|ExtraTrees|DecisionTree|AdaBoost|XGB|LGBM"
    r"|XGBRF)(?:Classifier|Regressor)|(?:SVC|SVR|LinearSV[CR]|LogisticRegression|LinearRegression|Ridge|Lasso|ElasticNet"
    r"|Perceptron))\((.*)$"
)
_SIZES = re.compile(r"\bhidden_layer_sizes=[(\[]([\d, ]{1,100})[)\]]")
MAX_SETTINGS = 400
_LOSS_CLASSES = (
    b"L1Loss", b"MSELoss", b"CrossEntropyLoss", b"CTCLoss", b"NLLLoss", b"KLDivLoss", b"BCELoss", b"BCEWithLogitsLoss",
    b"MarginRankingLoss", b"HingeEmbeddingLoss", b"MarginLoss", b"HuberLoss", b"SoftMarginLoss", b"CosineEmbeddingLoss",
    b"BinaryCrossentropy(", b"CategoricalCrossentropy(",
)  # fmt: skip
_LOSS_CLASS = re.compile(
    r"(?<!\w)(?:(?:Smooth)?L1Loss|MSELoss|CrossEntropyLoss|CTCLoss|(?:Poisson|Gaussian)?NLLLoss|KLDivLoss|BCELoss"
    r"|BCEWithLogitsLoss|MarginRankingLoss|HingeEmbeddingLoss|(?:Multi|MultiLabel|Triplet)MarginLoss|HuberLoss"
    r"|(?:MultiLabel)?SoftMarginLoss|CosineEmbeddingLoss|(?:Binary|(?:Sparse)?Categorical)Crossentropy(?=\())(?!\w)"
    r"(?:\([^()\n]{0,200}\))?"
)
# Advice, warnings and measures name a loss without its being the one that is trained on.
_NOT_TRAINED_ON = re.compile(
    r"(?i)warn|consider|instead|should|unsafe|deprecat|recommend|metric|error:|file \"|import|use_sigmoid=true|teacher"
    r"|\b(?:val|valid|validation|eval|evaluation|test|aux|auxiliary|unlike|not|no|without)(?:\b|_)"
)
_ERROR = re.compile(r"^\s*(?:\S{0,40}\s)?((?:\w+\.){0,6}\w*(?:Error|Exception|Interrupt|OutOfMemory\w*)\b.{0,300})$")
_LAST_WORDS: tuple[tuple[str, str], ...] = (
    ("out of memory", "the log says that memory ran out"),
    ("due to time limit", "the log says that the job was cut off by its time limit"),
    ("oom-kill", "the log says that the job was killed for its memory"),
    ("segmentation fault", "the log ends in a segmentation fault"),
    ("keyboardinterrupt", "the training was interrupted by hand"),
    ("early stopp", "the log says that training stopped early"),
    ("loss is nan", "the log says that the loss is NaN"),
    ("nan loss", "the log says that the loss is NaN"),
    ("loss is inf", "the log says that the loss is infinite"),
)


def settings_in(line: str, settings: dict[str, Any], columns: Columns) -> None:
    """`lr = 0.0005`, `"batch_size": 8,`, `Namespace(lr=0.1, epochs=300)` printed before the training starts."""
    line = without_prefix(line[:_MAX_LINE])
    if "=" in line and (said := SAID_TO_BE_SET.match(line)):
        line = line[said.end() :]
    if "=" in line and _PAIRS.match(line):
        for name, value in _pairs(line):
            if not _is_measured(name, value, columns):
                settings.setdefault(name, value)
    elif (found := _ASSIGNED.match(line) if "%|" not in line else None) and not _ESTIMATOR.match(line):
        name, text = found[1], found[2].strip("\"',")
        if text and text[0] not in "{[(<" and not any(c.isspace() for c in text):
            value = scalar(text)
            if not _is_measured(name, value, columns):
                settings[name] = value
    elif (optimizer := _OPTIMIZER.match(line)) is not None:
        settings.setdefault("optimizer", optimizer[1])
    elif "{" in line and _PRINTED_DICT.search(line):
        for match in _ENTRY.finditer(line):
            text = match[2].strip("\"'")
            if text and columns.x_kind(match[1]) is None and columns.meaning(match[1]).kind not in ("loss", "metric"):
                settings.setdefault(match[1], scalar(text))
    elif (estimator := _ESTIMATOR.match(line)) is not None:
        settings.setdefault("model", estimator[1])
        for name, value in _pairs(estimator[2]):
            settings.setdefault(name, value)
        if sizes := _SIZES.search(estimator[2]):
            settings.setdefault("hidden_layer_sizes", [int(size) for size in re.findall(r"\d{1,7}", sizes[1])])
    elif _DUMPED.search(line):
        for name, value in _pairs(line):
            settings.setdefault(name, value)


def is_printed_dict(line: str) -> bool:
    """`{'lr': 0.2, 'batch': 32}`, after words at most (`INFO arguments: {...}`)."""
    return HEADED_DICT.match(without_prefix(line[:_MAX_LINE])) is not None and _PRINTED_DICT.search(line) is not None


def _pairs(line: str) -> list[tuple[str, Any]]:
    found = ((name, text.strip("\"'")) for name, text in _CALLED.findall(line))
    return [(name, scalar(text)) for name, text in found if text]


def _is_measured(name: str, value: Any, columns: Columns) -> bool:
    """The pair is a place in the training, or a loss or metric at one, not a setting."""
    counted = columns.x_kind(name) is not None and name.lower() != "epochs"
    return counted or (isinstance(value, float) and columns.meaning(name).kind in ("loss", "metric"))


def loss_named(head: bytes) -> str | None:
    """The class of loss function that the beginning of a log names, with its arguments if they are printed.

    None when it names none, or two different ones: which of them is trained on cannot be told then.
    """
    if not any(name in head for name in _LOSS_CLASSES):
        return None
    named: dict[str, str] = {}
    for line in decode(head).split("\n"):
        if "Loss" in line or "Crossentropy" in line:
            found = _LOSS_CLASS.findall(line[:_MAX_LINE])
            if found and not _NOT_TRAINED_ON.search(line[:_MAX_LINE]):
                for each in found:
                    name = each.partition("(")[0]
                    named[name] = max(named.get(name, ""), each, key=len)
    return next(iter(named.values())) if len(named) == 1 else None


def last_words(end: str, file: str) -> list[str]:
    """What the end of a log says in words: an error, lack of memory, an interruption, early stopping."""
    notes: list[str] = []
    lower = end.lower()
    at = lower.rfind("traceback (most recent call last)")
    if at >= 0:
        errors = [found[1].strip() for line in end[at:].split("\n") if (found := _ERROR.match(line[:400]))]
        if errors:
            notes.append(f"{file} ends in an error: {errors[-1][:200]}")
    for words, note in _LAST_WORDS:
        if words in lower and note not in notes:
            notes.append(note)
    return notes
