"""How far columns have moved, as a program prints it: an index or a test for each, or the means of two tables.

ks_2samp(train, test) income: statistic=0.48 pvalue=1.2e-40        PSI income 0.41
means (train / test):
  income   2871.0 / 7204.8
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.distances_said import distance
from mladvisor.runs.report_names import is_loss, is_metric, words_of
from mladvisor.runs.split_names import split_called
from mladvisor.runs.word_sets import word_set

_LONGEST = 300
_NUMBER = r"(?:\d{1,12}(?:\.\d{0,18})?|\.\d{1,18})(?:e[-+]?\d{1,3})?"
_PSI = re.compile(
    rf"(?i)\bpsi\b\s?(?:of |for |\()?\s?['\"`]?(?P<a>[A-Za-z_]\w{{0,40}})['\"`]?\)?\s?[:=]?\s{{1,20}}(?P<x>{_NUMBER})\b"
    rf"|(?P<b>[A-Za-z_]\w{{0,40}})['\"`]?\s?:?\s{{1,20}}psi\s?[:=]?\s{{0,3}}(?P<y>{_NUMBER})\b"
    rf"|\bpsi\(['\"`]?(?P<c>[A-Za-z_]\w{{0,40}})['\"`]?\)\s?[:=]\s?(?P<z>{_NUMBER})\b"
)
_KS = re.compile(
    rf"(?i)\b(?:ks|ks_2samp|ks[ -]test|kolmogorov[ -]smirnov)\b(?:\s?\([^()]{{0,60}}\))?\s?(?:test |of |for )?['\"`]?"
    rf"(?P<name>[A-Za-z_]\w{{0,40}})['\"`]?\s?:?\s{{1,10}}(?:statistic|stat|d|ks)?\s?[:=]?\s?(?P<value>{_NUMBER})\b"
    rf"(?:[^\n]{{0,12}}?\bp(?:[ _-]?val(?:ue)?)?\s?[=<:]\s?(?P<p>{_NUMBER}))?"
)
_NO_NAMES = word_set(
    "statistic stat d p total max mean overall threshold score test train above below over under limit cutoff warning "
    "alert is less greater value index"
)
_CHANCE = 0.001
_MENDED = re.compile(
    r"\b(?:fixed|mended|corrected|no longer|resolved|re-?weighted"
    r"|(?:before|after) (?:the )?(?:fix|re-?weight))"
)
_OF_MODELS = re.compile(r"(?i)\b(?:epoch|predict|score distribution|y_pred|logits?|gini|auc)\w*\b")


def moved_in_line(line: str) -> Iterator[Said]:
    """An index or a test of one column."""
    low = line[:_LONGEST].lower()
    if (
        ("psi" not in low and "ks" not in low and "kolmogorov" not in low)
        or _OF_MODELS.search(low)
        or _MENDED.search(low)
    ):
        return
    for found in _PSI.finditer(line[:_LONGEST]):
        name, value = found["a"] or found["b"] or found["c"], found["x"] or found["y"] or found["z"]
        if name.lower() not in _NO_NAMES:
            yield Said("psi", name, None, float(value))
    found_test = _KS.search(line[:_LONGEST])
    if found_test is not None and found_test["name"].lower() not in _NO_NAMES:
        far = distance(["ks"], float(found_test["value"]))
        by_chance = found_test["p"] is not None and float(found_test["p"]) > _CHANCE
        if far is not None and found_test["p"] is not None:
            yield Said("distance", found_test["name"], None, 0.0 if by_chance else far, "ks")


_MEANS = re.compile(
    r"(?i)\b(?:means?|averages?)\b[^\n:]{0,60}?\b(?P<one>train\w{0,4}|reference|baseline)\s?(?:/|\||vs\.?|,|->|→|and)\s?"
    r"(?P<two>val\w{0,7}|dev|test\w{0,3}|hold-?out|serving|production|prod|live|current)\b"
)
_TWO = re.compile(
    rf"\s{{0,12}}(?:[-*] )?([A-Za-z_]\w{{0,40}})\s{{0,3}}[:=]?\s{{1,40}}(-?{_NUMBER})"
    rf"\s{{0,6}}(?:/|\||vs\.?|,|->|→)?\s{{0,10}}(-?{_NUMBER})\s*",
    re.IGNORECASE,
)
_LEAST = 2


def means_below(lines: Sequence[str]) -> Iterator[Said]:
    """Two means of each column below a line that names the two tables."""
    second: str | None = None
    block: list[Said] = []
    for line in (*lines, ""):
        row = _TWO.fullmatch(line[:_LONGEST]) if second else None
        if row is not None and second is not None and not is_metric(row[1]) and not is_loss(row[1]):
            block += [Said("mean", row[1], "train", float(row[2])), Said("mean", row[1], second, float(row[3]))]
            continue
        if len(block) >= 2 * _LEAST:
            yield from block
        block = []
        told = _MEANS.search(line[:_LONGEST]) if "ean" in line or "verage" in line else None
        second = (split_called(told["two"].lower()) or "serving") if told else None
        if told and not {"metric", "loss", "accuracy", "score"}.isdisjoint(words_of(line[:_LONGEST])):
            second = None
