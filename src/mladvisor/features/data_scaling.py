"""Traces of scaling and coding in the tables themselves: standardised columns, one-hot codes, the label's own scale."""

from __future__ import annotations

from collections.abc import Callable
from math import hypot
from typing import TYPE_CHECKING

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_splits import HOW as SPLITS_HOW
from mladvisor.features.data_splits import sides
from mladvisor.features.data_tables import HOW, place, split_tables, tables
from mladvisor.features.measured import Measured, Where, not_applicable
from mladvisor.features.work import job

if TYPE_CHECKING:
    from mladvisor.tables.engineered import Scale
    from mladvisor.tables.table import Table


SCALING = job("scaling", "looking at the scaling of each column", nanoseconds=20)
Columns = dict[str, Measured] | Measured


@feature(
    "column.fitted_on_all",
    type="flag",
    each="column",
    doc="A standardised column has mean 0 and standard deviation 1 over all splits together, and not over training "
    "alone: the scaler was fitted on evaluation rows too",
    how=SPLITS_HOW,
    source="data.engineered",
    cost="cheap",
    job=SCALING,
)
def fitted_on_all(m: Measures) -> Columns:
    from mladvisor.tables.engineered import fitted_on_all as is_fitted_on_all

    return _scaled(m, is_fitted_on_all)


@feature(
    "column.scaling_missed",
    type="flag",
    each="column",
    doc="A column is scaled in training and on its raw scale in an evaluation table",
    how=SPLITS_HOW,
    source="data.engineered",
    cost="cheap",
    job=SCALING,
)
def scaling_missed(m: Measures) -> Columns:
    from mladvisor.tables.engineered import one_map
    from mladvisor.tables.engineered import scaling_missed as is_missed

    beside = m.once(tables).pairs

    def missed(train: Table, others: list[Table], column: str) -> bool | None:
        flags = [is_missed(train, other, column) for other in others if column in other]
        if any(flags) and "train" in beside:
            # Raw values in another unit come out of the right scaler far off: that is no fault of the scaler.
            kept = [beside.get(other.name) for other in others if is_missed(train, other, column)]
            if all(pair is not None and one_map(beside["train"], pair, column) for pair in kept):
                return False
        return any(flags) if any(flag is not None for flag in flags) else None

    found = _scaled(m, missed)
    if isinstance(found, Measured) or any(f"{name}_raw" in m.once(tables) for name in ("train", "val", "test")):
        return found
    numeric = [column for column in found if m.once(sides)[0].kind(column) == "numeric"]
    scaled = sum(found[column].known for column in numeric)
    # A table few columns of which look scaled is a raw one, in which an amount may well have mean 0 and spread 1.
    few = not_applicable("few columns of the table are scaled: it was not engineered")
    return found if scaled >= 2 and 2 * scaled >= len(numeric) else dict.fromkeys(found, few)


def _scaled(m: Measures, judge: Callable[[Table, list[Table], str], bool | None]) -> Columns:
    both = m.once(sides)
    if isinstance(both, Measured):
        return both
    train, others = both
    not_scaled = not_applicable("the column is not scaled")
    result = {}
    for column in train.columns:
        numeric = column != m.once(tables).label_column and train.kind(column) == "numeric"
        flag = judge(train, others, column) if numeric else None
        result[column] = not_scaled if flag is None else Measured(flag, where=place(train, column))
    return result


@feature(
    "column.one_hot_broken",
    each="column",
    unit="fraction",
    doc="Share of the rows in which a column's group of indicators (city_a, city_b, ...) does not hold exactly one 1",
    how=HOW,
    source="data.engineered",
    cost="cheap",
    job=SCALING,
)
def one_hot_broken(m: Measures) -> Columns:
    from mladvisor.tables.engineered import one_hot_broken as broken
    from mladvisor.tables.engineered import one_hot_groups

    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    first = next(iter(splits.values()))
    no_code = not_applicable("it is no part of a one-hot code")
    result = dict.fromkeys(m.once(tables).columns, no_code)
    for members in one_hot_groups(first, first.columns).values():
        worst: Measured | None = None
        for table in splits.values():
            share = broken(table, members, fitted=table is first) if all(one in table for one in members) else None
            if table is first and share is None:
                break
            if share is not None and (worst is None or share > float(worst.value or 0.0)):
                worst = Measured(share, where=place(table, members[0]))
        if worst is not None:
            result.update(dict.fromkeys(members, worst))
    return result


@feature(
    "data.label_sd",
    unit="label units",
    doc="Standard deviation of the label in the training table of a regression",
    how="put train.csv beside the log",
    source="+scaling",
    cost="cheap",
    job=SCALING,
)
def label_sd(m: Measures) -> Measured | None:
    found = m.once(_label_scale)
    return found if not isinstance(found, tuple) else Measured(found[0].sd, where=found[1])


@feature(
    "data.label_size",
    unit="label units",
    doc="Root of the mean square of the label in the training table of a regression: what answering 0 costs",
    how="put train.csv beside the log",
    source="+scaling",
    cost="cheap",
    job=SCALING,
)
def label_size(m: Measures) -> Measured | None:
    found = m.once(_label_scale)
    return found if not isinstance(found, tuple) else Measured(hypot(found[0].mean, found[0].sd), where=found[1])


def _label_scale(m: Measures) -> tuple[Scale, Where] | Measured | None:
    """Mean and spread of the label over the training table, and where it stands."""
    from mladvisor.tables.engineered import scale_of

    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    train, column = splits.get("train"), m.once(tables).label_column
    if train is None or column is None or m.once(tables).task != "regression":
        return not_applicable("the label is no amount, or not known")
    scale = scale_of([train], column)
    return (scale, place(train, column)) if scale is not None else None


@feature(
    "column.scaled_apart",
    type="flag",
    each="column",
    doc="A column has mean 0 and standard deviation 1 in training and in an evaluation table, each by itself; for "
    "columns that are standardised in training",
    how=SPLITS_HOW,
    source="data.engineered",
    cost="cheap",
    job=SCALING,
)
def apart(m: Measures) -> Columns:
    from mladvisor.tables.aligned import scaled_apart

    both = m.once(sides)
    if isinstance(both, Measured):
        return both
    train, others = both
    result: dict[str, Measured] = {}
    for other in others:
        for column in train.columns:
            if column in other and train.kind(column) in ("numeric", "integer"):
                found = scaled_apart(train, other, column)
                if found is not None and (found or column not in result):
                    result[column] = Measured(found, where=place(other, column))
    return result or not_applicable("no column of training is standardised")
