"""The labels themselves: rows that contradict each other, and labels that contradict surer predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_absurd import absurd_rows
from mladvisor.features.data_tables import place, split_tables, tables
from mladvisor.features.measured import Measured, Where, not_applicable, unknown
from mladvisor.features.predictions import HOW as PREDICTIONS
from mladvisor.features.predictions import JOB as PREDICTIONS_JOB
from mladvisor.features.predictions import of_scores
from mladvisor.features.predictiveness import HOW, task_of_tables, training_rows
from mladvisor.features.work import job

if TYPE_CHECKING:
    from mladvisor.features.evaluation.conflicts import Conflicts
    from mladvisor.features.evaluation.noise_floor import LabelNoise

CONFLICTS = job("label-conflicts", "looking for equal rows with different labels", nanoseconds=120, tables=("train",))
CROSS = job("label-noise", "predicting each label by a model that did not see it", nanoseconds=4000, seconds=3.0,
            tables=("train",), most_rows=10_000)  # fmt: skip
_NORTHCUTT = "+labels Northcutt et al. 2021"
_TIED = 1e-6  # scores of which none is surer than the others: their order is that of the file


def conflicts(m: Measures) -> Conflicts | Measured:
    """Contradictions among equal rows of the training table."""
    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    collection, table = m.once(tables), next(iter(splits.values()))
    label = collection.label_column
    if label is None or label not in table:
        return unknown("no column is known to be the label: name it under `label:` in mladvisor.yaml")
    columns = [each for each in table.columns if each != label and table.kind(each) != "identifier"]
    if not columns or table.rows < 2:
        return unknown(f"{table.file} has no features or fewer than two rows")
    from mladvisor.features.evaluation.conflicts import contradictions
    from mladvisor.tables.overlap import Hashed, comparable, repeated

    hashes, codes = table.hashes(columns), table.codes(label).codes
    absurd = m.once(absurd_rows)
    if isinstance(absurd, dict) and table.name in absurd and absurd[table.name][1].rows:
        # A device that hung wrote these rows, and their labels are any labels: they contradict nobody.
        codes = np.where(hashes == hashes[absurd[table.name][1].first], -1, codes)
    found = contradictions(hashes, codes)
    if found is None:
        return unknown(f'{table.file}: no row has a "{label}"', "too-few-points")
    if not found.share:
        return found
    # Where few coarse columns leave few combinations, equal rows are no copies, and need not agree.
    features = [column for column in comparable([table]) if column != label]
    beyond = repeated(Hashed(table, features), always=True) if features else None
    kept = min(1.0, beyond.share * beyond.of / max(1, beyond.rows)) if beyond is not None and beyond.share else 0.0
    return found._replace(share=found.share * kept)


def _conflict(m: Measures, field: str) -> Measured:
    found = m.once(conflicts)
    if isinstance(found, Measured):
        return found
    table = next(iter(m.once(split_tables).values()))
    where = place(table, m.once(tables).label_column or "", found.lines)
    return Measured(float(getattr(found, field)), where=where)


@feature("labels.conflict_share", unit="fraction", doc="Share of training rows whose features stand in the table with"
         " another label, too, less what chance gives in a table of few combinations",
         how=HOW, source="data.quality", cost="cheap", job=CONFLICTS)  # fmt: skip
def conflict_share(m: Measures) -> Measured:
    if m.once(task_of_tables) == "regression" or (m.run.manifest.task is None and m.once(tables).task == "regression"):
        return not_applicable("amounts differ between equal rows without contradicting each other")
    return _conflict(m, "share")


@feature("labels.conflict_first", unit="line", doc="Line of the first training row that contradicts another one",
         how=HOW, source="data.quality", cost="cheap", job=CONFLICTS)  # fmt: skip
def conflict_first(m: Measures) -> Measured:
    found = m.once(conflicts)
    if isinstance(found, Measured):
        return found
    return Measured(float(found.lines[0])) if found.lines else not_applicable("no rows contradict each other")


@feature("labels.conflict_second", unit="line", doc="Line of the row that the first one contradicts", how=HOW,
         source="data.quality", cost="cheap", job=CONFLICTS)  # fmt: skip
def conflict_second(m: Measures) -> Measured:
    found = m.once(conflicts)
    if isinstance(found, Measured):
        return found
    return Measured(float(found.lines[1])) if found.lines else not_applicable("no rows contradict each other")


@feature("labels.repeated_share", unit="fraction", doc="Share of training rows whose features stand in the table more"
         " than once; high where a few coarse columns leave few combinations", how=HOW, source="data.quality",
         cost="cheap", job=CONFLICTS)  # fmt: skip
def repeated_share(m: Measures) -> Measured:
    return _conflict(m, "repeated")


@feature("labels.conflict_ratio", unit="ratio", doc="How often equal rows disagree in their label, over how often any"
         " two rows do", how=HOW, source="data.quality", cost="cheap", job=CONFLICTS)  # fmt: skip
def conflict_ratio(m: Measures) -> Measured:
    return _conflict(m, "ratio")


def predicted_noise(m: Measures) -> LabelNoise | Measured:
    """Labels of the judged predictions against the run's own scores, which have not seen them."""
    found = m.once(of_scores)
    if isinstance(found, Measured):
        return found
    if not found.probabilities or found.split == "train":
        return not_applicable("only probabilities of rows that the model has not seen can contradict a label")
    if np.ptp(found.scores.max(axis=1)) < _TIED:
        return not_applicable("the scores are all alike: of no row is the model surer than of another")
    from mladvisor.features.evaluation.noise_floor import LEAST, noise_floor

    return noise_floor(found.scores, found.true) or unknown(
        f"{len(found)} rows are too few; {LEAST} are needed", "too-few-points"
    )


def crossed_noise(m: Measures) -> LabelNoise | Measured:
    """Labels of the training table against cross-validated predictions of boosted trees."""
    found = m.once(training_rows)
    if isinstance(found, Measured):
        return found
    if found.label.codes is None:
        return not_applicable("wrong labels are looked for among classes")
    from mladvisor.features.evaluation.columns import matrix, usable
    from mladvisor.features.evaluation.ladder import cross_scores
    from mladvisor.features.evaluation.noise_floor import LEAST, noise_floor

    rows = found.rows[:: max(1, len(found.rows) // 10_000)]
    codes = found.label.codes[:: max(1, len(found.rows) // 10_000)]
    (x,) = matrix(found.table, usable(m.once(tables), found.table), [(found.table, rows)], most=200)
    scores = cross_scores(x, codes, len(found.classes))
    if scores is None:
        return unknown("it takes a column, and three rows of each class", "too-few-points")
    made = noise_floor(scores, codes)
    if made is None:
        return unknown(f"{len(codes)} rows are too few; {LEAST} are needed", "too-few-points")
    return made._replace(suspects=rows[made.suspects])


def _noise(m: Measures, field: str, error: str, where: Where | None) -> Measured:
    made = m.once(predicted_noise)
    if isinstance(made, Measured):
        return made
    return Measured(float(getattr(made, field)), se=float(getattr(made, error)) if error else 0.0, where=where)


def _crossed(m: Measures, field: str, error: str = "") -> Measured:
    made = m.once(crossed_noise)
    if isinstance(made, Measured):
        return made
    rows = m.once(training_rows)
    where = place(rows.table, rows.column)
    return Measured(float(getattr(made, field)), se=float(getattr(made, error)) if error else 0.0, where=where)


def _predictions_place(m: Measures) -> Where | None:
    found = m.once(of_scores)
    return None if isinstance(found, Measured) else Where(found.table.file, "y_true")


@feature("labels.predicted_noise", unit="fraction", doc="Share of labels that contradict the model among the fifth of"
         " the judged rows on which it is surest", how=PREDICTIONS, source=_NORTHCUTT, cost="cheap",
         job=PREDICTIONS_JOB)  # fmt: skip
def noise(m: Measures) -> Measured:
    return _noise(m, "floor", "floor_error", _predictions_place(m))


@feature("labels.predicted_noise_low", unit="fraction", doc="Lower end of the 95 % interval of the same",
         how=PREDICTIONS, source=_NORTHCUTT, cost="cheap", job=PREDICTIONS_JOB)  # fmt: skip
def noise_low(m: Measures) -> Measured:
    return _noise(m, "floor_low", "", _predictions_place(m))


@feature("labels.predicted_flatness", unit="ratio", doc="Contradictions among the surest rows over those among all:"
         " near 0 where classes overlap, near 1 where labels are wrong", how=PREDICTIONS, source=_NORTHCUTT,
         cost="cheap", job=PREDICTIONS_JOB)  # fmt: skip
def flatness(m: Measures) -> Measured:
    return _noise(m, "flatness", "", _predictions_place(m))


@feature("labels.predicted_flatness_low", unit="ratio", doc="Lower end of the 80 % interval of the same",
         how=PREDICTIONS, source=_NORTHCUTT, cost="cheap", job=PREDICTIONS_JOB)  # fmt: skip
def flatness_low(m: Measures) -> Measured:
    return _noise(m, "flatness_low", "", _predictions_place(m))


@feature("labels.predicted_skill", unit="fraction", doc="Share of the errors of always naming the largest class that"
         " the scores avoid", how=PREDICTIONS, source=_NORTHCUTT, cost="cheap", job=PREDICTIONS_JOB)  # fmt: skip
def skill(m: Measures) -> Measured:
    return _noise(m, "skill", "", _predictions_place(m))


@feature("labels.noise", unit="fraction", doc="Share of training labels that contradict cross-validated boosted trees"
         " among the fifth of the rows on which these are surest", how=HOW, source=_NORTHCUTT, cost="heavy",
         job=CROSS)  # fmt: skip
def crossed(m: Measures) -> Measured:
    return _crossed(m, "floor", "floor_error")


@feature("labels.noise_low", unit="fraction", doc="Lower end of the 95 % interval of the same", how=HOW,
         source=_NORTHCUTT, cost="heavy", job=CROSS)  # fmt: skip
def crossed_low(m: Measures) -> Measured:
    return _crossed(m, "floor_low")


@feature("labels.flatness", unit="ratio", doc="Contradictions among the surest training rows over those among all",
         how=HOW, source=_NORTHCUTT, cost="heavy", job=CROSS)  # fmt: skip
def crossed_flatness(m: Measures) -> Measured:
    return _crossed(m, "flatness")


@feature("labels.flatness_low", unit="ratio", doc="Lower end of the 80 % interval of the same", how=HOW,
         source=_NORTHCUTT, cost="heavy", job=CROSS)  # fmt: skip
def crossed_flatness_low(m: Measures) -> Measured:
    return _crossed(m, "flatness_low")


@feature("labels.skill", unit="fraction", doc="Share of the errors of always naming the largest class that boosted"
         " trees avoid under cross-validation", how=HOW, source=_NORTHCUTT, cost="heavy", job=CROSS)  # fmt: skip
def crossed_skill(m: Measures) -> Measured:
    return _crossed(m, "skill")


@feature("labels.suspects", type="choice", doc="Lines of the training table whose labels contradict the surest"
         " cross-validated predictions, surest first", how=HOW, source=_NORTHCUTT, cost="heavy", job=CROSS)  # fmt: skip
def suspects(m: Measures) -> Measured:
    made = m.once(crossed_noise)
    if isinstance(made, Measured):
        return made
    rows = m.once(training_rows)
    lines = ", ".join(str(int(row) + 2) for row in made.suspects[:10])
    return Measured(lines or "none", where=place(rows.table, rows.column))
