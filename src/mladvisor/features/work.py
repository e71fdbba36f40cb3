"""How much work measurements of tables may do: estimated from rows and columns, so that every machine decides alike.

A measurement that waits for work names a `Job`. Several measurements share one. What a job costs is estimated as a
fixed part plus nanoseconds per cell on the machine that the figures were taken on; jobs are taken in order of their
estimate until the budget (seconds of that machine) is used up. The rest stays unknown, with the reason "not-measured",
and runs on demand (`Measures.allow`). A clock only ends what takes far longer than estimated, and says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from mladvisor.features.measured import Measured, Work, unknown
from mladvisor.tables.files import SPLITS

if TYPE_CHECKING:
    from mladvisor.features.catalogue import Feature, Measures
    from mladvisor.tables.collection import Tables

BUDGET = 5.0
"""Seconds of estimated work that `diagnose` does without being asked for more, the import of pandas left out: tables of
5 million cells fit."""
READING = 0.2
"""Share of the budget for reading the tables: what is done afterwards with a cell takes four times as long. Of larger
files pieces are read."""
PATIENCE = 20.0
"""The clock ends measurements after so many times the budget, at least `LEAST_PATIENCE` seconds."""
LEAST_PATIENCE = 60.0
PER_COLUMN = 0.000_3
"""Seconds that any statistic of a column takes, however short the column is."""
TABLES_WANTED = "put the data beside the log: train.csv, val.csv, test.csv (or .parquet)"


class Job(NamedTuple):
    """Work that one or several measurements share.

    Attributes:
        name: its id, as features name it.
        doc: what is done, in words for "not done: ...".
        nanoseconds: per cell (rows times columns) of the tables read.
        seconds: fixed part, such as the import of a library.
        tables: which tables count; the three splits when empty.
        most_rows: rows per table that are looked at; 0 for all.
        needs: a file ("train_raw", "schema") without which there is nothing to do and nothing to pay.
        on_demand: done only when somebody asks for it, or gives a budget.
        wanted: what its measurements say in a folder without any table.
        otherwise: whether its measurements are found in something else than tables.
    """

    name: str
    doc: str
    nanoseconds: float
    seconds: float = 0.0
    tables: tuple[str, ...] = ()
    most_rows: int = 0
    needs: str = ""
    on_demand: bool = False
    wanted: Measured = unknown(TABLES_WANTED)
    otherwise: Callable[[Measures], object] | None = None


JOBS: dict[str, Job] = {}


def job(
    name: str,
    doc: str,
    *,
    nanoseconds: float,
    seconds: float = 0.0,
    tables: tuple[str, ...] = (),
    most_rows: int = 0,
    needs: str = "",
    wanted: str = TABLES_WANTED,
    otherwise: Callable[[Measures], object] | None = None,
) -> str:
    """Declare a job; returns its name, to hand to `feature(job=...)`.

    What takes a second on the smallest table (scikit-learn is imported for it) is done on demand only.
    """
    JOBS[name] = Job(
        name, doc, nanoseconds, seconds, tables, most_rows, needs, seconds >= 1.0, unknown(wanted), otherwise
    )
    return name


def without_tables(m: Measures) -> bool:
    """Whether the folder holds no table at all: then no job has anything to do, and none is looked into."""
    from mladvisor.features.data_tables import tables

    return bool(m.once(tables).none)


def estimates(m: Measures) -> dict[str, float]:
    """Estimated seconds of every job on this run's tables, cheapest first."""
    from mladvisor.features.data_tables import tables

    found = m.once(tables)
    costs = {}
    for each in JOBS.values():
        if each.needs and each.needs not in m.run.files:
            costs[each.name] = 0.0
        else:
            names = _read_by(each, found)
            cells = found.cells(*names, most_rows=each.most_rows or None)
            work = 1e-9 * each.nanoseconds * cells + PER_COLUMN * found.width(*names)
            costs[each.name] = each.seconds + work
    return dict(sorted(costs.items(), key=lambda item: (item[1], item[0])))


def _read_by(each: Job, found: Tables) -> tuple[str, ...]:
    """The tables that a job reads: without a training table, what is measured on it is measured on the next one."""
    if each.tables == ("train",) and not found.cells("train"):
        return tuple(name for name in SPLITS if found.cells(name))[:1]
    return each.tables


def afforded(m: Measures) -> frozenset[str]:
    """The jobs that fit the budget beside reading the tables."""
    from mladvisor.features.data_tables import tables

    left = m.budget - m.once(tables).load_seconds
    chosen = []
    for name, cost in m.once(estimates).items():
        if JOBS[name].on_demand and not m.asked:
            continue
        if cost > left:
            break
        left -= cost
        chosen.append(name)
    return frozenset(chosen)


def refusal(m: Measures, feature: Feature) -> Measured | None:
    """Why a feature's job is not done, or None when it is."""
    from mladvisor.features.data_tables import tables

    found = m.once(tables)
    if not found or feature.name in m.allowed:
        return None
    if not any(found.cells(name) for name in _read_by(JOBS[feature.job], found) or SPLITS):
        return None  # nothing to pay for; the measurement says what it misses
    if feature.job not in m.once(afforded):
        costs = m.once(estimates)
        cost = costs[feature.job]
        total = m.once(tables).load_seconds + sum(other for other in costs.values() if other <= cost)
        work = Work(JOBS[feature.job].doc, cost, int(total) + 1)
        why = "is done on demand" if JOBS[feature.job].on_demand else "is more than the budget leaves"
        note = (
            f"{work.doc} (about {work.seconds:.1f} s of work) {why}: "
            f"run with --budget {work.budget}, or let the consultation do it"
        )
        return Measured(None, state="unknown", reason="not-measured", note=note, left_out=work)
    if time.perf_counter() - m.once(_started) > max(LEAST_PATIENCE, PATIENCE * m.budget):
        return unknown(
            f"{JOBS[feature.job].doc}: the tables took far longer than estimated, so it was left out; "
            f"run with a larger --budget",
            "not-measured",
        )
    return None


def _started(_: Measures) -> float:
    return time.perf_counter()
