"""Requests of a service and what it answered: spoilt ones that were answered are told, refusals are not."""

from __future__ import annotations

import json

from mladvisor.runs.read import read_run
from mladvisor.runs.request_logs import Exchange, exchanges, faults, is_contract

from .conftest import Folder

CONTRACT = {
    "openapi": "3.0.2",
    "components": {
        "schemas": {
            "Ask": {
                "type": "object",
                "required": ["age", "income"],
                "properties": {
                    "age": {"type": "integer", "minimum": 18, "maximum": 110},
                    "income": {"type": "number"},
                    "country": {"type": "string", "enum": ["DE", "FR"]},
                },
            }
        }
    },
}


def traffic(status: int, **spoilt: object) -> str:
    """Twenty sound requests, and one that is not."""
    sound = [{"age": 30 + n, "income": 2000, "country": "DE"} for n in range(20)]
    lines = [{"request": one, "status": 200, "response": {"score": 0.4}} for one in sound]
    return "\n".join(map(json.dumps, [*lines, {"request": {**sound[0], **spoilt}, "status": status, "response": {}}]))


def test_a_contract_tells_what_should_have_been_refused() -> None:
    """A range, a list of values, a blank that is required; what was refused has passed."""
    for spoilt, check in (
        ({"age": -4}, "out_of_range"),
        ({"country": "XX"}, "unknown_category"),
        ({"income": None}, "nan"),
    ):
        for status, passed in ((200, False), (422, True)):
            asked, by_hand = exchanges(traffic(status, **spoilt), "jsonl")
            found = faults(asked, by_hand=by_hand, contract=CONTRACT)
            assert {name: one["passed"] for name, one in found.items()} == {f"refuses_{check}": passed}


def test_without_a_contract_only_the_kind_of_a_value_tells() -> None:
    """A word where all others are numbers is a fault; a number that is merely far off may be right, a blank filled."""
    asked, _ = exchanges(traffic(200, income="lots"), "jsonl")
    assert set(faults(asked, by_hand=False, contract={})) == {"refuses_mistyped_column"}
    for spoilt in ({"age": -4}, {"income": None}, {"country": "XX"}):
        asked, _ = exchanges(traffic(200, **spoilt), "jsonl")
        assert faults(asked, by_hand=False, contract={}) == {}


def test_calls_by_hand_spoil_the_first_one() -> None:
    """A negative size, a field left out, a word; a break of the service is no answer."""
    text = """$ curl -XPOST :8000/predict -d '{"sqm": 80, "rooms": 3}'
{"price": 412000.0}
$ curl -XPOST :8000/predict -d '{"sqm": -80, "rooms": 3}'
{"price": 388120.5}
$ curl -XPOST :8000/predict -d '{"rooms": 3}'
{"detail": "sqm is missing"}
$ curl -XPOST :8000/predict -d '{"sqm": "eighty", "rooms": 3}'
Internal Server Error
"""
    asked, by_hand = exchanges(text, "txt")
    found = faults(asked, by_hand=by_hand, contract={})
    assert {name: one["passed"] for name, one in found.items()} == {
        "refuses_out_of_range": False,
        "refuses_missing_column": True,
    }


def test_a_log_of_requests_is_no_log_of_a_training(folder: Folder) -> None:
    """Its scores are no curve."""
    log = "epoch,train_loss,val_loss\n1,0.9,0.95\n2,0.8,0.9\n3,0.7,0.85\n"
    run = read_run(folder({"metrics.csv": log, "requests.jsonl": traffic(200, age=-1)}))
    assert run.files["checks"] == ("requests.jsonl",)
    assert {curve.place.file for curve in run.curves} == {"metrics.csv"}


def test_what_is_a_contract() -> None:
    """OpenAPI with fields, not any block of settings."""
    assert is_contract(CONTRACT)
    assert not is_contract({"api": {"port": 8000}})


def test_of_several_faults_the_first_one_is_told() -> None:
    """In the order of the requests and of the contract, at every start alike: the order of a set changes with it."""
    contract = {"required": ["zeta", "alpha", "mid"], "properties": {name: {} for name in ("alpha", "mid", "zeta")}}
    found = faults([Exchange({}, True)], by_hand=False, contract=contract)
    assert found == {"refuses_missing_column": {"passed": False, "said": "without zeta"}}


def test_lines_of_a_service_tell_request_and_status() -> None:
    """A word and a list for a number, and nothing at all, that were answered; what was refused has passed."""
    sound = "\n".join(
        f'10:{n} POST /v1/score 200 payload={{"age": {30 + n}.0, "income": 2000}} score=0.4' for n in range(20)
    )
    for line, check, passed in (
        ('11:00 POST /v1/score 200 payload={"age": "forty", "income": 2000} score=0.4', "mistyped_column", False),
        ("11:00 request={'age': [1, 2], 'income': 2000} status=200 response={'score': 0.4}", "mistyped_column", False),
        ('INFO: 10.0.0.1 - "POST /score HTTP/1.1" 422 body={"age": "forty", "income": 2000}', "mistyped_column", True),
        ("11:00 POST /v1/score 200 payload={} score=0.4", "missing_column", False),
    ):
        asked, by_hand = exchanges(f"{sound}\n{line}\n", "log")
        assert (len(asked), by_hand) == (21, False)
        assert faults(asked, by_hand=False, contract={})[f"refuses_{check}"]["passed"] is passed


def test_lines_with_braces_that_name_no_status_are_no_requests() -> None:
    assert exchanges('epoch 1 {"loss": 0.4, "acc": 0.7}\nepoch 200 {"loss": 0.3}\n', "log") == ([], False)


def test_a_service_that_somebody_tries_one_field_at_a_time() -> None:
    """Most requests are the first one with one field changed: what is odd about a field is told as of calls by hand."""
    base = {"age": 44, "months": 20, "fee": 60.0, "calls": 1}
    tried = [base, {**base, "age": -5}, {**base, "fee": "nan"}, {**base, "months": None}, {"age": 30}]
    text = "".join(f'2024-05-02 09:14 POST /score {json.dumps(one)} 200 {{"p": 0.3}}\n' for one in tried)
    asked, by_hand = exchanges(text, "log")
    assert (len(asked), by_hand) == (5, True)
    found = faults(asked, by_hand=by_hand, contract={})
    assert found["refuses_nan"]["passed"] is False
    varied = "".join(f"POST /score {json.dumps({k: v * n for k, v in base.items()})} 200\n" for n in range(1, 9))
    assert exchanges(varied, "log")[1] is False


def test_a_dictionary_tells_what_no_request_holds() -> None:
    """In place of a contract; what comes with request after request has changed at its source, and is no spoilt one."""
    described = {"age": {"type": "number", "minimum": 0.0, "maximum": 150.0}}
    for status, passed in ((200, False), (422, True)):
        asked, by_hand = exchanges(traffic(status, age=-4), "jsonl")
        found = faults(asked, by_hand=by_hand, contract={}, described=described)
        assert {name: one["passed"] for name, one in found.items()} == {"refuses_out_of_range": passed}
    asked, by_hand = exchanges(traffic(200), "jsonl")
    assert faults(asked, by_hand=by_hand, contract={}, described=described) == {}
    described["age"]["maximum"] = 20.0
    assert faults(asked, by_hand=by_hand, contract={}, described=described) == {}
