"""Sound and faulty small programs, as people post them: configuration, layers and a curve, judged from files alone."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from mladvisor.diagnosis.api import diagnose, rulebook_with
from mladvisor.diagnosis.model import Diagnosis

from .programs import programs, write

SOUND, FAULTY = programs("sound_programs.yaml"), programs("faulty_programs.yaml")


@cache
def book() -> Any:
    """The shipped rules."""
    return rulebook_with()


def judged(program: dict[str, Any], folder: Path) -> Diagnosis:
    """The diagnosis of one program."""
    return diagnose(write(program, folder), rulebook=book())


def test_there_are_enough_of_each() -> None:
    """Forty at least, all with names of their own."""
    assert len(SOUND) >= 40 and len(FAULTY) >= 40
    assert len({program["name"] for program in SOUND + FAULTY}) == len(SOUND) + len(FAULTY)


@pytest.mark.parametrize("program", SOUND, ids=lambda program: program["name"])
def test_no_sound_program_is_accused(program: dict[str, Any], tmp_path: Path) -> None:
    """No cause reaches one half, and nothing crashed."""
    found = judged(program, tmp_path)
    assert found.hypotheses[0].probability < 0.5, [each.because for each in found.hypotheses[0].evidence[:3]]
    assert not [warning for warning in found.warnings if "failed" in warning]


def test_the_right_cause_is_among_the_first_three_in_three_of_four(tmp_path: Path) -> None:
    """Of the faulty programs; the first is right in two of three."""
    first = among = 0
    missed = []
    for program in FAULTY:
        causes = program["cause"] if isinstance(program["cause"], list) else [program["cause"]]
        ranked = [each.cause for each in judged(program, tmp_path / program["name"]).hypotheses]
        place = min(ranked.index(cause) for cause in causes)
        first, among = first + (place == 0), among + (place < 3)
        if place >= 3:
            missed.append(program["name"])
    assert among >= 0.75 * len(FAULTY), missed
    assert first >= 2 / 3 * len(FAULTY), first
