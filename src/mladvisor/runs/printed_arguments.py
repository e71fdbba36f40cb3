"""The arguments that a program printed when it started: `{'lr': 0.01, 'opt': 'sgd'}`, `Namespace(lr=0.01)`, in one line
or several, or a line for each; and what stands in the comments above a table.

Where the curves lie in a file of their own, the printed output beside it often holds little else; and what a parser of
options found overrules the defaults that stand in the script.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Any

from mladvisor.runs.command_line import commands, options
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.log_names import may_hold_messages
from mladvisor.runs.logger_prefix import without_prefix
from mladvisor.runs.plain_settings import PRINTED_CALL, plain_settings, printed_call, value_of
from mladvisor.runs.readers.around import HEADED_DICT, SAID_TO_BE_SET
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.roles import Columns
from mladvisor.runs.settings_names import LEAST_SURE, sure_among

_TABLES = frozenset(("csv", "tsv", "dat", "txt"))
_LINES = 200  # a model of many layers may be printed before them
_MAX_LINE = 8_000
_HEAD = re.compile(r"^\s*(?:[A-Za-z_][A-Za-z_ ]{0,40}(?:\s?[:=]+)?\s*)?(?=\{\s*['\"]|" + PRINTED_CALL.pattern + ")")
_OPEN_CALL = re.compile(PRINTED_CALL.pattern + "$")
_PAIR = re.compile(r"(?:--)?[A-Za-z_][\w.-]{0,60}(?: [\w.()-]{1,30}){0,3}\s*[:=]\s*\S.{0,200}")
_LEADERS = re.compile(r"\s\.{3,100}\s{1,8}(?=\S)")
"""`lr ........ 0.15`, as Megatron prints its arguments."""
_STARTED = re.compile(r"(?:python[\d.]*|torchrun|accelerate launch|deepspeed)\s[^|;&]{0,400}?\.py\s")
_LEAST_LINES, _MOST_BLOCK = 3, 120
_OF_A_SEARCH = re.compile(r"\b(?:best|found|tuned|trial|candidates?|grid|search)\b", re.IGNORECASE)


def printed_arguments(file: Candidate) -> dict[str, Any]:
    """What a program was started with, by the first lines of its output; {} where they say nothing, or two things."""
    lines = _first_lines(file)
    found: list[dict[str, Any]] = []
    for said in _mappings(lines):
        if said not in found and _are_arguments(said, file.columns):
            found.append(said)
    found = found or _in_one_line(lines, file.columns) or _started_by(lines, file)
    return found[0] if len(found) == 1 else {}


def _first_lines(file: Candidate) -> list[str]:
    """The first lines of printed output, or the comments above a table; [] of any other file."""
    if file.binary:
        return []
    if may_hold_messages(file.name):
        return file.text.splitlines()[:_LINES]
    if stem_and_suffix(file.name)[1] not in _TABLES or not file.text.startswith("#"):
        return []
    above = takewhile(lambda line: line.startswith("#"), file.text.splitlines()[:_LINES])
    return [line.lstrip("# ") for line in above]


def _started_by(lines: list[str], file: Candidate) -> list[dict[str, Any]]:
    """The options of the command line that the output repeats: `Command: python train.py --lr 0.1`."""
    found: list[dict[str, Any]] = []
    for line in lines:
        begins = _STARTED.search(line) if ".py " in line else None
        for command in commands(line[begins.start() : _MAX_LINE], file.rel) if begins is not None else ():
            said = options(command.words)
            if said not in found and len(sure_among(said)) >= LEAST_SURE:
                found.append(said)
    return found


def _in_one_line(lines: list[str], columns: Columns) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for line in lines:
        said = _pairs(line[:_MAX_LINE]) if line.count("=") >= _LEAST_PAIRS else {}
        if said and said not in found and _PLACES.isdisjoint(said) and _are_arguments(said, columns):
            found.append(said)
    return found


def _mappings(lines: list[str]) -> Iterator[dict[str, Any]]:
    """What lines dump, those of an open brace put together, and blocks of `key: value` lines."""
    block: list[str] = []
    rest = iter([*lines, ""])
    for line in rest:
        bare = without_prefix(line[:_MAX_LINE]).strip()
        bare = SAID_TO_BE_SET.sub("", bare, count=1)
        bare = _LEADERS.sub(": ", bare, count=1) if " ..." in bare else bare
        plain = bare[-1:] not in ("{", "[", "(", ",") and _HEAD.match(bare) is None
        if plain and _PAIR.fullmatch(bare):
            block.append(bare)
            continue
        if len(block) >= _LEAST_LINES:
            yield plain_settings("\n".join(block)) or {}
        block = []
        opens, closes = ("(", ")") if _OPEN_CALL.search(bare) else ("{", "}")
        deep = bare.count(opens) - bare.count(closes)
        if deep > 0 and (opens == "(" or HEADED_DICT.match(bare)):
            parts = [bare]
            for inner in rest:
                parts.append(inner.strip())
                deep += inner.count(opens) - inner.count(closes)
                if deep <= 0 or len(parts) > _MOST_BLOCK:
                    break
            bare = " ".join(parts)[:_MAX_LINE]
        yield _dumped(bare)


def arguments_in(line: str, columns: Columns) -> dict[str, Any]:
    """The arguments that one line dumps, by the keys: {} of a record of the training, and of any other line.

    >>> arguments_in("12:00:01 INFO arguments: {'lr': 0.01, 'batch_size': 8}", default_columns())
    {'lr': 0.01, 'batch_size': 8}
    """
    said = _dumped(without_prefix(line[:_MAX_LINE]).strip())
    return said if _are_arguments(said, columns) else {}


def _dumped(bare: str) -> dict[str, Any]:
    """The mapping or namespace at the end of a line; {} where it is what a search found, or there is none."""
    head = _HEAD.match(bare)
    if head is None or _OF_A_SEARCH.search(head[0]):
        return {}
    text = bare[head.end() :]
    return (_mapping(text) if text.startswith("{") else printed_call(text)) or {}


_EQUAL = re.compile(r"(?:--)?([A-Za-z_][\w.-]{0,60})=(\S{1,80})")
_PLACES = frozenset(("epoch", "ep", "step", "iter", "iteration", "global_step", "batch_idx", "time", "eta"))
_LEAST_PAIRS = 3


def _pairs(line: str) -> dict[str, Any]:
    """A line of such pairs, with few other words: {} of any other.

    >>> _pairs("[init] world_size=8 lr=0.1 batch_size=64 adam(0.9)")
    {'world_size': 8, 'lr': 0.1, 'batch_size': 64}
    """
    parts = without_prefix(line).split()
    pairs = [pair for part in parts if (pair := _EQUAL.fullmatch(part.rstrip(",;"))) is not None]
    if len(pairs) < _LEAST_PAIRS or len(parts) > len(pairs) + max(1, len(pairs) // 2):
        return {}
    return {pair[1]: value_of(pair[2]) for pair in pairs}


def _are_arguments(said: dict[str, Any], columns: Columns) -> bool:
    """Sure settings are among them, and nothing that is measured."""
    if any(_is_measured(key, value, columns) for key, value in said.items()):
        return False
    blocks = [value for value in said.values() if isinstance(value, dict)]
    return len(sure_among([*said, *(key for block in blocks for key in block)])) >= LEAST_SURE


def _mapping(text: str) -> dict[str, Any]:
    try:
        said = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        try:
            said = json.loads(text)  # true and null are none of Python's
        except (ValueError, RecursionError):
            return {}
    return {str(key): value for key, value in said.items()} if isinstance(said, dict) else {}


def _is_measured(key: str, value: Any, columns: Columns) -> bool:
    """A loss or metric: then the line is a record. Places are no mark (`batch` and `epoch` are arguments, too)."""
    return isinstance(value, float) and columns.meaning(key).kind in ("loss", "metric")
