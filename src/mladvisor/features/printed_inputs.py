"""Inputs of batches that the run printed to be not finite, in words of its own: "batch 3 x has 1 non-finite values",
"step 22 loss nan batch_nan 1".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.printed import texts

HOW = "let the loop print how many inputs of a batch are not finite (`(~torch.isfinite(x)).sum()`)"
_WORDS = (b"nan", b"finite", b"inf")
_BAD = r"(?:non[- _]?finite|nans?|infs?|infinite|infinity|not[- _]finite)"
_SENTENCE = re.compile(
    rf"\b(?:batch|mini-?batch|inputs?|x|x_batch|input tensor)\b[^\n]{{0,60}}?"
    rf"\b(?:has|have|had|contains?|holds?|with)\s+"
    rf"(?:(\d{{1,12}})\s+)?{_BAD}\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    rf"(?<![\w/])(?:(?:batch|x|inputs?)_(?:n_|num_|has_|count_)?{_BAD}|{_BAD}_in_(?:batch|x|inputs?|features))"
    r"['\"]?\s{0,2}[:= ]\s{0,2}(\d{1,12}|true|false)\b",
    re.IGNORECASE,
)
_STATISTIC = re.compile(
    r"(?<![\w/])(?:x|inputs?|batch_x|x_batch|features?)_(?:abs_?max|max|min|mean|std|norm|rms|sum)"
    r"['\"]?\s{0,2}[:= ]\s{0,2}(nan)(?![\w.])",
    re.IGNORECASE,
)
"""Whatever became of the weights, a batch is as it was: "step 6 loss nan input_absmax nan"."""
_NOT_THIS = re.compile(
    r"\b(?:fill|imput|drop|replac|remov|skip|ignor|mask|clean|handl|loss|grad|output|logit|weight|param|label|target"
    r"|pred|no\s|without)",
    re.IGNORECASE,
)
_RAISED = re.compile(r"\s{0,20}[\w.]{0,80}(?:Error|Exception)\b")
"""What a library raises may be about a score's inputs, the answers: rules of such messages judge it."""
_OF_BATCH = re.compile(r"batch|\bstep\b", re.IGNORECASE)
_FILLS = (b"imput", b"filled", b"filling", b"fillna", b"nan_to_num", b"dropna")
"""Of a program that fills or drops blanks what it says of all inputs is said before that."""
_SHOWN = 160


def _told(m: Measures) -> Iterator[tuple[bool, str, Where]]:
    """(whether inputs are not finite, line, place) of each line that says it."""
    for text in m.once(texts):
        fills = any(word in text.lower for word in _FILLS)
        for at, line in text.lines(*_WORDS):
            if _RAISED.match(line) or (fills and not _OF_BATCH.search(line)):
                continue
            counted = _COUNTED.search(line) or _STATISTIC.search(line)
            sentence = None if counted or _NOT_THIS.search(line) else _SENTENCE.search(line)
            found = counted or sentence
            if found is not None:
                yield (found[1] or "1").lower() not in ("false", "0"), line.strip()[:_SHOWN], text.where(at)


def told_not_finite(m: Measures) -> Measured | None:
    """How many lines say that a batch has such inputs, with the first of them. Use `m.once`."""
    every = list(_told(m))
    bad = [(line, where) for is_bad, line, where in every if is_bad]
    if not every:
        return None
    return Measured(float(len(bad)), note=bad[0][0] if bad else "", where=bad[0][1] if bad else every[0][2])


@feature("messages.inputs_not_finite", unit="lines", doc="Lines of what was printed that count inputs of a batch which"
         " are NaN or infinite; unknown where none is about that", how=HOW, source="test.nan-inputs")  # fmt: skip
def inputs_not_finite(m: Measures) -> Measured:
    return m.once(told_not_finite) or unknown(HOW if not m.once(texts) else "", "not-logged")


@feature("messages.inputs_not_finite_line", type="any", doc="The first printed line that counts inputs of a batch which"
         " are NaN or infinite", how=HOW, source="test.nan-inputs")  # fmt: skip
def inputs_not_finite_line(m: Measures) -> Measured:
    found = m.once(told_not_finite)
    return Measured(found.note, where=found.where) if found is not None and found.note else unknown("", "not-logged")
