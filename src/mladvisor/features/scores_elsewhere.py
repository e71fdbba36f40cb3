"""How much of a score is left on other data: in use, on data of others, on what was held out for later."""

from __future__ import annotations

from math import sqrt

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.metric_names import Metric, metric_of
from mladvisor.features.report_tables import report_records
from mladvisor.runs.report_names import is_loss
from mladvisor.runs.scores_elsewhere import Score

HOW = 'write the scores on other data beside those of validation: {"auc_offline": 0.87, "auc_live": 0.86, "n": 4000}'
_LEAST_SKILL = 0.1
"""A score with less of it than this has nothing to lose."""
_PERCENT = 100.0
_MOST_TIMES = 1000.0

Scores = list[tuple[Score, str]]


def scores(m: Measures) -> Scores:
    """(score, file) of every report that speaks of other data. Use `m.once`."""
    from mladvisor.runs.scores_elsewhere import scores_in

    return [
        (score, file)
        for kind in ("score_report", "learning_curve")
        for file, records in m.once(report_records, kind)
        for score in scores_in(records)
    ]


def printed_scores(m: Measures) -> Scores:
    """What the run printed of training rows and of others when it was done; a confusion matrix that is not that of the
    training rows gives the accuracy on others. Use `m.once`."""
    from mladvisor.features.printed import texts
    from mladvisor.features.printed_counts import printed_counts
    from mladvisor.runs.printed_scores import PLAIN, scores_noted, scores_printed
    from mladvisor.runs.scores_elsewhere import is_of_use
    from mladvisor.runs.tabled import opened

    found = [
        (score, text.file)
        for text in m.once(texts)
        for score in scores_printed(text.bare.decode("utf-8", "replace").splitlines())
    ]
    for name in m.run.files.get("score_note", ()):
        found += [(score, name) for score in scores_noted(opened(m.run.folder, name))]
    found = [
        (score._replace(place="in-use") if score.place == "outside" and is_of_use(file) else score, file)
        for score, file in found
    ]
    ours = [score for score, _ in found if score.place == "train" and score.name in ("accuracy", PLAIN)]
    counts = m.once(printed_counts) if ours else None
    if counts is not None and counts.split != "train" and len(found) == len(ours) == 1:
        right = counts.right / counts.total
        if counts.split or abs(right - ours[0].value) > _SAME_ROWS:
            found.append((Score(ours[0].name, "own", right, counts.total), counts.file))
    return found


_SAME_ROWS = 0.02
"""Accuracies that are nearer than this may be of the same rows."""


def _logged(m: Measures, metric: Metric) -> float | None:
    """The last validation value of a score in the log; amounts are often logged in other units than reported."""
    if not metric.bounded or not metric.higher:
        return None
    for curve in m.run.curves:
        if (
            curve.role.kind == "metric"
            and curve.role.split == "val"
            and metric_of(curve.role.name, curve.name) == metric
        ):
            known = curve.y[np.isfinite(curve.y)]
            return float(known[-1]) if len(known) else None
    return None


def _lost(metric: Metric, own: float, there: float, rows: float | None) -> tuple[float, float] | None:
    """(share of the score that is lost, its standard error); None where there was none."""
    if not metric.higher:
        return (1.0 - own / there, 0.0) if own > 0.0 and there > 0.0 else None
    if not metric.bounded and metric.name != "r2":
        return None
    own, there = (value / _PERCENT if metric.bounded and value > 1.0 else value for value in (own, there))
    spread = sqrt(max(there * (1.0 - there), 0.0) / rows) if rows else 0.0
    before, after, scale = (2.0 * own - 1.0, 2.0 * there - 1.0, 2.0) if metric.name == "auc" else (own, there, 1.0)
    return (1.0 - max(after, 0.0) / before, scale * spread / before) if before >= _LEAST_SKILL else None


def _least_lost(m: Measures, place: str) -> Measured:
    """By how rows are ranked, where that is judged, else by the metric that loses least: others depend on the threshold
    and on how common the classes are there.
    """
    found: Scores = [*m.once(scores), *m.once(printed_scores)]
    losses: list[Measured] = []
    by_order: list[Measured] = []
    for score, file in found:
        metric = metric_of("", score.name)
        if score.place != place or metric is None:
            continue
        own = _before(m, found, score, file, metric)
        lost = _lost(metric, own, score.value, score.rows) if own is not None else None
        if lost is not None:
            said = f"{score.name} {own:.4g} on validation data, {score.value:.4g} there"
            losses.append(Measured(lost[0], lost[1], note=said, where=Where(file, score.name)))
            if metric.name == "auc":
                by_order.append(losses[-1])
    if place == "outside" and not losses and (test := _on_test(m)) is not None:
        return test
    losses = by_order or losses
    return min(losses, key=lambda each: float(each.value or 0.0)) if losses else unknown(HOW, "not-logged")


def _before(m: Measures, found: Scores, score: Score, file: str, metric: Metric) -> float | None:
    """The same score where the model was judged: by the same report, by the log, by another file; of one in use, else
    on the test rows that a report or print tells of.
    """
    same = next((each.value for each, of in found if _is_of(each, "own", score.name) and of == file), None)
    logged = _logged(m, metric) if same is None else same
    if logged is not None:
        return logged
    places = ("own", "outside") if score.place == "in-use" else ("own",)
    told = (each.value for place in places for each, _ in found if _is_of(each, place, score.name))
    return next(told, None) if metric.bounded and metric.higher else None


@feature("report.score_skill", unit="skill", doc="The best that a report or print tells of rows that were not learned"
         " from, by an area, an accuracy or R2: 1 is perfect", how=HOW, source="metric.auc")  # fmt: skip
def score_skill(m: Measures) -> Measured:
    found: list[tuple[float, str, str]] = []
    for score, file in [*m.once(scores), *m.once(printed_scores)]:
        metric = metric_of("", score.name)
        if metric is None or score.place not in ("own", "outside") or metric.name not in _SKILLS:
            continue
        value = score.value / _PERCENT if metric.bounded and score.value > 1.0 else score.value
        found.append((2.0 * value - 1.0 if metric.name == "auc" else value, score.name, file))
    if not found:
        return unknown(HOW, "not-logged")
    skill, name, file = max(found)
    return Measured(skill, note=name, where=Where(file, name))


_SKILLS = ("auc", "accuracy", "balanced_accuracy", "r2")


def _on_test(m: Measures) -> Measured | None:
    """The accuracy by a report or matrix of test rows, held against that of validation where the log ends."""
    from mladvisor.features.printed_counts import on_test_rows

    found, metric = m.once(on_test_rows), Metric("accuracy", True, True)
    own = _logged(m, metric) if found is not None else None
    lost = _lost(metric, own, found.accuracy, found.rows) if found is not None and own is not None else None
    if found is None or lost is None:
        return None
    said = f"accuracy {own:.4g} on validation data, {found.accuracy:.4g} by {found.file}"
    return Measured(lost[0], lost[1], note=said, where=Where(found.file, "accuracy"))


def _is_of(score: Score, place: str, name: str) -> bool:
    return score.place == place and score.name == name


@feature("report.lost_in_use", unit="fraction", doc="How much of the skill that validation shows is gone in use, by a"
         " report, for the metric that loses least", how=HOW, source="real.cross")  # fmt: skip
def lost_in_use(m: Measures) -> Measured:
    return _least_lost(m, "in-use")


@feature("report.lost_outside", unit="fraction", doc="How much of the skill that validation shows is gone on data of"
         " others, of a leaderboard, or held out for later, by a report, for the metric that loses least", how=HOW,
         source="real.cross")  # fmt: skip
def lost_outside(m: Measures) -> Measured:
    return _least_lost(m, "outside")


_PLAIN = Metric("r2", True, False)
"""What an estimator calls its score: accuracy, or R2."""


def _beside_training(m: Measures, *, higher: bool) -> list[tuple[float, float, Score, str]]:
    """(on training rows, on others, score, file) of each metric that a report gives of both."""
    found: Scores = [*m.once(scores), *m.once(printed_scores)]
    pairs = []
    for score, file in found:
        metric = metric_of("", score.name) or (_PLAIN if score.name == "score" else None)
        if score.place != "train" or metric is None or metric.higher is not higher or is_loss(score.name):
            continue  # a loss falls by factors where decisions stay as they were
        if higher and not metric.bounded and metric.name != "r2":
            continue
        others = (
            other.value
            for place in ("own", "outside")
            for other, of in found
            if of == file and _is_of(other, place, score.name)
        )
        there = next(others, None)
        if there is not None:
            pairs.append((score.value, there, score, file))
    return pairs


@feature("report.train_gap", unit="fraction", doc="How much better a score between 0 and 1 is on the training rows than"
         " on others, by a report, for the metric that differs least", how=HOW, source="fig3.a")  # fmt: skip
def train_gap(m: Measures) -> Measured:
    gaps = []
    for ours, there, score, file in _beside_training(m, higher=True):
        whole = _PERCENT if max(ours, there) > 1.0 else 1.0
        said = f"{score.name} {ours:.4g} on training data, {there:.4g} on others"
        gaps.append(Measured((ours - there) / whole, note=said, where=Where(file, score.name)))
    return min(gaps, key=lambda each: float(each.value or 0.0)) if gaps else unknown(HOW, "not-logged")


@feature("report.score_on_others", unit="fraction", doc="Score between 0 and 1 on rows that were not trained on, by a"
         " report or as it was printed beside that of training, for the metric that is least", how=HOW,
         source="fig3.a")  # fmt: skip
def score_on_others(m: Measures) -> Measured:
    found = []
    for ours, there, score, file in _beside_training(m, higher=True):
        whole = _PERCENT if max(ours, there) > 1.0 else 1.0
        found.append(Measured(there / whole, note=score.name, where=Where(file, score.name)))
    return min(found, key=lambda each: float(each.value or 0.0)) if found else unknown(HOW, "not-logged")


@feature("report.train_error_ratio", unit="ratio", doc="How many times larger an error is on other rows than on those"
         " of training, by a report, for the metric that differs least", how=HOW, source="fig3.a")  # fmt: skip
def train_error_ratio(m: Measures) -> Measured:
    ratios = [
        Measured(
            min(there / ours, _MOST_TIMES) if ours > 0 else _MOST_TIMES,
            note=f"{score.name} {ours:.4g} on training data, {there:.4g} on others",
            where=Where(file, score.name),
        )
        for ours, there, score, file in _beside_training(m, higher=False)
        if ours >= 0 and there > 0
    ]
    return min(ratios, key=lambda each: float(each.value or 0.0)) if ratios else unknown(HOW, "not-logged")
