"""Results of the model's tests as features."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mladvisor.diagnosis.api import diagnose
from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run


def measures(folder: Path, content: Any) -> Measures:
    """Measurements of a folder with these results."""
    (folder / "checks.json").write_text(content if isinstance(content, str) else json.dumps(content))
    (folder / "metrics.csv").write_text("epoch,loss\n" + "\n".join(f"{e},{1 - e / 40}" for e in range(20)))
    return Measures(read_run(folder))


def test_results_by_name(tmp_path: Path) -> None:
    """Passed, value and limit; names with other separators; a test that was not run is unknown."""
    m = measures(
        tmp_path,
        {
            "learns_tiny_set": {"passed": False, "value": 0.9, "limit": 0.1},
            "weights-move": {"passed": True},
            "converges": {"passed": None},
        },
    )
    assert m.value("checks.learns_tiny_set.passed") is False
    assert m.value("checks.learns_tiny_set.value") == 0.9
    assert m.value("checks.weights_move.passed") is True
    assert not m.one("checks.converges.passed").known
    assert not m.one("checks.refuses_nan.passed").known


def test_odd_files_are_notes(tmp_path: Path) -> None:
    """What is no JSON, or no results, leaves all tests unknown and a note."""
    for content in ("[", "[1]", '{"checks": 3}', '{"learns_tiny_set": {"passed": "yes"}}'):
        m = measures(tmp_path, content)
        assert not m.one("checks.learns_tiny_set.passed").known
        assert m.failures == {}


def test_a_failed_test_is_evidence(tmp_path: Path) -> None:
    """A failed test of moving weights points to the training loop."""
    measures(tmp_path, {"weights_move": {"passed": False}, "learns_tiny_set": {"passed": False}})
    assert diagnose(tmp_path).hypotheses[0].cause == "training-pipeline-bug"
