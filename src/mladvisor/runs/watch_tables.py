"""Tables that follow a model in use: a row for each week (day, month), beside one for the data it was judged by.

    week,n,accuracy,recall,auc            semaine;n;mae
    validation,600,0.98,0.97,0.99         validation;600;4830,0
    2024-W42,61,0.72,0.00,0.67            2024-W43;118;140700,0

Its columns are those of a log, and its rows are no epochs.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

from mladvisor.runs.other_languages import english
from mladvisor.runs.report_names import counts_training, is_metric, is_order, words_of
from mladvisor.runs.word_sets import word_set

PERIODS = word_set("date week month day quarter period timestamp kw cw wk")
_JUDGED = word_set("val valid validation dev cv crossval offline internal holdout heldout test baseline reference")
_MOST_ROWS = 200


def is_period(name: str) -> bool:
    """A column that counts weeks, days or months, in any of the languages we know."""
    return is_order(name) and not counts_training(english(name)) and not PERIODS.isdisjoint(words_of(english(name)))


def is_judged(cell: str) -> bool:
    """In place of a period: the data that the model was judged by before it was used ("validation", "offline test")."""
    words = words_of(english(cell))
    return bool(words) and len(words) <= _FEW_WORDS and not _JUDGED.isdisjoint(words)


_FEW_WORDS = 3
_LEAST_STATISTICS = 2


def is_statistics_in_time(lines: Sequence[str]) -> bool:
    """A row for each week (day, month) with means of several columns ("age_mean", "mean_pay"): what was counted of rows
    in use, and no rows themselves, though the file is called after them ("serving_weekly.csv").
    """
    if len(lines) < 3:
        return False
    separator = max(",;\t", key=lines[0].count)
    head = [cell.strip(' "') for cell in lines[0].split(separator)]
    told = [name for name in head[1:] if len(words := words_of(english(name))) > 1 and not _MEANS.isdisjoint(words)]
    firsts = [line.split(separator)[0] for line in lines[1 : _MOST_ROWS + 1] if line.strip()]
    # rows of data come several a day
    return is_period(head[0]) and len(told) >= _LEAST_STATISTICS and len(set(firsts)) == len(firsts)


_MEANS = word_set("mean avg average")


def names_versions(lines: Sequence[str]) -> bool:
    """The first column of a table, called after the model or what was tried, counts its versions: "v1", "v2.1"."""
    separator = max(",;\t", key=lines[0].count) if lines else ","
    firsts = [line.split(separator)[0].strip(' "') for line in lines[: _MOST_ROWS + 1] if line.strip()]
    if len(firsts) < _LEAST_VERSIONS + 1 or _VERSIONED.isdisjoint(words_of(english(firsts[0]))):
        return False
    return len(set(firsts)) == len(firsts) and all(map(_VERSION.fullmatch, firsts[1:]))


_LEAST_VERSIONS = 3
_VERSIONED = word_set("model candidate variant challenger arm")
_VERSION = re.compile(r"(?i)(?:[a-z]{1,20}[-_ ]?)?(?:v|r|ver|version|rc)[-_. ]?\d{1,4}(?:\.\d{1,4}){0,3}")


def is_watch(lines: Sequence[str]) -> bool:
    """The lines of a table are those of a model in use, with one for the data that it was judged by."""
    if len(lines) < 3:
        return False
    separator = max(",;\t", key=lines[0].count)
    try:
        rows = list(csv.reader(lines[: _MOST_ROWS + 1], delimiter=separator))
    except csv.Error:
        return False
    head = [cell.strip() for cell in rows[0]]
    if len(head) < 2 or not is_period(head[0]) or not any(is_metric(name) for name in head[1:]):
        return False
    firsts = [row[0].strip() for row in rows[1:] if row]
    judged = sum(map(is_judged, firsts))
    return 0 < judged < len(firsts)
