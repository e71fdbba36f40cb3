"""Scores of a model on other data than it was judged by in training, as people note them in a small file, and on the
rows that it was trained on.

{"auc_live": 0.73, "auc_offline": 0.87}    {"cv_rmse": 0.31, "public_lb_rmse": 0.44}    external_test.json: {"acc": 0.5}
{"train": {"auc": 1.0}, "valid": {"auc": 0.6}}    learning_curve.csv: n_train,train_rmse,val_rmse
monitoring.csv: week,n,auc with a row for validation data and one for each week in use, of which the mean is taken

Which data a score is of is said by the words of its key, else by those of what is around it: the keys above, a cell
that names the sample, the name of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mladvisor.runs import layout, settings_names
from mladvisor.runs.data_records import Record
from mladvisor.runs.data_verdicts import number
from mladvisor.runs.other_languages import english
from mladvisor.runs.readers import Candidate
from mladvisor.runs.report_forms import learning_rows
from mladvisor.runs.report_names import (
    is_amount_of_rows,
    is_amount_of_training_rows,
    is_learning_curve,
    is_metric,
    words_of,
)
from mladvisor.runs.watch_tables import is_judged, is_period
from mladvisor.runs.word_sets import word_set

SUFFIXES = ("json", "csv", "tsv", "md")
MOST_BYTES = 100_000

_FEW_LINES = 80  # a log of training has the word in more of them
_OWN = word_set("val valid validation dev cv crossval oof oob offline internal local")
_IN_USE = word_set(
    "online live production prod serve serving served deployed deployment shadow canary realtime monitoring"
)
_OUTSIDE = word_set(
    "external holdout heldout leaderboard lb public private prospective oot oos unseen independent outside"
)
_TEST = word_set("test testing")
_TRAIN = word_set("train training fit insample")
_PLACES = (("train", _TRAIN), ("own", word_set("offline")), ("in-use", _IN_USE), ("outside", _OUTSIDE), ("own", _OWN),
           ("outside", _TEST))  # fmt: skip
"""In the order in which words decide: an "offline test" is what the model was judged by, an "external validation" is
not."""
_SAMPLES = ("split", "set", "sample", "dataset", "data", "source", "subset", "environment", "env", "stage")
_ROWS = ("n", "rows", "n_rows", "num_examples", "n_examples", "count", "support", "size", "samples", "n_samples")
_NOT_A_SCORE = word_set(
    "std se stderr sd ci low high lower upper min max delta diff change drop gap goal target baseline required"
)
_TOLD = re.compile(r"(?<![a-z])(?:" + "|".join(sorted(_IN_USE | _OUTSIDE | _TEST)) + r")(?![a-z])", re.IGNORECASE)


_SPLITS = re.compile(r"(?<![a-z])(?:train|training)(?![a-z])", re.IGNORECASE)


class Score(NamedTuple):
    """One score.

    Attributes:
        name: its key. place: "train", "own" (what training was judged by), "in-use", or "outside" (data held out for
            later, of others, of a leaderboard). value: as written. rows: of how many rows, where that is said.
    """

    name: str
    place: str
    value: float
    rows: float | None


def may_hold_scores(file: Candidate) -> bool:
    """A small file that speaks of data beyond validation; its cells decide."""
    stem, form = layout.stem_and_form(file.name)
    if form not in SUFFIXES or file.size > MOST_BYTES or settings_names.may_be_config(file.name):
        return False
    head = file.head.decode("utf-8", "replace")
    return bool(
        _TOLD.search(english(stem)) or _TOLD.search(head) or (_SPLITS.search(head) and not file.lines[_FEW_LINES:])
    )


def scores_in(records: Iterable[Record]) -> Iterator[Score]:
    """Every score whose data is known."""
    every = _on_most_rows([one for record in records for one in _along(record)])
    if any(_speaks_of_others(record) for record in every):
        return
    periods = [_period(record) for record in every]
    if any(period is not None and is_judged(period) for period in periods):
        yield from _in_time(every, periods)
        return
    for record in every:
        named = [str(record.cells[key]) for key in _SAMPLES if isinstance(record.cells.get(key), str)]
        around = [*named, *reversed(record.path)]
        for key, value in record.cells.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or _NAIVE in words_of(key):
                continue
            if not is_metric(key) and not _is_plain_score(key, value):
                continue
            place = next((found for each in (key, *around) if (found := _place(each)) is not None), None)
            if place is not None and _NOT_A_SCORE.isdisjoint(words_of(key)):
                above = key[: key.rfind(".") + 1]
                yield Score(_bare(key), place, float(value), number(record.cells, [above + each for each in _ROWS]))


def is_of_use(file: str) -> bool:
    """A file that is called after the model in use: "serve.log", "production_scores.txt"."""
    return not _IN_USE.isdisjoint(words_of(english(layout.stem_and_suffix(file.rpartition("/")[2])[0])))


def _is_plain_score(key: str, value: float) -> bool:
    """ "train_score": what an estimator of scikit-learn calls its accuracy, or its share of variance explained."""
    words = set(words_of(key))
    words = {"score" if word == "scores" else word for word in words}
    return (
        "score" in words
        and len(words) > 1
        and words - {"score", "mean", "avg"} <= _TRAIN | _OWN | _TEST
        and abs(value) <= 1.0
    )


def _period(record: Record) -> str | None:
    return next((str(cell) for key, cell in record.cells.items() if is_period(key)), None)


def _in_time(records: list[Record], periods: list[str | None]) -> Iterator[Score]:
    """Of rows for weeks in use and one for validation data: each score there, and its mean over the weeks."""
    for place in ("own", "in-use"):
        rows = [
            record.cells
            for record, period in zip(records, periods, strict=True)
            if period is not None and is_judged(period) == (place == "own")
        ]
        for name in filter(is_metric, rows[0] if rows else ()):
            told = [(value, number(cells, _ROWS)) for cells in rows if (value := number(cells, (name,))) is not None]
            if told and _NOT_A_SCORE.isdisjoint(words_of(name)):
                weights = [count or 1.0 for _, count in told]
                mean = sum(value * weight for (value, _), weight in zip(told, weights, strict=True)) / sum(weights)
                yield Score(name, place, mean, sum(weights) if all(count for _, count in told) else None)


_NAIVE = "baseline"
_OTHER_MODELS = word_set("champion challenger candidate incumbent previous predecessor baseline old legacy current")


def _speaks_of_others(record: Record) -> bool:
    """Several models are compared: what is in production is another one than that which was trained here."""
    keys = [key for key in record.cells if _NAIVE not in words_of(key)]  # beside a score of the model that was trained
    said = (*record.path, *keys, str(record.cells.get("model", "")))
    return any(not _OTHER_MODELS.isdisjoint(words_of(each)) for each in said)


def _along(record: Record) -> list[Record]:
    """A record for each number of training rows, where lists hold the scores."""
    rows = learning_rows(record.cells)
    return [Record(record.path, row) for row in rows] or [record]


def _on_most_rows(records: list[Record]) -> list[Record]:
    """Of a learning curve, a model trained on ever more rows, the last one: that on most of them."""
    counts = is_amount_of_rows if records and is_learning_curve(list(records[0].cells)) else is_amount_of_training_rows
    amounts = [number(each.cells, filter(counts, each.cells)) for each in records]
    told = [amount for amount in amounts if amount is not None]
    if len(told) < len(records) or len(set(told)) < len(told):
        return records
    return [records[told.index(max(told))]] if told else records


def _place(said: str) -> str | None:
    words = words_of(said)
    return next((place for place, told in _PLACES if not told.isdisjoint(words)), None)


def _bare(key: str) -> str:
    """The name of the metric without the words for its data: "auc" of "offline_test_auc"."""
    aside = _OWN | _IN_USE | _OUTSIDE | _TEST | _TRAIN
    words = words_of(key)
    kept = ["score" if word == "scores" else word for word in words if word not in aside]
    kept = [word for word in kept if word not in ("mean", "avg")] if "score" in kept else kept
    # "r2" is two words and one name
    return _NUMBERED.sub(r"\1\2", "_".join(kept)) if len(kept) < len(words) else key.rpartition(".")[2]


_NUMBERED = re.compile(r"(?<![a-z])([a-z]|top|hit|hits)_(\d{1,3})(?!\d)")
