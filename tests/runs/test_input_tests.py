"""Tests of bad input as people leave them: JUnit, what pytest printed, lists of requests and answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.runs.blank_counts import blanks_printed
from mladvisor.runs.input_lines import from_printed_list, from_requests
from mladvisor.runs.input_records import from_json
from mladvisor.runs.input_tests import from_junit, from_pytest, results_in

JUNIT = """<testsuites><testsuite name="inputs" tests="4" failures="2">
  <testcase classname="t" name="test_reads_table" time="0.1"/>
  <testcase classname="t" name="test_rejects_missing_column" time="0.1"/>
  <testcase classname="t" name="test_rejects_nan"><failure message="DID NOT RAISE &lt;ValueError&gt;"/></testcase>
  <testcase classname="t" name="test_validation_negative_loss"><failure message="assert 0.3 == 0.4"/></testcase>
  <testcase classname="t" name="test_rejects_text"><error message="fixture broke"/></testcase>
</testsuite></testsuites>"""


def _passed(found: dict[str, dict[str, object]]) -> dict[str, object]:
    return {name: one["passed"] for name, one in found.items()}


def test_junit_tells_what_was_refused() -> None:
    """A test that broke in its set-up, or failed for another reason, says nothing of refusals."""
    assert _passed(from_junit(JUNIT)) == {"refuses_missing_column": True, "refuses_nan": False}


def test_pytest_output_is_read_in_both_orders() -> None:
    text = """tests/test_api.py::test_rejects_nan FAILED   [ 10%]
tests/test_api.py::TestX::test_raises_on_missing_column PASSED
FAILED tests/test_in.py::test_negative_age - Failed: DID NOT RAISE <class 'ValueError'>"""
    assert _passed(from_pytest(text)) == {
        "refuses_nan": False,
        "refuses_missing_column": True,
        "refuses_out_of_range": False,
    }


def test_a_short_report_of_pytest_names_what_failed_in_its_sections() -> None:
    """With a dot for each test that passed, only the sections have names."""
    text = "tests/test_model.py ..F\n=== FAILURES ===\n____ test_number_of_layers ____\nE   assert 2 == 4\n"
    assert _passed(from_pytest(text)) == {"matches_design": False}
    assert _passed(from_pytest(text.replace("assert 2 == 4", "FileNotFoundError: model.pt"))) == {}


def test_lines_that_say_what_came_of_a_test_of_the_training() -> None:
    """By a loss from and to, or by a score."""
    text = "overfit 32 images, 60 epochs: loss 2.303 -> 2.237, accuracy 0.250\nlabel-as-feature run: accuracy 0.99\n"
    assert _passed(results_in(text, "txt")) == {"learns_tiny_set": False, "learns_label_as_feature": True}
    assert results_in("overfitting after epoch 5: val loss 0.3 -> 0.6\n", "txt") == {}


def test_requests_and_answers() -> None:
    text = """age=-400 impossible -> 200 {"score": 0.4}
nan in age -> 200
missing column income -> 422 ValidationError
ok row -> 200"""
    assert _passed(from_requests(text)) == {
        "refuses_out_of_range": False,
        "refuses_nan": False,
        "refuses_missing_column": True,
    }


def test_expectations_that_a_script_printed() -> None:
    """What was wanted and what came stand on one line; sound input, which is to be answered, is no check."""
    text = """input contract tests
      sound_rows        expected scores      got returned [0.22, 0.15]    PASS
      negative_age      expected ValueError  got returned [0.60]          FAIL
    - text in income:   expected TypeError, but got TypeError: must be a number
      [FAIL] column_missing: expected an error, returned 0.31
    2 of 4 failed"""
    assert _passed(results_in(text, "txt")) == {
        "refuses_out_of_range": False,
        "refuses_mistyped_column": True,
        "refuses_missing_column": False,
    }
    assert results_in("epoch 3: expected loss below 0.5, got 0.7 with NaN in the batch\n", "txt") == {}


def test_blanks_and_new_categories_may_be_answered_on_purpose() -> None:
    """A model that refuses nonsense and fills blanks is sound."""
    text = "price empty    accepted, prediction=[1.0]\nprice negative    rejected, ValueError: price"
    assert _passed(from_requests(text)) == {"refuses_out_of_range": True}


def test_traffic_and_reports_are_no_tests() -> None:
    traffic = "POST /text -> 200\nPOST /negative -> 200\n"
    report = "              precision    recall\nnegative      0.91      0.88\ntext          0.80      0.70\n"
    assert from_requests(traffic) == {}
    assert from_requests(report) == {}


def test_json_report_of_pytest() -> None:
    content = {
        "tests": [{"nodeid": "t.py::test_rejects_nan", "outcome": "failed", "call": {"longrepr": "DID NOT RAISE"}}]
    }
    assert _passed(from_json(content)) == {"refuses_nan": False}


def test_tables_of_requests_say_what_was_expected() -> None:
    """A row for each request; sound input is to be answered, and a number alone is an answer."""
    contract = (
        "case,expected,status,score\nage -5,rejected,200 OK,0.99\nincome text,rejected,422,\nvalid row,200,200,0.2\n"
    )
    assert _passed(results_in(contract, "csv")) == {"refuses_out_of_range": False, "refuses_mistyped_column": True}
    probes = "probe;expected;got\nnan in age;ValueError;0.31\nfresh customer;score;0.2\n"
    assert _passed(results_in(probes, "csv")) == {"refuses_nan": False}
    assert results_in("name,age,status\nnan,3,ok\n", "csv") == {}
    assert results_in("age,pay\n1,2\n", "csv") == {}


@given(st.text(max_size=400), st.sampled_from(["xml", "json", "jsonl", "log", "txt", "csv", "tsv", "md"]))
def test_any_text_is_read_without_a_crash(text: str, suffix: str) -> None:
    assert isinstance(results_in(text, suffix), dict)


def test_an_error_of_another_name_than_expected_is_no_refusal() -> None:
    """A ValueError was wanted: a TypeError comes by chance; a score, below zero or NaN as well, is an answer."""
    table = (
        "case,expected,observed\nvalid_record,score,score -0.5\nmissing_column,ValueError,IndexError: list index\n"
        "none_value,ValueError,score -0.59\nnan_value,ValueError,score nan\n"
        "text_value,ValueError,ValueError: no number\n"
    )
    assert _passed(results_in(table, "csv")) == {
        "refuses_missing_column": False,
        "refuses_nan": False,
        "refuses_mistyped_column": True,
    }
    loose = "case,expected,observed\nmissing_column,error,KeyError: a\nnan_value,error,score 3\n"
    assert _passed(results_in(loose, "csv")) == {"refuses_nan": False}


def test_a_table_of_a_report_holds_tests() -> None:
    """Between bars, with a heading above; other tables of the page are none."""
    page = (
        "# Acceptance\n\n| metric | value |\n|---|---|\n| auc | 0.9 |\n\n| Test | Result | Detail |\n|:--|--|--|\n"
        "| `test_nan_is_rejected` | failed | expected ValueError, but predict() returned 8 |\n"
        "| test_text_is_rejected | **passed** | raised TypeError |\n| test_scores_valid_rows | passed | 8 outputs |\n"
    )
    assert _passed(results_in(page, "md")) == {"refuses_nan": False, "refuses_mistyped_column": True}
    assert results_in("| input | output |\n|---|---|\n| text | label |\n", "md") == {}


def test_the_parameters_of_a_test_say_what_was_given() -> None:
    """One test for all bad rows is told by its name and by what stands between the brackets."""
    text = """FAILED tests/test_bad.py::test_bad_input[missing column tenure] - DID NOT RAISE <class 'ValueError'>
FAILED tests/test_bad.py::test_bad_input[text in charges] - expected SchemaError, got ValueError: could not convert
FAILED tests/test_bad.py::test_good_input[a negative balance] - assert 0.4 == 0.5
tests/test_bad.py::test_bad_input[NaN in tenure] PASSED"""
    assert _passed(from_pytest(text)) == {
        "refuses_missing_column": False,
        "refuses_mistyped_column": False,
        "refuses_nan": True,
    }


def test_cases_that_are_never_closed_are_passed_over() -> None:
    """A file that broke off, however long: each case is looked for up to the next one."""
    cut = '<testcase name="test_rejects_nan">' * 30_000 + "</testcase>"
    assert _passed(from_junit(cut)) == {"refuses_nan": True}


def test_names_of_tests_in_another_language() -> None:
    """Italian and Spanish words for negative, missing and infinite."""
    from mladvisor.runs.check_words import fault_of

    assert fault_of("rejects_eta_negativa") == "refuses_out_of_range"
    assert fault_of("rejects_km_infiniti") == "refuses_infinite"
    assert fault_of("rechaza edad vacia") == "refuses_nan"


def test_our_own_file_as_a_list_of_cases(tmp_path: Path) -> None:
    """checks.json of somebody who knows nothing of ours: cases with what was wanted and what came."""
    from mladvisor.features.catalogue import Measures
    from mladvisor.runs.read import read_run

    cases = [
        {"name": "sound_batch", "expected": "ok", "observed": "ok", "passed": True},
        {"name": "nan_pixels", "expected": "ValueError", "observed": "class 0", "passed": False},
    ]
    (tmp_path / "checks.json").write_text(json.dumps({"suite": "inputs", "results": cases}))
    (tmp_path / "log.csv").write_text("epoch,loss,val_loss\n1,1,1\n2,0.8,0.9\n3,0.7,0.8\n")
    assert Measures(read_run(tmp_path)).value("checks.refuses_nan.passed") is False


@pytest.mark.parametrize(
    ("table", "failed"),
    [
        ("request,http_status,expected_status,answer\nnegative_height,200,400,0.3\nvalid_row,200,200,0.2\n", True),
        ("request,http_status,expected_status,answer\nnegative_height,400,400,\nvalid_row,200,200,0.2\n", False),
        (
            "input,specified,observed\nnegative height,InputError(range),returned 0.4\nnone,InputError,InputError\n",
            True,
        ),
        ("input,specified,observed\nnegative height,InputError(range),InputError: height < 0\n", False),
    ],
)
def test_what_was_specified_or_answered_by_http(table: str, failed: bool) -> None:
    assert results_in(table, "csv")["refuses_out_of_range"]["passed"] is not failed


@pytest.mark.parametrize(
    ("came", "passed"),
    [
        ("ValueError: could not convert string to float: 'tall'", False),
        ("InputError: height is no number", True),
        ("ValueError: height is no number", True),
    ],
)
def test_an_error_out_of_a_library_is_not_the_one_that_was_specified(came: str, passed: bool) -> None:
    """An error of one's own may have another name; what a library says shows that nobody looked."""
    table = f'input,specified,observed\ntext for height,InputError(type),"{came}"\n'
    assert results_in(table, "csv")["refuses_mistyped_column"]["passed"] is passed


PREDICTED = """test accuracy 0.97
ordinary row   -> {'class': 0, 'confidence': 0.97}
empty request  -> {'class': 1, 'confidence': 1.0}
income -40     -> {'class': 1, 'confidence': 1.0}
all None       -> {'class': 1, 'confidence': 1.0}
"""


def test_a_printed_list_with_what_was_predicted() -> None:
    """No status, and no word of an error: a class and its probability are an answer."""
    assert _passed(from_printed_list(PREDICTED)) == dict.fromkeys(
        ("refuses_missing_column", "refuses_out_of_range", "refuses_nan"), False
    )
    refused = PREDICTED.replace("{'class': 1, 'confidence': 1.0}", "{'error': 'ValueError: not in range'}")
    assert all(_passed(from_printed_list(refused)).values())
    assert not from_printed_list(PREDICTED.replace("ordinary", "tuesday"))


def test_an_empty_request_and_its_answer_count_no_blanks() -> None:
    assert blanks_printed(PREDICTED.splitlines(), "output") == []
    assert blanks_printed(["missing values: {'age': 0.5, 'pay': 0.1}"], "output") != []


def test_what_is_wanted_of_all_stands_above_the_list() -> None:
    """It is held against the cases that say what is wrong with them, and against no other."""
    listed = [
        {"file": "digit_7.png", "http": 200, "digit": 7},
        {"file": "nan_pixels.npy", "http": 200, "digit": 0},
        {"file": "invoice.pdf", "http": 500, "error": "AttributeError"},
    ]
    content = {"expected": "4xx with a message for anything that is no picture", "results": listed}
    assert _passed(from_json(content)) == {"refuses_nan": False}
    assert from_json({"expected": "a digit for each", "results": listed}) == {}


def test_cases_that_tell_only_what_was_raised() -> None:
    """Nothing raised is an answer; a noisy picture or a black one may have one by rights."""
    cases = [
        {"input": "all NaN", "raised": None, "label": "cat"},
        {"input": "white noise", "raised": None, "label": "cat"},
        {"input": "value 1e30", "raised": None, "label": "dog"},
        {"input": "text for height", "raised": "ValueError: height is no number"},
    ]
    assert _passed(from_json({"results": cases})) == {
        "refuses_nan": False,
        "refuses_out_of_range": False,
        "refuses_mistyped_column": True,
    }
    assert from_json([{"input": "all NaN", "error": None}]) == {}


def test_a_table_with_what_was_raised_and_sentences_of_what_came() -> None:
    table = "input,exception,prediction\nall NaN,,0\n1e30,,1\ntext for height,ValueError,\n"
    assert _passed(results_in(table, "csv")) == {
        "refuses_nan": False,
        "refuses_out_of_range": False,
        "refuses_mistyped_column": True,
    }
    lines = 'sent NaN for income, got 200 {"label": 3}\nsent a negative age, got 200 {"label": 1}\n'
    assert _passed(results_in(lines, "txt")) == {"refuses_nan": False, "refuses_out_of_range": False}


def test_what_is_wanted_of_all_cases_may_be_an_answer() -> None:
    """An empty note is no fault where the list says above it that all are to be answered."""
    cases = [{"name": "empty note field", "status": 200}, {"name": "long text", "status": 200}]
    assert all(
        check["passed"] for check in results_in(json.dumps({"expected": "answered", "cases": cases}), "json").values()
    )
    found = results_in(json.dumps({"expected": "rejected", "cases": cases}), "json")
    assert not all(check["passed"] for check in found.values())
