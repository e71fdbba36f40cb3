"""Engineered tables against their raw parents (`train_raw.*` beside `train.*`), and traces of scaling and coding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import hypot
from typing import TYPE_CHECKING

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_splits import HOW as SPLITS_HOW
from mladvisor.features.data_splits import sides
from mladvisor.features.data_tables import HOW, line, place, split_tables, tables
from mladvisor.features.measured import Measured, Where, not_applicable, unknown
from mladvisor.features.work import job

if TYPE_CHECKING:
    from mladvisor.tables.aligned import Line
    from mladvisor.tables.engineered import Born, Scale
    from mladvisor.tables.table import Table

LEAST_ROWS = 20
PAIR_HOW = "put the raw table beside the engineered one: train_raw.csv beside train.csv"
PAIRS = job(
    "engineered",
    "comparing engineered with raw tables",
    nanoseconds=120,
    tables=("train", "val", "test", "train_raw", "val_raw", "test_raw"),
    needs="train_raw",
)
SCALING = job("scaling", "looking at the scaling of each column", nanoseconds=20)

Columns = dict[str, Measured] | Measured


def pairs(m: Measures) -> dict[str, tuple[Table, Table]] | Measured:
    """Split -> (raw, engineered), or why there is none."""
    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    found = {name: both for name, both in m.once(tables).pairs.items() if both[0].rows and both[1].rows}
    return found or unknown(PAIR_HOW, "not-logged")


@feature(
    "data.rows_lost",
    unit="fraction",
    doc="Share of the raw rows that the engineered table no longer has (negative: it has more)",
    how=PAIR_HOW,
    source="data.engineered",
    cost="cheap",
    job=PAIRS,
)
def rows_lost(m: Measures) -> Measured:
    found = m.once(pairs)
    if isinstance(found, Measured):
        return found
    raw, own = max(found.values(), key=lambda both: abs(1.0 - both[1].rows / both[0].rows))
    return Measured(
        1.0 - own.rows / raw.rows, note=f"{raw.file}: {raw.rows:,}, {own.file}: {own.rows:,}", where=place(own)
    )


def births(m: Measures) -> dict[str, list[tuple[Table, Born]]] | Measured:
    """Engineered column -> what its transform did, in each split."""
    from mladvisor.tables.engineered import born

    found = m.once(pairs)
    if isinstance(found, Measured):
        return found
    result: dict[str, list[tuple[Table, Born]]] = {}
    for raw, own in found.values():
        for column in own.columns:
            result.setdefault(column, []).append((own, born(raw, own, column)))
    return result


def _born(m: Measures, which: str) -> Columns:
    found = m.once(births)
    if isinstance(found, Measured):
        return found
    result = {}
    for column, parts in found.items():
        table, one = max(parts, key=lambda part: float(getattr(part[1], which)))
        share = float(getattr(one, which))
        where = place(table, column, line(table, one.first)) if share and one.first >= 0 else place(table, column)
        result[column] = Measured(share, where=where)
    return result


@feature(
    "column.born_blank_share",
    each="column",
    unit="fraction",
    doc="Share of the rows in which an engineered column is blank although the raw row it comes from is not",
    how=PAIR_HOW,
    source="data.engineered",
    cost="cheap",
    job=PAIRS,
)
def born_blank_share(m: Measures) -> Columns:
    return _born(m, "blank")


@feature(
    "column.born_infinite_share",
    each="column",
    unit="fraction",
    doc="Share of the rows in which an engineered column is infinite although the raw row it comes from is not",
    how=PAIR_HOW,
    source="data.engineered",
    cost="cheap",
    job=PAIRS,
)
def born_infinite_share(m: Measures) -> Columns:
    return _born(m, "infinite")


@feature(
    "column.became_constant",
    type="flag",
    each="column",
    doc="A column of the engineered training table holds a single value, and no raw column of its name does "
    "(indicators of a category aside)",
    how=PAIR_HOW,
    source="data.engineered",
    cost="cheap",
    job=PAIRS,
)
def became_constant(m: Measures) -> Columns | None:
    found = m.once(pairs)
    if isinstance(found, Measured):
        return found
    if "train" not in found:
        return None
    raw, own = found["train"]
    result = {}
    for column in own.columns:
        constant = own.rows >= LEAST_ROWS and len(own.codes(column).values) <= 1
        before = column in raw and len(raw.codes(column).values) <= 1
        # The indicator of a category that these rows happen not to have is 0 throughout, as it should be.
        indicator = constant and _is_indicator(column, raw.columns)
        result[column] = Measured(constant and not before and not indicator, where=place(own, column))
    return result


def _is_indicator(column: str, raw: Sequence[str]) -> bool:
    """Whether a column is named after a raw column and one of its categories: city_oslo, city=oslo."""
    return any(column.startswith((f"{name}_", f"{name}=")) for name in raw if name != column)


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
    "data.engineered_scale_ratio",
    unit="ratio",
    doc="Largest over smallest standard deviation of the numeric columns that reach the model (known only where a raw "
    "table stands beside the engineered one)",
    how=PAIR_HOW,
    source="dev.roots",
    cost="cheap",
    job=PAIRS,
)
def engineered_scale_ratio(m: Measures) -> Measured | None:
    from mladvisor.tables.engineered import scale_of

    found = m.once(pairs)
    if isinstance(found, Measured):
        return found
    if "train" not in found:
        return None
    own = found["train"][1]
    label = m.once(tables).label_column
    columns = [column for column in own.columns if column != label and own.kind(column) in ("numeric", "integer")]
    scales = {column: scale_of([own], column) for column in columns}
    sds = {column: scale.sd for column, scale in scales.items() if scale is not None and scale.sd > 0}
    if len(sds) < 2:
        return None
    widest = max(sds, key=lambda column: sds[column])
    return Measured(sds[widest] / min(sds.values()), note=f"the widest is {widest}", where=place(own, widest))


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


def _lines(m: Measures) -> dict[str, tuple[Table, Line]] | Measured:
    """Engineered column -> the split in which most rows do not follow from the raw column, and which."""
    from mladvisor.tables.aligned import out_of_line

    found = m.once(pairs)
    if isinstance(found, Measured):
        return found
    worst: dict[str, tuple[Table, Line]] = {}
    for raw, own in found.values():
        for column in own.columns:
            one = out_of_line(raw, own, column)
            if one is not None and (column not in worst or one.share > worst[column][1].share):
                worst[column] = (own, one)
    return worst


@feature(
    "column.out_of_line",
    each="column",
    unit="fraction",
    doc="Share of the rows of an engineered column (the label, too) that do not follow from the raw column of its name "
    "as the other rows do",
    how=PAIR_HOW,
    source="data.engineered",
    cost="cheap",
    job=PAIRS,
)
def out_of_line_share(m: Measures) -> Columns:
    found = m.once(_lines)
    if isinstance(found, Measured):
        return found
    result = {}
    for column, (table, one) in found.items():
        where = place(table, column, line(table, one.first)) if one.first >= 0 else place(table, column)
        result[column] = Measured(one.share, where=where)
    return result


@feature(
    "column.out_of_line_says",
    type="choice",
    each="column",
    doc="How many rows do not follow, from which line on, and what they do",
    how=PAIR_HOW,
    source="data.engineered",
    cost="cheap",
    job=PAIRS,
)
def out_of_line_says(m: Measures) -> Columns:
    found = m.once(_lines)
    if isinstance(found, Measured):
        return found
    return {
        column: Measured(f"{one.share:.2%} of {table.file} from line {one.first + 2}: {one.says}")
        for column, (table, one) in found.items()
        if one.share > 0.0
    }


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
