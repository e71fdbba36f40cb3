"""One folder has one diagnosis, alone or among many."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.diagnosis.api import diagnose, diagnose_safely, rulebook_with

SAMPLES = sorted(path for path in (Path(__file__).parents[2] / "sample_runs").iterdir() if path.is_dir())[:4]


@pytest.mark.parametrize("run", SAMPLES, ids=lambda run: run.name)
@pytest.mark.parametrize("detail", [True, False])
def test_a_run_among_many_has_the_probabilities_it_has_alone(run, detail):
    """The table and the page of one run agree to the last digit, and in their order."""
    alone = diagnose(run)
    among, _ = diagnose_safely(run, rulebook_with(), detail=detail)
    assert among.healthy == alone.healthy
    assert [(one.cause, one.probability) for one in among.hypotheses] == [
        (one.cause, one.probability) for one in alone.hypotheses
    ]
