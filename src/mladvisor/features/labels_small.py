"""The labels of the training table beside small models that have not seen them: wrong ones, or nothing to learn.

Confident learning (Northcutt et al. 2021) with models that cost milliseconds; `labels` has boosted trees on demand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_splits import HOW as PAIR
from mladvisor.features.data_splits import sides
from mladvisor.features.data_tables import place, tables
from mladvisor.features.measured import Measured, not_applicable, unknown
from mladvisor.features.predictiveness import HOW, training_rows
from mladvisor.features.work import job

if TYPE_CHECKING:
    from mladvisor.features.evaluation.intervals import Array
    from mladvisor.features.evaluation.noise_floor import LabelNoise
    from mladvisor.tables.table import Table

SMALL = job(
    "small-models",
    "predicting each label by small models that did not see it",
    nanoseconds=400,
    tables=("train",),
    most_rows=1_500,
)
_NORTHCUTT = "+labels Northcutt et al. 2021"
LEAST = 60
TOP_ROWS = 20
LEAST_ELSEWHERE = 25
MOST_TEXTS = 2
LONGEST_TEXT = 2_000
NOTHING = 0.62
"""An area below which small models are no better than chance for all that can be told."""
STEPS = (1, -1)


class Small(NamedTuple):
    """What small models say of the labels.

    Attributes:
        noise: labels that contradict them where they are surest. area, area_error: how well they rank the rows of a
            class above the others, averaged over the classes (ROC AUC), and its standard error.
        recall, recall_error: share of the rows of a class that they call it, averaged over the classes.
        x, codes, rows: (n, k) what they see of each row, (n,) its class, and (n,) its place in the table.
    """

    noise: LabelNoise
    area: float
    area_error: float
    recall: float
    recall_error: float
    x: Array
    codes: Array
    rows: Array


def _seen(m: Measures, parts: list[tuple[Table, Array]], label: str) -> list[Array]:
    """What small models see of these rows of several tables, the first of which tells the columns: (n, k) each."""
    from mladvisor.features.evaluation import small_models
    from mladvisor.features.evaluation.columns import matrix, usable

    table, rows = parts[0]
    found = matrix(table, usable(m.once(tables), table), parts, most=small_models.COLUMNS)
    columns = [column for column in table.columns if column != label and table.kind(column) == "text"]
    for column in columns[:MOST_TEXTS]:
        kept = small_models.vocabulary(cells_of(table, column, rows))
        texts = [small_models.words(cells_of(each, column, at), kept) for each, at in parts]
        found = [np.concatenate(pair, axis=1) for pair in zip(found, texts, strict=True)]
    return found


def cells_of(table: Table, column: str, rows: Array) -> list[str]:
    if column not in table:
        return [""] * len(rows)
    return [str(cell)[:LONGEST_TEXT] for cell in table.series(column).iloc[rows]]


def small(m: Measures) -> Small | Measured:
    """Cross-validated small models on at most 1,500 rows of the training table."""
    found = m.once(training_rows)
    if isinstance(found, Measured):
        return found
    if found.label.codes is None:
        return not_applicable("wrong labels are looked for among classes")
    from mladvisor.features.evaluation import small_models
    from mladvisor.features.evaluation.noise_floor import noise_floor

    step = max(1, -(-len(found.rows) // small_models.ROWS))
    rows, codes, classes = found.rows[::step], found.label.codes[::step], len(found.classes)
    (x,) = _seen(m, [(found.table, rows)], found.column)
    scores = small_models.cross_scores(x, codes, classes)
    if scores is None:
        return unknown("it takes a column, and five rows of each class", "too-few-points")
    masked = _masked(scores, codes)
    noise = None if masked else noise_floor(scores, codes, LEAST, TOP_ROWS)
    if masked:
        return not_applicable("some class lies between others, where small models never look for it")
    if noise is None:
        return unknown(f"{len(codes)} rows are too few; {LEAST} are needed", "too-few-points")
    area, error = area_of(scores, codes, classes)
    right = _recall(scores, codes, classes)
    return Small(noise._replace(suspects=rows[noise.suspects]), area, error, *right, x, codes, rows)


MASKED, COMMON = 0.35, 0.03
"""Of a class with this share of the rows, the calls per row below which a model passes it over."""


def _masked(scores: Array, codes: Array) -> bool:
    """A class that is common and hardly ever called: of grades in a row a linear model calls the ends (Hastie et al.,
    The Elements of Statistical Learning, 4.2), and what it contradicts is no wrong label.
    """
    classes = scores.shape[1]
    given, called = np.bincount(codes, minlength=classes), np.bincount(scores.argmax(axis=1), minlength=classes)
    return classes > 2 and bool(((given >= COMMON * len(codes)) & (called < MASKED * given)).any())


def area_of(scores: Array, codes: Array, classes: int) -> tuple[float, float]:
    """ROC AUC of each class against the others, on average, with its error."""
    from mladvisor.features.evaluation.decisions import mean_of
    from mladvisor.features.evaluation.ranking import auc

    # With two classes the second says the same as the first.
    shown = range(1 if classes == 2 else 0, classes)
    return mean_of([auc(scores[:, k], codes == k) for k in shown if (codes == k).any()]) or (0.5, 0.5)


def lagged(m: Measures) -> tuple[int, float, float] | Measured:
    """(step, area, error) of small models that learn the label some rows away, where they know nothing of their own.

    Only where the rows that were looked at are neighbours; 1: what belongs to a row stands one row below.
    """
    found = m.once(small)
    if isinstance(found, Measured):
        return found
    if found.area + 2.0 * found.area_error > NOTHING:
        return not_applicable("small models know the label of the row itself")
    if (np.diff(found.rows) != 1).any():
        return unknown("only some of the rows were looked at, and these are no neighbours", "not-measured")
    from mladvisor.features.evaluation.small_models import cross_scores

    classes, best = len(m.once(training_rows).classes), (0, 0.5, 0.5)
    for step in STEPS:
        codes = np.roll(found.codes, -step)
        scores = cross_scores(found.x, codes, classes)
        if scores is not None:
            area, error = area_of(scores, codes, classes)
            best = max(best, (step, area, error), key=lambda one: one[1] - 3.0 * one[2])
    return best


def _recall(scores: Array, codes: Array, classes: int) -> tuple[float, float]:
    """Share of the rows of a class that are called it, on average over the classes, and its error."""
    from mladvisor.features.evaluation.decisions import confusion, mean_of, recall

    table = confusion(codes, scores.argmax(axis=1), classes)
    return mean_of([recall(table, k) for k in range(classes) if table[k].sum()]) or (0.0, 1.0)


def elsewhere(m: Measures) -> tuple[Table, float, float] | Measured:
    """(evaluation table, recall there of the better small model taught on training, its error), of the worst table."""
    found, both = m.once(small), m.once(sides)
    if isinstance(found, Measured):
        return found
    if isinstance(both, Measured):
        return both
    from mladvisor.features.evaluation import small_models
    from mladvisor.features.evaluation.columns import labelled

    own = m.once(training_rows)
    if own.table is not both[0]:
        return unknown("the label of the training table is not known", "not-logged")
    worst: tuple[Table, float, float] | None = None
    for other in both[1]:
        there = labelled(m.once(tables), other, own.label.kind, small_models.ROWS, own.classes)
        if isinstance(there, str) or there.label.codes is None or len(there.rows) < LEAST_ELSEWHERE:
            continue
        x, z = _seen(m, [(own.table, found.rows), (other, there.rows)], own.column)
        made = small_models.scores_elsewhere(x, found.codes, len(own.classes), z)
        right, error = max(_recall(scores, there.label.codes, len(own.classes)) for scores in made)
        if worst is None or right < worst[1]:
            worst = other, right, error
    return worst or unknown("no evaluation table holds the label and enough rows", "not-logged")


def _noise(m: Measures, field: str, error: str = "") -> Measured:
    found = m.once(small)
    if isinstance(found, Measured):
        return found
    rows = m.once(training_rows)
    value = float(getattr(found.noise, field))
    return Measured(
        value, se=float(getattr(found.noise, error)) if error else 0.0, where=place(rows.table, rows.column)
    )


@feature("labels.small_noise", unit="fraction", doc="Share of training labels that contradict a linear model or"
         " the nearest neighbours, under cross-validation, among the fifth of the rows on which these are surest",
         how=HOW, source=_NORTHCUTT, cost="cheap", job=SMALL)  # fmt: skip
def small_noise(m: Measures) -> Measured:
    return _noise(m, "floor", "floor_error")


@feature("labels.small_noise_low", unit="fraction", doc="Lower end of the 95 % interval of the same", how=HOW,
         source=_NORTHCUTT, cost="cheap", job=SMALL)  # fmt: skip
def small_noise_low(m: Measures) -> Measured:
    return _noise(m, "floor_low")


@feature("labels.small_flatness", unit="ratio", doc="Contradictions among the surest rows over those among all: near 0"
         " where classes overlap, near 1 where labels are wrong", how=HOW, source=_NORTHCUTT, cost="cheap",
         job=SMALL)  # fmt: skip
def small_flatness(m: Measures) -> Measured:
    return _noise(m, "flatness")


@feature("labels.small_skill", unit="fraction", doc="Share of the errors of always naming the largest class that small"
         " models avoid under cross-validation", how=HOW, source=_NORTHCUTT, cost="cheap", job=SMALL)  # fmt: skip
def small_skill(m: Measures) -> Measured:
    return _noise(m, "skill")


@feature("labels.small_suspects", type="choice", doc="Lines of the training table whose labels contradict the surest"
         " predictions of small models, surest first", how=HOW, source=_NORTHCUTT, cost="cheap", job=SMALL)  # fmt: skip
def small_suspects(m: Measures) -> Measured:
    found = m.once(small)
    if isinstance(found, Measured):
        return found
    rows = m.once(training_rows)
    lines = ", ".join(str(int(row) + 2) for row in found.noise.suspects[:10])
    return Measured(lines or "none", where=place(rows.table, rows.column))


@feature("labels.small_area", unit="fraction", doc="How well small models rank rows of a class above the others under"
         " cross-validation (ROC AUC, averaged over the classes); 0.5: not at all", how=HOW, source="feat.correlation",
         cost="cheap", job=SMALL)  # fmt: skip
def small_area(m: Measures) -> Measured:
    found = m.once(small)
    if isinstance(found, Measured):
        return found
    rows = m.once(training_rows)
    return Measured(found.area, se=found.area_error, where=place(rows.table, rows.column))


@feature("labels.small_area_high", unit="fraction", doc="The same and two standard errors", how=HOW,
         source="feat.correlation", cost="cheap", job=SMALL)  # fmt: skip
def small_area_high(m: Measures) -> Measured:
    found = m.once(small)
    return found if isinstance(found, Measured) else Measured(found.area + 2.0 * found.area_error)


@feature("labels.small_area_lagged", unit="fraction", doc="The same of the label one row above or below, less three"
         " standard errors, where small models know nothing of the label of the row itself", how=HOW,
         source="feat.correlation", cost="cheap", job=SMALL)  # fmt: skip
def small_area_lagged(m: Measures) -> Measured:
    found = m.once(lagged)
    if isinstance(found, Measured):
        return found
    step, area, error = found
    rows = m.once(training_rows)
    note = f"small models rank the label one row {'below' if step > 0 else 'above'} with an area of {area:.2f}"
    return Measured(area - 3.0 * error, note=note, where=place(rows.table, rows.column))


@feature("labels.small_lagged_says", type="choice", doc="Which neighbour's label small models know, and how well",
         how=HOW, source="feat.correlation", cost="cheap", job=SMALL)  # fmt: skip
def small_lagged_says(m: Measures) -> Measured:
    found = small_area_lagged(m)
    return Measured(found.note) if found.known and found.note else found


@feature("labels.small_recall_lost", unit="fraction", doc="How much worse small models that were taught on"
         " training call the rows of an evaluation table than training rows that they have not seen (difference of the"
         " mean recalls less three standard errors; the better model there, the worst table)", how=PAIR,
         source="data.splits", cost="cheap", job=SMALL)  # fmt: skip
def small_recall_lost(m: Measures) -> Measured:
    found, there = m.once(small), m.once(elsewhere)
    if isinstance(found, Measured):
        return found
    if isinstance(there, Measured):
        return there
    table, right, error = there
    lost = found.recall - right - 3.0 * float(np.hypot(found.recall_error, error))
    return Measured(
        lost, note=f"{found.recall:.0%} of unseen training rows, {right:.0%} of {table.file}", where=place(table)
    )


@feature("labels.small_recall_lost_says", type="choice", doc="What small models call rightly of a class, on average, in"
         " training and in the evaluation table", how=PAIR, source="data.splits", cost="cheap", job=SMALL)  # fmt: skip
def small_recall_lost_says(m: Measures) -> Measured:
    found = small_recall_lost(m)
    return Measured(found.note) if found.known else found
