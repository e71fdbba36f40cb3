"""Real runs of public projects, judged by eye from their curves before the program saw them (`by_eye.csv`).

The runs themselves are not part of the project; without them these tests skip.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from mladvisor.diagnosis.api import diagnose_safely, rulebook_with
from mladvisor.diagnosis.model import Diagnosis

RUNS = Path(__file__).resolve().parents[3] / "shared" / "real_runs"
TABLE = Path(__file__).with_name("by_eye.csv")
ACCUSED = 0.5

pytestmark = pytest.mark.skipif(not RUNS.is_dir(), reason="the collection of real runs is not beside the repository")


def rows(verdict: str) -> list[dict[str, str]]:
    """The rows of the table with this verdict."""
    with TABLE.open() as file:
        return [row for row in csv.DictReader(file) if row["verdict"] == verdict]


@cache
def judged(folder: str) -> Diagnosis:
    """The diagnosis of one folder."""
    diagnosis, _ = diagnose_safely(RUNS / folder, rulebook_with())
    return diagnosis


def accused(diagnosis: Diagnosis) -> str | None:
    """The first cause, if it is more likely than not."""
    first = diagnosis.hypotheses[0] if diagnosis.hypotheses else None
    return first.cause if first and first.probability >= ACCUSED else None


def test_every_folder_gives_a_diagnosis_or_one_line() -> None:
    """No traceback, no hang, no silence: a ranking, or one sentence that says why there is none."""
    for folder in sorted(path for group in RUNS.iterdir() if group.is_dir() for path in group.iterdir()):
        diagnosis, _ = diagnose_safely(folder, rulebook_with())
        if diagnosis.error is None:
            assert diagnosis.hypotheses, folder
            assert not [warning for warning in diagnosis.warnings if "failed" in warning], (folder, diagnosis.warnings)
        else:
            assert "bug" not in diagnosis.error and "\n" not in diagnosis.error, (folder, diagnosis.error)


def test_healthy_runs_are_called_healthy() -> None:
    """At most one in twenty of the healthy runs gets a cause at 50 % or more."""
    healthy = rows("healthy")
    assert len(healthy) >= 30
    wrong = {row["folder"]: cause for row in healthy if (cause := accused(judged(row["folder"])))}
    assert len(wrong) <= len(healthy) / 20, wrong


def test_runs_that_losses_cannot_judge_are_not_accused() -> None:
    """Reinforcement learning and GANs: their losses say nothing about success."""
    wrong = {row["folder"]: cause for row in rows("not-judged") if (cause := accused(judged(row["folder"])))}
    assert not wrong


def test_plain_faults_are_found() -> None:
    """Where a person is sure, an accepted cause is among the first three, and the run is not called healthy."""
    missed = {}
    for row in rows("faulty"):
        diagnosis = judged(row["folder"])
        first = [hypothesis.cause for hypothesis in diagnosis.hypotheses[:3]]
        if not set(first) & set(row["accepted"].split()) or (diagnosis.healthy or 0) >= ACCUSED:
            missed[row["folder"]] = (first, diagnosis.healthy)
    assert len(missed) <= len(rows("faulty")) / 10, missed
