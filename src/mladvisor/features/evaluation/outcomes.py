"""Real-world metrics beside a model metric: which columns are which, which way is better, and how far they agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mladvisor.features.data_tables import tables
from mladvisor.features.evaluation.intervals import Array, correlation_interval, midranks, rank_correlation, surely_of
from mladvisor.features.evaluation.logged_columns import better, repeats_of_log
from mladvisor.features.evaluation.outcome_control import controls, is_control, over_control
from mladvisor.features.evaluation.outcome_levels import is_kept, outcome_loss
from mladvisor.features.evaluation.outcome_volume import beside_volume, fall_in_errors
from mladvisor.features.measured import Measured, unknown
from mladvisor.features.metric_names import Metric, metric_of, rank
from mladvisor.runs.outcome_words import direction
from mladvisor.runs.report_names import is_loss, is_order
from mladvisor.tables.table import NUMBERS

if TYPE_CHECKING:
    from mladvisor.features.catalogue import Measures
    from mladvisor.runs.model import Curve
    from mladvisor.tables.table import Table

_LEAST = 4
# Of so few rows only a perfect order speaks: chance makes one in 120 of five, but one in 24 the next best or better.
_FEW = 6
_FEWEST = 8.0


class Pair(NamedTuple):
    """One real-world metric beside the model metric, both turned so that more is better.

    Attributes:
        outcome, model: names. x: what the rows are. n: rows.
        agreement, low, high: rank correlation and its 95 % interval, wider where one of several outcomes is told.
        model_trend, outcome_trend: rank correlation with the order of rows; ..._low and ..._high their intervals.
        best: what the rows are, and which one had the best outcome; best_row is its place in the table.
        late_high: upper end of the interval of the agreement in the rows after it; 1 with few rows, or where the model
            does not get better there.
        steps_high: upper end of the interval of the rank correlation of what both change by from row to row, which says
            nothing of two that drift for reasons of their own; 1 with few rows.
        lost: share of its early level that the outcome has lost in the end, where that is no matter of chance (see
            `outcome_loss`); 0 otherwise.
        kept: the model metric is at least as good in the end as at first.
        fallen: by how many standard errors of counting it is worse in the end; 0 where no volume is told.
        file: where the outcome stands.
        control, over, over_se: the column of the control group; by how much of it the outcome is better in the end, and
            the standard error of that.
    """

    outcome: str
    model: str
    x: str
    n: int
    agreement: float
    low: float
    high: float
    model_trend: float
    model_trend_low: float
    outcome_trend: float
    outcome_trend_low: float
    outcome_trend_high: float
    best: str = ""
    best_row: int = 0
    late_high: float = 1.0
    steps_high: float = 1.0
    lost: float = 0.0
    kept: bool = False
    fallen: float = 0.0
    file: str = ""
    control: str = ""
    over: float = 0.0
    over_se: float = 0.0


def _direction(name: str, said: dict[str, int]) -> int:
    return said[name] if name in said else direction(name)


def _numbers(table: Table) -> list[str]:
    return [column for column in table.columns if table.kind(column) in ("numeric", "integer", "boolean")]


def pairs(m: Measures, how: str) -> list[Pair] | Measured:
    """Every real-world metric whose direction is known, the one that contradicts most first."""
    collection = m.once(tables)
    table = collection.get("business")
    if table is None:
        why = collection.errors.get("business")
        return unknown(why, "failed") if why else unknown(how)
    wanted = m.run.manifest.business_metrics
    # "-complaints" and "complaints (lower is better)" say the direction; a bare name leaves it to the name itself.
    said = {name.lstrip("-").split(" (")[0].strip(): -1 for name in wanted if name.startswith("-") or "lower" in name}
    names = [name.lstrip("-").split(" (")[0].strip() for name in wanted]
    columns = _numbers(table)
    order_by = next((c for c in table.columns if is_order(c)), None)
    named = {c: metric_of("", c) for c in columns if c not in names and c != order_by}
    metrics = {c: metric for c, metric in named.items() if metric is not None}
    losses = [c for c in columns if c not in names and c not in metrics and is_loss(c)]
    told = {} if metrics else repeats_of_log(m, table, [c for c in columns if c not in names and not is_order(c)])
    aside = {*metrics, *losses, *told, *(c for c in columns if c not in names and is_order(c))}
    outcomes = [c for c in (names or columns) if c in table and c not in aside]
    missing = [name for name in names if name not in table]
    if missing:
        m.notes.append(f"{table.file} has no column {', '.join(missing)}, which the manifest names")
    if not outcomes:
        return unknown(f"{table.file} has no real-world metric beside {', '.join(metrics) or 'its first column'}")
    order = _order(table, order_by)
    model = _model(m, table, metrics, losses, order=order, order_by=order_by, told=told)
    if isinstance(model, Measured):
        return model
    name, values = model
    found: list[Pair] = []
    signs = {column: _direction(column, said) for column in outcomes if column in names or not is_control(column)}
    beside = controls(table, [c for c in columns if is_control(c)], [c for c, sign in signs.items() if sign])
    odd = [column for column, sign in signs.items() if sign == 0]
    moving = [column for column, sign in signs.items() if sign and len(np.unique(table.numbers(column))) > 1]
    sure = surely_of(len(moving))
    for column, sign in signs.items():
        if sign == 0:
            continue
        if column in beside:  # what moved both groups alike is no doing of the model
            real = sign * table.numbers(column) / table.numbers(beside[column])
        else:
            real = sign * (table.numbers(column) if sign > 0 else beside_volume(table, column))
        made = pair_of(column, name, order_by or "row", values=values, real=real, order=order, sure=sure)
        if made is not None and order_by is not None and table.kind(order_by) not in NUMBERS:  # "v3", not the third row
            made = made._replace(best=f"{order_by} {table.series(order_by).iloc[made.best_row]}")
        if made is not None and column in beside:
            over, error = over_control(real, order)
            made = made._replace(control=beside[column], over=over, over_se=error)
        if made is not None:
            fallen = 0.0 if column in beside else fall_in_errors(table, column, order, sign)
            found.append(made._replace(file=table.file, fallen=fallen))
    if odd:
        m.notes.append(
            f"{table.file}: whether more or less of {', '.join(odd[:4])} is better cannot be told from its name; put a"
            " minus before it under `business_metrics:` in mladvisor.yaml if less is better"
        )
    if not found:
        why = f"fewer than {_LEAST} rows have both" if len(odd) < len(outcomes) else "no direction is known"
        return unknown(f"{table.file}: {why} ({name} and {', '.join(outcomes[:3])})", "too-few-points")
    return most_contrary_first(found)


def most_contrary_first(found: list[Pair]) -> list[Pair]:
    """What goes most surely against the model metric, or has lost most, before others."""
    return sorted(
        found, key=lambda pair: (min(pair.high, _as_agreement(pair), 1.0 + 4.0 * min(pair.over, 0.0)), pair.high)
    )


def _as_agreement(pair: Pair) -> float:
    """The agreement that speaks as much against the model metric as what has been lost: of 0.1 and -0.1, the ends of
    the ramp of an agreement, a loss of 10 % and 20 % while the model surely improves, of 15 % and 30 % while it holds.
    """
    if pair.model_trend_low > _IMPROVES and pair.lost:
        return 0.3 - 2.0 * pair.lost
    return 0.3 - 4.0 / 3.0 * pair.lost if pair.kept and pair.lost else 1.0 - 2.0 * pair.lost


_IMPROVES = 0.1


def _order(table: Table, column: str | None) -> Array:
    """A number per row that grows with time: the epoch or date, else the order of the rows."""
    if column is not None:
        kind = table.kind(column)
        values = table.times(column) if kind == "datetime" else table.numbers(column)
        if np.isfinite(values).all() and len(np.unique(values)) > 1:
            return values
    return np.arange(table.rows, dtype=float)


def _model(
    m: Measures,
    table: Table,
    metrics: Mapping[str, Metric],
    losses: Sequence[str],
    *,
    order: Array,
    order_by: str | None,
    told: Mapping[str, Curve],
) -> tuple[str, Array] | Measured:
    """(name, values per row, more is better) of the model metric: a column by its name, one that repeats the log, or
    the validation metric of the log."""
    if metrics:
        # Validation columns first, then what people report before what describes one side only. One that has settled
        # says nothing of the releases after it: then the first that surely goes on getting better.
        best_first = sorted(metrics, key=lambda c: ("train" in c.lower(), rank(metrics[c].name)))
        signed = {c: table.numbers(c) * (1 if metrics[c].higher else -1) for c in best_first}
        signed |= {c: -table.numbers(c) for c in losses if "train" not in c.lower()}
        column = next((c for c, values in signed.items() if _rises(values, order)), best_first[0])
        return column, signed[column]
    from mladvisor.features.metric_series import series

    for column, logged in told.items():
        return f"{column} ({logged.name})", table.numbers(column) * better(logged)

    curve = series(m, "val")
    if curve is None or not len(curve.y) or curve.sign == 0 or order_by is None:
        return unknown(f"{table.file} has no model metric (auc, accuracy, f1, rmse ...), and the log none per epoch")
    x = table.numbers(order_by)
    at_points = _logged_as(m, order_by, curve.x)
    at = np.searchsorted(at_points, x)
    inside = (at < len(at_points)) & np.isfinite(x)
    exact = inside & (at_points[np.minimum(at, len(at_points) - 1)] == x)
    values = np.where(exact, curve.sign * curve.y[np.minimum(at, len(at_points) - 1)], np.nan)
    if int(np.isfinite(values).sum()) < _LEAST:
        return unknown(
            f"fewer than {_LEAST} values of {order_by} in {table.file} are points of {curve.name} in the log"
        )
    return curve.name, values


def _rises(values: Array, order: Array) -> bool:
    fine = np.isfinite(values) & np.isfinite(order)
    if int(fine.sum()) < _LEAST:
        return False
    trend = rank_correlation(order[fine], values[fine])
    return trend is not None and correlation_interval(trend, _independent(values[fine], order[fine]))[0] > 0


def _logged_as(m: Measures, name: str, x: Array) -> Array:
    """What the log itself calls its rows by this name ("snapshot"), at the points `x`; `x` where it has no such column.

    A count that no reader knows as one is a column beside the metric, row by row.
    """
    for curve in m.run.curves:
        if curve.name.lower() == name.lower() and len(curve.y) >= len(x) and bool((np.diff(curve.y) > 0).all()):
            at = np.searchsorted(curve.x, x)
            if bool((at < len(curve.x)).all()) and bool((curve.x[at] == x).all()):
                return curve.y[at]
    return x


def pair_of(outcome: str, model: str, x: str, *, values: Array, real: Array, order: Array, sure: float) -> Pair | None:
    """One outcome beside the model metric, row by row; more of both is better. None where too few rows have both."""
    fine = np.isfinite(values) & np.isfinite(real) & np.isfinite(order)
    n = int(fine.sum())
    if n < _LEAST:
        return None
    agreement = rank_correlation(values[fine], real[fine])
    in_time = np.argsort(order[fine], kind="stable")
    lost, kept = outcome_loss(real[fine][in_time]), is_kept(values[fine][in_time])
    if agreement is None or (n < _FEW and abs(agreement) < 1.0 - 1e-9 and not (lost and kept)):
        return None
    trends = [rank_correlation(order[fine], each[fine]) or 0.0 for each in (values, real)]
    own, outer = (
        correlation_interval(trend, _independent(each[fine], order[fine]))
        for trend, each in zip(trends, (values, real), strict=True)
    )
    low, high = correlation_interval(agreement, _worth(real[fine], order[fine]), sure)
    best, late = _after_best(values[fine], real[fine], order[fine], sure)
    row = int(np.flatnonzero(fine)[best])
    where = f"{x} {order[row]:g}"
    trend = (trends[0], own[0], trends[1], *outer)
    steps = _of_steps(values[fine][in_time], real[fine][in_time], sure)
    return Pair(outcome, model, x, n, agreement, low, high, *trend, where, row, late, steps, lost, kept)


def _of_steps(model: Array, real: Array, sure: float) -> float:
    """Upper end of the interval of how far the changes from row to row agree."""
    agreement = rank_correlation(np.diff(model), np.diff(real)) if len(real) > _FEW - 1 else None
    return correlation_interval(agreement, float(len(real) - 1), sure)[1] if agreement is not None else 1.0


def _after_best(model: Array, real: Array, order: Array, sure: float) -> tuple[int, float]:
    """The row in which the outcome was best, and the upper end of the interval of the agreement after it.

    The best row itself is left out: what follows a peak is lower by chance, and falls no further by chance.
    """
    rows = np.argsort(order, kind="stable")
    at = int(np.argmax(real[rows]))
    later = rows[at + 1 :]
    best = int(rows[at])
    if len(later) < _FEW or (rank_correlation(order[later], model[later]) or 0.0) < 0.5:
        return best, 1.0
    agreement = rank_correlation(model[later], real[later])
    return best, correlation_interval(agreement, _worth(real[later], order[later]), sure)[
        1
    ] if agreement is not None else 1.0


def _worth(real: Array, order: Array) -> float:
    """How many rows an agreement is told by: fewer where the outcome swings for long, as sales do with the seasons.

    Of few rows the swing cannot be told from a bend.
    """
    return min(float(len(real)), max(_independent(real, order), _FEWEST))


def _independent(y: Array, order: Array) -> float:
    """How many independent rows a series is worth: fewer where neighbours resemble each other around its trend."""
    a, b = midranks(y[np.argsort(order, kind="stable")]), np.arange(len(y), dtype=float)
    b -= b.mean()
    a = a - a.mean()
    a = a - b * float(a @ b) / float(b @ b)
    power = float(a @ a)
    lag = float(a[1:] @ a[:-1]) / power if power > 0 else 0.0
    lag = min(max(lag, 0.0), 0.9)
    return len(y) * (1 - lag) / (1 + lag)
