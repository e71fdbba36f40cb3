"""Tables that follow a model in use: a row for each week (day, month), beside one for the data it was judged by.

    week,n,accuracy,recall,auc            semaine;n;mae
    validation,600,0.98,0.97,0.99         validation;600;4830,0
    2024-W42,61,0.72,0.00,0.67            2024-W43;118;140700,0

Its columns are those of a log, and its rows are no epochs.
"""

from __future__ import annotations

import csv
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
