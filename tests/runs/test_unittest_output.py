"""Results of tests as unittest prints them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mladvisor.runs.input_tests import results_in
from mladvisor.runs.unittest_output import cases

VERBOSE = """\
test_missing (__main__.InputTest.test_missing) ... asked without income
FAIL
test_nan (__main__.InputTest.test_nan) ... FAIL
test_rejects_text (__main__.InputTest.test_rejects_text) ... ok
test_raises_on_infinity (__main__.InputTest.test_raises_on_infinity) ... ERROR
test_sound_row (__main__.InputTest.test_sound_row) ... score: 0.4
ok
test_later (__main__.InputTest.test_later) ... skipped 'not yet'

======================================================================
ERROR: test_raises_on_infinity (__main__.InputTest.test_raises_on_infinity)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "test_input.py", line 30, in test_raises_on_infinity
OSError: no such file

======================================================================
FAIL: test_missing (__main__.InputTest.test_missing)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "test_input.py", line 19, in test_missing
    self.assertIsInstance(answer(row), Rejected)
AssertionError: "KeyError: 'income'" is not an instance of <class '__main__.Rejected'>

======================================================================
FAIL: test_nan (__main__.InputTest.test_nan)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "test_input.py", line 22, in test_nan
    with self.assertRaises(ValueError):
AssertionError: ValueError not raised

----------------------------------------------------------------------
Ran 6 tests in 0.131s

FAILED (failures=2, errors=1, skipped=1)
"""
QUIET = "F.F\n" + VERBOSE[VERBOSE.index("=====") :]


def _passed(text: str) -> dict[str, object]:
    return {name: one["passed"] for name, one in results_in(text, "txt").items()}


def test_verdicts_stand_behind_what_the_tests_print() -> None:
    """A test of a refusal is told by its name or by what it expected; one that broke in its set-up says nothing."""
    assert [(name, failed) for name, failed, _ in cases(VERBOSE)] == [
        ("test_missing", True),
        ("test_nan", True),
        ("test_rejects_text", False),
        ("test_sound_row", False),
    ]
    assert _passed(VERBOSE) == {"refuses_missing_column": False, "refuses_nan": False, "refuses_mistyped_column": True}


def test_without_v_only_those_that_failed_are_named() -> None:
    assert _passed(QUIET) == {"refuses_missing_column": False, "refuses_nan": False}


def test_a_failure_of_another_kind_is_no_refusal() -> None:
    """A score that is off by a little has nothing to do with bad input."""
    other = VERBOSE.replace("ValueError not raised", "0.41 != 0.4").replace(
        " is not an instance of <class '__main__.Rejected'>", " != 0.2"
    )
    assert _passed(other) == {"refuses_mistyped_column": True}


@given(st.text(alphabet="test_na (.)FAILokERROR:=-\n'", max_size=200))
def test_any_text_is_read_without_a_crash(text: str) -> None:
    list(cases(text))
