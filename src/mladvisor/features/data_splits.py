"""Whether train, val and test represent the same data: their sizes, their labels, and all columns together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_tables import place, split_tables, tables
from mladvisor.features.measured import Measured, Where, not_applicable, unknown
from mladvisor.features.told_counts import are_told, told_drifts
from mladvisor.features.work import job
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

if TYPE_CHECKING:
    from mladvisor.tables.drift import Drift
    from mladvisor.tables.relations import Relation
    from mladvisor.tables.table import Table

HOW = "put train.csv and val.csv or test.csv (or .parquet) beside the log"
DRIFT = job("drift", "comparing the columns of the splits", nanoseconds=40)
MIX = job("label-mix", "comparing the labels of the splits", nanoseconds=10, otherwise=are_told)
CLASSIFIER = job(
    "domain-classifier",
    "training a classifier to tell the splits apart",
    nanoseconds=1_000,
    seconds=2.5,
    most_rows=10_000,
)

AT_THE_CUT = 0.01
"""Share of the rows that may share the date of the cut itself."""

Splits = dict[str, Measured] | Measured


def sides(m: Measures) -> tuple[Table, list[Table]] | Measured:
    """The training table and the evaluation tables, or why they cannot be compared."""
    splits = m.once(split_tables, 2)
    if isinstance(splits, Measured):
        return splits
    train = splits.get("train")
    if train is None:
        return unknown("there is no training table (train.csv) to compare with", "not-logged")
    return train, [table for name, table in splits.items() if name != "train"]


def grouping(m: Measures) -> str | None:
    """The column whose entities the split keeps on one side each: then differences are judged by entities, not rows."""
    from mladvisor.tables.entities import grouped_by

    both = m.once(sides)
    if isinstance(both, Measured):
        return None
    train, others = both
    return grouped_by(train, others, m.once(keys_told))


_DIVIDES = word_set("split splits splitting cv crossval fold folds group groups holdout")


def keys_told(m: Measures) -> frozenset[str]:
    """Columns by which the settings divide the rows: "split: leave-one-hospital-out", "group_column: site"."""
    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return frozenset()
    said: set[str] = set()
    for key, setting in m.run.config.items():
        if isinstance(setting.value, str) and not _DIVIDES.isdisjoint(words_of(key.rpartition(".")[2])):
            said |= {setting.value, *words_of(setting.value)}
    columns = {column for table in splits.values() for column in table.columns} if said else set()
    return frozenset(column for column in columns if column in said or said.issuperset(_called(column)))


def _called(column: str) -> list[str]:
    """The words of a column without those for a number: "site_id" is called "site"."""
    return [word for word in words_of(column) if word not in ("id", "no", "nr", "code", "name")] or [column]


@feature(
    "split.by_time",
    type="flag",
    doc="All evaluation rows are later than all training rows by a column of dates, or all tables hold windows that"
    " slide over a series, row by row: the split follows the time",
    how="keep the column with the date of each row in the tables",
    source="data.splits",
    cost="cheap",
    job=DRIFT,
)
def by_time(m: Measures) -> Measured:
    from mladvisor.tables.order import dates
    from mladvisor.tables.windows import are_windows

    both = m.once(sides)
    if isinstance(both, Measured):
        return both
    train, others = both
    for column in train.columns:
        found = [dates(train, other, column) for other in others]
        if all(each is not None and each.overlap <= AT_THE_CUT and each.later >= 1.0 - AT_THE_CUT for each in found):
            return Measured(True, note=column, where=place(train, column))
    if others and all(are_windows(table) for table in (train, *others)):
        return Measured(True, where=place(train))
    return Measured(False)


@feature(
    "split.by_entity",
    type="flag",
    doc="Rows come in groups (a store, a patient), and the split keeps each group on one side",
    how="keep the column that names the entity (customer_id, patient_id, ...) in the tables",
    source="data.splits",
    cost="cheap",
    job=DRIFT,
)
def by_entity(m: Measures) -> Measured:
    both = m.once(sides)
    if isinstance(both, Measured):
        return both
    column = m.once(grouping)
    return Measured(column is not None, note=column or "", where=place(both[0], column or ""))


def label_drifts(m: Measures) -> dict[str, tuple[Table, Drift]] | Measured:
    """Split -> how its label differs from that of training."""
    from mladvisor.tables.drift import compare_label
    from mladvisor.tables.entities import by_groups, design_effect

    both = m.once(sides)
    if isinstance(both, Measured):
        return both
    train, others = both
    column = m.once(tables).label_column
    if column is None or column not in train:
        return unknown("the label's column is not known: write `label:` into mladvisor.yaml", "no-config")
    classes = m.once(tables).task in ("binary", "multiclass")
    group = m.once(grouping)
    effect = 1.0 if group is None else design_effect(train, column, group)
    found = {}
    for other in others:
        if column in other:
            drift = compare_label(train, other, column, classes=classes)
            if drift is not None:
                found[other.name] = (other, by_groups(drift, effect))
    return found or unknown(f'no evaluation table holds the label "{column}"', "not-logged")


def mixes(m: Measures) -> dict[str, tuple[Where, Drift]] | Measured:
    """Split -> how its label differs from that of training: by the tables, else by what somebody counted."""
    found = m.once(label_drifts)
    if isinstance(found, Measured):
        return m.once(told_drifts) or found
    column = m.once(tables).label_column or ""
    return {name: (place(other, column), part) for name, (other, part) in found.items()}


@feature(
    "split.label_drift",
    each="split",
    unit="fraction",
    doc="How far the label differs between training and an evaluation table: share of rows that would have to change "
    "class, less what chance gives; Kolmogorov-Smirnov distance in a regression",
    how=HOW,
    source="data.splits",
    cost="cheap",
    job=MIX,
)
def label_drift(m: Measures) -> Splits:
    found = m.once(mixes)
    if isinstance(found, Measured):
        return found
    return {
        name: Measured(part.effect.size, part.effect.se, note=part.lead, where=where)
        for name, (where, part) in found.items()
    }


@feature(
    "split.label_drift_q",
    each="split",
    doc="How likely such a difference of the labels is between samples of one source, over all pairs of tables",
    how=HOW,
    source="data.splits",
    cost="cheap",
    job=MIX,
)
def label_drift_q(m: Measures) -> Splits:
    from mladvisor.tables.statistics import q_values

    found = m.once(mixes)
    if isinstance(found, Measured):
        return found
    q = q_values([part.effect.p for _, part in found.values()])
    return {name: Measured(value) for name, value in zip(found, q, strict=True)}


@feature(
    "split.label_drift_says",
    type="choice",
    each="split",
    doc="Which class differs most, with its shares; the means in a regression",
    how=HOW,
    source="data.splits",
    cost="cheap",
    job=MIX,
)
def label_drift_says(m: Measures) -> Splits:
    found = m.once(mixes)
    if isinstance(found, Measured):
        return found
    return {name: Measured(part.lead) for name, (_, part) in found.items() if part.lead}


@feature(
    "split.rows",
    each="split",
    unit="rows",
    doc="Rows of each table that were read",
    how=HOW,
    source="data.splits",
    cost="cheap",
)
def rows(m: Measures) -> Splits:
    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    return {name: Measured(float(table.rows), where=place(table)) for name, table in splits.items()}


@feature(
    "split.domain_auc",
    each="split",
    unit="fraction",
    doc="How well boosted trees tell rows of an evaluation table from training rows (cross-validated ROC AUC; 0.5: not "
    "at all), keys, dates and the label left out",
    how=HOW,
    source="data.splits",
    cost="heavy",
    job=CLASSIFIER,
)
def domain_auc(m: Measures) -> Splits:
    from mladvisor.tables.domain import told_apart

    both = m.once(sides)
    if isinstance(both, Measured):
        return both
    train, others = both
    result = {}
    for other in others:
        found = told_apart(train, other, leave_out=m.once(tables).label_column)
        if found is not None:
            result[other.name] = Measured(found.auc, found.se, note=", ".join(found.leading), where=place(other))
    return result or not_applicable("the tables share no column that can be compared, or hold too few rows")


def _relations(m: Measures) -> dict[str, tuple[Table, Relation]] | Measured:
    from mladvisor.tables.entities import design_effect
    from mladvisor.tables.relations import related

    both = m.once(sides)
    if isinstance(both, Measured):
        return both
    train, others = both
    label, group = m.once(tables).label_column, m.once(grouping)

    def alike(column: str) -> float:
        return 1.0 if group is None else design_effect(train, column, group)

    found = {other.name: (other, related(train, other, leave_out={label, group}, alike=alike)) for other in others}
    known = {name: (other, one) for name, (other, one) in found.items() if one is not None}
    return known or not_applicable("the tables share fewer than two columns of numbers, or hold too few rows")


@feature(
    "split.relation_shift",
    each="split",
    unit="fraction",
    doc="How far the rank correlation of two columns differs between training and an evaluation table, beyond six "
    "standard errors; of the pair that differs most",
    how=HOW,
    source="data.splits",
    cost="cheap",
    job=DRIFT,
)
def relation_shift(m: Measures) -> Splits:
    found = m.once(_relations)
    if isinstance(found, Measured):
        return found
    return {name: Measured(one.size, where=place(other, one.second)) for name, (other, one) in found.items()}


@feature(
    "split.relation_shift_says",
    type="choice",
    each="split",
    doc="The pair of columns, and its rank correlation in the two tables",
    how=HOW,
    source="data.splits",
    cost="cheap",
    job=DRIFT,
)
def relation_shift_says(m: Measures) -> Splits:
    found = m.once(_relations)
    if isinstance(found, Measured):
        return found
    return {
        name: Measured(f"{one.first} and {one.second}: {one.before:.2f} in training, {one.now:.2f} in {other.file}")
        for name, (other, one) in found.items()
        if one.size > 0.0
    }
