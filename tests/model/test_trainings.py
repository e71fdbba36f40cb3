"""Faults planted in small real trainings, found from what the probe wrote; without them all is clear."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from mladvisor.diagnosis.api import diagnose, rulebook_with  # noqa: E402
from mladvisor.diagnosis.model import Diagnosis  # noqa: E402

from .trainings import FAULTS, Case, train  # noqa: E402

pytestmark = pytest.mark.frameworks


@cache
def book() -> Any:
    """The shipped rules."""
    return rulebook_with()


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Any:
    """Small tensors are slower on several threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def said(found: Diagnosis, causes: tuple[str, ...]) -> str:
    """All evidence for the causes, with its places."""
    evidence = [each for one in found.hypotheses if one.cause in causes for each in one.evidence]
    return " ".join(f"{each.because} {each.where.column if each.where else ''}" for each in evidence)


def test_planted_faults_come_first_and_are_placed(tmp_path: Path) -> None:
    """In nine of ten the right cause is first and the right layer or batch is named."""
    right, missed = 0, []
    for name, (fault, _, causes, place) in FAULTS.items():
        case = Case()
        fault(case)
        found = diagnose(train(case, tmp_path / name), rulebook=book())
        if found.hypotheses[0].cause in causes and place in said(found, causes):
            right += 1
        else:
            missed.append((name, found.hypotheses[0].cause))
    assert right >= 0.9 * len(FAULTS), missed


@pytest.mark.parametrize("sound", sorted({sound for _, sound, _, _ in FAULTS.values()}, key=lambda f: f.__name__))
def test_the_same_trainings_without_the_fault_are_clear(sound: Any, tmp_path: Path) -> None:
    """Nothing reaches one half, and no measurement fails."""
    case = Case()
    sound(case)
    found = diagnose(train(case, tmp_path), rulebook=book())
    assert found.hypotheses[0].probability < 0.5
    assert not [warning for warning in found.warnings if "failed" in warning]
