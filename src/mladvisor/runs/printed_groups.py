"""Reports by group that a program printed: a heading, and a line for each group with what is said of it.

per machine type
val   A100   n=195   acc=0.938   f1=0.760
val   C77    n=62    acc=0.452   f1=0.227

The training rows of each group may stand in a list of their own, as pandas prints counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from mladvisor.runs.report_names import group_named_in, is_order, is_part, speaks_of_groups, words_of
from mladvisor.runs.split_names import split_called
from mladvisor.runs.word_sets import word_set

_PAIRS = re.compile(  # possessive, as what parts two pairs could be shared out between them in very many ways
    r"((?:[A-Za-z_@][\w@./-]*+\s*+[=:]\s*+-?\d[\d.,]*+(?:e-?\d++)?+\s?+%?+[\s,;|]*+){2,}+)$"
)
_PAIR = re.compile(r"([A-Za-z_@][\w@./-]*)\s*[=:]\s*(-?\d[\d.,]*(?:e-?\d+)?)\s?(%?)")
_COUNTED = re.compile(r"\s*(\S.*?)(?:\s{2,}|\t|\s*:\s+)(\d+)\s*")
_OF_TRAINING = word_set("train training")
_MOST_LINES, _LONGEST = 2_000, 400
_NEAR = 3
"""Lines that a heading may stand above its first line."""


def printed_groups(text: str, stem: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """(heading, rows) of each list of groups; a log that counts epochs or steps holds none."""
    lines = [line[:_LONGEST] for line in text.split("\n")[:_MOST_LINES]]
    taken = [_row(line) for line in lines]
    found: list[tuple[str, list[dict[str, Any]]]] = []
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and taken[end] is not None:
            end += 1
        rows = [row for row in taken[start:end] if row is not None]
        said = _heading(lines, start, stem) if len(rows) > 1 else ""
        if said:
            found.append((said, rows))
        start = max(end, start + 1)
    counts = _training_counts(lines) if found else {}
    for said, rows in found:
        yield said, [_named(row, said) | _trained(row, counts) for row in rows]


def _row(line: str) -> dict[str, Any] | None:
    """ "" (the name of the group), maybe "split", and what is said of it; None for any other line."""
    match = _PAIRS.search(line)
    if match is None:
        return None
    words = line[: match.start()].strip(" \t-*|:>[]").split()
    part = split_called(words[0]) if len(words) > 1 and is_part(words[0]) else None
    name = " ".join(words[1:] if part else words).strip(" |:")
    if not name or len(words) > 5 or is_order(words[0]) or is_order(name):
        return None
    pairs = {key.lower(): value.rstrip(".,").replace(",", "") for key, value, _ in _PAIR.findall(match[1])}
    if any(is_order(key) for key in pairs):
        return None
    return ({"split": part} if part else {}) | {"": name} | pairs


def _heading(lines: Sequence[str], start: int, stem: str) -> str:
    """The line above that says what the groups are ("per machine type"), else the name of the file; "" for neither."""
    above = [line.strip(" #*=-:\t") for line in lines[max(start - _NEAR, 0) : start]]
    return next((line for line in (*reversed(above), stem) if line and speaks_of_groups(line)), "")


def _named(row: dict[str, Any], said: str) -> dict[str, Any]:
    return {key or group_named_in(said): value for key, value in row.items()}


def _trained(row: dict[str, Any], counts: dict[str, str]) -> dict[str, Any]:
    return {"n_train": counts[row[""]]} if row[""] in counts else {}


def _training_counts(lines: Sequence[str]) -> dict[str, str]:
    """Training rows of each group: a list of names and counts not far below a line that speaks of training."""
    for at, line in enumerate(lines):
        if _OF_TRAINING.isdisjoint(words_of(line)) or "=" in line:
            continue
        found: dict[str, str] = {}
        for below in lines[at + 1 :]:
            match = _COUNTED.fullmatch(below)
            if match is not None:
                found[match[1]] = match[2]
            elif found or len(below.split()) > 2:
                break
        if len(found) > 1:
            return found
    return {}
