"""What each column of the training table tells of the label: in a straight line and otherwise, alone, or by its blanks.

Everything is measured on one scale, the explained share of the label (R2; for classes Goodman and Kruskal's tau), and
corrected for chance, so that a column of noise scores 0 whatever the number of rows. Of a label that is a number its
amounts and its ranks are explained, and the larger share counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_tables import place, split_tables, tables
from mladvisor.features.measured import Items, Measured, not_applicable, unknown
from mladvisor.features.work import job
from mladvisor.runs.data_names import is_array

if TYPE_CHECKING:
    from mladvisor.features.evaluation.binning import Explained, Told
    from mladvisor.features.evaluation.columns import Labelled

HOW = "put train.csv (or .parquet) with the features and the label beside the log"
JOB = job(
    "predictiveness", "setting each column against the label", nanoseconds=900, tables=("train",), most_rows=10_000
)
_LEAST = 30
_LEAST_LEFT = 0.02
"""Share of the label that the second best column leaves open at least: of less nothing can be closed."""


def task_of_tables(m: Measures) -> str | None:
    """The manifest's task, where it is one of tables."""
    task = m.run.manifest.task
    return task if task in ("binary", "multiclass", "regression") else None


def training_rows(m: Measures) -> Labelled | Measured:
    """Rows of the training table (else of the first one) that have a label."""
    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    from mladvisor.features.evaluation.columns import labelled

    found = labelled(m.once(tables), next(iter(splits.values())), m.once(task_of_tables))
    if isinstance(found, str):
        return unknown(found, "not-logged")
    if len(found.rows) < _LEAST:
        return unknown(
            f"{found.table.file} has {len(found.rows)} rows with a label; {_LEAST} are needed", "too-few-points"
        )
    return found


def told(m: Measures) -> dict[str, Told] | Measured:
    """Every usable column against the label."""
    found = m.once(training_rows)
    if isinstance(found, Measured):
        return found
    from mladvisor.features.evaluation import binning, columns

    result = {}
    # Of a number both its amount and its rank: the share of either is honest, and a heavy tail hides the first one.
    ranks = binning.ranked_label(found.label)
    for column in columns.usable(m.once(tables), found.table):
        codes = columns.parts(found.table, column, found.rows)
        ordered = columns.is_number(found.table, column)
        values = columns.numbers(found.table, column, found.rows) if ordered else np.full(len(found.rows), np.nan)
        blank = found.table.missing(column)[found.rows]
        rare = min(int(blank.sum()), int((~blank).sum()))
        line = binning.by_line(values, found.label) if ordered else None
        groups = binning.by_groups(codes, found.label)
        if ranks is not None:
            line = binning.better(line, binning.by_line(values, ranks) if ordered else None)
            groups = binning.better(groups, binning.by_groups(codes, ranks))
        result[column] = binning.Told(
            line,
            groups,
            binning.tells(values, codes, found.label),
            binning.by_groups(blank.astype(np.int64), found.label) if rare >= binning.LEAST_IN_BIN else None,
            float(blank.mean()),
        )
    return result


def identifiers(m: Measures) -> dict[str, Explained] | Measured:
    """What keys of rows, and the order of the rows, explain of the label; "row order" is the latter."""
    found = m.once(training_rows)
    if isinstance(found, Measured):
        return found
    from mladvisor.features.evaluation import binning, columns

    keys = [
        column
        for column in found.table.columns
        if found.table.kind(column) == "identifier"
        and column != found.column
        and columns.is_number(found.table, column)
    ]
    values = {column: columns.numbers(found.table, column, found.rows) for column in keys}
    values["row order"] = found.rows.astype(float)
    # Of a number its rank: a few absurd labels that stand together are corrupt rows, and no order.
    ranks = binning.ranked_label(found.label)
    label = found.label if ranks is None else ranks
    explained = {name: binning.by_groups(binning.bins_of(each), label) for name, each in values.items()}
    return {name: each for name, each in explained.items() if each is not None}


def _columns(m: Measures, which: str) -> Items | Measured:
    found = m.once(told)
    if isinstance(found, Measured):
        return found
    table = m.once(training_rows).table
    result = {}
    for column, each in found.items():
        value = getattr(each, which)
        if value is not None:
            result[column] = Measured(value[0], se=value[1], where=place(table, column))
    return result


def _q(m: Measures, which: str) -> Items | Measured:
    found = m.once(told)
    if isinstance(found, Measured):
        return found
    from mladvisor.features.evaluation.intervals import false_discovery

    p = {column: value.p for column, each in found.items() if (value := getattr(each, which)) is not None}
    q = false_discovery(np.array(list(p.values()))).tolist() if p else []
    return {column: Measured(each) for column, each in zip(p, q, strict=True)}


@feature("column.linear", unit="fraction", doc="Share of the label that a straight line in the column explains,"
         " corrected for chance", how=HOW, each="column", source="feat.correlation", cost="cheap", job=JOB)  # fmt: skip
def linear(m: Measures) -> Items | Measured:
    return _columns(m, "line")


@feature("column.signal", unit="fraction", doc="Share of the label that bins or categories of the column explain,"
         " corrected for chance", how=HOW, each="column", source="feat.nonlinear", cost="cheap", job=JOB)  # fmt: skip
def signal(m: Measures) -> Items | Measured:
    return _columns(m, "bins")


@feature("column.signal_q", unit="q value", doc="Rate of false discoveries at which the column is found related to the"
         " label", how=HOW, each="column", source="feat.nonlinear", cost="cheap", job=JOB)  # fmt: skip
def signal_q(m: Measures) -> Items | Measured:
    return _q(m, "bins")


@feature("column.nonlinear", unit="fraction", doc="What bins explain of the label beyond a straight line in the column",
         how=HOW, each="column", source="feat.nonlinear", cost="cheap", job=JOB)  # fmt: skip
def nonlinear(m: Measures) -> Items | Measured:
    found = m.once(told)
    if isinstance(found, Measured):
        return found
    rows = m.once(training_rows)
    table = rows.table
    if rows.label.kind == "multiclass":
        return not_applicable("a linear model of several classes finds those in the middle of a column, too")
    both = {column: each for column, each in found.items() if each.line is not None and each.bins is not None}
    return {
        column: Measured(
            each.bins.share - each.line.share,
            se=(each.bins.error**2 + each.line.error**2) ** 0.5,
            where=place(table, column),
        )
        for column, each in both.items()
    }


@feature("column.tells_label", unit="fraction", doc="How nearly the column alone is the label: 2 AUC - 1 (two classes),"
         " share of errors avoided (more), squared rank correlation or explained share (a number)", how=HOW,
         each="column", source="test.label-as-feature", cost="cheap", job=JOB)  # fmt: skip
def tells_label(m: Measures) -> Items | Measured:
    return _columns(m, "tells")


@feature("column.lead", unit="fraction", doc="How much more nearly the column alone is the label than the next best"
         " column is", how=HOW, each="column", source="base.single", cost="cheap", job=JOB)  # fmt: skip
def lead(m: Measures) -> Items | Measured:
    found = m["column.tells_label"]
    if isinstance(found, Measured):
        return found
    values = {column: float(each.value or 0.0) for column, each in found.items()}
    ordered = sorted(values.values(), reverse=True)
    second = ordered[1] if len(ordered) > 1 else 0.0
    return {
        column: Measured(value - (second if value == ordered[0] else ordered[0]), se=found[column].se)
        for column, value in values.items()
    }


@feature("column.gap_closed", unit="fraction", doc="Share of what the next best column leaves open of the label that"
         " this one tells; 0 for all but the best", how=HOW, each="column", source="base.single", cost="cheap",
         job=JOB)  # fmt: skip
def gap_closed(m: Measures) -> Items | Measured:
    found, leads = m["column.tells_label"], m["column.lead"]
    if isinstance(found, Measured) or isinstance(leads, Measured):
        return found if isinstance(found, Measured) else leads
    result = {}
    for column, each in found.items():
        value, lead = float(each.value or 0.0), float(leads[column].value or 0.0)
        left = max(1.0 - (value - lead), _LEAST_LEFT)
        result[column] = Measured(max(lead, 0.0) / left, se=(each.se or 0.0) / left if lead > 0 else 0.0)
    return result


@feature("column.blank_signal", unit="fraction", doc="Share of the label that is explained by whether the cell is"
         " blank", how=HOW, each="column", source="+missingness Rubin 1976", cost="cheap", job=JOB)  # fmt: skip
def blank_signal(m: Measures) -> Items | Measured:
    return _columns(m, "blanks")


@feature("column.blank_signal_q", unit="q value", doc="Rate of false discoveries at which blanks of the column are"
         " found related to the label", how=HOW, each="column", source="+missingness Rubin 1976", cost="cheap",
         job=JOB)  # fmt: skip
def blank_signal_q(m: Measures) -> Items | Measured:
    return _q(m, "blanks")


@feature("column.key_signal", unit="fraction", doc="Share of the label that a key of the rows, or the order of the rows"
         " in the file, explains", how=HOW, each="column", source="fig5.a", cost="cheap", job=JOB)  # fmt: skip
def key_signal(m: Measures) -> Items | Measured:
    found = m.once(identifiers)
    if isinstance(found, Measured):
        return found
    table = m.once(training_rows).table
    return {
        name: Measured(each.share, se=each.error, where=place(table, "" if name == "row order" else name))
        for name, each in found.items()
    }


@feature("features.order_signal", unit="fraction", doc="Share of the label that the order of the rows in the training"
         " table explains", how=HOW, source="fig5.a", cost="cheap", job=JOB)  # fmt: skip
def order_signal(m: Measures) -> Measured:
    found = m.once(identifiers)
    if isinstance(found, Measured):
        return found
    order = found.get("row order")
    if order is None:
        return unknown("the rows have no label that differs")
    return Measured(order.share, se=order.error, where=place(m.once(training_rows).table))


def _best(m: Measures) -> tuple[str, Explained] | Measured:
    found = m.once(told)
    if isinstance(found, Measured):
        return found
    shares = {
        column: max((x for x in (each.bins, each.line) if x), key=lambda x: x.share, default=None)
        for column, each in found.items()
    }
    known = {column: each for column, each in shares.items() if each is not None}
    if not known:
        return unknown("no column holds numbers or categories that differ")
    column = max(known, key=lambda name: known[name].share)
    return column, known[column]


@feature("features.best", type="choice", doc="The column that explains most of the label alone", how=HOW,
         source="base.single", cost="cheap", job=JOB)  # fmt: skip
def best(m: Measures) -> Measured:
    found = m.once(_best)
    return (
        found if isinstance(found, Measured) else Measured(found[0], where=place(m.once(training_rows).table, found[0]))
    )


@feature("features.best_signal", unit="fraction", doc="Share of the label that the best single column explains",
         how=HOW, source="feat.correlation", cost="cheap", job=JOB)  # fmt: skip
def best_signal(m: Measures) -> Measured:
    found = m.once(_best)
    if isinstance(found, Measured):
        return found
    return Measured(found[1].share, se=found[1].error, where=place(m.once(training_rows).table, found[0]))


@feature("features.best_signal_high", unit="fraction", doc="Upper end of the 95 % interval of what any single column"
         " explains; unknown for pictures, signals, and columns of free text", how=HOW, source="feat.correlation",
         cost="cheap", job=JOB)  # fmt: skip
def best_signal_high(m: Measures) -> Measured:
    found, rows = m.once(told), m.once(training_rows)
    if isinstance(found, Measured):
        return found
    texts = [column for column in rows.table.columns if rows.table.kind(column) in ("text", "nested")]
    if texts:
        return unknown(f'the column "{texts[0]}" holds text, which is not measured')
    if is_array(rows.table.file) and any("_cell_" in name or name.endswith("_spread") for name in rows.table.columns):
        return unknown("a picture or signal tells by the pattern of many cells, of which none need tell anything alone")
    highs = [x.share + 1.96 * x.error for each in found.values() for x in (each.bins, each.line) if x]
    return Measured(max(highs), where=place(rows.table)) if highs else unknown("no column has values that differ")


@feature("features.measured", unit="columns", doc="Columns that were set against the label", how=HOW,
         source="feat.correlation", cost="cheap", job=JOB)  # fmt: skip
def measured_columns(m: Measures) -> Measured:
    found = m.once(told)
    return found if isinstance(found, Measured) else Measured(float(len(found)))
