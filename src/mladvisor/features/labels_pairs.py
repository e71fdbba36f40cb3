"""Labels that hang on pairs of words: small models that see which words follow each other, beside those that see words.

"not clean" and "clean" hold the same word. Where single words tell next to nothing of the label and pairs of them do, a
model that averages or counts words has nothing to learn, and one that reads them in order has.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_tables import place
from mladvisor.features.labels_small import MOST_TEXTS, SMALL, area_of, cells_of, small
from mladvisor.features.measured import Measured, not_applicable, unknown
from mladvisor.features.predictiveness import HOW, training_rows

_KNOWN = 0.75
"""An area from which on single words tell enough of the label."""
_MOST_PAIRS = 300


def _in_pairs(text: str) -> str:
    """ "not very clean" is "not_very very_clean"."""
    return " ".join(f"{before}_{word}" for before, word in pairwise(text.lower().split()))


@feature(
    "labels.small_pairs_gain",
    unit="fraction",
    doc="How much better small models rank the rows of a class that see pairs of neighbouring words as well as single"
    " words (ROC AUC, less three standard errors), where single words tell little",
    how=HOW,
    source="feat.nonlinear",
    cost="cheap",
    job=SMALL,
)
def small_pairs_gain(m: Measures) -> Measured:
    from mladvisor.features.evaluation import small_models

    found = m.once(small)
    if isinstance(found, Measured):
        return found
    rows = m.once(training_rows)
    table = rows.table
    columns = [column for column in table.columns if column != rows.column and table.kind(column) == "text"]
    if not columns:
        return not_applicable("the training table has no column of text")
    if found.area > _KNOWN:
        return not_applicable("single words tell the label")
    seen = found.x
    for column in columns[:MOST_TEXTS]:
        pairs = [_in_pairs(text) for text in cells_of(table, column, found.rows)]
        words = small_models.words(pairs, small_models.vocabulary(pairs, _MOST_PAIRS))
        seen = np.concatenate([seen, words], axis=1)
    scores = small_models.cross_scores(seen, found.codes, len(rows.classes))
    if scores is None:
        return unknown("no pair of words stands in several texts", "too-few-points")
    area, error = area_of(scores, found.codes, len(rows.classes))
    gain = area - found.area - 3.0 * float(np.hypot(error, found.area_error))
    note = f"an area under the curve of {area:.2f} by pairs of words, {found.area:.2f} by single words"
    return Measured(gain, note=note, where=place(table, rows.column))


@feature("labels.small_pairs_say", type="choice", doc="What pairs of words and single words tell of the label",
         how=HOW, source="feat.nonlinear", cost="cheap", job=SMALL)  # fmt: skip
def small_pairs_say(m: Measures) -> Measured:
    found = m.one("labels.small_pairs_gain")
    return Measured(found.note, where=found.where) if found.known and found.note else found
