"""Reports by group that a program printed: a heading, and a line for each group with what is said of it.

per machine type
val   A100   n=195   acc=0.938   f1=0.760
val   C77    n=62    acc=0.452   f1=0.227

accuracy by region
  north: 0.94 (n=195)
  south: 0.45 (n=62)

Where no heading says what the groups are, a word before each of their names does ("region north", "region=north"). The
training rows of each group may stand in a list of their own, as pandas prints counts, or in a mapping in one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from mladvisor.runs.report_names import group_named_in, is_metric, is_order, is_part, speaks_of_groups, words_of
from mladvisor.runs.split_names import split_called
from mladvisor.runs.word_sets import word_set

_PLAIN_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?%?|nan", re.IGNORECASE)
_NUMBER = r"-?\d[\d.,]*+(?:e-?\d++)?+"
_PAIRS = re.compile(  # possessive, as what parts two pairs could be shared out between them in very many ways
    rf"((?:[A-Za-z_@][\w@./-]*+\s*+(?:[=:]\s*+|(?<=\s)){_NUMBER}\s?+%?+[\s,;|:]*+){{2,}}+)$"
)
_PAIR = re.compile(r"([A-Za-z_@][\w@./-]*)(?:\s*([=:])\s*|\s+)(-?\d[\d.,]*(?:e-?\d+)?)\s?(%?)")
_OF_SPLIT = re.compile(r"\b(train|val|valid|test)\s+(n|rows|count)\s*[=:]")
"""Rows of a split, counted in words: "train n= 36  test n= 9"."""
_COUNTED = re.compile(r"\s*(\S.*?)(?:\s{2,}|\t|\s*:\s+)(\d+)\s*")
_COUNTED_INSIDE = re.compile(r"""(['"]?)([^\s'"{(,:=][^'"{(,:=]{0,60}?)\1\s*[:=]\s*(\d+)\s*(?:[,;})]+\s*|$)""")
_BRACED = re.compile(r"(?i)\btrain(?:ing)?\b[^{}]{0,40}(\{[^{}]*\})")
_AROUND = re.compile(r"\s*(?:Counter|dict|OrderedDict)?[\s({\[\])}]*")
_SAYS = re.compile(r"[:=]\s*\d")
"""A line that gives a number itself is no heading."""
_OF_TRAINING = word_set("train training")
_MOST_LINES, _LONGEST = 10_000, 400
_NEAR = 3
"""Lines that a heading may stand above its first line."""
_BARE = "value"
"""A number right behind the name of a group: the heading says of what."""


class Groups(NamedTuple):
    """A list of groups: what it is called, its rows, and the line (from 0) that the first one stands in."""

    said: str
    rows: list[dict[str, Any]]
    first: int


def printed_groups(text: str, stem: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """(heading, rows) of each list of groups; a log that counts epochs or steps holds none."""
    return ((said, rows) for said, rows, _ in groups_in(text, stem))


def groups_in(text: str, stem: str) -> list[Groups]:
    """The lists of groups in a text."""
    lines = [line[:_LONGEST] for line in text.split("\n")[:_MOST_LINES]]
    taken = [_row(line) for line in lines]
    found: list[Groups] = []
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and taken[end] is not None:
            end += 1
        rows = [row for row in taken[start:end] if row is not None]
        said = _heading(lines, start, stem) if len(rows) > 1 else ""
        if not said and len(rows) > 1:
            counted = _counted_of_both(rows)
            said, rows = _shared(rows)
            said, rows = (said, rows) if said else counted
        if said:
            found.append(Groups(said, rows, start))
        start = max(end, start + 1)
    found += _tables(lines)
    counts = _training_counts(lines) if found else {}
    return [
        Groups(said, [_named(row, said) | _trained(row, counts) for row in rows], first) for said, rows, first in found
    ]


def _row(line: str) -> dict[str, Any] | None:
    """ "" (the name of the group), maybe "split", and what is said of it; None for any other line."""
    line = _OF_SPLIT.sub(r"\2_\1=", line.replace("(", " ").replace(")", " ").rstrip())
    match = _PAIRS.search(line) if line[-1:].isdigit() or line[-1:] in "%.,;|" else None
    if match is None:
        return None
    found = [
        (key.lower(), mark, value.rstrip(".,").replace(",", "")) for key, mark, value, _ in _PAIR.findall(match[1])
    ]
    words = line[: match.start()].strip(" \t-*|:>[]").split()
    part = split_called(words[0]) if len(words) > 1 and is_part(words[0]) else None
    name = " ".join(words[1:] if part else words).strip(" |:")
    if not words and len(found) > 1:
        name, found = _name_among(match[1], found)
    if not name or len(words) > 5 or is_order(name.split()[0]) or is_order(name) or (words and is_order(words[0])):
        return None
    pairs = {key: value for key, _, value in found}
    if any(is_order(key) for key in pairs):
        return None
    return ({"split": part} if part else {}) | {"": name} | pairs


_Pairs = list[tuple[str, str, str]]
"""Key, what parts it from its value ("" for blanks), and the value."""


def _name_among(text: str, found: _Pairs) -> tuple[str, _Pairs]:
    """What a line without words before its pairs is about: "store 12  n=40", or "north: 0.94  n=195"."""
    key, mark, value = found[0]
    said = text.strip()[: len(key)]
    if mark == "" and value.isdecimal():
        return f"{said} {value}", found[1:]
    if mark != "=" and not value.isdecimal() and not is_metric(key):
        return said, [(_BARE, mark, value), *found[1:]]
    return "", found


_MOST_COLUMNS = 12


def _tables(lines: Sequence[str]) -> Iterator[Groups]:
    """Tables as pandas prints them, a row for each group, that stands in the first column or in an index with a name in
    a line of its own.

            n    acc
    region
    east  171  0.871
    west  284  0.472
    """
    for at, line in enumerate(lines):
        head = line.split()
        if not 2 <= len(head) <= _MOST_COLUMNS or any(map(_is_number, head)) or "=" in line:
            continue
        below = lines[at + 1].split() if at + 1 < len(lines) else []
        index = below[0] if len(below) == 1 and not _is_number(below[0]) else ""
        width = len(head) if index else len(head) - 1
        first = at + (2 if index else 1)
        rows = []
        for row in lines[first:]:
            cells = row.split()
            name, values = " ".join(cells[:-width]), cells[-width:]
            if not name or len(values) < width or not all(map(_is_number, values)) or is_order(name):
                break
            rows.append({"": name} | dict(zip(head[-width:], values, strict=True)))
        kind = (index or head[0]).lower()
        said = f"by {kind}"
        if (
            len(rows) > 1
            and kind.isidentifier()
            and not is_order(kind)
            and not is_part(kind)
            and speaks_of_groups(said)
        ):
            yield Groups(said, [{key.lower(): value for key, value in row.items()} for row in rows], first)


def _is_number(text: str) -> bool:
    return _PLAIN_NUMBER.fullmatch(text) is not None


def _shared(rows: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """What groups are by the word before each of their names: "by region" of "region north" and "region=south"."""
    parted = [re.split(r"\s*=\s*|\s+", row[""], maxsplit=1) for row in rows]
    kinds = {part[0].lower() for part in parted}
    kind = kinds.pop()
    if kinds or any(len(part) < 2 for part in parted) or is_part(kind) or not kind.isidentifier():
        return "", rows
    said = f"by {kind}"
    return (said if speaks_of_groups(said) else ""), [
        row | {"": part[1]} for row, part in zip(rows, parted, strict=True)
    ]


_OF_AMOUNTS = word_set("mape smape wape mae rmse mse r2 wer cer")
"""Metrics that no class has: who gives them for "north" and "south" speaks of groups."""
_OF_TRIALS = word_set("fold seed run trial model split repeat cv all total overall mean")


def _counted_of_both(rows: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """Groups of which nothing says what they are, by the rows that each has in training and in the data that it is
    judged by: "north  train=594 test=121 MAPE=10.8%". Folds have as many rows as each other.
    """
    parts = {key: split for key in rows[0] if key and is_part(key) and (split := split_called(key)) is not None}
    ours = [key for key, split in parts.items() if split == "train"]
    theirs = [key for key, split in parts.items() if split != "train"]
    judged = any(not _OF_AMOUNTS.isdisjoint(words_of(key)) for key in rows[0])
    if len(ours) != 1 or len(theirs) != 1 or not judged or any(row.keys() != rows[0].keys() for row in rows):
        return "", rows
    counts = [row[ours[0]] for row in rows]
    whole = all(row[key].isdecimal() for row in rows for key in (ours[0], theirs[0]))
    tried = any(not _OF_TRIALS.isdisjoint(words_of(row[""])) or row[""].isdecimal() for row in rows)
    if tried or not whole or max(map(int, counts)) < _UNLIKE * min(map(int, counts)):
        return "", rows
    named = {ours[0]: "n_train", theirs[0]: "n"}
    return "by group", [{named.get(key, key): value for key, value in row.items()} for row in rows]


_UNLIKE = 2


def _heading(lines: Sequence[str], start: int, stem: str) -> str:
    """The line above that says what the groups are ("per machine type"), else the name of the file; "" for neither."""
    above = [line.strip(" #*=-:\t") for line in lines[max(start - _NEAR, 0) : start] if not _SAYS.search(line)]
    return next((line for line in (*reversed(above), stem) if line and speaks_of_groups(line)), "")


def _named(row: dict[str, Any], said: str) -> dict[str, Any]:
    metric = next((word for word in words_of(said) if is_metric(word)), _BARE) if _BARE in row else _BARE
    named = {"": group_named_in(said), _BARE: metric}
    return {named.get(key, key): value for key, value in row.items()}


def _trained(row: dict[str, Any], counts: dict[str, str]) -> dict[str, Any]:
    return {"n_train": counts[row[""]]} if row[""] in counts else {}


def _training_counts(lines: Sequence[str]) -> dict[str, str]:
    """Training rows of each group: names and counts in a line that speaks of training, or not far below it."""
    for at, line in enumerate(lines):
        said, _, rest = line.partition(":")
        braced = _BRACED.search(line)  # "languages in train {'en': 1902, 'de': 18} test {'en': 317, 'de': 163}"
        if braced is not None:
            said, rest = "train", braced[1]
        if _OF_TRAINING.isdisjoint(words_of(said)):
            continue
        inside = {name.strip(): count for _, name, count in _COUNTED_INSIDE.findall(rest)}
        if len(inside) > 1 and _AROUND.fullmatch(_COUNTED_INSIDE.sub("", rest)):
            return inside
        if "=" in line:
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
