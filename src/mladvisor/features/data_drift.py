"""How each column differs between training and the evaluation tables: values, units, new categories, blanks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_splits import DRIFT, HOW, grouping, keys_told, sides
from mladvisor.features.data_tables import place, tables
from mladvisor.features.measured import Measured

if TYPE_CHECKING:
    from mladvisor.tables.drift import Drift
    from mladvisor.tables.table import Table

SURE = 0.001
"""Of the tables that differ by chance alone one is chosen to be shown only below this q-value."""

Columns = dict[str, Measured] | Measured
Pairs = dict[str, list[tuple["Table", "Drift"]]]


def drifts(m: Measures) -> tuple[Pairs, dict[tuple[str, str], float], dict[tuple[str, str], float]] | Measured:
    """Column -> (evaluation table, how it differs from training); q-values by (column, table) of values and of blanks.

    The label is left out: it is judged apart (`split.label_drift`). Of columns that the model does not get, numbers say
    nothing, and categories that differ (another site) say how the data were split, but no encoder meets a new one.
    """
    from mladvisor.tables.drift import compare
    from mladvisor.tables.entities import apart_by_name, by_groups, design_effect, later_by_count
    from mladvisor.tables.statistics import q_values
    from mladvisor.tables.table import NUMBERS

    both = m.once(sides)
    if isinstance(both, Measured):
        return both
    train, others = both
    label, aside = m.once(tables).label_column, m.once(tables).left_out
    if told := [column for column in train.columns if column in aside]:
        m.notes.append(f"not compared as inputs, which the model gets others of: {', '.join(told[:6])}")
    found: Pairs = {}
    group = m.once(grouping)
    effects: dict[str, float] = {}
    keys = m.once(keys_told)
    for other in others:
        for column in train.columns:
            if column != label and column in other and not apart_by_name(train, other, column, keys):
                drift = compare(train, other, column)
                if drift is not None and column in aside:
                    drift = drift._replace(new=0.0, new_p=1.0) if train.kind(column) not in NUMBERS else None
                if drift is not None and not later_by_count(train, other, column):
                    if group is not None and column not in effects:
                        effects[column] = design_effect(train, column, group)
                    thinned = by_groups(drift, effects.get(column, 1.0))
                    found.setdefault(column, []).append((other, thinned))
    pairs = [(column, other.name) for column, parts in found.items() for other, _ in parts]
    parts = [drift for parts in found.values() for _, drift in parts]
    values = dict(zip(pairs, q_values([drift.effect.p for drift in parts]), strict=True))
    blanks = dict(zip(pairs, q_values([drift.blanks.p for drift in parts]), strict=True))
    if any(drift.sampled for drift in parts):
        from mladvisor.tables.drift import MOST_ROWS

        m.notes.append(f"distributions were compared on {MOST_ROWS:,} rows of each table, always the same ones")
    return found, values, blanks


def most_different(m: Measures) -> dict[str, tuple[Table, Drift, float]] | Measured:
    """Column -> the evaluation table that differs most from training, how, and the q-value."""
    found = m.once(drifts)
    if isinstance(found, Measured):
        return found
    pairs, q, _ = found
    worst = {}
    for column, parts in pairs.items():
        # A difference that chance explains is no difference, however large.
        other, drift = max(parts, key=lambda one: (q[column, one[0].name] < SURE, one[1].effect.size))
        worst[column] = (other, drift, q[column, other.name])
    return worst


@feature(
    "column.drift",
    each="column",
    unit="fraction",
    doc="How far a column's values differ between training and an evaluation table: Kolmogorov-Smirnov distance of "
    "numbers; of categories, the share of rows that would have to change category, less what chance gives",
    how=HOW,
    source="data.splits",
    cost="cheap",
    job=DRIFT,
)
def drift(m: Measures) -> Columns:
    found = m.once(most_different)
    if isinstance(found, Measured):
        return found
    return {
        column: Measured(part.effect.size, part.effect.se, note=part.lead, where=place(other, column))
        for column, (other, part, _) in found.items()
    }


@feature(
    "column.drift_q",
    each="column",
    doc="Share of false discoveries if every column that differs at least so surely is called different "
    "(Benjamini-Hochberg over all columns and pairs of tables)",
    how=HOW,
    source="data.splits",
    cost="cheap",
    job=DRIFT,
)
def drift_q(m: Measures) -> Columns:
    found = m.once(most_different)
    if isinstance(found, Measured):
        return found
    return {column: Measured(q) for column, (_, _, q) in found.items()}


@feature(
    "column.drift_says",
    type="choice",
    each="column",
    doc="What differs most, in words: means of numbers, shares of a category",
    how=HOW,
    source="data.splits",
    cost="cheap",
    job=DRIFT,
)
def drift_says(m: Measures) -> Columns:
    found = m.once(most_different)
    if isinstance(found, Measured):
        return found
    return {column: Measured(part.lead) for column, (_, part, _) in found.items() if part.lead}


@feature(
    "column.mean_shift",
    each="column",
    unit="standard deviations",
    doc="Difference of the means, evaluation less training, in standard deviations of the training table",
    how=HOW,
    source="data.splits",
    cost="cheap",
    job=DRIFT,
)
def shift(m: Measures) -> Columns:
    found = m.once(most_different)
    if isinstance(found, Measured):
        return found
    return {
        column: Measured(part.shift, part.shift_se, where=place(other, column))
        for column, (other, part, _) in found.items()
        if part.shift_se > 0.0
    }


@feature(
    "column.unit_factor",
    each="column",
    unit="ratio",
    doc="Factor between two units (10, 100, 1000, 0.4536, 2.54, ...) that explains how an evaluation table differs "
    "from training; 1 where none does",
    how=HOW,
    source="data.schema",
    cost="cheap",
    job=DRIFT,
)
def unit_factor(m: Measures) -> Columns:
    found = m.once(drifts)
    if isinstance(found, Measured):
        return found
    result = {}
    for column, parts in found[0].items():
        other, part = next((one for one in parts if one[1].unit.says), parts[0])
        if part.shift_se > 0.0:
            result[column] = Measured(part.unit.factor, note=part.lead, where=place(other, column))
    return result


@feature(
    "column.unit_says",
    type="choice",
    each="column",
    doc="The change of unit that explains how an evaluation table differs from training, for all or for a part of the "
    "rows, in words; empty where none does",
    how=HOW,
    source="data.schema",
    cost="cheap",
    job=DRIFT,
)
def unit_says(m: Measures) -> Columns:
    found = m.once(drifts)
    if isinstance(found, Measured):
        return found
    result = {}
    for column, parts in found[0].items():
        other, part = next((one for one in parts if one[1].unit.says), parts[0])
        if part.shift_se > 0.0:
            result[column] = Measured(part.unit.says, where=place(other, column))
    return result


def _newest(m: Measures) -> dict[str, tuple[Table, Drift]] | Measured:
    found = m.once(drifts)
    if isinstance(found, Measured):
        return found
    return {column: max(parts, key=lambda one: one[1].new) for column, parts in found[0].items()}


@feature(
    "column.new_share",
    each="column",
    unit="fraction",
    doc="Share of evaluation rows whose category stands nowhere in training; columns with a vocabulary only",
    how=HOW,
    source="data.schema",
    cost="cheap",
    job=DRIFT,
)
def new_share(m: Measures) -> Columns:
    found = m.once(_newest)
    if isinstance(found, Measured):
        return found
    return {
        column: Measured(part.new, note=part.newest, where=place(other, column))
        for column, (other, part) in found.items()
    }


@feature(
    "column.apart",
    type="flag",
    each="column",
    doc="The model does not get the column, by script or settings, or as the table only lists the examples",
    how=HOW,
    source="data.splits",
    cost="cheap",
    job=DRIFT,
)
def apart(m: Measures) -> Columns:
    found = m.once(drifts)
    if isinstance(found, Measured):
        return found
    aside = m.once(tables).left_out
    return {column: Measured(column in aside) for column in found[0]}


@feature(
    "column.new_q",
    each="column",
    doc="How likely the new category would stay out of training by chance, over all columns",
    how=HOW,
    source="data.schema",
    cost="cheap",
    job=DRIFT,
)
def new_q(m: Measures) -> Columns:
    found = m.once(_newest)
    if isinstance(found, Measured):
        return found
    return {column: Measured(min(1.0, part.new_p * len(found))) for column, (_, part) in found.items()}


@feature(
    "column.new_value",
    type="choice",
    each="column",
    doc="The commonest category of an evaluation table that stands nowhere in training",
    how=HOW,
    source="data.schema",
    cost="cheap",
    job=DRIFT,
)
def new_value(m: Measures) -> Columns:
    found = m.once(_newest)
    if isinstance(found, Measured):
        return found
    return {column: Measured(part.newest) for column, (_, part) in found.items() if part.newest}


def _blank(m: Measures) -> dict[str, tuple[Table, Drift, float]] | Measured:
    found = m.once(drifts)
    if isinstance(found, Measured):
        return found
    pairs, _, q = found
    worst = {}
    for column, parts in pairs.items():
        other, part = max(parts, key=lambda one: (q[column, one[0].name] < SURE, one[1].blanks.size))
        worst[column] = (other, part, q[column, other.name])
    return worst


@feature(
    "column.blank_drift",
    each="column",
    unit="fraction",
    doc="How far the share of blank cells differs between training and an evaluation table",
    how=HOW,
    source="data.splits",
    cost="cheap",
    job=DRIFT,
)
def blank_drift(m: Measures) -> Columns:
    found = m.once(_blank)
    if isinstance(found, Measured):
        return found
    return {
        column: Measured(part.blanks.size, part.blanks.se, where=place(other, column))
        for column, (other, part, _) in found.items()
    }


@feature(
    "column.blank_drift_q",
    each="column",
    doc="Share of false discoveries among columns whose share of blanks differs at least so surely",
    how=HOW,
    source="data.splits",
    cost="cheap",
    job=DRIFT,
)
def blank_drift_q(m: Measures) -> Columns:
    found = m.once(_blank)
    if isinstance(found, Measured):
        return found
    return {column: Measured(q) for column, (_, _, q) in found.items()}
