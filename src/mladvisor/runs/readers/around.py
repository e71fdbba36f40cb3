"""What a log says besides its curves: settings dumped before the training starts, and the last words at its end."""

from __future__ import annotations

import re
from typing import Any

from mladvisor.runs.roles import Columns
from mladvisor.yaml_io import scalar

_MAX_LINE = 4_000
_ASSIGNED = re.compile(r"^[\s|>*-]*(?:--)?[\"']?([A-Za-z_][\w.-]{0,60})[\"']?\s*[:=]\s*(\S.{0,200}?)[\s,|]*$")
_CALLED = re.compile(r"\b([A-Za-z_]\w{0,60})=('[^']{0,100}'|\"[^\"]{0,100}\"|[^\s,()\[\]{}]{1,100})")
# A dump of arguments, not a printed layer: a batch norm's momentum is not the optimizer's.
_DUMPED = re.compile(
    r"(?i)namespace\(|\b(?:args?|arguments|config|configuration|hparams|params|parameters|options)\b.{0,40}\("
)
# PyTorch prints an optimizer as "SGD (", its parameter groups below.
_OPTIMIZER = re.compile(r"^\s*(SGD|ASGD|Adam\w{0,4}|NAdam|RAdam|RMSprop|Adagrad|Adadelta|Rprop|LBFGS|Lion) \($")
_PRINTED_DICT = re.compile(r"\{(?:\s*['\"][A-Za-z_]\w{0,60}['\"]\s*:[^{}]{1,200}){2,}")
_ENTRY = re.compile(r"['\"]([A-Za-z_]\w{0,60})['\"]\s*:\s*('[^']{0,100}'|\"[^\"]{0,100}\"|[^\s,(){}\[\]]{1,100})")
MAX_SETTINGS = 400
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
    line = line[:_MAX_LINE]
    found = _ASSIGNED.match(line) if "%|" not in line else None
    if found:
        name, text = found[1], found[2].strip("\"',")
        if text and text[0] not in "{[(<" and not any(c.isspace() for c in text):
            value = scalar(text)
            counted = columns.x_kind(name) is not None and name.lower() != "epochs"
            if not counted and not (isinstance(value, float) and columns.meaning(name).kind in ("loss", "metric")):
                settings[name] = value
    elif (optimizer := _OPTIMIZER.match(line)) is not None:
        settings.setdefault("optimizer", optimizer[1])
    elif "{" in line and _PRINTED_DICT.search(line):
        for match in _ENTRY.finditer(line):
            text = match[2].strip("\"'")
            if text and columns.x_kind(match[1]) is None and columns.meaning(match[1]).kind not in ("loss", "metric"):
                settings.setdefault(match[1], scalar(text))
    elif _DUMPED.search(line):
        for match in _CALLED.finditer(line):
            text = match[2].strip("\"'")
            if text:
                settings.setdefault(match[1], scalar(text))


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
