"""Heavier checks of features, on demand: cross-validated with and without a column, and a tiny set of easy rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_tables import place, tables
from mladvisor.features.measured import Items, Measured, not_applicable, unknown
from mladvisor.features.predictiveness import HOW, told, training_rows
from mladvisor.features.work import job

if TYPE_CHECKING:
    from mladvisor.features.evaluation.columns import Labelled
    from mladvisor.features.evaluation.intervals import Array
    from mladvisor.features.evaluation.ladder import Task, Without

WITHOUT = job("without-features", "training with and without each column under cross-validation", nanoseconds=60_000,
              seconds=3.0, tables=("train",), most_rows=4_000)  # fmt: skip
EASY = job("easy-rows", "looking for a tiny set of easy rows", nanoseconds=4000, seconds=3.0, tables=("train",),
           most_rows=10_000)  # fmt: skip
_ROWS, _COLUMNS, _TINY = 4_000, 12, 20


def ablation(m: Measures) -> Without | Measured:
    """Boosted trees with and without columns."""
    found, columns = m.once(training_rows), m.once(told)
    if isinstance(found, Measured) or isinstance(columns, Measured):
        return found if isinstance(found, Measured) else columns
    strength = {
        name: max((x.share for x in (each.bins, each.line) if x), default=0.0) for name, each in columns.items()
    }
    order = sorted(strength, key=lambda name: -strength[name])
    if len(order) < 4:
        return not_applicable(f"{found.table.file} has {len(order)} usable columns; leaving some out needs four")
    rows, y, task = _rows(found)
    base = _skill(found, order, rows, y, task)
    few = order[: max(1, len(order) // 4)]
    strongest = _skill(found, few, rows, y, task)
    if base is None or strongest is None:
        return unknown("each class needs rows for three parts", "too-few-points")
    each = {}
    for name in order[:_COLUMNS]:
        value = _skill(found, [other for other in order if other != name], rows, y, task)
        if value is not None:
            each[name] = value
    from mladvisor.features.evaluation.ladder import Without

    return Without(base, strongest, few, each)


def _rows(found: Labelled) -> tuple[Array, Array, Task]:
    from mladvisor.features.evaluation.ladder import Task

    step = max(1, len(found.rows) // _ROWS)
    classes = len(found.classes)
    metric = "r2" if classes == 0 else "auc" if classes == 2 else "accuracy"
    y = found.label.codes if found.label.codes is not None else found.label.targets[:, 0]
    return found.rows[::step], y[::step], Task(classes, 1, metric)


def _skill(found: Labelled, columns: list[str], rows: Array, y: Array, task: Task) -> tuple[float, float] | None:
    from mladvisor.features.evaluation.columns import matrix
    from mladvisor.features.evaluation.ladder import cross_skill

    (x,) = matrix(found.table, columns, [(found.table, rows)])
    return cross_skill(x, y, task)


@feature("features.cv_skill", unit="skill", doc="Skill of boosted trees on all columns under cross-validation: 0 is a"
         " constant, 1 is perfect", how=HOW, source="feat.nonlinear", cost="heavy", job=WITHOUT)  # fmt: skip
def cv_skill(m: Measures) -> Measured:
    found = m.once(ablation)
    return found if isinstance(found, Measured) else Measured(found.all[0], se=found.all[1])


@feature("features.cv_gain_of_rest", unit="skill", doc="Skill of boosted trees on all columns over that on the"
         " strongest quarter of them", how=HOW, source="feat.nonlinear", cost="heavy", job=WITHOUT)  # fmt: skip
def cv_gain_of_rest(m: Measures) -> Measured:
    found = m.once(ablation)
    if isinstance(found, Measured):
        return found
    error = (found.all[1] ** 2 + found.strongest[1] ** 2) ** 0.5
    return Measured(found.all[0] - found.strongest[0], se=error)


@feature("features.strongest", type="choice", doc="The strongest quarter of the columns, each by itself", how=HOW,
         source="feat.correlation", cost="heavy", job=WITHOUT)  # fmt: skip
def strongest(m: Measures) -> Measured:
    found = m.once(ablation)
    return found if isinstance(found, Measured) else Measured(", ".join(found.names[:6]))


@feature("column.cv_gain", unit="skill", doc="What the column adds to all others under cross-validation of boosted"
         " trees", how=HOW, each="column", source="feat.nonlinear", cost="heavy", job=WITHOUT)  # fmt: skip
def cv_gain(m: Measures) -> Items | Measured:
    found = m.once(ablation)
    if isinstance(found, Measured):
        return found
    table = m.once(training_rows).table
    return {
        name: Measured(
            found.all[0] - value[0], se=(0.5 * (found.all[1] ** 2 + value[1] ** 2)) ** 0.5, where=place(table, name)
        )
        for name, value in found.each.items()
    }


def easy(m: Measures) -> tuple[list[int], float, float] | Measured:
    """(row numbers, share, error): rows that a model without them is surest of, and how many of these it gets right.

    Boosted trees are sure of noise, too, so their probability says little; whether the label agrees is counted. The
    mean over the classes, since calling everything the common class would be right most of the time.
    """
    found = m.once(training_rows)
    if isinstance(found, Measured):
        return found
    if found.label.codes is None:
        return not_applicable("easy rows are looked for among classes")
    from mladvisor.features.evaluation.columns import matrix, usable
    from mladvisor.features.evaluation.decisions import mean_of
    from mladvisor.features.evaluation.intervals import share_error
    from mladvisor.features.evaluation.ladder import cross_scores

    (x,) = matrix(found.table, usable(m.once(tables), found.table), [(found.table, found.rows)])
    codes, classes = found.label.codes, len(found.classes)
    scores = cross_scores(x, codes, classes)
    if scores is None:
        return unknown("it takes a column, and three rows of each class", "too-few-points")
    each = max(1, _TINY // classes)
    easiest, shares = [], []
    for k in range(classes):
        sure = np.argsort(-scores[:, k], kind="stable")[: max(_TINY, len(codes) // 20)]
        right = codes[sure] == k
        shares.append((float(right.mean()), share_error(float(right.sum()), len(sure))))
        easiest.append(sure[right][:each])
    share, error = mean_of(list(shares)) or (0.0, 0.0)
    return [int(row) for row in found.rows[np.concatenate(easiest)]], share, error


@feature("features.easy_rows", type="choice", doc="Lines of the training table with the twenty rows that are easiest to"
         " learn, all classes among them: a model that cannot learn these has a bug", how=HOW, source="feat.tiny",
         cost="heavy", job=EASY)  # fmt: skip
def easy_rows(m: Measures) -> Measured:
    found = m.once(easy)
    if isinstance(found, Measured):
        return found
    return Measured(", ".join(str(row + 2) for row in found[0]), where=place(m.once(training_rows).table))


@feature("features.easy_share", unit="fraction", doc="Share of the rows of which boosted trees are surest, without"
         " having seen them, that have the label they give; mean over the classes", how=HOW, source="feat.tiny",
         cost="heavy", job=EASY)  # fmt: skip
def easy_share(m: Measures) -> Measured:
    found = m.once(easy)
    if isinstance(found, Measured):
        return found
    return Measured(found[1], se=found[2], where=place(m.once(training_rows).table))
