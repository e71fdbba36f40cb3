"""How many parameters learn: by a list of tensors with a flag each, or by what the optimizer holds beside the model.

name            shape      numel requires_grad          {"param_groups": [{"n_params": 245}], "model_params": 8309}
fc1.weight      48x20        960 False                  params in optimizer: 245 / params in model: 8,309
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from math import prod
from typing import Any, NamedTuple

from mladvisor.runs.word_sets import cues

CUES = cues("requires_grad;requires grad;requiresgrad;trainable;optimi;frozen;param_groups")
MOST_BYTES = 200_000
_MOST_LINES = 3_000
_LONGEST = 300
_LEAST_ROWS = 2
_FLAG = re.compile(r"(?i)^(?:requires[_ ]?grad|trainable|is[_ ]trainable|learnable|frozen|is[_ ]frozen)\??$")
_FLAGS = cues("grad;trainable;learnable;frozen")
_COUNT = re.compile(
    r"(?i)^(?:num[_ ]?el|n(?:um)?[_ ]?params?|params?(?: ?#)?|parameters?|param[_ ]count|count|size|elements)$"
)
_SHAPE = re.compile(r"(?i)^(?:shape|dims|size)$")
_YES = frozenset(("true", "yes", "1", "y"))
_NO = frozenset(("false", "no", "0", "n"))
_WIDE = re.compile(r"\s{2,}|\t|\s\|\s")
_NUMBER = r"(\d[\d,_]{0,20})(?![\d.])"
_BOTH = re.compile(
    r"(?i)\boptimi[sz]er\b[^\n\d]{0,50}?" + _NUMBER + r"\s*(?:/|of|out of|vs\.?)\s*(?:the )?(?:model'?s? )?" + _NUMBER
    + r"[^\n]{0,20}?(?:param|tensor)"
)  # fmt: skip
_BESIDE = re.compile(
    r"(?i)\b(?:optimi[sz]er|sgd|adam\w{0,4}|rmsprop)\b[^\n\d]{0,40}?" + _NUMBER + r" (?P<unit>tensor|param)"
    r"[^\n]{0,60}?\bmodel\b[^\n\d]{0,20}?" + _NUMBER + r" (?P=unit)"
)
_OF_OPTIMIZER = re.compile(
    r"(?i)(?:(?:params?|parameters|tensors) (?:\w+ ){0,2}(?:in|of|held by|passed to|given to) (?:the )?optimi[sz]er\b"
    r"[^\n\d]{0,20}?"
    r"|\boptimi[sz]er[ _](?:params?|parameters|tensors)\b[^\n\d]{0,20}?)" + _NUMBER
)  # fmt: skip
_OF_MODEL = re.compile(
    r"(?i)(?:(?:params?|parameters|tensors) (?:\w+ ){0,2}(?:in|of) (?:the )?model\b[^\n\d]{0,20}?"
    r"|\bmodel[ _](?:params?|parameters|tensors)\b[^\n\d]{0,20}?)" + _NUMBER
)  # fmt: skip
_OF_ALL = re.compile(
    r"(?i)\b(?:total[ _])?(?:params?|parameters)\b(?:[ _](?:in )?total)?[^\n\d]{0,20}?" + _NUMBER
    + r"[^\n\d]{0,20}?\b(?:requires[_ ]?grad|trainable|learnable)\b[^\n\d]{0,20}?" + _NUMBER
)  # fmt: skip
"""All parameters in a line, and how many of them learn."""
_FLAG_FIRST = re.compile(r"(?i)\b(?:requires[_ ]?grad|(?:non[- ]?)?trainable|learnable|frozen)\b")


class Learning(NamedTuple):
    """Parameters that learn, all of them, and the line (0: unknown)."""

    learn: float
    whole: float
    row: int


def learning_in(text: str, suffix: str) -> Learning | None:
    """What a small file tells; None where nothing in it does."""
    lower = text.lower()
    if not any(cue in lower for cue in CUES):
        return None
    if suffix in ("json", "jsonl"):
        try:
            content = json.loads(text)
        except (ValueError, RecursionError):
            return None
        return _of_rows(_dicts(content)) or _of_groups(content)
    lines = text.split("\n")[:_MOST_LINES]
    if suffix in ("csv", "tsv"):
        try:
            return _of_rows(list(csv.DictReader(lines, delimiter="\t" if suffix == "tsv" else ",")))
        except csv.Error:
            return None
    return _of_lines(lines)


def _of_rows(rows: list[dict[str, Any]]) -> Learning | None:
    """A row for each tensor, with its flag and its count or shape."""
    if len(rows) < _LEAST_ROWS:
        return None
    names = [str(name) for name in rows[0] if name is not None]
    flag = next((name for name in names if _FLAG.match(name.strip())), None)
    count = next((name for name in names if _COUNT.match(name.strip()) and _size(rows[0].get(name)) is not None), None)
    shape = next((name for name in names if _SHAPE.match(name.strip())), None)
    if flag is None or (count is None and shape is None):
        return None
    turned = "frozen" in flag.lower()
    learn = whole = 0.0
    for row in rows:
        said = str(row.get(flag)).strip().lower()
        size = _size(row.get(count)) if count else _volume(row.get(shape or ""))
        if said not in _YES | _NO or size is None:
            continue
        whole += size
        learn += size if (said in _YES) is not turned else 0
    return Learning(learn, whole, 0) if whole > 0 else None


def _size(cell: Any) -> float | None:
    text = str(cell).replace(",", "").replace("_", "").strip()
    return float(text) if text.isdecimal() else None


def _volume(cell: Any) -> float | None:
    sides = [int(each) for each in re.findall(r"\d{1,9}", str(cell))]
    return float(prod(sides)) if sides else None


def _dicts(content: Any) -> list[dict[str, Any]]:
    """Rows of JSON: a list of groups, or a group for each tensor."""
    if isinstance(content, list):
        return [each for each in content if isinstance(each, dict)]
    if isinstance(content, dict):
        inner = [each for each in content.values() if isinstance(each, dict)]
        if len(inner) == len(content) and inner:
            return inner
        return next((rows for each in content.values() if len(rows := _dicts_in(each)) >= _LEAST_ROWS), [])
    return []


def _dicts_in(value: Any) -> list[dict[str, Any]]:
    rows = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return rows if rows and all(isinstance(each, dict) for each in rows) else []


def _of_groups(content: Any) -> Learning | None:
    """What the groups of an optimizer hold, beside the count of the model's parameters or tensors."""
    if not isinstance(content, dict):
        return None
    groups = next((each for key, each in _flat(content) if key == "param_groups" and isinstance(each, list)), [])
    held = {"params": 0.0, "tensors": 0.0}
    for group in groups:
        for key, each in group.items() if isinstance(group, dict) else ():
            kind = _kind(str(key))
            if kind is not None:
                held[kind] += float(len(each)) if isinstance(each, list) else _size(each) or 0.0
    for key, each in _flat(content):
        said = key.lower()
        if "optim" in said and (kind := _kind(said)) and not groups:
            held[kind] += _size(each) or 0.0
    for key, each in _flat(content):
        said = key.lower()
        kind = _kind(said)
        of_all = ("model" in said or "total" in said) and "optim" not in said
        if kind and of_all and (whole := _size(each)) and 0 < held[kind] <= whole:
            return Learning(held[kind], whole, 0)
    return None


def _kind(key: str) -> str | None:
    said = key.lower()
    if "tensor" in said:
        return "tensors"
    return "params" if "param" in said and "group" not in said else None


def _flat(content: Mapping[str, Any], depth: int = 0) -> Iterator[tuple[str, Any]]:
    for key, each in content.items():
        yield str(key), each
        if isinstance(each, dict) and depth < 2:
            yield from _flat(each, depth + 1)


def _of_lines(lines: list[str]) -> Learning | None:
    held = whole = None
    for at, line in enumerate(lines, 1):
        if len(line) > _LONGEST or not line.strip():
            continue
        lower = line.lower()
        both = _BOTH.search(line) if "optimi" in lower else None
        if both is None and "model" in lower and ("tensor" in lower or "param" in lower):
            both = _BESIDE.search(line)
        if both is not None:
            learn, every = _size(both[1]), _size(both[both.lastindex or 2])
            if learn is not None and every and learn <= every:
                return Learning(learn, every, at)
        if "param" in lower or "tensor" in lower:
            held = (_size(found[1]), at) if (found := _OF_OPTIMIZER.search(line)) else held
            whole = _size(found[1]) if (found := _OF_MODEL.search(line)) else whole
        if not any(cue in lower for cue in _FLAGS):
            continue
        if (told := _OF_ALL.search(line)) is not None and not _FLAG_FIRST.search(line[: told.start(1)]):
            every, learn = _size(told[1]), _size(told[2])
            if learn is not None and every and learn <= every:
                return Learning(learn, every, at)
        for head in ([cell.strip() for cell in _WIDE.split(line.strip(" |"))], line.split()):
            if len(head) > 1 and any(_FLAG.match(cell) for cell in head):
                found_rows = _of_rows(_rows_below(lines[at:], head))
                if found_rows is not None:
                    return found_rows._replace(row=at)
    if held is not None and held[0] is not None and whole and held[0] <= whole:
        return Learning(held[0], whole, held[1])
    return None


def _rows_below(lines: list[str], head: list[str]) -> list[dict[str, Any]]:
    """The rows of a table below its head; shapes with blanks in them are one cell."""
    rows: list[dict[str, Any]] = []
    for line in lines:
        told = re.sub(r"\(([^()]{1,40})\)|\[([^\[\]]{1,40})\]", lambda one: one[0].replace(" ", ""), line)
        cells = _WIDE.sub(" ", told.strip(" |")).split()
        if len(cells) == len(head):
            rows.append(dict(zip(head, cells, strict=True)))
        elif line.strip(" -=+|"):
            break
    return rows
