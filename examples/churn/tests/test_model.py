"""The model test cases on the churn model: one test for each, skipped where it does not apply."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from churn import make, rows


@pytest.fixture(scope="session")
def mladvisor_model() -> Any:
    """The model, and the data that it is tested on."""
    return make(), rows()


def test_model(mladvisor_case: Any) -> None:
    """Fails with what was measured, the limit, and why the limit is there."""
    mladvisor_case.check()
