"""Classes of the label: how many rows each has, and which ones a split lacks beyond chance."""

from __future__ import annotations

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_tables import place, split_tables, tables
from mladvisor.features.measured import Items, Measured, Where, not_applicable, unknown
from mladvisor.features.predictiveness import HOW, task_of_tables, training_rows
from mladvisor.features.told_counts import are_told, counted_in_settings, told_counts
from mladvisor.features.work import job


def _without_tables(m: Measures) -> bool:
    """Somebody counted the classes, or the rows with predictions are counted."""
    return are_told(m) or bool(m.once(counted_in_settings)[0]) or _ratio_of_answers(m) is not None


CLASSES = job("label-classes", "counting the classes of each split", nanoseconds=10, otherwise=_without_tables)
FEW = 20
"""Of fewer rows all may have the same label by chance."""
LEAST_CODED = 10
"""Rows of each table that its way of coding the classes is told by: of two rows of two classes none need be alike."""


def class_counts(m: Measures) -> dict[str, dict[str, int]] | Measured:
    """Split -> class -> rows: of every table that has the label, else as somebody counted them."""
    splits = m.once(split_tables, 2)
    if isinstance(splits, Measured):
        return m.once(told_counts)[0] or splits
    collection = m.once(tables)
    label = collection.label_column
    if (m.once(task_of_tables) or collection.task) not in ("binary", "multiclass"):
        return not_applicable("the label is no class")
    from mladvisor.features.evaluation.prediction_columns import word

    counts: dict[str, dict[str, int]] = {}
    for name, table in splits.items():
        if label is None or label not in table:
            continue
        codes = table.codes(label)
        counts[name] = {}
        for value, rows in zip(codes.values, codes.counts().tolist(), strict=True):
            counts[name][word(value)] = counts[name].get(word(value), 0) + rows
    if len(counts) < 2:
        return unknown(f'only one split has the label "{label}"')
    return counts


def absences(m: Measures) -> dict[str, tuple[str, float, int]] | Measured:
    """Class that a split lacks -> (split, chance that shuffling left it out, rows elsewhere)."""
    counts = m.once(class_counts)
    if isinstance(counts, Measured):
        return counts
    totals = {name: sum(each.values()) for name, each in counts.items()}
    everything = sum(totals.values())
    result: dict[str, tuple[str, float, int]] = {}
    for name in dict.fromkeys(each for split in counts.values() for each in split):
        rows = sum(split.get(name, 0) for split in counts.values())
        for split, each in counts.items():
            if each.get(name, 0) or not totals[split]:
                continue
            chance = (1 - totals[split] / everything) ** rows
            if name not in result or chance < result[name][1]:
                result[name] = (split, chance, rows)
    return result


def _stand(m: Measures, split: str) -> Where:
    """Where the labels of a split stand, or were counted."""
    splits = m.once(split_tables, 2)
    if isinstance(splits, Measured):
        return Where(m.once(told_counts)[1], split)
    return place(splits[split], m.once(tables).label_column or "")


@feature("labels.recoded", type="flag", doc="An evaluation table shares no class with training: it codes them"
         " differently", how=HOW, source="data.schema", cost="cheap", job=CLASSES)  # fmt: skip
def recoded(m: Measures) -> Measured:
    counts = m.once(class_counts)
    if isinstance(counts, Measured):
        return counts
    train = counts.get("train")
    if train is None:
        return unknown("there is no training table with the label", "not-logged")
    alike = _coded_alike(counts)
    for name, each in counts.items():
        enough = min(sum(each.values()), sum(train.values())) >= LEAST_CODED
        if enough and name not in alike:
            shown = [", ".join(sorted(classes)[:3]) for classes in (train, each)]
            where = _stand(m, name)
            note = f"{shown[0]} in {_stand(m, 'train').file}, {shown[1]} in {where.file}"
            return Measured(True, note=note, where=where)
    return Measured(False, where=_stand(m, "train"))


def _coded_alike(counts: dict[str, dict[str, int]]) -> set[str]:
    """The splits that share a class with training, or with one that does: a file that was sorted by class and cut has
    neighbours at each cut.
    """
    alike, classes = {"train"}, set(counts["train"])
    while more := {name for name, each in counts.items() if name not in alike and classes & each.keys()}:
        alike |= more
        classes = classes.union(*(counts[name] for name in more))
    return alike


@feature("labels.recoded_says", type="choice", doc="How the classes are coded in the two tables", how=HOW,
         source="data.schema", cost="cheap", job=CLASSES)  # fmt: skip
def recoded_says(m: Measures) -> Measured | None:
    found = m["labels.recoded"]
    assert isinstance(found, Measured)
    if not found.known:
        return found
    return Measured(found.note) if found.note else not_applicable("the tables code the classes alike")


@feature("class.absence_chance", unit="probability", doc="How likely shuffling would have left the class out of the"
         " split that lacks it; 1 where no split does", how=HOW, each="class", source="data.splits", cost="cheap",
         job=CLASSES)  # fmt: skip
def absence_chance(m: Measures) -> Items | Measured:
    found, counts = m.once(absences), m.once(class_counts)
    if isinstance(found, Measured):
        return found
    names = dict.fromkeys(each for split in counts.values() for each in split)
    return {
        name: Measured(found[name][1], where=_stand(m, found[name][0])) if name in found else Measured(1.0)
        for name in names
    }


@feature("class.absent_from", type="choice", doc="The split that has no row of the class", how=HOW, each="class",
         source="data.splits", cost="cheap", job=CLASSES)  # fmt: skip
def absent_from(m: Measures) -> Items | Measured:
    found = m.once(absences)
    return found if isinstance(found, Measured) else {name: Measured(split) for name, (split, _, _) in found.items()}


@feature("class.rows_elsewhere", unit="rows", doc="Rows of the class in the splits that have it, for a class that a"
         " split lacks", how=HOW, each="class", source="data.splits", cost="cheap", job=CLASSES)  # fmt: skip
def rows_elsewhere(m: Measures) -> Items | Measured:
    found = m.once(absences)
    return found if isinstance(found, Measured) else {name: Measured(float(n)) for name, (_, _, n) in found.items()}


@feature("class.train_share", unit="fraction", doc="Share of a class among the training rows", how=HOW, each="class",
         source="fig4.c", cost="cheap", job=CLASSES)  # fmt: skip
def train_share(m: Measures) -> Items | Measured:
    counts = m.once(class_counts)
    if isinstance(counts, Measured) or "train" not in counts:
        return counts if isinstance(counts, Measured) else unknown(HOW)
    total = max(sum(counts["train"].values()), 1)
    return {name: Measured(rows / total) for name, rows in counts["train"].items()}


@feature("labels.class_ratio", unit="ratio", doc="Training rows of the largest class over those of the smallest;"
         " rows with predictions where those of training are not known", how=HOW, source="fig4.c", cost="cheap",
         job=CLASSES)  # fmt: skip
def class_ratio(m: Measures) -> Measured:
    found = m.once(training_rows)
    if isinstance(found, Measured):
        counts, file = m.once(told_counts)
        told = [rows for rows in counts.get("train", {}).values() if rows > 0]
        if len(told) < 2:
            once, file = m.once(counted_in_settings)
            told = list(once.values())
        if len(told) < 2:
            return _ratio_of_answers(m) or found
        return Measured(max(told) / min(told), where=Where(file, "train"))
    if found.label.codes is None:
        return not_applicable("the label is no class")
    rows = np.bincount(found.label.codes)
    return Measured(float(rows.max()) / float(rows[rows > 0].min()), where=place(found.table, found.column))


_JUDGED = 200
"""Rows with predictions from which on their classes tell those of the training rows."""


def _ratio_of_answers(m: Measures) -> Measured | None:
    """The same of the rows with predictions, one by one or counted; these are divided at random as a rule."""
    from mladvisor.features.predictions import by_class

    found = m.once(by_class)
    if isinstance(found, Measured) or found.support is None or found.total < _JUDGED:
        return None
    rows = found.support[found.support > 0]
    note = "of the rows with predictions"
    return Measured(float(rows.max() / rows.min()), note=note, where=found.where()) if len(rows) > 1 else None


@feature("labels.constant", type="flag", doc="Whether all training rows have the same label", how=HOW,
         source="data.splits", cost="cheap", job=CLASSES)  # fmt: skip
def constant(m: Measures) -> Measured:
    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    train, label = splits.get("train"), m.once(tables).label_column
    if train is None or label is None or label not in train:
        return unknown("the training table or its label is not known")
    filled = train.codes(label).counts()
    if filled.sum() < FEW:
        return unknown(f"{train.file} has fewer than {FEW} rows with a label", "too-few-points")
    return Measured(bool((filled > 0).sum() == 1), where=place(train, label))
