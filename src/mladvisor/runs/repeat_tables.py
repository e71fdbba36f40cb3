"""Tables of the same rows scored several times: alone and in batches of other rows, or twice in a row.

    row,score_in_batch_of_2,score_in_batch_of_8        id,prob_run1,prob_run2
    0,0.0723,0.0259                                    17,0.61,0.61

A row whose answer hangs on the rows beside it is answered with their statistics.
"""

from __future__ import annotations

import csv
import re
from math import isfinite
from typing import Any

from mladvisor.runs.word_sets import parted, word_set

_SCORE = word_set("score scores prob proba probability pred prediction output logit p yhat answer value")
_AMONG = word_set("batch batches alone single solo bs batchsize")
_AGAIN = word_set("run call pass repeat repetition attempt try first second third again twice rep once")
_STEM = word_set("repeat repeatability repeated determinism deterministic consistency reproducibility invariance batch"
                 " twice same stability")  # fmt: skip
_MODE = word_set("train training eval evaluation dropout mode seed model fold")
_MOST_ROWS, _LEAST_ROWS = 5_000, 5
_SAME, _OTHER, _MANY = 0.002, 0.01, 0.3
"""Of a score: what rounding leaves, what another answer is, and the share of rows that show it."""


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z]+|\d+", parted(name[:80]).lower())


def scored_again(columns: list[str], stem: str) -> tuple[str, list[str]] | None:
    """(our test, the columns) of a table that scores rows several times; None for any other."""
    words = {name: _words(name) for name in columns}
    about = not _STEM.isdisjoint(_words(stem))
    for test, called in (("independent_of_batch", _AMONG), ("evaluation_is_deterministic", _AGAIN)):
        found = [
            name
            for name, own in words.items()
            if not called.isdisjoint(own) and _MODE.isdisjoint(own) and (about or not _SCORE.isdisjoint(own))
        ]
        scores = [name for name in found if not _SCORE.isdisjoint(words[name])]
        if len(scores) >= 2 and len(scores) == len(found) and len(found) + 3 >= len(columns):
            return test, scores
    return None


def results_of(text: str, stem: str) -> dict[str, Any]:
    """The result under the name of our test; {} where the table is another one, or leaves it open."""
    head = text.partition("\n")[0]
    table = csv.DictReader(text.splitlines()[: _MOST_ROWS + 1], delimiter=max(",;\t", key=head.count))
    try:
        found = scored_again([name.strip() for name in table.fieldnames or ()], stem)
        rows = list(table)
    except csv.Error:
        return {}
    if found is None:
        return {}
    test, names = found
    apart: list[float] = []
    for row in rows:
        try:
            values = [float(cell) for name, cell in row.items() if name and name.strip() in names]
        except (TypeError, ValueError):
            continue
        if len(values) > 1 and all(map(isfinite, values)):
            apart.append(max(values) - min(values))
    if len(apart) < _LEAST_ROWS:
        return {}
    largest, share = max(apart), sum(one > _OTHER for one in apart) / len(apart)
    if largest > _SAME and share < _MANY:
        return {}
    return {test: {"passed": largest <= _SAME, "value": largest, "limit": _SAME}}
