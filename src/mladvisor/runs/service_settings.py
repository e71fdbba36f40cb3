"""Files beside a run that say what its service does with bad input: settings that let it through, and code that answers
whatever goes wrong.

    on_missing_field: fill_zero    validate_features = false    except Exception: return {"score": 0.5}
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mladvisor.errors import ReadError
from mladvisor.runs.config import load
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.other_languages import plainly
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.word_sets import parted, word_set

_SUFFIXES = ("yaml", "yml", "toml", "json")
_MOST_BYTES = 60_000
_MAY = re.compile(
    rb"(?i)\b(?:on|if)_(?:schema|missing|nan|null|unknown|invalid|bad|extra|type|out_of|absent|parse)|\b(?:validate|strict|coerce|reject"
    rb"|enforce|check|allow)_[a-z]"
)
_EVENT = re.compile(
    r"^(?:on|if|when)_(?:schema|missing|nan|null|nulls|unknown|invalid|bad|extra|type|out_of|absent|parse|unexpected|malformed)"
)
_CHECK = re.compile(r"^(?:validate|check|enforce|strict|reject|verify|require)_|_(?:validation|checks?|validated)$")
_LENIENT_FLAG = re.compile(
    r"^(?:allow|accept|coerce|ignore|fill|skip)_(?:\w*_)?(?:missing|nan|nulls?|extra|unknown|types?|invalid|bad|errors?|unseen)"
)
_OF_INPUT = word_set(
    "input inputs request requests schema features feature finite columns column types type dtypes dtype range "
    "ranges payload "
    "body fields field nan nulls missing unknown rows row data categories validation shape width ids"
)
_THROUGH = re.compile(
    r"^(?:ignore|fill|pass|map|zero|default|coerce|silent|allow|accept|keep|none$|null$|as[ _]?(?:0|zero|is)|first"
    r"|0$)|to_?(?:zero|first|nan)"
)
_STOPPED = re.compile(r"reject|raise|error|fail|refuse|abort|strict|deny|^4\d\d$|stop")


def tells_of_service(file: Candidate) -> bool:
    """Settings of several ways to treat bad input, or a script that answers whatever goes wrong."""
    policy = policy_in(file)
    return (policy is not None and len(policy.lenient + policy.strict) > 1) or answers_on_errors(file) is not None


class Policy(NamedTuple):
    """Settings of one file: those that let bad input through, and those that stop it, as "key = value"."""

    lenient: tuple[str, ...]
    strict: tuple[str, ...]


def policy_in(file: Candidate) -> Policy | None:
    """What the settings of a file do with bad input; None where they do not speak of it."""
    suffix = stem_and_suffix(file.name)[1]
    if suffix not in _SUFFIXES or file.size > _MOST_BYTES or _MAY.search(file.head) is None:
        return None
    try:
        content = load(file)
    except (ReadError, OSError):
        return None
    lenient: list[str] = []
    strict: list[str] = []
    for key, value in _leaves(content):
        told = _lets_through(key, value)
        if told is not None:
            (lenient if told else strict).append(f"{key} = {value}")
    return Policy(tuple(lenient), tuple(strict)) if lenient or strict else None


def _leaves(content: Any, depth: int = 5) -> Iterator[tuple[str, Any]]:
    for key, value in content.items() if isinstance(content, Mapping) and depth else ():
        if isinstance(value, Mapping):
            yield from _leaves(value, depth - 1)
        elif isinstance(value, bool | str | int):
            yield plainly(parted(str(key))).replace("-", "_"), value


def _lets_through(key: str, value: Any) -> bool | None:
    """Whether a setting lets bad input through; None for one that says nothing of it."""
    words = set(key.split("_"))
    said = plainly(str(value))
    flag = (
        value
        if isinstance(value, bool)
        else {"true": True, "false": False, "yes": True, "no": False, "on": True, "off": False}.get(said)
    )
    if _EVENT.search(key) is not None or (
        words & {"unknown", "unseen"} and words & {"category", "categories", "value", "values"}
    ):
        return True if _THROUGH.search(said) else False if _STOPPED.search(said) else None
    if _LENIENT_FLAG.search(key) is not None and flag is not None:
        return flag
    return not flag if _CHECK.search(key) is not None and words & _OF_INPUT and flag is not None else None


_ASKED = word_set(
    "predict predict_proba predict_one predict_on_batch score infer forward decision_function transform __call__ "
    "model run"
)
_NAMES = word_set("predict score infer inference serve handler handle classify forecast endpoint")


def answers_on_errors(file: Candidate) -> str | None:
    """The line of a script for use that answers with a fixed value whatever goes wrong in front of the model."""
    if (
        not file.name.endswith(".py")
        or file.size > _MOST_BYTES
        or b"except" not in file.head
        or b"predict" not in file.head
    ):
        return None
    try:
        text = file.text
        tree = ast.parse(text)
    except (ReadError, OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Try) and _asks_model(node.body) and (line := _made_up(node)) is not None:
                return f"{function.name}: {text.splitlines()[line - 1].strip()}"
    return None


def _asks_model(body: list[ast.stmt]) -> bool:
    calls = (each for part in body for each in ast.walk(part) if isinstance(each, ast.Call))
    return any(isinstance(call.func, ast.Attribute) and call.func.attr in _ASKED for call in calls)


def _made_up(node: ast.Try) -> int | None:
    """The line that gives back a constant answer where anything at all went wrong."""
    for handler in node.handlers:
        every = handler.type is None or (
            isinstance(handler.type, ast.Name) and handler.type.id in ("Exception", "BaseException")
        )
        last = handler.body[-1] if handler.body else None
        if every and isinstance(last, ast.Return) and last.value is not None and _is_answer(last.value):
            return last.lineno
    return None


def _is_answer(value: ast.expr) -> bool:
    """A number, or a record of constants with a number and nothing that speaks of an error."""
    try:
        said = ast.literal_eval(value)
    except (ValueError, TypeError, MemoryError, RecursionError):
        return False
    if isinstance(said, dict):
        numbers = [each for each in said.values() if isinstance(each, int | float) and not isinstance(each, bool)]
        text = " ".join(map(str, (*said, *said.values()))).lower()
        return bool(numbers) and re.search(r"error|status|detail|fail|invalid|message", text) is None
    said = said[0] if isinstance(said, list | tuple) and len(said) == 1 else said
    return isinstance(said, int | float) and not isinstance(said, bool) and said != -1
