"""The means of a column in two tables, in a sentence: "vib: train mean 1.6 (sd 1.9), val mean 6.3 (sd 1.9)"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mladvisor.runs.columns_said import is_of_training
from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.report_names import is_loss
from mladvisor.runs.split_names import split_called
from mladvisor.runs.word_sets import word_set

_LONGEST = 300
_NUMBER = r"(?:\d{1,12}(?:\.\d{1,18})?|\.\d{1,18})(?:e[-+]?\d{1,3})?"
_NAME = r"(?<!\w)['\"`]?(?P<name>[a-z_]\w{0,40})['\"`]?:?\s"
_HELD = r"(?P<held>val\w{0,7}|dev|test\w{0,3}|hold-?out|serving|production|prod|live|new|current)"
_SET = r"(?:\s(?:set|data|rows|split))?"
_IS = r"\s?(?:of|is|was|=|:)?\s?"


def _spread(group: str) -> str:
    return rf"(?:\s?(?:\(|,\s)?(?:sd|std|stdev|\+/-|±)\s?[=:]?\s?(?P<{group}>{_NUMBER})\)?)?"


_EACH = re.compile(
    rf"(?i){_NAME}train\w{{0,4}}{_SET} mean{_IS}(?P<a>-?{_NUMBER}){_spread('s')}"
    rf"\s?[,;/|]?\s?(?:and |vs\.? |but )?{_HELD}{_SET} mean{_IS}(?P<b>-?{_NUMBER}){_spread('t')}"
)
_IN = re.compile(
    rf"(?i){_NAME}(?:has (?:an? )?)?(?:mean|average){_IS}(?P<a>-?{_NUMBER}){_spread('s')}"
    rf" (?:in|on) (?:the )?train\w{{0,4}}{_SET},? (?:and|but|vs\.?|against|/) (?P<b>-?{_NUMBER}){_spread('t')}"
    rf" (?:in|on) (?:the )?{_HELD}{_SET}(?:[^.\d]{{0,20}}\b(?:sd|std)\s?(?:of |is |=)?\s?(?P<u>{_NUMBER}) in both)?"
)
_NO_COLUMNS = word_set(
    "the a its has have had is was their of with "
    "for loss score error accuracy residual prediction predictions label and batch epoch"
)
_ELSEWHERE = re.compile(
    r"(?i)\b(?:epoch|predict|y_pred|logits?|fixed|mended|corrected|no longer|resolved|scaled|normali[sz]ed|previous"
    r"|old)\w*\b"
)


def means_in_line(line: str) -> Iterator[Said]:
    """Mean, and standard deviation where it is told, of a column by split."""
    part = line[:_LONGEST]
    low = part.lower()
    if ("mean" not in low and "average" not in low) or "train" not in low or _ELSEWHERE.search(low):
        return
    for pattern in (_EACH, _IN):
        for found in pattern.finditer(part):
            name, told = found["name"], found.groupdict()
            if name.lower() in _NO_COLUMNS or is_loss(name) or is_of_training(name):
                continue
            held = split_called(told["held"].lower()) or "serving"
            for split, mean, spread in (("train", told["a"], told["s"]), (held, told["b"], told["t"])):
                yield Said("mean", name, split, float(mean))
                if spread or told.get("u"):
                    yield Said("std", name, split, float(spread or told["u"]))
