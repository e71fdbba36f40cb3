"""What of a labelled run is looked at, and what is to be said of it then."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mladvisor.calibration.labelled import Labelled, at_level, judged, kept_as_written, standing
from mladvisor.calibration.labels import also_of, copies
from mladvisor.calibration.score import Beliefs, outcomes, score
from mladvisor.diagnosis.api import rulebook_with
from mladvisor.inference import sort_keys
from mladvisor.rulebook import load
from mladvisor.runs.model import Manifest, Place, Run, Setting


def labelled(
    causes: list[list[bool]], *, fine: list[list[bool]] | None = None, hidden: list[bool] | None = None
) -> Labelled:
    """Runs of a network with two causes and no findings."""
    count = len(causes)
    at_work = np.array(causes, dtype=bool)
    return Labelled(
        runs=[f"run-{index}" for index in range(count)],
        degrees=np.zeros((count, 0)),
        causes=at_work,
        fine=at_work if fine is None else np.array(fine, dtype=bool),
        label=np.array([row.index(True) if True in row else -1 for row in causes]),
        hidden=np.array(hidden or [False] * count),
        possible=np.ones(at_work.shape),
        calm=np.ones(count),
        weight=np.ones(count),
        alike=[""] * count,
        half=[""] * count,
        rows=[{} for _ in causes],
        skipped={},
    )


@pytest.mark.parametrize(
    ("shows", "expected"),
    [
        ("", ("ill", "ill", "ill")),
        ("curves", ("ill", "ill", "ill")),
        ("config", ("hidden", "ill", "ill")),
        ("folder", ("hidden", "hidden", "ill")),
        ("none", ("healthy", "healthy", "healthy")),
        ("faint", ("faint", "faint", "faint")),
    ],
)
def test_a_fault_counts_from_the_evidence_on_that_shows_it(shows: str, expected: tuple[str, ...]) -> None:
    """Below it nothing should be named; without a trace the run is healthy."""
    row = {"run": "x", "cause": "overfitting", "shows": shows}
    assert tuple(standing(row, level) for level in ("curves", "config", "folder")) == expected
    assert standing({"run": "x", "cause": "healthy"}, "curves") == "healthy"


def test_levels_take_evidence_away() -> None:
    """Curves alone have no configuration, no tables and no manifest; the whole folder is as it was read."""
    run = Run(
        Path("x"),
        "x",
        config={"lr": Setting(0.1, Place("config.yaml", "lr"))},
        files={"train": ("train.csv",)},
        manifest=Manifest(task="binary"),
    )
    assert at_level(run, "folder") is run
    config, curves = at_level(run, "config"), at_level(run, "curves")
    assert (bool(config.config), config.files, config.manifest.task) == (True, {}, None)
    assert (curves.config, curves.files, curves.manifest.task) == ({}, {}, None)
    assert run.files == {"train": ("train.csv",)}
    weeks = Run(Path("x"), "x", files={"business": ("weeks.jsonl",), "train": ("train.csv",)})
    assert at_level(weeks, "curves").files == {"business": ("weeks.jsonl",)}  # there is no other log


def test_a_run_that_cannot_be_read_is_left_out_with_the_reason(tmp_path: Path) -> None:
    """One broken folder does not end the reading of the others."""
    rows = [{"run": "gone", "cause": "healthy"}, {"run": "faint", "cause": "overfitting", "shows": "faint"}]
    found = judged(tmp_path, rows, load(), "folder", copies(rows))
    assert found.runs == []
    assert "faint" in found.skipped["faint"]
    assert "gone" in found.skipped["gone"]


def test_places_of_causes() -> None:
    """Equal probabilities count against; of a pair the better place and the worse one are known."""
    runs = labelled([[True, False], [True, True], [False, True], [False, False]])
    found = Beliefs(np.array([[0.4, 0.4], [0.6, 0.3], [0.7, 0.2], [0.1, 0.1]]), np.array([0.1, 0.1, 0.1, 0.8]))
    each = outcomes(found, runs)
    assert each.place.tolist() == [2, 1, 2, 0]
    assert each.last.tolist() == [2, 2, 2, 0]
    assert each.right.tolist() == [False, True, False, True]


def test_what_leads_is_what_the_product_names_first() -> None:
    """A believed root stands above its likelier mechanism; of equals one that is wrong leads."""
    runs = labelled([[True, False], [False, True], [True, False]])
    p = np.array([[0.6, 0.8], [0.6, 0.8], [0.4, 0.4]])
    each = outcomes(Beliefs(p, np.array([0.1, 0.1, 0.1]), sort_keys(p, {1: [0]})), runs)
    assert each.leads.tolist() == [0, 0, 1]
    assert each.place.tolist() == [1, 2, 2]
    assert each.top.tolist() == each.said.tolist() == [0.6, 0.6, 0.4]
    assert each.right.tolist() == [True, False, False]


def test_a_run_of_which_nothing_is_said_is_missed() -> None:
    """It could not be read: it is found nowhere, accuses nobody, and is no part of the calibration."""
    runs = labelled([[True, False], [True, False], [False, False]])
    some = score(Beliefs(np.array([[0.8, 0.1], [0.0, 0.0], [0.0, 0.0]]), np.array([0.1, 0.0, 0.0])), runs)
    assert (some.first, some.missed, some.healthy_runs, some.false_alarms) == (0.5, 0.5, 1, 0.0)
    assert (some.brier, some.log_loss) == (pytest.approx(0.04), pytest.approx(-np.log(0.8)))


def test_a_named_mechanism_is_no_error_of_calibration() -> None:
    """What stands in `also` may lead; the cause itself is not first for that, and strictly it is an error."""
    runs = labelled([[True, False]], fine=[[True, True]])
    found = Beliefs(np.array([[0.3, 0.6]]), np.array([0.1]))
    result, each = score(found, runs), outcomes(found, runs)
    assert (each.right.tolist(), each.strictly.tolist()) == ([True], [False])
    assert (result.first, result.first_or_also, result.missed) == (0.0, 1.0, 0.0)
    assert result.reciprocal_rank == 0.5
    assert result.brier == pytest.approx(0.16)


def test_hidden_faults_are_scored_apart() -> None:
    """They are neither found nor missed; accusing something else is counted."""
    runs = labelled([[True, False]] * 3, hidden=[True, True, False])
    found = Beliefs(np.array([[0.1, 0.8], [0.7, 0.1], [0.9, 0.0]]), np.array([0.1, 0.1, 0.1]))
    result = score(found, runs)
    assert (result.runs, result.hidden, result.astray) == (1, 2, 0.5)
    assert (result.first, result.missed) == (1.0, 0.0)


@pytest.mark.parametrize(("top", "accused"), [(0.5, True), (0.49, False), (0.3, False), (0.8, True)])
def test_half_is_the_line(top: float, accused: bool) -> None:
    """What is accused at 50 % is no miss, an alarm on a healthy run, and astray where the fault is hidden."""
    runs = labelled([[True, False], [False, False], [False, True]], hidden=[False, False, True])
    result = score(Beliefs(np.array([[top, 0.0]] * 3), np.array([0.2] * 3)), runs)
    assert (result.missed, result.false_alarms, result.astray) == (1 - accused, accused, accused)


def test_three_places_and_no_more_are_among_three() -> None:
    """The fourth is not; of a pair the worse place counts."""
    order = [[0.4, 0.3, 0.2, 0.1]]
    third, fourth = labelled([[False, False, True, False]]), labelled([[False, False, False, True]])
    assert [score(Beliefs(np.array(order), np.array([0.0])), runs).among_three for runs in (third, fourth)] == [1, 0]
    near, far = labelled([[True, False, True, False]]), labelled([[True, False, False, True]])
    both = [score(Beliefs(np.array(order), np.array([0.0])), runs) for runs in (near, far)]
    assert [(each.pairs, each.first, each.both_among_three) for each in both] == [(1, 1.0, 1.0), (1, 1.0, 0.0)]
    assert both[0].reciprocal_rank == 1.0
    assert score(Beliefs(np.array(order), np.array([0.0])), fourth).reciprocal_rank == 0.25


def test_healthy_leads_where_it_is_as_probable() -> None:
    """A statement of a fault needs more than even odds with health."""
    runs = labelled([[True, False], [False, False]])
    each = outcomes(Beliefs(np.array([[0.4, 0.1]] * 2), np.array([0.4, 0.4])), runs)
    assert each.right.tolist() == [False, True]


def test_what_was_thought_impossible_costs_nine_nats() -> None:
    """One such run must not outweigh all others."""
    result = score(Beliefs(np.array([[0.0, 0.9]]), np.array([0.1])), labelled([[True, False]]))
    assert result.log_loss == pytest.approx(-np.log(1e-4))


def test_what_no_fit_bends() -> None:
    """Settings, and what a rule says depends on the problems that people train on."""
    kept = kept_as_written(rulebook_with())
    assert {"near-perfect-at-once", "batch-very-small"} <= kept
    assert "loss-flat" not in kept


@pytest.mark.parametrize(
    "cell", ["dead-units vanishing-gradients", "dead-units; vanishing-gradients", ";dead-units,vanishing-gradients "]
)
def test_what_may_be_named_besides_is_parted_as_people_part_it(cell: str) -> None:
    """Spaces, or what spreadsheets take."""
    assert also_of({"also": cell}) == ["dead-units", "vanishing-gradients"]
    assert also_of({}) == []
