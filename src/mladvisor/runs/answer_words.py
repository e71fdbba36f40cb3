"""What tests of bad input and their answers say in words: what was wanted, what came, and what that makes of a check.

Shared by the readers of such tests: of JUnit and of what pytest printed (`input_tests`), of lists of cases
(`input_records`), and of printed lines (`input_lines`).
"""

from __future__ import annotations

import re
from typing import Any

from mladvisor.runs.check_words import fault_of, words_of
from mladvisor.runs.training_tests import failed_as_test, training_test
from mladvisor.runs.word_sets import word_set

MAX_CASES = 2_000
_REFUSE = word_set(
    "reject rejects rejected refuse refuses refused raise raises raised forbid forbids forbidden disallow disallows "
    "throws throw"
)
_MAY_REFUSE = _REFUSE | word_set("error errors invalid validates validate validation bad guard guards fails")
ANSWERED = re.compile(
    r"\b(accept(?:s|ed)?|akzeptiert|angenommen|answered|predicted"
    r"|no error|no exception|(?:status|http|code)[=: ]*200|200 ok"
    r"|returned|scored|predictions?[=: ]|score[=: ]|ok)\b"
    r"|\b(?:scores?|predictions?|output|result|value)s?\s*[=:]?\s*-?(?:\d|nan\b|inf\b)|->\s*-?\d|=>\s*-?\d|^\s*200\b"
    r"|^\s*(?:a |the )?(?:predictions?|scores?|probability)[\s.]*$",  # alone in its cell
    re.IGNORECASE,
)
REFUSED = re.compile(
    r"\b(reject(?:s|ed)?|refuse[sd]?|denied|abgelehnt|zur(?:ü|ue)ckgewiesen"
    r"|valueerror|validationerror|schemaerror|bad request|unprocessable)\b"
    r"|(?:^|status|http|code)[=: /]*4\d\d\b",
    re.IGNORECASE,
)
CLUMSY = re.compile(  # an error out of the depths, which nobody wrote to say what is wrong with the input
    r"\b(keyerror|typeerror|indexerror|attributeerror|runtimeerror|traceback|internal server error)\b"
    r"|(?:^|status|http|code)[=: /]*5\d\d\b",
    re.IGNORECASE,
)
NOT_RAISED = re.compile(
    r"assert [25]\d\d == 4\d\d|\b[25]\d\d != 4\d\d"
    r"|did not raise|not raised|no exception|nothing was raised|expected .{0,60}(?:error|exception)"
    r"|not an instance of (?:\(?<class '[\w.]*(?:error|exception|reject\w*|refus\w*|invalid\w*)'>)"
    r"|= isinstance\(.{0,200}\b[\w.]*(?:error|exception|reject\w*|refus\w*|invalid\w*)\)",
    re.IGNORECASE,
)


_ANOTHER_LAYER = re.compile(
    r"\bexpected\s[^\n]{0,60}?\b(?:out_features|units|Linear|Dense|LSTM|GRU|Conv\dD?d?|hidden layers?)\b[^\n]{0,80}?"
    r"\b(?:got|found|but (?:was|is|has)|instead)\b"
)
"""A message that names the layer that was expected, and what stands in its place."""


def check_of_test(name: str, *, failed: bool, said: str = "") -> str | None:
    """The check that a test is, by its name; None for one that does not expect a refusal, or of something unknown.

    A test that failed may have failed for another reason, unless its name or its message says that it expected one.
    """
    learning = training_test(name)
    if learning is not None:
        return learning if not failed or failed_as_test(said) else None
    if failed and _ANOTHER_LAYER.search(said) and failed_as_test(said):
        return "matches_design"
    words = words_of(name)
    expected = not (_REFUSE if failed else _MAY_REFUSE).isdisjoint(words)
    return fault_of(name) if expected or (failed and NOT_RAISED.search(said)) else None


_BY_DESIGN = ("refuses_nan", "refuses_unknown_category")
_ABSURD = ("refuses_out_of_range", "refuses_infinite", "refuses_mistyped_column", "refuses_missing_column")


def without_designed(found: dict[str, Any]) -> dict[str, Any]:
    """Results without what a sound model may answer on purpose: it fills blanks, and has a place for new categories.

    Only where an absurd value was answered too does nothing look at the input. A test by somebody says what was wanted.
    """
    if any(check in found and not found[check]["passed"] for check in _ABSURD):
        return found
    return {check: one for check, one in found.items() if check not in _BY_DESIGN or one["passed"]}


def add(found: dict[str, Any], check: str | None, passed: bool, said: str) -> None:
    """A check that failed once has failed."""
    if check is not None and (check not in found or not passed):
        found[check] = {"passed": passed, "said": said[:200]}


WANTS_REFUSAL = re.compile(
    r"reject|refus|error|exception|rais|den(?:y|ied)|invalid|fail|unprocessable|bad request|fehler|ablehn|abgelehnt"
    r"|abweis|\b4(?:\d\d|xx)\b",
    re.IGNORECASE,
)


_GIVES_NUMBER = re.compile(
    r"\w\s*[=:]?\s*-?\d+(?:\.\d+)?(?:e\d+)?(?:\s?(?:sd|std|sigmas?|%|km|kg|eur|usd|years?|days?|[a-z]))?$",
    re.IGNORECASE,
)
_END = 80  # characters: longer digits would be gone through once from each of them


def gives_number(text: str) -> bool:
    """It ends in a field and the number that was put in ("utilization 37"): only the expectation says what is wrong."""
    return _GIVES_NUMBER.search(text[-_END:]) is not None


_OF_ACCESS = re.compile(
    r"\b(?:40[135]|404|408|413|429|auth\w*|unauth\w*|token|login|password|permission|forbidden|rate.?limit|timeout"
    r"|not.?found|method|route|endpoint)\b",
    re.IGNORECASE,
)


def wants_refusal(wanted: Any) -> bool:
    """What was expected is an error or a refusal."""
    return wanted is not None and bool(WANTS_REFUSAL.search(str(wanted)))


def fault_wanted(name: str, wanted: Any) -> str | None:
    """The check that a case is about which was to be refused: by its words, else bad input of whatever kind."""
    found = fault_of(name)
    if found is not None or not wants_refusal(wanted):
        return found
    if gives_number(name):
        return "refuses_out_of_range"
    return None if _OF_ACCESS.search(f"{name} {wanted}") else "refuses_bad_input"


_ERROR_NAME = re.compile(r"\b[A-Za-z]\w*(?:Error|Exception)\b|\b4\d\d\b")


def wrong_error(wanted: str, came: str) -> bool:
    """A certain error was expected, and another came out of the depths, by chance."""
    names = _ERROR_NAME.findall(wanted)
    if not names or any(name in came for name in names):
        return False
    return bool(CLUMSY.search(came)) or (not all(map(str.isdecimal, names)) and bool(_OF_LIBRARY.search(came)))


_OF_LIBRARY = re.compile(
    r"could not convert string|(?:contains|input \w{1,9} contains) (?:nan|infinity)|\bhas \d{1,6} features?, but"
    r"|found array with 0 (?:sample|feature)|shapes cannot be multiplied|size mismatch|unexpected key|not in index"
    r"|cannot (?:cast|reshape|broadcast)|invalid literal for|found unknown categor|can't convert|not supported between",
    re.IGNORECASE,
)
"""What the depths of libraries say of input that nobody looked at."""


def wanted_error(wanted: str, came: str) -> bool:
    """The certain error that was expected came, even where it is one of those that come out of the depths."""
    return any(re.search(rf"\b{name}\b", came) for name in _ERROR_NAME.findall(wanted))


def came_of(came: str) -> tuple[bool, bool]:
    """Whether an answer was given, and whether the input was refused; a number alone is a score or an HTTP status."""
    text = came.strip()
    if re.fullmatch(r"[1-5]\d\d", text):
        return text[0] == "2", text[0] == "4"
    if re.fullmatch(r"-?\d+(?:\.\d*)?(?:e[+-]?\d+)?", text, re.IGNORECASE):
        return True, False
    return bool(ANSWERED.search(text)), bool(REFUSED.search(text))
