"""What became of bad requests where they are counted: in a row of a table, in counters of a service, in a search for
counterexamples.

    case,sent,http_2xx,http_4xx    requests_total{payload="nan",answer="score"} 4112    Falsifying example: ...
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from mladvisor.runs.answer_words import MAX_CASES, add, wants_refusal, without_designed
from mladvisor.runs.check_words import fault_of, words_of
from mladvisor.runs.word_sets import word_set

_ANSWERED = re.compile(
    r"(?:^|_)(?:http_?)?2xx|(?:^|_)200(?:_|$)|(?:^|_)(?:accepted|answered|scored|predicted|passed_through|let_through"
    r"|akzeptiert|angenommen|beantwortet|aceptad[ao]s|respondid[ao]s|acceptees?|repondues?)(?:_|$)"
)
_REFUSED = re.compile(
    r"(?:^|_)(?:http_?)?4xx|(?:^|_)4\d\d(?:_|$)|(?:^|_)(?:refused|rejected|denied|blocked|abgelehnt|zurueckgewiesen"
    r"|rechazad[ao]s|rejetees?|refusees?|recusad[ao]s|rejeitad[ao]s)(?:_|$)"
)
_BROKE = re.compile(r"(?:^|_)(?:http_?)?5xx|(?:^|_)5\d\d(?:_|$)|(?:^|_)(?:crashed|broke)(?:_|$)")
_FEW = 0.05
"""Of bad requests that some check refuses by the way, where nothing looks at them."""


def counts_answers(head: Sequence[str]) -> bool:
    """The columns count answers and refusals apart."""
    return any(map(_ANSWERED.search, head)) and any(map(_REFUSED.search, head))


def came_by_counts(one: Mapping[str, Any]) -> str | None:
    """ "422", "200" or "500" for a row that counts the answers to one kind of request: most of them."""
    answered, refused, broke = (_total(one, pattern) for pattern in (_ANSWERED, _REFUSED, _BROKE))
    if answered is None or refused is None or answered + refused + (broke or 0.0) <= 0.0:
        return None
    whole = answered + refused + (broke or 0.0)
    return "422" if refused >= 0.5 * whole else "200" if answered > _FEW * whole else "500" if broke else None


def _total(one: Mapping[str, Any], pattern: re.Pattern[str]) -> float | None:
    found = [number for key, value in one.items() if pattern.search(key) and (number := _number(value)) is not None]
    return sum(found) if found else None


def _number(value: Any) -> float | None:
    text = str(value).strip().replace(",", "").replace(" ", "")
    return float(text) if re.fullmatch(r"\d{1,12}(?:\.\d{1,6})?%?", text) and not text.endswith("%") else None


_COUNTER = re.compile(
    r"^[A-Za-z_:][\w:]{0,120}\{([^{}\n]{1,400})\}[ \t]+(\d{1,15}(?:\.\d{1,6})?(?:e\+?\d{1,2})?)\b", re.M
)
_LABEL = re.compile(r'(\w{1,40})="([^"]{0,120})"')
_SCORED = word_set("score scored answered accepted ok success predicted prediction served passed 2xx 200")
_TURNED_DOWN = word_set("rejected refused denied invalid 4xx 400 422 blocked validation")
LEAST_FAULTS = 2


def is_counters(text: str) -> bool:
    """A text of counters with labels, as services publish them."""
    return '="' in text and _COUNTER.search(text) is not None


def from_counters(text: str) -> dict[str, Any]:
    """Checks by counters of requests with their kind and answer as labels."""
    counted: dict[str, list[float]] = {}
    for found in list(_COUNTER.finditer(text))[:MAX_CASES]:
        values = [value for _, value in _LABEL.findall(found[1])]
        fault = next((fault for value in values if (fault := fault_of(value)) is not None), None)
        came = [set(re.findall(r"[a-z]+|\d\w*", value.lower())) for value in values]
        answered = any(words & _SCORED for words in came)
        refused = any(words & _TURNED_DOWN for words in came)
        if fault is not None:
            each = counted.setdefault(fault, [0.0, 0.0])
            each[0] += float(found[2]) if answered and not refused else 0.0
            each[1] += float(found[2]) if refused else 0.0
    result: dict[str, Any] = {}
    for fault, (answered_rows, refused_rows) in counted.items():
        if answered_rows + refused_rows > 0.0:
            add(
                result,
                fault,
                refused_rows >= answered_rows,
                f"{fault}: {answered_rows:g} of {answered_rows + refused_rows:g} answered",
            )
    return without_designed(result) if len(result) >= LEAST_FAULTS else {}


_TEST = re.compile(r"\b(test_\w{1,150})")
_FALSE = "falsifying example"
_FAILING = re.compile(r"\b([1-9]\d{0,8}) failing examples?", re.IGNORECASE)


def from_counterexamples(text: str) -> dict[str, Any]:
    """Checks that a search for counterexamples (Hypothesis) has failed: of a test whose name asks for a refusal."""
    if _FALSE not in text.lower():
        return {}
    found: dict[str, Any] = {}
    test = ""
    for line in text.split("\n")[: 10 * MAX_CASES]:
        named = _TEST.findall(line[:400])
        test = named[-1] if named else test
        failed = line.lower().lstrip(" -E").startswith(_FALSE) or _FAILING.search(line[:200]) is not None
        if failed and test and (wants_refusal(test) or not _ASKED.isdisjoint(words_of(test))):
            add(found, fault_of(test) or "refuses_bad_input", False, f"{test}: {line.strip()}")
    return found


_ASKED = word_set("refuse refused refuses reject rejected rejects raise raises raised")
