"""Work on tables has a budget that every machine spends alike; what is left says how to get it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path

from mladvisor.features.catalogue import catalogue
from mladvisor.features.measured import Measured
from mladvisor.features.work import JOBS, afforded, estimates

from .folders import measured, plain, values


def test_every_job_that_a_feature_names_is_declared() -> None:
    """And every measurement of tables that is not free waits for one."""
    assert {entry.job for entry in catalogue().values() if entry.job} <= JOBS.keys()


def test_estimates_grow_with_rows_and_not_with_the_machine(tmp_path: Path) -> None:
    """The same tables give the same estimates; ten times the rows cost more."""
    costs = []
    for name, rows in (("a", 500), ("b", 500), ("c", 5000)):
        folder = tmp_path / name
        folder.mkdir()
        costs.append(measured(folder, train=plain(rows)).once(estimates))
    assert costs[0] == costs[1]
    assert costs[2]["cells"] > 3 * costs[0]["cells"]


def test_without_budget_nothing_is_measured_and_the_note_says_what_would_help(tmp_path: Path) -> None:
    """Unknown, for the reason "not-measured", with the option to give."""
    m = measured(tmp_path, budget=0, train=plain(), test=plain(seed=1))
    left = m["column.drift"]
    assert isinstance(left, Measured)
    assert (left.state, left.reason) == ("unknown", "not-measured")
    assert "--budget" in left.note


def test_a_folder_without_tables_is_not_looked_into(tmp_path: Path) -> None:
    """Every measurement of a job is one and the same unknown, which says which file is missing; statistics of layers
    are no tables in that sense."""
    m = measured(tmp_path, layers="epoch,layer,grad_norm\n1,a,0.1\n")
    entries = [entry for entry in catalogue().values() if entry.job and "*" not in entry.name]
    assert entries and all(m[entry.name] is JOBS[entry.job].wanted for entry in entries)
    assert "train.csv" in m.one("column.drift").note
    assert "predictions.csv" in m.one("predictions.auc").note
    assert "business.csv" in m.one("business.agreement").note


def test_tables_without_rows_ask_for_rows_and_not_for_a_budget(tmp_path: Path) -> None:
    """A larger budget would find nothing in them."""
    m = measured(tmp_path, train=plain(0), test=plain(0))
    notes = [m.one(name).note for name in ("baseline.boosted", "split.domain_auc", "column.drift")]
    assert not [note for note in notes if "--budget" in note]


def test_what_was_left_out_is_measured_on_demand(tmp_path: Path) -> None:
    """`allow` measures it whatever the budget."""
    m = measured(tmp_path, budget=0, train=plain(), test=plain(seed=1))
    assert isinstance(m["column.drift"], Measured)
    m.allow(["column.drift"])
    assert set(values(m, "column.drift")) >= {"pay", "city"}


def test_a_larger_budget_never_measures_less(tmp_path: Path) -> None:
    """Jobs are taken cheapest first."""
    chosen = []
    for budget in (0.0, 0.02, 0.5, 10.0, 100.0):
        folder = tmp_path / str(budget)
        folder.mkdir()
        chosen.append(measured(folder, budget=budget, train=plain(), test=plain(seed=1)).once(afforded))
    assert all(less <= more for less, more in itertools.pairwise(chosen))
    assert chosen[-1] == JOBS.keys()


def test_what_imports_scikit_learn_waits_until_it_is_asked_for(tmp_path: Path) -> None:
    """The domain classifier is not run by a plain diagnosis, however small the tables."""
    m = measured(tmp_path, train=plain(), test=plain(seed=1))
    left = m["split.domain_auc"]
    assert isinstance(left, Measured)
    assert left.reason == "not-measured"
    assert "on demand" in left.note


def test_work_on_the_only_table_is_paid_for(tmp_path: Path) -> None:
    """Without a training table the next one is read instead, and what takes a model waits to be asked all the same."""
    m = measured(tmp_path, train=b"", test=plain())
    found = m["baseline.boosted"]
    assert isinstance(found, Measured)
    assert (found.state, found.reason) == ("unknown", "not-measured")
    assert m.once(estimates)["predictiveness"] > 0.0


def test_a_budget_without_end_is_measured_whole(tmp_path: Path) -> None:
    """Who asks for one check in the chat waits for it, whatever it costs."""
    m = measured(tmp_path, budget=float("inf"), train=plain(), test=plain(seed=1))
    assert isinstance(m["column.drift"], Mapping)
    assert not m.failures
