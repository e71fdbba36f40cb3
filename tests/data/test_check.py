"""Work that the budget left out is offered in a consultation, done on demand, and kept in the journal."""

from __future__ import annotations

from pathlib import Path

import pytest

import mladvisor
from mladvisor.consultation.cases import resume
from mladvisor.consultation.session import Consultation
from mladvisor.diagnosis.steps import next_steps
from mladvisor.errors import UsageError

from .folders import plain, write


@pytest.fixture
def case(tmp_path: Path) -> Consultation:
    """A run whose columns are told from each other only by a classifier."""
    pytest.importorskip("sklearn")
    write(tmp_path, train=plain(600), test=plain(300, seed=1))
    return mladvisor.consult(tmp_path)


def test_work_that_was_left_out_is_offered_as_a_check(tmp_path: Path) -> None:
    """Where it could tell something, it costs a glance, says what is done, how long, and by which command."""
    pytest.importorskip("sklearn")
    test = plain(300, seed=1)
    write(tmp_path, train=plain(600), test=test.assign(height=test["height"] + 4))
    case = mladvisor.consult(tmp_path)
    checks = {step.finding: step for step in next_steps(case.state, most=40) if step.kind == "check"}
    step = next(iter(checks.values()))
    assert step.choices == ["yes", "no"]
    assert "shall I find out by" in step.question
    assert "--budget" in step.command


@pytest.mark.slow
def test_a_check_settles_its_finding_and_stays_in_the_journal(case: Consultation, tmp_path: Path) -> None:
    """The finding is measured on demand; a resumed case has it measured, too."""
    assert case.state.judged["tables-told-apart"].state == "unknown"
    ranking = case.check("tables-told-apart")
    assert case.state.judged["tables-told-apart"].state == "checked"
    assert (case.state.judged["tables-told-apart"].degree or 0.0) < 0.01
    assert {one.cause for one in ranking} == set(case.state.network.causes)
    case.save(tmp_path / "case.jsonl")
    assert resume(tmp_path / "case.jsonl").state.judged["tables-told-apart"].state == "checked"


def test_a_check_of_what_does_not_exist_is_refused(case: Consultation) -> None:
    """With the nearest name; and without a run there is nothing to measure."""
    with pytest.raises(UsageError, match="tables-told-apart"):
        case.check("tables-told-apat")
    with pytest.raises(UsageError, match="no run"):
        mladvisor.consult().check("tables-told-apart")


def test_without_a_run_nothing_is_offered_to_be_checked() -> None:
    """Words alone leave no tables to look into."""
    assert all(step.kind != "check" for step in next_steps(mladvisor.consult().state, most=60))
