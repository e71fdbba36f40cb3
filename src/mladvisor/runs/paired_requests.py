"""Requests of a service apart from their answers: in two files line by line, or printed with an arrow between them.

    smoke_requests.jsonl    {"age": 40, "income": 2000}       {"age": "forty", "income": 2000}
    smoke_responses.jsonl   {"status": 200, "score": 0.4}     {"status": 422, "error": "age"}
    console.txt             {"age": "forty"} -> {'status': 200, 'score': 0.0}
    access.log              POST /score age='forty' income=2000 -> 200 score=0.0

Few requests that were written to be wrong are told from samples of sound ones: some field holds a word where the others
hold numbers, or a request is empty. Then the first one is what the others spoil.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.report_names import words_of
from mladvisor.runs.request_logs import MAX_LINES, Exchange, answered_by, in_record, is_key, records_in
from mladvisor.runs.word_sets import word_set

_ASKED = word_set(
    "request requests payload payloads input inputs query queries call calls body bodies sent anfragen anfrage"
)
_CAME = word_set(
    "response responses reply replies answer answers output outputs result results returned received antworten antwort"
)
_SUFFIXES = ("jsonl", "ndjson", "json")
_BY_A_PERSON = 60
"""Requests that somebody wrote one by one; more are traffic."""
_LEAST = 3
_MAX_LINE = 4_000
_ARROW = re.compile(r"(\{.{0,2000}?\})\s*(?:-{1,2}>|=>|→|⇒)\s*(\S.{0,1500})$")


class Paired(NamedTuple):
    """Two files of one list: what was asked, and what came of it. Relative paths, as they were given."""

    asked: str
    came: str


def pairs_of(names: Sequence[str]) -> list[Paired]:
    """Files of one folder whose names differ in the word for asking or answering alone."""
    rest: dict[tuple[str, tuple[str, ...]], dict[str, str]] = {}
    for name in names:
        folder, _, last = name.rpartition("/")
        stem, suffix = stem_and_suffix(last)
        if suffix not in _SUFFIXES:
            continue
        words = words_of(stem)
        side = "asked" if not _ASKED.isdisjoint(words) else "came" if not _CAME.isdisjoint(words) else ""
        if side:
            left = tuple(word for word in words if word not in (_ASKED | _CAME))
            rest.setdefault((folder, left), {}).setdefault(side, name)
    return [Paired(sides["asked"], sides["came"]) for sides in rest.values() if len(sides) == 2]


def paired(asked: str, asked_suffix: str, came: str, came_suffix: str) -> list[Exchange]:
    """The requests of one file with the answers of another; none if they are not as many, or not wrong on purpose."""
    given = list(records_in(asked, asked_suffix))
    answers = list(records_in(came, came_suffix))
    if len(given) != len(answers) or not all(isinstance(one, dict) for one in given):
        return []
    found = [Exchange(one, _answered(answer)) for one, answer in zip_longest(given, answers)]
    return found if _wrong_on_purpose(found) else []


def printed(text: str) -> list[Exchange]:
    """Requests that a program printed with what came of them, a line each."""
    found = list(_arrows(text))
    return found if _wrong_on_purpose(found) else []


def _arrows(text: str) -> Iterator[Exchange]:
    for line in text.split("\n")[:MAX_LINES]:
        if len(line) >= _MAX_LINE:
            continue
        flat = given_in_pairs(line)
        if flat is not None:
            yield Exchange(flat[0], _answered(flat[1]))
        match = _ARROW.search(line) if "{" in line and flat is None else None
        given = literal(match[1]) if match is not None else None
        if match is not None and isinstance(given, dict):
            came = literal(match[2].strip())
            yield Exchange(given, _answered(match[2].strip() if came is None else came))


_FLAT = re.compile(
    r"\b(?:POST|PUT|GET)\s+(?:https?://|/)\S{0,200}\s+(?P<given>[^{}\n]{0,2000}?)\s*(?:-{1,2}>|=>|→|⇒)\s*"
    r"(?P<came>[2-5]\d\d\b.{0,500})$"
)
_FIELD = re.compile(r"(?<![\w.])([A-Za-z_][\w.]{0,60})=('[^'\n]{0,200}'|\"[^\"\n]{0,200}\"|[^\s,;&]*)")
_NOTHING = re.compile(r"\W{0,2}(?:empty|no|blank)(?:[ _](?:body|payload|request|fields))?\W{0,2}", re.IGNORECASE)


def given_in_pairs(line: str) -> tuple[dict[str, Any], str] | None:
    """The fields of a request that a line holds as pairs, and its status with what follows; None for other lines.

    A request of which nothing but "(empty body)" is said has no field.
    """
    match = _FLAT.search(line) if "=" in line or "empty" in line else None
    if match is None:
        return None
    fields = {name: _value(value) for name, value in _FIELD.findall(match["given"])}
    return (fields, match["came"]) if fields or _NOTHING.fullmatch(match["given"]) else None


def _value(text: str) -> Any:
    if text[:1] in "'\"" and text:
        return text[1:-1]
    if text.lower() in ("", "none", "null"):
        return None
    try:
        return float(text)  # "nan" and "inf" too
    except ValueError:
        return text


def literal(text: str) -> Any:
    """A value as JSON or as Python prints it; None for any other text."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None


def _answered(came: Any) -> bool | None:
    if isinstance(came, dict):
        return in_record(came)
    return answered_by(came if isinstance(came, str) else None, came)


def _wrong_on_purpose(asked: Sequence[Exchange]) -> bool:
    """Whether a short list holds what no sound client sends: a word for a number, or nothing at all."""
    if not _LEAST <= len(asked) <= _BY_A_PERSON:
        return False
    first = asked[0].given
    return bool(first) and any(not one.given or _says_words(one.given, first) for one in asked[1:])


def _says_words(given: Mapping[str, Any], first: Mapping[str, Any]) -> bool:
    numbers = {name for name, value in first.items() if isinstance(value, int | float) and not is_key(name)}
    return any(isinstance(value, str) and name in numbers for name, value in given.items())
