"""What a service answered to which request: lines of its traffic, or calls by hand with what came back.

    {"request": {"age": -4, "income": null}, "status": 200, "response": {"score": 0.4}}
    2024-05-02T10:00:11Z POST /v1/score 200 payload={"age": "forty", "income": 2000} score=0.41
    $ curl ... -d '{"sqm": -80, "rooms": 3}'
    {"price": 388120.5}

Whether a value should have been refused is told by a contract (`openapi.yaml`, a JSON schema) and by the other
requests: a field that is a number everywhere else and a word here. A number out of range is only told by the contract,
or by calls by hand, whose first one is sound and whose others spoil it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from typing import Any, NamedTuple

from mladvisor.runs.answer_words import without_designed

MAX_LINES = 20_000
_MAX_LINE = 4_000
_GIVEN = ("request", "payload", "input", "inputs", "features", "body", "request_body", "data", "instance", "record")
_STATUS = ("status", "status_code", "http_status", "code", "http_code", "response_status", "response_code")
_CAME = ("response", "answer", "output", "result", "prediction", "response_body", "score", "error", "detail")
_CALL = re.compile(r"(?:-d|--data(?:-raw|-binary)?|json=|data=)\s*(['\"]?)(\{.*\})\1")
_ERROR_WORDS = re.compile(r"error|detail|invalid|reject|refus|must be|out of range|traceback|exception", re.IGNORECASE)
_BROKE = re.compile(r"internal server error|traceback|keyerror|typeerror|valueerror|\b5\d\d\b", re.IGNORECASE)
_LEAST = 8
"""Requests by which what is usual for a field is told."""
_SHARE = 0.9


class Exchange(NamedTuple):
    """A request and whether it was answered: True, False (refused), None (the service broke)."""

    given: Mapping[str, Any]
    answered: bool | None


def exchanges(text: str, suffix: str) -> tuple[list[Exchange], bool]:
    """The requests of a file, and whether they are calls by hand; none where it holds other things."""
    if suffix in ("json", "jsonl", "ndjson"):
        return [one for record in records_in(text, suffix) if (one := _exchange(record)) is not None], False
    from mladvisor.runs.paired_requests import printed

    by_hand = list(_calls(text)) or printed(text)
    served = by_hand or list(_served(text))
    return served, bool(by_hand) or _varies_one(served)


def _varies_one(asked: Sequence[Exchange]) -> bool:
    """Somebody tries the service: most requests are the first one with one field changed, which no customers are."""
    first = asked[0].given if asked else {}
    near = sum(sum(one.given.get(name, _ABSENT) != value for name, value in first.items()) <= 1 for one in asked)
    return len(first) >= _LEAST_FIELDS and len(asked) >= _LEAST_TRIED and near >= _MOSTLY * len(asked)


_ABSENT = object()
_LEAST_FIELDS, _LEAST_TRIED, _MOSTLY = 3, 4, 0.7


_BRACES = re.compile(r"\{.{0,3000}?\}(?![^{]*\})")
_STATUS_IN_LINE = re.compile(
    r"(?:\b(?:GET|POST|PUT)\s+\S{1,200}(?:\s+HTTP/[\d.]+)?\"?|\bHTTP/[\d.]+\"?|\bstatus(?:[_ ]?code)?\W{1,3}|\bcode=|"
    r"(?:POST|PUT)\s+/\S{0,200}\s+\{[^\n]{0,3000}?\}\s{0,2}(?:->|=>)?)"
    r"\s{0,2}([2-5]\d\d)\b",
    re.IGNORECASE,
)


def _served(text: str) -> Iterator[Exchange]:
    """Lines of the log of a service: a request in braces and the status it was answered with."""
    from mladvisor.runs.paired_requests import given_in_pairs, literal

    for line in text.split("\n")[:MAX_LINES]:
        if len(line) > _MAX_LINE:
            continue
        flat = given_in_pairs(line)
        if flat is not None:
            yield Exchange(flat[0], answered_by(flat[1], None))
        if "{" not in line or flat is not None:
            continue
        match = _BRACES.search(line)
        given = literal(match[0]) if match is not None else None
        status = _STATUS_IN_LINE.search(line)
        if isinstance(given, dict) and status is not None:
            yield Exchange(given, answered_by(status[1], None))


def records_in(text: str, suffix: str) -> Iterator[Any]:
    """The records of a list in JSON, or of lines of it, up to the first that is none."""
    if suffix == "json":
        try:
            content = json.loads(text)
        except (ValueError, RecursionError):
            return
        yield from content[:MAX_LINES] if isinstance(content, list) else ()
        return
    for line in text.split("\n")[:MAX_LINES]:
        if line.strip():
            try:
                yield json.loads(line)
            except (ValueError, RecursionError):
                return


def _exchange(record: Any) -> Exchange | None:
    if not isinstance(record, dict):
        return None
    given = next((record[key] for key in _GIVEN if isinstance(record.get(key), dict)), None)
    status = next((record[key] for key in _STATUS if key in record), None)
    came = next((record[key] for key in _CAME if key in record and record[key] is not given), None)
    if given is None or (status is None and came is None):
        return None
    return Exchange(given, answered_by(status, came))


def answered_by(status: Any, came: Any) -> bool | None:
    """Whether a request was answered, by its status (None: there is none) or by what came; None where the service
    broke."""
    code = re.match(r"[2-5]\d\d\b", str(status)) if status is not None else None
    if code is not None:
        return {"2": True, "4": False}.get(code[0][0])
    said = json.dumps(came) if came is not None else str(status)
    return None if _BROKE.search(said) else not _ERROR_WORDS.search(said)


def in_record(record: Mapping[str, Any]) -> bool | None:
    """What an answer that stands alone says: `{"status": 422, "error": "age is missing"}`."""
    status = next((record[key] for key in _STATUS if key in record), None)
    return answered_by(status, {key: value for key, value in record.items() if value is not None})


def _calls(text: str) -> Iterator[Exchange]:
    lines = [line[:_MAX_LINE] for line in text.split("\n")[:MAX_LINES]]
    for number, line in enumerate(lines):
        call = _CALL.search(line)
        if call is None:
            continue
        try:
            given = json.loads(call[2])
        except (ValueError, RecursionError):
            continue
        after = next((one for one in lines[number + 1 : number + 4] if one.strip()), "")
        if isinstance(given, dict) and after and not _CALL.search(after):
            yield Exchange(given, None if _BROKE.search(after) else not _ERROR_WORDS.search(after))


def faults(
    asked: Sequence[Exchange],
    *,
    by_hand: bool,
    contract: Mapping[str, Any],
    described: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Checks in the form of `checks.json`: what spoilt requests got. A fault that was answered once is accepted.

    Args:
        described: limits of fields that no contract of the service tells but its feature dictionary, in the words of a
            contract. What breaks them in request after request has changed at its source; that is no spoilt request.
    """
    found = _against(described or {}, asked, contract)
    fields = _fields(contract)
    required = [name for name in dict.fromkeys(_listed(contract, "required")) if name in fields]
    usual = _usual([one.given for one in (asked[:1] if by_hand else asked)], len(asked) >= _LEAST or by_hand)
    if by_hand:
        usual = {name: one._replace(positive=_counts(name, asked)) for name, one in usual.items()}
    for one in asked:
        for check, said in _spoilt(one.given, fields=fields, required=required, usual=usual, by_hand=by_hand):
            if one.answered is not None and (check not in found or (one.answered and found[check]["passed"])):
                found[check] = {"passed": not one.answered, "said": said[:200]}
    return without_designed(found) if by_hand else found


def _against(
    described: Mapping[str, Mapping[str, Any]], asked: Sequence[Exchange], contract: Mapping[str, Any]
) -> dict[str, Any]:
    """What a dictionary alone calls spoilt, where that is rare."""
    fields = {name: each for name, each in described.items() if name not in _fields(contract)}
    broken: dict[tuple[str, str], list[tuple[bool, str]]] = {}
    for one in asked if fields else ():
        given = {name: value for name, value in one.given.items() if name in fields and value is not None}
        for name, value in given.items():
            for check, said in _spoilt({name: value}, fields=fields, required=(), usual={}, by_hand=False):
                if one.answered is not None:
                    broken.setdefault((check, name), []).append((one.answered, said))
    found: dict[str, Any] = {}
    for (check, _), each in broken.items():
        if len(each) <= max(1.0, _RARE * len(asked)):
            answered = [said for came, said in each if came]
            if check not in found or (answered and found[check]["passed"]):
                found[check] = {"passed": not answered, "said": (answered or [each[0][1]])[0][:200]}
    return found


_RARE = 0.25


def is_key(name: str) -> bool:
    """A field that names a request, which may be a number or a word: no input of a model."""
    return _KEY.search(name) is not None


_KEY = re.compile(r"(?:^|_|(?<=[a-z])(?=I))(?:id|uuid|guid|key|ref|request|trace)$", re.IGNORECASE)


def _counts(name: str, asked: Sequence[Exchange]) -> bool:
    """A field that holds ones and more in all but a few requests: sizes, ages, amounts, but no standardised feature."""
    values = [float(value) for one in asked if isinstance(value := one.given.get(name, ""), int | float)]
    below = sum(value < 0 for value in values)
    return below <= max(1, len(values) // 3) and len(values) > below and all(not 0 <= value < 1 for value in values)


class _Usual(NamedTuple):
    """A field in other requests: its kind, whether it is always there, whether it is never negative."""

    kind: str
    always: bool
    positive: bool


def _usual(given: Sequence[Mapping[str, Any]], known: bool) -> dict[str, _Usual]:
    if not known or not given:
        return {}
    found: dict[str, _Usual] = {}
    for name in dict.fromkeys(name for one in given for name in one):
        values = [one[name] for one in given if one.get(name) is not None]
        kinds = Counter(map(_kind, values))
        kind, count = kinds.most_common(1)[0] if kinds else ("", 0)
        if count >= _SHARE * len(values):
            numbers = [value for value in values if _kind(value) == "number"]
            found[name] = _Usual(
                kind, len(values) >= _SHARE * len(given), bool(numbers) and all(value > 0 for value in numbers)
            )
    return found


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "flag"
    return "number" if isinstance(value, int | float) else "text" if isinstance(value, str) else "other"


def _spoilt(
    given: Mapping[str, Any],
    *,
    fields: Mapping[str, Mapping[str, Any]],
    required: Sequence[str],
    usual: Mapping[str, _Usual],
    by_hand: bool,
) -> Iterator[tuple[str, str]]:
    """(check, what is wrong) for each fault of one request."""
    for name in [*required, *(name for name, one in usual.items() if one.always and (by_hand or not fields))]:
        if name not in given:
            yield "refuses_missing_column", f"without {name}"
    for name, value in given.items():
        if is_key(name) and name not in fields:
            continue
        spec, other = fields.get(name, {}), usual.get(name)
        said = f"{name} = {value!r}"
        number = _is_number(value)
        if value is None or (number and isnan(value)):
            # a model may fill blanks on purpose: only a contract that has no null says that it must not
            if (name in required and not spec.get("nullable")) or by_hand:
                yield "refuses_nan", said
        elif isinstance(value, str | list | dict) and (
            spec.get("type") in ("number", "integer") or (other is not None and other.kind == "number")
        ):
            yield "refuses_mistyped_column", said
        elif number and (_out(value, spec) or (by_hand and other is not None and other.positive and value < 0)):
            yield "refuses_out_of_range", said
        elif isinstance(spec.get("enum"), list) and value not in spec["enum"]:
            yield "refuses_unknown_category", said


def _out(value: float, spec: Mapping[str, Any]) -> bool:
    low = next((spec[key] for key in ("minimum", "min", "ge", "exclusiveMinimum") if _is_number(spec.get(key))), None)
    high = next((spec[key] for key in ("maximum", "max", "le", "exclusiveMaximum") if _is_number(spec.get(key))), None)
    return (low is not None and value < low) or (high is not None and value > high)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _listed(contract: Any, key: str, depth: int = 8) -> list[str]:
    """The names under `required` wherever they stand in a contract."""
    if not isinstance(contract, dict) or depth == 0:
        return []
    listed = contract.get(key)
    own = [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
    return own + [name for value in contract.values() for name in _listed(value, key, depth - 1)]


def _fields(contract: Any, depth: int = 8) -> dict[str, Mapping[str, Any]]:
    """The fields under every `properties` of a contract."""
    if not isinstance(contract, dict) or depth == 0:
        return {}
    found: dict[str, Mapping[str, Any]] = {}
    for key, value in contract.items():
        if key == "properties" and isinstance(value, dict):
            found |= {str(name): one for name, one in value.items() if isinstance(one, dict)}
        found = {**_fields(value, depth - 1), **found}
    return found


def is_contract(content: Any) -> bool:
    """A description of an interface: OpenAPI, or a JSON schema of an object."""
    return (
        isinstance(content, dict)
        and bool(_fields(content))
        and not {"openapi", "swagger", "$schema", "properties"}.isdisjoint(content)
    )
