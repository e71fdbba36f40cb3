"""The page on model tests against the code."""

from __future__ import annotations

import re
from pathlib import Path

import mladvisor.testing
from mladvisor.testing.suite import CASES

PAGE = (Path(__file__).parents[2] / "docs" / "model-tests.md").read_text(encoding="utf-8")


def test_every_test_is_described_and_no_other() -> None:
    """The table of tests has a row for each, in the order in which they run or not."""
    section = PAGE.partition("## The tests")[2].partition("## What they catch")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(CASES)


def test_every_test_is_a_function_of_the_package() -> None:
    """`from mladvisor.testing import learns_tiny_set`."""
    for name, case in CASES.items():
        assert getattr(mladvisor.testing, name) is case


def test_every_test_cites_what_it_rests_on() -> None:
    """Ids of the statements behind it."""
    assert all(case.source for case in CASES.values())
