"""What a report by slice says: a row per group with its number of rows and an error, as people write it themselves.

Such a report may stand in the log, too (`logged_slices`). The predictions behind it need not be there. Errors that are
shares have the error of a share; of any other mean error each row is taken to err by as much as the mean, as it is
where errors are many small and few large ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from math import log, log2, sqrt

import msgspec
import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.evaluation.intervals import false_discovery, upper_tail
from mladvisor.features.logged_slices import logged_slices
from mladvisor.features.measured import Items, Measured, Where, unknown
from mladvisor.features.metric_names import metric_of
from mladvisor.features.report_tables import report_records, report_tables
from mladvisor.runs.log_table import LogTable
from mladvisor.runs.report_names import is_metric, slice_columns
from mladvisor.runs.split_names import split_called

HOW = "write a row for each group (region, device, ...) with n, n_train and its error into slices.csv"
_LEAST = 10  # judged rows of a slice
_CUT_BY = re.compile(r"\w[\w .-]{0,60}(?==)")
"""The column of "site=a"; ">=30 kg" is one group of the same column as "<30 kg"."""
_JUDGED = ("val", "test")
"""Splits of a report with rows for each, the first that it has: rows of training say nothing of what is not learned."""


class Reported(msgspec.Struct, frozen=True):
    """One slice of a report beside the other ones that the same column cuts.

    Attributes:
        error, rest: its error and that of the other rows. q: rate of false discoveries at which it is worse.
        rows, share: judged rows. train_rows, train_share: of training; None where they are not told.
    """

    error: float
    rest: float
    q: float
    rows: float
    share: float
    train_rows: float | None
    train_share: float | None
    where: Where


def reported(m: Measures) -> dict[str, Reported]:
    """Slices by name, of the first report that can be read. Use `m.once`."""
    tables = ((stem, table) for _, stem, table in report_tables(m, "slice_report"))
    for stem, table in chain(tables, _printed(m), logged_slices(m)):
        roles = slice_columns(table.names, stem)
        found = _slices(table, roles, m.once(_training_counts)) if roles is not None else {}
        if found:
            return found
    return {}


def _printed(m: Measures) -> Iterator[tuple[str, LogTable]]:
    """(what it is called, rows) of each list of groups in the output of the run, the last one first."""
    from mladvisor.features.printed import texts
    from mladvisor.runs.printed_groups import groups_in

    for text in m.once(texts):
        for said, rows, first in reversed(groups_in(text.bare.decode("utf-8", "replace"), "")):
            names = list(dict.fromkeys(name for row in rows for name in row))
            table = LogTable(text.file, names, [[row.get(name, "") for row in rows] for name in names], len(rows))
            table.lines = np.arange(len(rows)) + max(text.row, 1) + first
            yield said, table


def _training_counts(m: Measures) -> list[dict[str, float]]:
    """Counts by name of training rows in the reports about the data: of languages, sites, devices. Use `m.once`."""
    from mladvisor.features.told_groups import told_groups
    from mladvisor.runs.split_counts import is_count

    told = [{name: float(rows) for name, rows in groups.items()} for groups, _ in m.once(told_groups)]
    return told + [
        {name.lower(): float(count) for name, count in record.cells.items()}
        for _, records in m.once(report_records, "data_report")
        for record in records
        if any(split_called(each) == "train" for each in record.path)
        and len(record.cells) > 1
        and all(is_count(each) for each in record.cells.values())
    ]


def _trained_of(names: list[str], counted: list[dict[str, float]]) -> np.ndarray | None:
    """The training rows of each slice, by the first report that counts them all."""
    bare = [name.rpartition("=")[2].strip().lower() for name in names]
    found = next((each for each in counted if sum(name in each for name in bare) >= max(2, len(each))), None)
    return np.array([found.get(name, np.nan) for name in bare]) if found is not None else None


def _slices(table: LogTable, roles: dict[str, str], counted: list[dict[str, float]]) -> dict[str, Reported]:
    splits = [split_called(cell) for cell in table.texts(roles["split"])] if "split" in roles else []
    judged = next((np.array([each == split for each in splits]) for split in _JUDGED if split in splits), None)
    kept = np.flatnonzero(np.full(table.rows, True) if judged is None else judged)
    every = table.texts(roles["slice"])
    names = [every[at] for at in kept]
    rows = table.numbers(roles["rows"])[kept]
    metric, errors = _errors(table, roles, kept)
    trained = table.numbers(roles["train_rows"])[kept] if "train_rows" in roles else None
    if judged is not None and trained is None and "train" in splits:
        seen = [split == "train" for split in splits]
        counts = dict(zip(np.array(every)[seen].tolist(), table.numbers(roles["rows"])[seen].tolist(), strict=True))
        trained = np.array([counts.get(name, 0.0) for name in names])
    trained = _trained_of(names, counted) if trained is None else trained
    told = errors is not None and len(set(names)) == len(names)
    if errors is None or not told:
        return {}
    good = np.isfinite(rows) & np.isfinite(errors) & (rows > 0)
    good &= np.array([name.lower() not in ("all", "total", "overall", "everything", "") for name in names])
    shares = bool((errors[good] <= 1.0).all()) and _is_share(metric)
    columns = [cut[0] if (cut := _CUT_BY.match(name)) else "" for name in names]
    found: dict[str, Reported] = {}
    tails: list[float] = []
    for at in np.flatnonzero(good).tolist():
        others = [i for i in np.flatnonzero(good).tolist() if i != at and columns[i] == columns[at]]
        beside = float(rows[others].sum()) if others else 0.0
        if rows[at] < _LEAST or beside < _LEAST:
            continue
        rest = float((rows[others] * errors[others]).sum()) / beside
        of_train = _of_training(trained, at, others)
        found[names[at]] = Reported(
            float(errors[at]),
            rest,
            1.0,
            float(rows[at]),
            float(rows[at] / (rows[at] + beside)),
            *of_train,
            Where(table.file, metric, rows=(table.line(int(kept[at])), table.line(int(kept[at])))),
        )
        tails.append(_tail(float(errors[at]), float(rows[at]), rest, beside, shares=shares))
    q = false_discovery(np.array(tails)).tolist()
    return {name: msgspec.structs.replace(each, q=q[i]) for i, (name, each) in enumerate(found.items())}


def _errors(table: LogTable, roles: dict[str, str], kept: np.ndarray) -> tuple[str, np.ndarray | None]:
    """The first metric of the table that has a zero to count errors from: of "r2, mae" the second."""
    others = [name for name in table.names if is_metric(name) and name not in roles.values()]
    for name in (roles["metric"], *others):
        errors = errors_of(name, table.numbers(name)[kept])
        if errors is not None and np.isfinite(errors).any():
            return name, errors
    return roles["metric"], None


def _of_training(trained: np.ndarray | None, at: int, others: list[int]) -> tuple[float | None, float | None]:
    if trained is None or not np.isfinite(trained[[at, *others]]).all():
        return None, None
    total = float(trained[at] + trained[others].sum())
    return float(trained[at]), float(trained[at]) / total if total > 0 else None


def errors_of(name: str, values: np.ndarray) -> np.ndarray | None:
    """Errors out of a metric: 1 minus what is better high and bounded; None for what has no zero to count from."""
    metric = metric_of("", name)
    known = values[np.isfinite(values)]
    if not len(known) or bool((known < 0).any()):
        return None
    if metric is None or not metric.higher:
        return values / 100.0 if metric is not None and metric.bounded and float(known.max()) > 1.0 else values
    if not metric.bounded:
        return None
    scale = 100.0 if float(known.max()) > 1.0 else 1.0
    return np.asarray(1.0 - values / scale)


def _is_share(name: str) -> bool:
    metric = metric_of("", name)
    return metric is not None and metric.bounded


def _tail(error: float, rows: float, rest: float, beside: float, *, shares: bool) -> float:
    """Chance that a slice no worse than the rest comes out so, by the log of the ratio of the two errors."""
    if error <= 0 or rest < 0:
        return 1.0
    if shares:
        one, other = (error * rows + 0.5) / (rows + 1), (rest * beside + 0.5) / (beside + 1)
        spread = sqrt(max(1 - one, 0.0) / (one * rows) + (1 - other) / (other * beside))
    else:
        one, other = error, max(rest, 1e-12)
        spread = sqrt(1 / rows + 1 / beside)
    return float(upper_tail(log(one / other) / max(spread, 1e-9)))


def _items(m: Measures, field: str) -> Items | Measured:
    found: dict[str, Reported] = m.once(reported)
    if not found:
        return unknown(HOW)
    known = {name: getattr(each, field) for name, each in found.items()}
    items = {name: Measured(value, where=found[name].where) for name, value in known.items() if value is not None}
    # of a group that fails nobody knows then whether it is thin
    return items or unknown("the report does not say how many training rows each slice has")


@feature("reported_slice.error", each="slice", doc="Error of a slice, as a report says it", how=HOW, source="metric.slices")  # fmt: skip  # noqa: E501
def error(m: Measures) -> Items | Measured:
    return _items(m, "error")


@feature("reported_slice.rest", each="slice", doc="Error on the other rows, as a report says it", how=HOW, source="metric.slices")  # fmt: skip  # noqa: E501
def rest(m: Measures) -> Items | Measured:
    return _items(m, "rest")


@feature("reported_slice.doublings", each="slice", unit="doublings", doc="How many times over the error of a slice is twice that of the other rows", how=HOW, source="metric.slices")  # fmt: skip  # noqa: E501
def doublings(m: Measures) -> Items | Measured:
    found: dict[str, Reported] = m.once(reported)
    if not found:
        return unknown(HOW)
    return {
        name: Measured(log2(max(each.error, 1e-9) / max(each.rest, 1e-9)), where=each.where)
        for name, each in found.items()
    }


@feature("reported_slice.q", each="slice", unit="q value", doc="Rate of false discoveries, over the slices of the report, at which a slice is worse than the rest", how=HOW, source="metric.slices")  # fmt: skip  # noqa: E501
def q(m: Measures) -> Items | Measured:
    return _items(m, "q")


@feature("reported_slice.rows", each="slice", unit="rows", doc="Judged rows of a slice of a report", how=HOW, source="metric.slices")  # fmt: skip  # noqa: E501
def rows(m: Measures) -> Items | Measured:
    return _items(m, "rows")


@feature("reported_slice.share", each="slice", unit="fraction", doc="Share of a slice among the rows of a report", how=HOW, source="metric.slices")  # fmt: skip  # noqa: E501
def share(m: Measures) -> Items | Measured:
    return _items(m, "share")


@feature("reported_slice.train_rows", each="slice", unit="rows", doc="Training rows of a slice, as a report says them", how=HOW, source="metric.slices")  # fmt: skip  # noqa: E501
def train_rows(m: Measures) -> Items | Measured:
    return _items(m, "train_rows")


@feature("reported_slice.train_share", each="slice", unit="fraction", doc="Share of a slice among training rows, as a report says them", how=HOW, source="metric.slices")  # fmt: skip  # noqa: E501
def train_share(m: Measures) -> Items | Measured:
    return _items(m, "train_share")


def _thin(m: Measures) -> tuple[float, str, Where] | None:
    """(how many times rarer, in words, where) of the one group that is rarer in training than where it is judged, while
    the other ones keep their shares among themselves, and that is served worse than they are. Use `m.once`.
    """
    found: dict[str, Reported] = m.once(reported)
    known = {name: each for name, each in found.items() if each.train_rows and each.train_share}
    times = {name: each.share / float(each.train_share or 1.0) for name, each in known.items()}
    if len(known) < max(_LEAST_GROUPS, len(found)):
        return None
    name = max(times, key=times.__getitem__)
    thin, others = known[name], [each for other, each in known.items() if other != name]
    alike = _alike([(float(each.train_rows or 0.0), each.rows) for each in others])
    worse = thin.error > thin.rest and thin.share >= _LEAST_SHARE
    told = f"{name}: {thin.train_share:.1%} of the training rows, {thin.share:.0%} of those that are judged"
    return (times[name] if alike and worse else 1.0), told, thin.where


_LEAST_GROUPS, _LEAST_SHARE = 3, 0.05
"""Groups, two of which show how the rows were divided; the share of the judged rows from which a group counts."""


def _alike(counts: list[tuple[float, float]]) -> bool:
    """Whether pairs of counts differ no more than rows that are drawn at random do."""
    from mladvisor.tables.statistics import chi_squared

    totals = [sum(side) for side in zip(*counts, strict=True)]
    square = 0.0
    for pair in counts:
        for count, total in zip(pair, totals, strict=True):
            expected = sum(pair) * total / sum(totals)
            square += (count - expected) ** 2 / expected
    return float(chi_squared(square, len(counts) - 1)) > _BY_CHANCE


_BY_CHANCE = 0.001


@feature("report.thin_group", unit="times", doc="How many times rarer the one group of a report that is served worse is"
         " among training rows than among those that are judged, where the others keep their shares; else 1", how=HOW,
         source="metric.slices")  # fmt: skip
def thin_group(m: Measures) -> Measured:
    found = m.once(_thin)
    return Measured(found[0], where=found[2]) if found is not None else unknown(HOW)


@feature("report.thin_group_says", type="choice", doc="The group that is thin in training, in words", how=HOW,
         source="metric.slices")  # fmt: skip
def thin_group_says(m: Measures) -> Measured:
    found = m.once(_thin)
    return Measured(found[1], where=found[2]) if found is not None else unknown(HOW)
