"""What a table of outcomes says of people who were served without the model: a column `control` beside the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.evaluation.intervals import Array
from mladvisor.runs.other_languages import english
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

if TYPE_CHECKING:
    from mladvisor.tables.table import Table

_CONTROL = word_set("control ctrl holdout champion incumbent baseline placebo kontrolle")
_BESIDE = word_set("group arm side of the mean avg average value level rate model bucket cell")
_LEAST, _MOST = 0.2, 5.0  # times its control that an outcome is: beyond it the two are not the same count
_ROWS = 3


def controls(table: Table, columns: Sequence[str], outcomes: Sequence[str]) -> dict[str, str]:
    """Outcome -> the column that holds the same of the control group: `control_orders` beside `orders`, or a mere
    `control` beside the one outcome of its size.
    """
    found: dict[str, str] = {}
    for column in columns:
        words = set(words_of(english(column)))
        if words.isdisjoint(_CONTROL):
            continue
        own = words - _CONTROL
        named = [one for one in outcomes if own - _BESIDE and own == set(words_of(english(one)))]
        named = [
            one for one in (named if own - _BESIDE else outcomes) if _alike(table.numbers(one), table.numbers(column))
        ]
        if len(named) == 1:
            found[named[0]] = column
    return found


def is_control(column: str) -> bool:
    """A column called after the group that is served without the model."""
    return not _CONTROL.isdisjoint(words_of(english(column)))


def over_control(ratio: Array, order: Array) -> tuple[float, float]:
    """Mean of the last third of the rows, three at least, and its standard error; ratio: shape (rows,), outcome over
    its control, -1 times that where less is better.
    """
    fine = np.isfinite(ratio) & np.isfinite(order)
    values = (ratio - np.sign(ratio))[fine][np.argsort(order[fine], kind="stable")]
    late = values[-max(_ROWS, len(values) // 3) :]
    if len(late) < _ROWS:
        return 0.0, float("inf")
    return float(late.mean()), float(late.std(ddof=1)) / float(np.sqrt(len(late)))


def _alike(real: Array, control: Array) -> bool:
    fine = np.isfinite(real) & np.isfinite(control)
    if not fine.any() or not (control[fine] > 0).all():
        return False
    return _LEAST < float(np.median(real[fine] / control[fine])) < _MOST
