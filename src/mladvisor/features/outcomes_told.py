"""Outcomes in use beside the metric of the model, as sentences and printed lines tell them (`runs/outcomes_said`).

[rollout] release=3 offline_rmse=0.43 stockout_rate=0.084        week 4: val_auc 0.83, conversion 0.041
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.metric_names import metric_of
from mladvisor.features.printed import texts
from mladvisor.runs.outcome_words import direction, is_of_business
from mladvisor.runs.outcomes_said import Moved, moved_in_file, moved_said
from mladvisor.runs.report_names import counts_training, is_metric, is_order

if TYPE_CHECKING:
    from mladvisor.features.evaluation.outcomes import Pair

_HOW = "write into a note what a test in use found: which outcome moved, and how the metric of the model did"
_LEAST = 4  # lines
_MOST_LINE = 400
_PAIR = re.compile(r"(?<![\w.])([A-Za-z][A-Za-z0-9_@/]{1,40})\s?[=: ]\s?v?(-?\d+(?:\.\d+)?)\s?%?(?![\w])")


def _moved(m: Measures) -> tuple[str, Moved] | None:
    """(file, what it says) of the first note whose sentences say that outcomes moved against the metric, else of what
    was printed. Use `m.once`.
    """
    from mladvisor.runs.tabled import opened

    for file in m.run.files.get("outcome_note", ()):
        return file, moved_in_file(opened(m.run.folder, file))
    for text in m.once(texts):
        if text.ends and (found := moved_said(text.bare[-_END:].decode("utf-8", "replace").splitlines())).against:
            return text.file, found
    return None


_END = 6_000
"""Bytes at the end of a log, where somebody has written what came of it."""


@feature("outcome.told_against", type="flag", doc="Sentences say that the metric of the model got better and an outcome"
         " in use got worse", how=_HOW, source="real.differ")  # fmt: skip
def told_against(m: Measures) -> Measured:
    found = m.once(_moved)
    return unknown(_HOW, "not-logged") if found is None else Measured(found[1].against, where=Where(found[0]))


@feature("outcome.told_says", type="choice", doc="What they say of the outcome", how=_HOW, source="real.differ")
def told_says(m: Measures) -> Measured:
    found = m.once(_moved)
    worse = found[1].worse if found is not None else ()
    return Measured(worse[0], where=Where(found[0])) if found and worse else unknown(_HOW, "not-logged")


def printed_pairs(m: Measures) -> list[Pair]:
    """Outcomes beside the model metric in lines of one form, one for each release or week. Use `m.once`."""
    for text in m.once(texts):
        rows = _rows(text.bare.decode("utf-8", "replace"))
        if len(rows) >= _LEAST and (found := _pairs(rows, text.file)):
            return found
    return []


def _rows(text: str) -> list[dict[str, float]]:
    """The longest run of lines that name the same numbers, one of which counts versions or weeks."""
    found: dict[tuple[str, ...], list[dict[str, float]]] = {}
    for line in text.split("\n"):
        low = line[:_MOST_LINE].lower()
        if not any(word in low for word in _COUNTED):
            continue
        row = {name.lower(): float(value) for name, value in _PAIR.findall(line[:_MOST_LINE])}
        names = tuple(row)
        order = next((name for name in names if is_order(name)), None)
        if order is not None and not counts_training(order) and len(names) > 2 and any(map(is_of_business, names)):
            found.setdefault(names, []).append(row)
    return max(found.values(), key=len) if found else []


_COUNTED = ("release", "version", "week", "month", "rollout", "deploy", "day", "build", "snapshot", "quarter", "sprint")


def _pairs(rows: list[dict[str, float]], file: str) -> list[Pair]:
    from mladvisor.features.evaluation.intervals import surely_of
    from mladvisor.features.evaluation.outcomes import most_contrary_first, pair_of

    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    order = next(name for name in columns if is_order(name))
    models = [
        (name, metric)
        for name in columns
        if is_metric(name) and (metric := metric_of("", name)) is not None and len(np.unique(columns[name])) > 1
    ]
    outcomes = [name for name in columns if is_of_business(name) and direction(name) and not is_metric(name)]
    if not models or not outcomes:
        return []
    name, metric = models[0]
    sign = 1.0 if metric.higher else -1.0
    made = [
        pair_of(
            each,
            name,
            order,
            values=sign * columns[name],
            real=direction(each) * columns[each],
            order=columns[order],
            sure=surely_of(len(outcomes)),
        )
        for each in outcomes
    ]
    return most_contrary_first([pair._replace(file=file) for pair in made if pair is not None])
