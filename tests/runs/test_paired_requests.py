"""Requests apart from their answers: in two files line by line, or printed with an arrow between them."""

from __future__ import annotations

import json
from typing import Any

from mladvisor.features.catalogue import Measures
from mladvisor.features.checks import checks
from mladvisor.runs.paired_requests import Paired, paired, pairs_of, printed
from mladvisor.runs.read import read_run
from mladvisor.runs.request_logs import faults

from .conftest import Folder

SOUND = {"age": 40, "income": 2100.5, "city": "Graz"}
ASKED: list[dict[str, Any]] = [
    SOUND,
    {**SOUND, "age": 61},
    {**SOUND, "income": "plenty"},
    {"income": 900.0, "city": "Linz"},
    {},
]
LOG = "epoch,train_loss,val_loss\n1,0.9,0.95\n2,0.8,0.9\n3,0.7,0.85\n"


def lines(records: list[Any]) -> str:
    return "".join(json.dumps(one) + "\n" for one in records)


def answers(status: int) -> list[dict[str, Any]]:
    """Two scores, and what the three spoilt requests got."""
    bad = {"status": status, "score": 0.0} if status == 200 else {"status": status, "error": "no"}
    return [{"status": 200, "score": 0.4}] * 2 + [bad] * 3


def test_files_are_paired_by_what_their_names_share() -> None:
    """The words for asking and for answering alone differ, in one folder."""
    names = (
        "t/smoke_requests.jsonl",
        "t/smoke_responses.jsonl",
        "inputs.json",
        "t/outputs.json",
        "bad_payloads.ndjson",
    )
    assert pairs_of(names) == [Paired("t/smoke_requests.jsonl", "t/smoke_responses.jsonl")]
    assert pairs_of((*names, "bad_replies.jsonl"))[1:] == [Paired("bad_payloads.ndjson", "bad_replies.jsonl")]


def test_spoilt_requests_that_were_answered_or_refused() -> None:
    """A word for a number and a field left out; a break of the service is no answer."""
    for status, passed in ((200, False), (422, True)):
        found = faults(paired(lines(ASKED), "jsonl", lines(answers(status)), "jsonl"), by_hand=True, contract={})
        assert {name: one["passed"] for name, one in found.items()} == {
            "refuses_mistyped_column": passed,
            "refuses_missing_column": passed,
        }
    assert faults(paired(lines(ASKED), "jsonl", lines(answers(500)), "jsonl"), by_hand=True, contract={}) == {}


def test_samples_of_sound_requests_are_no_test() -> None:
    """An optional field is left out, a number is below zero: neither was meant to be refused."""
    sound = [SOUND, {"age": 30, "income": 1.0}, {**SOUND, "income": -20.0}]
    assert paired(lines(sound), "jsonl", lines([{"status": 200, "score": 0.3}] * 3), "jsonl") == []
    assert paired(lines(ASKED), "jsonl", lines(answers(200)[:4]), "jsonl") == []


def test_below_zero_is_no_fault_of_a_standardised_feature() -> None:
    """Where all others are ones and more it is: an age, but no score around zero."""
    for usual, known in ((40, {"refuses_mistyped_column", "refuses_out_of_range"}), (0.4, {"refuses_mistyped_column"})):
        values = [usual, usual + 1, -usual, usual + 3, "many"]
        asked = lines([{"z": value, "n": 3.5} for value in values])
        came = lines([{"status": 200, "score": 0.4}] * 5)
        assert set(faults(paired(asked, "jsonl", came, "jsonl"), by_hand=True, contract={})) == known


def test_a_key_may_be_a_number_or_a_word() -> None:
    """Questions to a language model with their answers are no test of bad input."""
    asked = [{"id": 1, "prompt": "2+2?"}, {"id": 2, "prompt": "hi"}, {"id": "3b", "prompt": "why"}]
    assert paired(lines(asked), "jsonl", lines([{"output": "4"}] * 3), "jsonl") == []


def test_printed_as_python_prints_it() -> None:
    """Each request as it was read, an arrow, and the answer with single quotes."""
    text = "val_loss=0.31\n" + "".join(
        f"{json.dumps(one)} -> {came}\n" for one, came in zip(ASKED, answers(200), strict=True)
    )
    found = faults(printed(text), by_hand=True, contract={})
    assert not found["refuses_mistyped_column"]["passed"]
    assert printed("{'lr': 0.1} -> {'loss': 0.3}\n" * 4) == []


def test_a_run_with_both_files(folder: Folder) -> None:
    """They are tests, and neither the log nor rows to be scored."""
    run = read_run(
        folder(
            {
                "log.csv": LOG,
                "qa_requests.jsonl": lines(ASKED),
                "qa_responses.jsonl": lines(answers(200)),
            }
        )
    )
    assert run.files["checks"] == ("qa_requests.jsonl", "qa_responses.jsonl")
    assert run.logs == {"log.csv"}
    found, _ = checks(Measures(run))
    assert not found["refuses_missing_column"]["passed"]


def test_a_run_that_only_printed_them(folder: Folder) -> None:
    """The same among the lines of a training."""
    text = "epoch 1 train_loss=0.9 val_loss=0.95\nepoch 2 train_loss=0.8 val_loss=0.9\n" + "".join(
        f"{json.dumps(one)} -> {came}\n" for one, came in zip(ASKED, answers(422), strict=True)
    )
    found, _ = checks(Measures(read_run(folder({"output.txt": text}))))
    assert found["refuses_mistyped_column"]["passed"]


def test_fields_in_pairs_between_path_and_status() -> None:
    """The log of a service without braces; a look at its health is no empty request."""
    text = "".join(
        f"2024-06-06 12:58:{second:02d} POST /score {given} -> {came}\n"
        for second, (given, came) in enumerate((
            ("age=25.7 income=34520.1 city='Graz'", "200 score=0.34"),
            ("age=-41 income=59352.4 city='Linz'", "200 score=0.02"),
            ("age='abc' income=None city='Linz'", "200 score=0.32"),
            ("(empty body)", "500 IndexError: list index out of range"),
        ))
    )  # fmt: skip
    found = faults(printed(text), by_hand=True, contract={})
    assert {name for name, one in found.items() if not one["passed"]} == {
        "refuses_out_of_range",
        "refuses_mistyped_column",
        "refuses_nan",
    }
    sound = "POST /score age=25.7 income=34520.1 -> 200 score=0.34\nGET /health -> 200 ms=3\n"
    assert printed(sound * 4) == []
    refused = faults(printed(text.replace("-> 200 score=0.02", "-> 422 age")), by_hand=True, contract={})
    assert refused["refuses_out_of_range"]["passed"]
