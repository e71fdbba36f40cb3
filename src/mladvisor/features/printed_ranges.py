"""Ranges of the inputs that a run printed of several tables: "train 0.0 1.0 new 0.0 255.0"."""

from __future__ import annotations

import re
from math import isclose

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, unknown
from mladvisor.features.printed import texts
from mladvisor.runs.report_names import words_of
from mladvisor.runs.split_names import split_called
from mladvisor.runs.word_sets import word_set

HOW = "print the smallest and the largest input of each table before training"
_NUMBER = r"-?\d{1,9}(?:\.\d{1,12})?"
_BETWEEN = r"[\s,:=(\[/]{1,4}(?:min|max|range|from|to|low|high)?[\s,:=(\[]{0,4}"
_RANGE = re.compile(rf"\b([A-Za-z]\w{{0,30}}){_BETWEEN}({_NUMBER}){_BETWEEN}({_NUMBER})(?![\w.])", re.IGNORECASE)
_NO_INPUTS = re.compile(r"loss|acc|epoch|step|\blr\b|rate|score|auc|f1|mae|mse|index|idx|rows|fold", re.IGNORECASE)
_BEFORE = re.compile(
    r"\b(?:raw|before|after|original|unscaled|scaled|scaling|divided|normali[sz]ed|uint8|bytes?)\b|->", re.IGNORECASE
)
"""The same inputs before and after a step."""
_OTHERS = word_set("new unseen infer user upload")
"""What tables of other rows are called, besides the names of splits."""
_MOST_SCALED = 1.02
"""Inputs that somebody has divided end at 1; where both sides end far beyond it the numbers may count rows."""
_SCALES = (255.0, 256.0, 100.0, 1000.0, 65535.0)
"""What pixels, percentages and the like are divided by."""
_EXACT = 0.02
_MOST_LINE = 400


@feature("messages.ranges_apart", unit="ratio", doc="The factor (255, 100 ...) between the largest inputs of training"
         " and of another table, which begin at 0, by ranges that were printed; 1 where they are alike", how=HOW,
         source="data.schema")  # fmt: skip
def ranges_apart(m: Measures) -> Measured:
    best: Measured | None = None
    for text in m.once(texts):
        for at, line in text.lines(b"train"):
            if len(line) > _MOST_LINE or _NO_INPUTS.search(line) or _BEFORE.search(line):
                continue
            found = _factor(line)
            if found is not None and (best is None or found > float(best.value or 0.0)):
                best = Measured(found, where=text.where(at))
    return best or unknown(HOW, "not-logged")


def _factor(line: str) -> float | None:
    ranges = [(_of_rows(name), float(low), float(high)) for name, low, high in _RANGE.findall(line)]
    own = [high for split, low, high in ranges if split == "train" and low == 0.0 < high]
    others = [high for split, low, high in ranges if split not in ("train", "") and low == 0.0 < high]
    if len(own) != 1 or not others:
        return None
    if min(own[0], *others) > _MOST_SCALED:
        return None
    ratio = max(max(high / own[0], own[0] / high) for high in others)
    return next((scale for scale in _SCALES if isclose(ratio, scale, rel_tol=_EXACT)), 1.0)


def _of_rows(name: str) -> str:
    """The split that a word before a range names, "new" for other rows; "" for any other word."""
    return split_called(name) or ("" if _OTHERS.isdisjoint(words_of(name)) else "new")


_INPUTS = re.compile(
    rf"(?<![\w.])(?:x|x_?tr(?:ain)?|train_?x|x_?batch|batch_?x|xb|inputs?|input_?tensor|images?|pixels?)(?![\w.])"
    rf"[^\n]{{0,60}}?(?:\bmin(?:imum)?\s?[=:]?\s{{0,3}}({_NUMBER})[^\n\w]{{1,6}}max(?:imum)?\s?[=:]?\s{{0,3}}({_NUMBER})"
    rf"|\brange\s?[=:]?\s?[\[(]\s?({_NUMBER})\s?(?:,|\.\.)\s?({_NUMBER})\s?[\])])",
    re.IGNORECASE,
)


@feature("messages.inputs_reach", unit="units", doc="The size of the largest input, where the run printed the smallest"
         " and the largest value of all that it trains on; not of bytes, which somebody is about to divide", how=HOW,
         source="+scaling LeCun et al. 1998")  # fmt: skip
def inputs_reach(m: Measures) -> Measured:
    last: Measured | None = None
    for text in m.once(texts):
        for at, line in text.lines(b"min", b"range"):
            found = _INPUTS.search(line[:_MOST_LINE])
            if found is not None and not _BEFORE.search(line):
                low, high = (float(each) for each in found.groups() if each is not None)
                last = Measured(max(abs(low), abs(high)), where=text.where(at))  # as they are printed last
    return last or unknown(HOW, "not-logged")
