"""The ladder of baselines: what a constant, the best column, a linear model, a small tree and boosted trees score.

They learn from the training table and are scored on the table of the split that the run is judged on, in the run's own
metric; without such a table on rows held back from the training table. Told as skill: 0 is the constant prediction,
1 is perfect. Where on the ladder the model stands is evidence: below the constant something is broken, below linear the
optimisation is, on a par with boosted trees it is near what the features hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_tables import place, split_tables, tables
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.predictions import HOW as PREDICTIONS
from mladvisor.features.predictions import predicted
from mladvisor.features.predictiveness import HOW, task_of_tables
from mladvisor.features.printed_counts import printed_counts
from mladvisor.features.work import job

if TYPE_CHECKING:
    from mladvisor.features.evaluation.binning import Label
    from mladvisor.features.evaluation.intervals import Array
    from mladvisor.features.evaluation.ladder import Ladder, Own
    from mladvisor.features.metric_series import Series
    from mladvisor.tables.table import Table

CHEAP = job("baselines", "scoring a constant, the best column and a linear model", nanoseconds=3000, seconds=0.02,
            tables=("train",), most_rows=5_000)  # fmt: skip
TREES = job("baseline-trees", "scoring a small tree and boosted trees", nanoseconds=4000, seconds=3.0,
            tables=("train",), most_rows=20_000)  # fmt: skip
_CHEAP_ROWS, _TREE_ROWS, _JUDGED_ROWS = 5_000, 20_000, 20_000
_LEAST = 60
SURE = 1.96
"""Standard errors from a value to the end of its 95 % interval."""
_BOTH = f"{HOW}, and {PREDICTIONS} (or log accuracy, AUC, F1 or R2 on validation data)"
_CURVES = {"auc", "accuracy", "balanced-accuracy", "f1", "r2"}


def model(m: Measures) -> Own | Measured:
    """The run's own score: from its predictions, else the end of a metric curve that has a level of chance, else from
    the decisions that it printed; these before a curve of accuracy, where the mean recall does the model more credit.
    """
    found = m.once(predicted)
    if not isinstance(found, Measured) and found.decided is not None:
        from mladvisor.features.evaluation.ladder import METRICS, Own, Task, chance, score

        classes = 0 if found.kind == "regression" else len(found.classes)
        metric = "r2" if classes == 0 else "auc" if found.kind == "binary" and found.scores is not None else "accuracy"
        assert metric in METRICS
        task = Task(classes, found.positive, metric)
        if metric == "accuracy":
            guesses = (found.decided[:, None] == np.arange(classes)).astype(float)
        else:
            guesses = found.decided if classes == 0 else found.scores
        value = score(guesses, found.true, task)
        if value is None:
            return unknown(f"all judged rows of {found.table.file} have the same y_true")
        return Own(metric, found.split, *value, chance(found.true, task), Where(found.table.file, "y_pred"))
    logged = _logged(m)
    if not isinstance(logged, Measured) and logged.metric != "accuracy":
        return logged
    printed = _printed(m)
    # A curve of accuracy says nothing of what weighted classes gave it up for: the report of the decisions does.
    return printed if printed and (isinstance(logged, Measured) or printed.metric != "accuracy") else logged


def _printed(m: Measures) -> Own | None:
    """What a printed report or confusion matrix says; None without one, and of training rows.

    Of accuracy and the mean recall the one that does more credit to the model: where the classes were weighted, it
    gives up some of the one for the other.
    """
    counts = m.once(printed_counts)
    if counts is None or counts.split == "train" or counts.support is None or not counts.total:
        return None
    from mladvisor.features.evaluation.ladder import Own

    share, usual = counts.right / counts.total, float(counts.support.max()) / counts.total
    if usual >= 1:
        return None
    noise = max((share * (1 - share) / counts.total) ** 0.5, 1e-3)
    split, where = counts.split or "val", counts.where()
    found = Own("accuracy", split, share, noise, usual, where)
    recalls = [counts.recall(k) for k in range(len(counts.classes))]
    told = [each for each in recalls if each is not None]
    if len(told) == len(recalls):
        mean, level = sum(each[0] for each in told) / len(told), 1 / len(told)
        if (mean - level) / (1 - level) > (share - usual) / (1 - usual):
            error = max(sum(each[1] ** 2 for each in told) ** 0.5 / len(told), 1e-3)
            found = Own("balanced-accuracy", split, mean, error, level, where)
    return found


def _logged(m: Measures) -> Own | Measured:
    from mladvisor.features.evaluation.ladder import Own
    from mladvisor.features.metric_series import series

    curve = series(m, "val")
    # To call all rows positive gives two thirds of F1 where half are: what a weak model has learnt, AUC shows.
    curve = (_ranking(m) or curve) if curve is not None and curve.name == "f1" else curve
    if curve is None or curve.name not in _CURVES or not len(curve.y):
        return unknown(_BOTH)
    split = "test" if curve.curve.role.split == "test" else "val"
    return Own(curve.name, split, curve.end, max(curve.noise, 1e-3), None, curve.where)


def _ranking(m: Measures) -> Series | None:
    """The AUC of evaluation rows, where it was logged."""
    from mladvisor.features.metric_series import Series, grouped

    groups, metrics = m.once(grouped)
    curves = groups.get("auc", {})
    curve = curves.get("val") or curves.get("test")
    return Series(curve, metrics["auc"]) if curve is not None else None


def ladder(m: Measures, most: int) -> Ladder | Measured:
    """Rows to learn from and rows to judge on, in the metric of the run (accuracy, AUC or R2 without one)."""
    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    from mladvisor.features.evaluation.columns import labelled, matrix, usable
    from mladvisor.features.evaluation.ladder import Ladder, Rows, Task, folds

    if "train" not in splits:
        return unknown(HOW)
    own, collection = m.once(model), m.once(tables)
    named = m.once(task_of_tables)
    train = labelled(collection, splits["train"], named, most)
    if isinstance(train, str):
        return unknown(train)
    names = usable(collection, train.table)
    if len(train.rows) < _LEAST or not names:
        return unknown(f"{train.table.file} has {len(train.rows)} rows with a label and {len(names)} usable columns")
    wanted = "val" if isinstance(own, Measured) else own.split
    order = [wanted, "val", "test"]
    judged = None
    for name in order:
        table = splits.get(name) if name != "train" else None
        found = labelled(collection, table, named, _JUDGED_ROWS, train.classes) if table is not None else "none"
        if not isinstance(found, str) and len(found.rows) >= 20:
            judged = found
            break
    held_back = judged is None
    classes = len(train.classes)
    both = [(train.table, train.rows), *([(judged.table, judged.rows)] if judged is not None else [])]
    xs = matrix(train.table, names, both)
    bins = _bins(train.table, names, both)
    labels = [_label(each.label) for each in (train, *([judged] if judged is not None else []))]
    positive = _positive(m, train.classes)
    task = Task(classes, positive, _metric(own, classes))
    parts = [Rows(x, b, y) for x, b, y in zip(xs, bins, labels, strict=True)]
    if held_back:
        outside = folds(labels[0], classes, 3) == 0
        parts = [Rows(*(part[~outside] for part in parts[0])), Rows(*(part[outside] for part in parts[0]))]
    file = (judged or train).table.file
    return Ladder(parts[0], parts[1], task, names, file, held_back)


def _label(label: Label) -> Array:
    return label.codes if label.codes is not None else np.asarray(label.targets[:, 0])


def _positive(m: Measures, classes: tuple[str, ...]) -> int:
    found = m.once(predicted)
    if not isinstance(found, Measured) and found.kind == "binary" and found.classes == classes:
        return int(found.positive)
    return max(len(classes) - 1, 0)


def _metric(own: Own | Measured, classes: int) -> str:
    if not isinstance(own, Measured) and (own.metric == "r2") == (classes == 0):
        return own.metric
    return "r2" if classes == 0 else "auc" if classes == 2 else "accuracy"


def _bins(train: Table, names: list[str], both: list[tuple[Table, Array]]) -> list[Array]:
    """Bins of each column by the training rows' quantiles or categories, for each table."""
    from mladvisor.features.evaluation.columns import is_number, numbers
    from mladvisor.features.evaluation.prediction_columns import word

    result: list[list[Array]] = [[] for _ in both]
    for name in names:
        if is_number(train, name):
            values = [numbers(t, name, rows) if name in t else np.full(len(rows), np.nan) for t, rows in both]
            present = values[0][~np.isnan(values[0])]
            edges = np.unique(np.quantile(present, np.linspace(0, 1, 13)[1:-1])) if len(present) else np.zeros(0)
            for block, each in zip(result, values, strict=True):
                block.append(np.where(np.isnan(each), len(edges) + 1, np.searchsorted(edges, each, side="right")))
        else:
            _, kept = train.codes(name)
            index = {word(value): i for i, value in enumerate(kept[:200])}
            for block, (table, rows) in zip(result, both, strict=True):
                if name not in table:
                    block.append(np.zeros(len(rows), np.int64))
                    continue
                codes, values = table.codes(name)
                lookup = np.array([*(index.get(word(value), len(index)) for value in values), len(index) + 1])
                block.append(lookup[codes[rows]])
    return [np.column_stack(block).astype(np.int64) for block in result]


def rung(m: Measures, name: str) -> tuple[float, float, str] | Measured:
    """(skill, error, what it used) of "single", "linear", "tree" or "boosted"; of a number in its amounts."""
    parts = m.once(ladder, _CHEAP_ROWS if name in ("single", "linear") else _TREE_ROWS)
    return parts if isinstance(parts, Measured) else _climb(parts, name)


def _climb(parts: Ladder, name: str) -> tuple[float, float, str] | Measured:
    from mladvisor.features.evaluation import ladder as rungs

    used = ""
    if name == "single":
        best = rungs.single(parts.train, parts.judged, parts.task)
        if best is None:
            return unknown("no column can be set against the label")
        used, guesses = parts.columns[best[0]], best[1]
    else:
        guesses = getattr(rungs, name)(parts.train, parts.judged, parts.task)
    level = rungs.chance(parts.judged.y, parts.task)
    value = rungs.skill(rungs.score(guesses, parts.judged.y, parts.task), level)
    if value is None:
        return unknown(f"the label of {parts.file} has one value only")
    return value[0], value[1], used


def own_skill(m: Measures) -> tuple[float, float, Where | None] | Measured:
    """(skill, error, place) of the run's model."""
    found = m.once(model)
    if isinstance(found, Measured):
        return found
    level, error = found.chance, found.error
    if level is None:
        parts = m.once(ladder, _CHEAP_ROWS)
        if isinstance(parts, Measured):
            return parts
        if parts.task.metric != found.metric:
            return unknown(f"the run is judged by {found.metric}, which does not suit the label")
        from mladvisor.features.evaluation.ladder import chance

        level = chance(parts.judged.y, parts.task)
        # A point of a curve is a mean over rows, too, which the curve does not show.
        share = min(max(found.value, 0.05), 0.95)
        error = (error**2 + share * (1 - share) / len(parts.judged.y)) ** 0.5
    if level >= 1:
        return unknown("the label has one value only")
    return (found.value - level) / (1 - level), error / (1 - level), found.where


@feature("baseline.metric", type="choice", doc="Metric in which the model and the baselines are compared", how=_BOTH,
         source="base.always", cost="cheap", job=CHEAP)  # fmt: skip
def metric(m: Measures) -> Measured:
    found = m.once(ladder, _CHEAP_ROWS)
    return found if isinstance(found, Measured) else Measured(found.task.metric)


@feature("baseline.held_back", type="flag", doc="Baselines are scored on rows held back from the training table, since"
         " no other table has labels", how=HOW, source="base.always", cost="cheap", job=CHEAP)  # fmt: skip
def held_back(m: Measures) -> Measured:
    found = m.once(ladder, _CHEAP_ROWS)
    return found if isinstance(found, Measured) else Measured(found.held_back)


@feature("baseline.model", unit="skill", doc="Skill of the run's model: 0 is a constant prediction, 1 is perfect",
         how=_BOTH, source="base.constant", cost="cheap", job=CHEAP)  # fmt: skip
def of_model(m: Measures) -> Measured:
    found = m.once(own_skill)
    return found if isinstance(found, Measured) else Measured(found[0], se=found[1], where=found[2])


def _rung(m: Measures, name: str) -> Measured:
    found = m.once(rung, name)
    if isinstance(found, Measured):
        return found
    return Measured(found[0], se=found[1], where=place(m.once(split_tables)["train"], found[2]))


@feature("baseline.single", unit="skill", doc="Skill of the best single column", how=HOW, source="base.single",
         cost="cheap", job=CHEAP)  # fmt: skip
def single(m: Measures) -> Measured:
    return _rung(m, "single")


@feature("baseline.single_column", type="choice", doc="The best single column", how=HOW, source="base.single",
         cost="cheap", job=CHEAP)  # fmt: skip
def single_column(m: Measures) -> Measured:
    found = m.once(rung, "single")
    return found if isinstance(found, Measured) else Measured(found[2])


@feature("baseline.linear", unit="skill", doc="Skill of a linear model without non-linear features", how=HOW,
         source="base.linear", cost="cheap", job=CHEAP)  # fmt: skip
def linear(m: Measures) -> Measured:
    return _rung(m, "linear")


@feature("baseline.tree", unit="skill", doc="Skill of a tree of depth 3", how=HOW, source="base.ladder", cost="heavy",
         job=TREES)  # fmt: skip
def tree(m: Measures) -> Measured:
    return _rung(m, "tree")


def boosted_in_ranks(m: Measures) -> tuple[float, float, str] | Measured | None:
    """As `rung`, of a number in its ranks among the training rows, where no heavy tail decides; None of classes."""
    parts = m.once(ladder, _TREE_ROWS)
    if isinstance(parts, Measured) or parts.task.classes:
        return None
    from mladvisor.features.evaluation.binning import ranked

    among = parts.train.y
    train, judged = (part._replace(y=ranked(part.y, among)) for part in (parts.train, parts.judged))
    return _climb(parts._replace(train=train, judged=judged), "boosted")


@feature("baseline.boosted", unit="skill", doc="Skill of gradient-boosted trees; of a number in its amounts or its"
         " ranks, whichever is more", how=HOW, source="base.ladder", cost="heavy", job=TREES)  # fmt: skip
def boosted(m: Measures) -> Measured:
    plain = _rung(m, "boosted")
    if not isinstance(plain.value, float):
        return plain
    ranks = boosted_in_ranks(m)
    if ranks is None or isinstance(ranks, Measured) or ranks[0] <= plain.value:
        return plain
    return Measured(ranks[0], se=ranks[1], where=plain.where)


@feature("baseline.over_constant", unit="skill", doc="Skill of the model over a constant prediction: its skill itself",
         how=_BOTH, source="base.constant", cost="cheap", job=CHEAP)  # fmt: skip
def over_constant(m: Measures) -> Measured:
    return m.one("baseline.model")


def _over(m: Measures, name: str) -> Measured:
    own = m.one("baseline.model")
    if not isinstance(own.value, float):
        return own  # a baseline with nothing to compare is not worth its work
    other = _rung(m, name)
    if not isinstance(other.value, float):
        return other
    return Measured(own.value - other.value, se=(own.se**2 + other.se**2) ** 0.5, where=own.where)


@feature("baseline.over_single", unit="skill", doc="Skill of the model over the best single column", how=_BOTH,
         source="base.single", cost="cheap", job=CHEAP)  # fmt: skip
def over_single(m: Measures) -> Measured:
    return _over(m, "single")


@feature("baseline.over_linear", unit="skill", doc="Skill of the model over a linear model", how=_BOTH,
         source="base.linear", cost="cheap", job=CHEAP)  # fmt: skip
def over_linear(m: Measures) -> Measured:
    return _over(m, "linear")


def _over_high(m: Measures, which: str) -> Measured:
    found = _over(m, which)
    if not isinstance(found.value, float):
        return found
    return Measured(found.value + SURE * found.se, where=found.where)


@feature("baseline.over_single_high", unit="skill", doc="Upper end of the 95 % interval of the model's skill over the"
         " best single column", how=_BOTH, source="base.single", cost="cheap", job=CHEAP)  # fmt: skip
def over_single_high(m: Measures) -> Measured:
    return _over_high(m, "single")


@feature("baseline.over_linear_high", unit="skill", doc="Upper end of the 95 % interval of the model's skill over a"
         " linear model", how=_BOTH, source="base.linear", cost="cheap", job=CHEAP)  # fmt: skip
def over_linear_high(m: Measures) -> Measured:
    return _over_high(m, "linear")


@feature("baseline.over_tree", unit="skill", doc="Skill of the model over a tree of depth 3", how=_BOTH,
         source="base.ladder", cost="heavy", job=TREES)  # fmt: skip
def over_tree(m: Measures) -> Measured:
    return _over(m, "tree")


@feature("baseline.over_boosted", unit="skill", doc="Skill of the model over gradient-boosted trees", how=_BOTH,
         source="base.ladder", cost="heavy", job=TREES)  # fmt: skip
def over_boosted(m: Measures) -> Measured:
    return _over(m, "boosted")


@feature("baseline.boosted_over_linear", unit="skill", doc="Skill of gradient-boosted trees over a linear model: what"
         " there is to learn that is not linear", how=HOW, source="base.ladder", cost="heavy", job=TREES)  # fmt: skip
def boosted_over_linear(m: Measures) -> Measured:
    best, other = _rung(m, "boosted"), m.one("baseline.linear")
    if not isinstance(best.value, float) or not isinstance(other.value, float):
        return best if not best.known else other
    # Both are judged on the same rows, so their errors go together: half of the sum, not all of it.
    return Measured(best.value - other.value, se=(0.5 * (best.se**2 + other.se**2)) ** 0.5, where=best.where)
