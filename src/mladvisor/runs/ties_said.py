"""What ties columns to the label, in forms that are no list of one number for each feature: tests of significance,
scores without a column, a table of the classes by category, and what a single column does alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from math import log

from mladvisor.runs.data_records import Cells, Record
from mladvisor.runs.data_verdicts import Said, number
from mladvisor.runs.report_names import is_metric, words_of
from mladvisor.runs.split_counts import is_count
from mladvisor.runs.word_sets import word_set

_LEFT_OUT = word_set("dropped drop removed without minus excluded ablated left_out ablation except held")
_WHOLE = ("", "none", "(none)", "all", "full", "-", "baseline", "nothing", "full_model", "all_features")
_AREAS = word_set("auc auroc roc")
_CROSSED = word_set("crosstab contingency crosstabulation purity")
_OF_CLASS = word_set("label labels class y target outcome")
_OF_ANSWERS = word_set("pred predicted prediction true actual given estimated")
_LEAST_EACH = 10
"""Rows that a category has in the mean: with fewer, chance alone makes most of them pure."""


def ties_said(records: Sequence[Record]) -> Iterator[Said]:
    """What the records of one report say of columns that were left out, or of classes by category."""
    yield from _without(records)
    yield from _crossed(records)


def _without(records: Sequence[Record]) -> Iterator[Said]:
    """Skill of the model with all columns ("full-skill") and without each one ("left-skill"), by the area under the
    curve alone, whose chance is known.
    """
    for record in records:
        area = number(record.cells, [key for key in record.cells if _AREAS & set(words_of(key)) and is_metric(key)])
        if area is None or not 0.0 <= area <= 1.0:
            continue
        key = next((key for key in record.cells if not _LEFT_OUT.isdisjoint(words_of(key))), None)
        name = str(record.cells[key]).strip().lower() if key is not None else record.path[-1]
        if key is None and len(record.path) < 2:
            continue
        words = words_of(name)
        if name in _WHOLE:
            yield Said("full-skill", "", None, 2.0 * area - 1.0)
        elif key is not None or not _LEFT_OUT.isdisjoint(words[:1]) or words[:1] == ["no"]:
            yield Said("left-skill", name, None, 2.0 * area - 1.0)


def _crossed(records: Sequence[Record]) -> Iterator[Said]:
    """How far the categories of one column part the classes, by a table of counts: a row for each, a cell for"
    " each class."""
    rows: list[list[float]] = []
    name = ""
    for record in records:
        keys = list(record.cells)
        first, others = keys[0], keys[1:]
        said = {word for each in record.path for word in words_of(each)}
        classes = [key for key in others if not _OF_CLASS.isdisjoint(words_of(key))]
        crossed = not _CROSSED.isdisjoint(said) or (len(classes) == len(others) > 1 and "=" in classes[0])
        numbers = [record.cells[key] for key in others]
        told = {word for key in keys for word in words_of(key)}
        if len(others) < 2 or not crossed or not _OF_ANSWERS.isdisjoint(told) or not all(map(is_count, numbers)):
            return
        name = first
        rows.append([float(each) for each in numbers])
    total = sum(map(sum, rows))
    if len(rows) < 2 or total < _LEAST_EACH * len(rows) or len({len(row) for row in rows}) > 1:
        return
    pure, most = sum(map(max, rows)), max(map(sum, zip(*rows, strict=True)))
    if most < total:
        yield Said("one-column", name, None, (pure - most) / (total - most))


_AGREES = re.compile(
    r"(?i)\b(?:column|feature|field|variable|spalte|merkmal)\b\W{0,4}(\w{1,60})\W{1,4}(?:agrees?|matches"
    r"|coincides|identical|equals)\b"
    r".{0,60}?\b(?:label|target|outcome|class)\b.{0,40}?(\d{1,9})\s?(?:/|of|out of)\s?(\d{1,9})\b"
)
_ALONE = re.compile(
    r"(?i)max_depth\s?=\s?1\b(?!\d)|\bdecision stump|\bstump\b|\bone.?r(?:ule)?\b|\bsingle.(?:feature|column)"
    r"|\bone (?:feature|column) alone"
)
_SCORE = re.compile(
    r"(?i)\b(?:test|val|valid|validation|cv|holdout)?[ _]?(?:acc|accuracy)\b\s?[=:]?\s?"
    r"(0?\.\d{2,6}|1\.0{1,6}|\d{2}(?:\.\d+)?\s?%)"
)
_MAJORITY = re.compile(r"(?i)\b(?:majority|baseline|most frequent|commonest)\b[^\d\n]{0,20}(0?\.\d{2,6})")
_BELOW = 8


def alone_in(lines: Sequence[str]) -> Iterator[Said]:
    """How far one column alone decides the label, as a program prints it: 1 where it does wholly."""
    for at, line in enumerate(lines):
        if len(line) > 400:
            continue
        found = (
            _AGREES.search(line)
            if "gree" in line or "match" in line or "equal" in line or "identical" in line
            else None
        )
        if found is not None and 0 < int(found[3]) >= int(found[2]):
            yield Said(
                "one-column", found[1], None, max(0.0, 2.0 * int(found[2]) / int(found[3]) - 1.0), found[0][-60:]
            )
        if _ALONE.search(line):
            below = " ".join(each[:300] for each in lines[at : at + _BELOW])
            scores = [_share(each) for each in _SCORE.findall(below)]
            majority = _MAJORITY.search(below)
            most = float(majority[1]) if majority is not None else 0.5
            if scores and most < 1.0:
                yield Said("one-column", "", None, max(0.0, (min(scores) - most) / (1.0 - most)), "a tree of one cut")


def _share(text: str) -> float:
    return float(text.rstrip("% ")) / 100.0 if "%" in text else float(text)


_P = r"(?:p-?value\w*|Prob > (?:chi2|F)|Prob \((?:F-statistic|LR)\)|LLR p-value)"
_WHOLE_P = re.compile(rf"(?:{_P})\W{{1,30}}(\d?\.?\d{{1,8}}(?:e-?\d{{1,3}})?)\b", re.IGNORECASE)
_EXPLAINED = re.compile(
    r"(?:(?<!Adjusted )(?<!Adj\. )(?<!Adj )R-squared|Pseudo R2|Pseudo R-squ\.|McFadden\w*)"
    r"[^\w.-]{1,20}(-?\d?\.\d{1,8}(?:e-?\d+)?)",
    re.IGNORECASE,
)
_KAPPA = re.compile(r"^\s{0,4}Kappa statistic\s+(-?\d(?:\.\d+)?)", re.IGNORECASE)
_OF_MODEL = re.compile(
    r"F-statistic|chi2|Prob \(|LLR|permutation_test|permuted|\blm\(|\bglm\(|logit|OLS|Logit", re.IGNORECASE
)


def tests_in(lines: Sequence[str]) -> Iterator[Said]:
    """What a program of statistics makes of all columns together: "whole-p", the chance that nothing in them makes as
    much, and "explained", the share of the label that a (mostly linear) model explains.
    """
    text = lines[:2_000]
    of_model = any(_OF_MODEL.search(line[:300]) for line in text)
    for line in text:
        if len(line) > 300:
            continue
        kappa = _KAPPA.match(line)
        if kappa is not None:
            yield Said("explained", "", None, float(kappa[1]), "kappa")
        if not of_model:
            continue
        explained = _EXPLAINED.search(line)
        if explained is not None:
            yield Said("explained", "", None, float(explained[1]), explained[0].strip()[:40])
        p = _WHOLE_P.search(line)
        if p is not None and (value := _number(p[1])) is not None and 0.0 <= value <= 1.0:
            yield Said("whole-p", "", None, value, p[0].strip()[:40])


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


_DECIDED = word_set("decision status verdict selected support keep kept")
_KEPT = ("confirmed", "selected", "keep", "kept", "accepted", "true", "yes")
_OUT = ("rejected", "tentative", "drop", "dropped", "removed", "unimportant", "false", "no", "not selected", "noise")


def selected(name: str, record: Record) -> Iterator[Said]:
    """Whether a search for telling columns has kept one: "decision: Rejected"."""
    for key, value in record.cells.items():
        cell = str(value).strip().lower()
        if not _DECIDED.isdisjoint(words_of(key)) and cell in (*_KEPT, *_OUT):
            yield Said("selected", name, None, float(cell in _KEPT))


def p_values(name: str, record: Record) -> Iterator[Said]:
    """The chance that a column which tells nothing makes as much of a difference between classes."""
    told = {word for key in (*record.cells, *record.path) for word in words_of(key)}
    if told.isdisjoint(_OF_TEST):
        return
    value = number(record.cells, [key for key in record.cells if key in _P_KEYS])
    if value is not None and 0.0 <= value <= 1.0:
        yield Said("p-value", name, None, value)


_OF_TEST = word_set(
    "f anova chi2 fscore fscores fvalue ftest kbest selectkbest univariate f_classif target label mannwhitney"
)
_P_KEYS = ("p", "p_value", "pvalue", "p-value", "pval", "p_val", "pr(>f)", "p_anova", "p_chi2")


def area_alone(name: str, split: str | None, record: Record) -> Iterator[Said]:
    """The area beside a feature is its own where the report is called so: it may be what is left without it."""
    said = {word for each in (*record.path, *record.cells) for word in words_of(each)}
    keys = [key for key in record.cells if key in ("auc", "auroc", "roc_auc", "univariate_auc")]
    by_feature = any(key in ("feature", "features", "column", "variable", "predictor") for key in record.cells)
    if len(keys) == 1 and by_feature and said & _CALLED_ALONE and said.isdisjoint(_NOT_ALONE):
        value = number(record.cells, keys)
        if value is not None and 0.0 <= value <= 1.0:
            yield Said("alone", name, split, value)


_CALLED_ALONE = word_set("univariate single alone solo individual marginal singola")
_NOT_ALONE = word_set(
    "drop dropped without ablation minus removed permutation permuted importance drift adversarial shap psi cumulative "
    "forward stepwise added"
)


def entropy_told(cells: Cells) -> Iterator[Said]:
    """What there is to know of the label: "label_entropy_nats", "h_label_bits"."""
    for key, value in cells.items():
        words = set(words_of(key))
        told = words & {"entropy", "h"} and words & {"label", "target", "y", "class"} and _OF_ENTROPY.issuperset(words)
        if told and isinstance(value, float) and value > 0.0:
            yield Said("label-entropy", "", None, value * log(2.0) if "bits" in words else value)


_OF_ENTROPY = word_set("entropy h label target y class nats bits of the")


def lines_of_ties(lines: Iterable[str]) -> Iterator[Said]:
    """All that lines say of columns and the label together."""
    every = list(lines)
    yield from alone_in(every)
    yield from tests_in(every)
