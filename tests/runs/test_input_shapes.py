"""The same tests of bad input, in the shapes in which teams leave them."""

from __future__ import annotations

import json

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.input_tests import in_output, results_in
from mladvisor.runs.read import read_run

from .conftest import Folder

LOG = "epoch,train_loss,val_loss\n" + "".join(f"{at},{1 / (at + 1)},{1 / (at + 1) + 0.1}\n" for at in range(8))
CASES = [
    {"case": "valid row", "expected": "score", "observed": "score 0.1", "ok": True},
    {"case": "NaN in a feature", "expected": "ValueError", "observed": "score 0.4", "ok": False},
    {"case": "one column missing", "expected": "ValueError", "observed": "ValueError: no age", "ok": True},
    {"case": "age = -500 sd", "expected": "ValueError", "observed": "score 0.0", "ok": False},
    {"case": "emoji in the body", "expected": "422", "observed": "200", "ok": False},
    {"case": "no token", "expected": "401", "observed": "200", "ok": False},
]
TOLD = {
    "refuses_nan": False,
    "refuses_missing_column": True,
    "refuses_out_of_range": False,
    "refuses_bad_input": False,
}
SHAPES = {
    "json": json.dumps(CASES),
    "jsonl": "\n".join(map(json.dumps, CASES)),
    "csv": "case;expected;observed\n"
    + "\n".join(f"{each['case']};{each['expected']};{each['observed']}" for each in CASES),
    "md": "# Card\n\n| input | expected | observed |\n|--|--|--|\n"
    + "\n".join(f"| {each['case']} | {each['expected']} | {each['observed']} |" for each in CASES),
    "yaml": "cases:\n"
    + "".join(
        f"  - case: {each['case']}\n    expected: '{each['expected']}'\n    observed: '{each['observed']}'\n"
        for each in CASES
    ),
    "log": "".join(
        f"POST /score # {each['case']}  -> {each['observed']}  (contract: {each['expected']})\n" for each in CASES
    ),
    "txt": "".join(f"- {each['case']}: {each['observed']}, expected {each['expected']}\n" for each in CASES),
    "out": "".join(
        f'ts=12:00:0{at} level=info case="{each["case"]}" status="{each["observed"]}" expected={each["expected"]}\n'
        for at, each in enumerate(CASES)
    ),
}


def _passed(found: dict[str, dict[str, object]]) -> dict[str, object]:
    return {name: one["passed"] for name, one in found.items()}


@pytest.mark.parametrize("suffix", SHAPES)
def test_what_was_wanted_and_what_came_is_read_in_every_shape(suffix: str) -> None:
    assert _passed(results_in(SHAPES[suffix], suffix)) == TOLD


@pytest.mark.parametrize("suffix", ["json", "csv", "md", "yaml"])
def test_cases_are_told_by_their_keys_whatever_the_file_is_called(folder: Folder, suffix: str) -> None:
    run = read_run(folder({"metrics.csv": LOG, f"qa/edge_behaviour.{suffix}": SHAPES[suffix]}))
    assert run.files["checks"] == (f"qa/edge_behaviour.{suffix}",)
    assert Measures(run)["checks.refuses_nan.passed"].value is False


def test_cases_by_name_and_words_of_accepting() -> None:
    found = {"nan_income": {"expected": 422, "status": 200}, "text_in_age": {"expected": "TypeError", "got": "accept"}}
    assert _passed(results_in(json.dumps({"results": found}), "json")) == {
        "refuses_nan": False,
        "refuses_mistyped_column": False,
    }
    table = "case,expected,observed\nwhole row,prediction,prediction\nx = inf,SchemaError,prediction\n"
    table += "empty body,SchemaError,SchemaError\n"
    assert _passed(results_in(table, "csv")) == {"refuses_infinite": False, "refuses_missing_column": True}
    table = "fall,erwartet,erhalten\nnegative Werte,abgelehnt,angenommen\nnan,Fehler,abgelehnt\n"
    assert _passed(results_in(table, "csv")) == {"refuses_out_of_range": False, "refuses_nan": True}


PRINTED = """Iter   Train Loss
 1     1.29
valid              -> p=0.323  HTTP 200
age=-7             -> p=0.323  HTTP 200
income as text     -> HTTP 400 ValueError: could not convert
misspelt field     -> p=0.083  HTTP 200
"""


def test_a_list_of_requests_among_other_output(folder: Folder) -> None:
    assert _passed(in_output(PRINTED)) == {
        "refuses_out_of_range": False,
        "refuses_mistyped_column": True,
        "refuses_missing_column": False,
    }
    lines = "".join(f"epoch {at}: train loss {1 / (at + 1):.3f}, val loss {1.1 / (at + 1):.3f}\n" for at in range(9))
    run = read_run(folder({"stdout.txt": lines + PRINTED}))
    assert run.curves
    assert run.files["checks"] == ("stdout.txt",)
    assert Measures(run)["checks.refuses_out_of_range.passed"].value is False


@pytest.mark.parametrize(
    "text",
    [
        "GET /health -> 200\nGET /metrics -> 200\nPOST /score -> 200\n",
        "lr 0.1 -> 0.01\nloss nan -> skipping batch, status 200\nvalid loss -> 0.3\n",
        "expected loss below 0.5, got nan\nexpected 3 classes, got 4\n",
    ],
)
def test_other_lines_are_no_such_list(text: str) -> None:
    assert in_output(text) == {}
    assert results_in(text, "txt") == {}


def test_anything_protocol() -> None:
    text = "1..3\nok 1 - rejects missing column\nnot ok 2 - rejects NaN\nnot ok 3 - rejects text # TODO\n"
    assert _passed(results_in(text, "txt")) == {"refuses_missing_column": True, "refuses_nan": False}


def test_yaml_that_breaks_off_says_nothing() -> None:
    """A table of tests that was cut while it was written."""
    assert results_in('cases:\n  - case: "one column miss', "yaml") == {}
