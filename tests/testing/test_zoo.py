"""The model tests on the zoo: no sound model fails, broken ones fail what the table in the docs says."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("sklearn")
pytest.importorskip("pandas")

sys.path.insert(0, str(Path(__file__).parent))
from zoo import BROKEN, SOUND, Animal, data_of

from mladvisor.testing import run_suite

pytestmark = [pytest.mark.frameworks, pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

PAGE = (Path(__file__).parents[2] / "docs" / "model-tests.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("| ").split("|")] for line in PAGE.splitlines() if line.startswith("|")]
TABLE = {row[0]: set(re.findall(r"`(\w+)`", row[2])) for row in ROWS if len(row) == 3}


def failed(animal: Animal) -> dict[str, str]:
    """Failed tests and what they say."""
    results = run_suite(animal.make(), data_of(animal.data))
    return {result.name: f"{result.value} {result.detail}" for result in results if result.passed is False}


@pytest.mark.parametrize("name", SOUND)
def test_no_sound_model_fails(name: str) -> None:
    """A false alarm would teach people to ignore the tests."""
    assert not failed(SOUND[name])


@pytest.mark.parametrize("name", BROKEN)
def test_the_table_of_the_docs_is_true(name: str) -> None:
    """Each test that the table names still fails, and a model that no test catches is called so."""
    found = set(failed(BROKEN[name]))
    assert TABLE[name] <= found
    assert bool(TABLE[name]) == bool(found)


def test_the_zoo_is_as_large_as_it_has_to_be() -> None:
    """Thirty broken models and twenty sound ones; nearly all broken ones are caught."""
    assert len(BROKEN) >= 30 and len(SOUND) >= 20
    assert set(TABLE) >= set(BROKEN)
    assert sum(bool(TABLE[name]) for name in BROKEN) >= 0.95 * len(BROKEN)
