"""What a report by class says of rare ones: a row per class with its training rows and a score.

class,train_images,ap        | defect | n_train | recall |        {"per_class": {"crack": {"train": 61, "f1": 0.07}}}
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from statistics import median

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.metric_names import metric_of
from mladvisor.features.report_said import lines_of, said_of
from mladvisor.features.report_tables import report_records
from mladvisor.features.scores_elsewhere import printed_scores
from mladvisor.features.scores_elsewhere import scores as elsewhere
from mladvisor.runs.data_records import Record
from mladvisor.runs.data_scores import majority_said
from mladvisor.runs.data_verdicts import number
from mladvisor.runs.printed_scores import scores_printed
from mladvisor.runs.report_names import is_amount_of_training_rows, is_metric, words_of
from mladvisor.runs.split_counts import is_count
from mladvisor.runs.word_sets import word_set

_HOW = "write a row for each class with its training rows and its recall, F1 or AP into per_class.csv"
_OF_CLASSES = word_set("class classes label labels category categories species defect intent tag topic diagnosis")
_NAMES = word_set("class class_name label label_name category name species defect intent tag topic diagnosis cls")
_IMAGES = word_set("images instances boxes objects files clips utterances sentences docs documents photos")
_LEAST_CLASSES = 2
_FEW = 0.1
"""Share of the rows of the largest class below which a class is rare."""

_MANY = 0.75
"""Share of the commonest class from which accuracy says little."""

_SUPPORT = word_set("support n rows count samples examples")
_CHANCE = 0.01

Rows = list[tuple[str, float, float]]


def _rows_of(records: Iterable[Record], *, judged: bool = False) -> Rows:
    """(class, training rows, score within 0 and 1) of each record that tells all three; `judged` for the rows that it
    was judged by, and its recall.
    """
    found: Rows = []
    for record in records:
        named = next((key for key in record.cells if key in _NAMES and isinstance(record.cells[key], str)), None)
        above = {word for each in record.path[:-1] for word in words_of(each)}
        if named is None and (len(record.path) < 2 or _OF_CLASSES.isdisjoint(above)):
            continue
        told = _is_of_judged if judged else _is_of_training
        trained = [key for key, value in record.cells.items() if told(key) and is_count(value)]
        scores = [
            (metric, float(value))
            for key, value in record.cells.items()
            if (metric := _score(key, value)) and (not judged or "recall" in words_of(key))
        ]
        if len(trained) == 1 and scores:
            name = str(record.cells[named]) if named is not None else record.path[-1]
            found.append((name, float(record.cells[trained[0]]), scores[0][1] / (100 if scores[0][1] > 1 else 1)))
    return found


def _is_of_training(key: str) -> bool:
    words = words_of(key)
    plain = "_".join(word for word in words if word not in _IMAGES)
    return is_amount_of_training_rows(key) or (
        not {"train", "training"}.isdisjoint(words) and len(words) == len(plain.split("_")) + 1
    )


def _is_of_judged(key: str) -> bool:
    return len(words_of(key)) == 1 and not _SUPPORT.isdisjoint(words_of(key))


def _by_recall(m: Measures) -> tuple[float, float, str, str] | None:
    """The same of a report with the rows of each class that were judged, and its recall: they are shared out as those
    of training are, and of so few rows that all may be missed by chance nothing is said.
    """
    for kind in ("score_report", "decision_report", "data_report"):
        for file, records in m.once(report_records, kind):
            rows = _rows_of(records, judged=True)
            largest = max((count for _, count, _ in rows), default=0.0)
            if len(rows) <= _LEAST_CLASSES or len({name for name, _, _ in rows}) < len(rows):
                continue
            usual = median(score for _, count, score in rows if count >= _FEW * largest)
            lost = [
                (score, name, count)
                for name, count, score in rows
                if 0 < count < _FEW * largest and _by_chance(round(score * count), int(count), usual) < _CHANCE
            ]
            if lost:
                score, name, count = min(lost)
                said = f"{name} has {count:,.0f} of the judged rows and a recall of {score:.2f}, others {usual:.2f}"
                return count / largest, 1.0 - score / usual, said, file
    return None


def _by_chance(found: int, rows: int, usual: float) -> float:
    """How likely no more are found where each is found as often as is usual."""
    from mladvisor.features.evaluation.intervals import exact_tail

    return exact_tail(rows - found, rows, 1.0 - usual)


def _score(key: str, value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        return False
    metric = metric_of("", key)
    named = is_metric(key) or key.lower() in ("ap", "iou", "dice")
    return named and (metric is None or (metric.higher and metric.bounded)) and "train" not in words_of(key)


def _rarest(m: Measures) -> tuple[float, float, str, str] | None:
    """(share of the largest class, share of the median score that is lost, in words, file) of the rare class that does
    worst by a report. Use `m.once`.
    """
    for kind in ("data_report", "score_report", "decision_report"):
        for file, records in m.once(report_records, kind):
            rows = _rows_of(records)
            largest = max((count for _, count, _ in rows), default=0.0)
            if len(rows) <= _LEAST_CLASSES or largest <= 0 or len({name for name, _, _ in rows}) < len(rows):
                continue
            common = [score for _, count, score in rows if count >= _FEW * largest]
            rare = [row for row in rows if row[1] < _FEW * largest]
            usual = median(common)
            if not rare:
                return 1.0, 0.0, "", file
            name, count, score = min(rare, key=lambda row: row[2])
            said = (
                f"{name} with {count:,.0f} training rows scores {score:.2f}, {usual:.2f} is usual among large classes"
            )
            return count / largest, 1.0 - score / usual if usual > 0 else 0.0, said, file
    return None


@feature("report.rare_class_lost", unit="fraction", doc="Share of the usual score that the worst of the rare classes"
         " lacks, those with less than a tenth of the training rows of the largest, by a report; 0 where none is",
         how=_HOW, source="metric.multiclass")  # fmt: skip
def rare_class_lost(m: Measures) -> Measured:
    found = m.once(_rarest) or m.once(_by_recall)
    return unknown(_HOW, "not-logged") if found is None else Measured(found[1], where=Where(found[3]))


@feature("report.rare_class_says", type="choice", doc="That class, its training rows and its score", how=_HOW,
         source="metric.multiclass")  # fmt: skip
def rare_class_says(m: Measures) -> Measured:
    found = m.once(_rarest) or m.once(_by_recall)
    return unknown(_HOW, "not-logged") if found is None or not found[2] else Measured(found[2], where=Where(found[3]))


_FOUND = {"balanced_accuracy": 0.5, "recall": 0.0, "f1": 0.0, "mcc": 0.0, "kappa": 0.0, "sensitivity": 0.0}
"""What tells how the rare class fares, and what it is at where that is never called."""
_IN_LINE = re.compile(
    r"(?i)\b(balanced[ _]accuracy|recall|f1|mcc|kappa|sensitivity)\b[^\d\n=:]{0,40}[=:]\s?(-?0?\.\d+|[01]\.0*)"
)


def _rare_found(m: Measures, file: str) -> float | None:
    """The largest of the scores of a report that a rare class counts in; 0 is never finding it, 1 always and alone."""
    told = [
        (name, number(one.cells, [key for key in one.cells if key.endswith(name)]))
        for of, records in m.once(report_records, "score_report")
        if of == file
        for one in records
        for name in _FOUND
    ]
    told += [
        (match[1].lower().replace(" ", "_"), float(match[2]))
        for line in lines_of(m, file)
        if (match := _IN_LINE.search(line)) is not None
    ]
    skills = [(value - _FOUND[name]) / (1.0 - _FOUND[name]) for name, value in told if value is not None]
    return max(skills) if skills else None


def _by_majority(m: Measures) -> tuple[float, float, str] | None:
    """(share of the commonest class, how far accuracy lies between that and 1, file), as reports tell both.

    Use `m.once`.
    """
    told = said_of(m, "majority")
    shares = list(told) if isinstance(told, list) else []
    reports = m.once(report_records, "score_report")
    shares += [(said, file) for file, records in reports for one in records for said in majority_said(one)]
    scores = [(one, file) for one, file in [*m.once(elsewhere), *m.once(printed_scores)] if one.place != "train"]
    if not scores and shares:  # a note with a line for each of its numbers
        scores = [(one, "") for one in scores_printed(lines_of(m, shares[0][1])) if one.place != "train"]
    own = next((one.value for one, _ in scores if one.name == "accuracy"), None)
    if own is None or not shares:
        return None
    share, accuracy = shares[0][0].value, own / 100 if own > 1 else own
    return (share, (accuracy - share) / (1.0 - share), shares[0][1]) if _MANY <= share < 1.0 else None


@feature("report.over_majority", unit="fraction", doc="How far accuracy lies between always naming the commonest class,"
         " which has most of the rows, and 1, as reports tell both", how=_HOW, source="metric.accuracy")  # fmt: skip
def over_majority(m: Measures) -> Measured:
    found = m.once(_by_majority)
    return unknown(_HOW, "not-logged") if found is None else Measured(found[1], where=Where(found[2]))


@feature("report.majority", unit="fraction", doc="Accuracy of always naming the commonest class, as a report tells it",
         how=_HOW, source="base.constant")  # fmt: skip
def majority(m: Measures) -> Measured:
    found = m.once(_by_majority)
    return unknown(_HOW, "not-logged") if found is None else Measured(found[0], where=Where(found[2]))


@feature("report.rare_found", unit="fraction", doc="The best of balanced accuracy, recall, F1 and the like of the same"
         " report, as a share of what lies between never finding the rare class and 1", how=_HOW,
         source="metric.multiclass")  # fmt: skip
def rare_found(m: Measures) -> Measured:
    found = m.once(_by_majority)
    best = _rare_found(m, found[2]) if found is not None else None
    return unknown(_HOW, "not-logged") if found is None or best is None else Measured(best, where=Where(found[2]))
