"""Scores of the same rows in training and in evaluation mode, as somebody printed them who suspected the layers that
differ between the two.

    check: accuracy on validation set with net.train() 0.87, with net.eval() 0.71
    val acc (train mode): 0.87                 then, on the next line,       val acc (eval mode): 0.71
"""

from __future__ import annotations

import re
from itertools import pairwise

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, unknown
from mladvisor.features.printed import texts

_HOW = "score the same rows with model.train() and with model.eval(), and print both beside the log"
_TRAIN = r"\.train\(\)|\btrain(?:ing)?[ _-]?mode\b|\btraining\s?=\s?true\b|\bbatch[ _-]stat(?:istic)?s\b"
_EVAL = r"\.eval\(\)|\beval(?:uation)?[ _-]?mode\b|\btraining\s?=\s?false\b|\brunning[ _-]stat(?:istic)?s\b"
_MODE = re.compile(rf"(?P<train>{_TRAIN})|(?P<eval>{_EVAL})")
_SCORE = re.compile(r"\b(?:acc(?:uracy)?|auc|f1|top-?1|balanced[ _]accuracy)\b")
_VALUE = re.compile(r"(?<![\w.])(\d{1,3}(?:\.\d{1,8})?)\s?(%?)(?![\w.]*\w)")
_SPOKEN = (b".train()", b"train mode", b"training mode", b"train_mode", b"training=true", b"training = true",
           b"batch stat", b"train-mode", b".eval()", b"eval mode", b"evaluation mode", b"eval_mode", b"eval-mode",
           b"training=false", b"training = false", b"running stat")  # fmt: skip
_MOST = 400
_NEAR = 40  # characters between a mode and its number


@feature(
    "printed.mode_gap",
    unit="fraction",
    doc="A printed score (accuracy, AUC, F1) of rows in training mode minus that of the same rows in evaluation mode",
    how=_HOW,
    source="fig5.b",
    cost="cheap",
)
def mode_gap(m: Measures) -> Measured:
    for text in m.once(texts):
        found = [(at, line[:_MOST].lower()) for at, line in text.lines(*_SPOKEN)]
        said = [(at, _modes(line), line) for at, line in found if _SCORE.search(line)]
        for at, modes, _ in said:
            if len(modes) == 2:
                return Measured(modes["train"] - modes["eval"], where=text.where(at))
        for (at, one, line), (_, other, after) in pairwise(said):
            both = one | other
            if len(one) == len(other) == 1 and len(both) == 2 and _about(line) == _about(after):
                return Measured(both["train"] - both["eval"], where=text.where(at))
    from mladvisor.features.modes_told import score_gap

    return score_gap(m) or unknown(_HOW, "not-logged")


def _modes(line: str) -> dict[str, float]:
    """Score by mode: of each mode the number that follows it, before another mode is named."""
    marks = list(_MODE.finditer(line))
    ends = [mark.start() for mark in marks[1:]] + [len(line)]
    found: dict[str, float] = {}
    for mark, end in zip(marks, ends, strict=True):
        told = _VALUE.search(line[mark.end() : min(end, mark.end() + _NEAR)])
        value = float(told[1]) / (100.0 if told[2] or float(told[1]) > 1 else 1.0) if told else 2.0
        if value <= 1.0:
            found[mark.lastgroup or ""] = value
    return found if len(found) == len({mark.lastgroup for mark in marks}) else {}


def _about(line: str) -> str:
    """The line without its mode and numbers: two lines that are then alike speak of the same rows."""
    return " ".join(re.findall(r"[a-z]+", _MODE.sub("", line)))
