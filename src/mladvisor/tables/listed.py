"""Splits by lists of their examples: the rows of one table that they number or name, else the lists themselves."""

from __future__ import annotations

import re
from pathlib import Path

from mladvisor.runs.split_lists import Example, read_list
from mladvisor.tables.table import Table

_ALL = 0.98
"""Share of the examples of a list that must be found in a table for it to number or name its rows."""
EXAMPLE, LABEL = "example", "label"
_OF_ONE = re.compile(r"(?:^|[/_. -])([A-Za-z]+)[_-]?\d+(?=[/_. -])")
"""Whose an example is, by a word and a number that more follows: "subject12/frame3.png", "sub-01_run-2"."""
_IN_FULL = {"subj": "subject", "sub": "subject", "pat": "patient", "pt": "patient", "spk": "speaker", "vid": "video"}


def examples_of(path: Path, file: str, split: str) -> list[Example]:
    """What a list names, in its order."""
    from mladvisor.runs.readers import Candidate

    return read_list(Candidate(str(path), file), split)


def rows_listed(whole: Table, lists: dict[str, tuple[str, list[Example]]]) -> dict[str, Table]:
    """The splits of a table whose rows are listed, split -> (file, examples); {} where the lists speak of others.

    Numbers are those of rows, from 0, where no key of the table has them all.
    """
    places = _keys(whole) or [{}]
    numbers = {str(row): row for row in range(whole.rows)}
    names = [name for _, listed in lists.values() for name, _ in listed]
    best = max((*places, numbers), key=lambda place: sum(name in place for name in names))
    if whole.share < 1.0 or sum(name in best for name in names) < _ALL * len(names):
        return {}
    found = {}
    for split, (file, listed) in lists.items():
        rows = [best[name] for name, _ in listed if name in best]
        found[split] = whole.part(whole.frame.iloc[rows], name=split, file=f"{whole.file} [{file}]", notes=())
    return {split: found[split] for split in ("train", "val", "test") if split in found and found[split].rows}


def _keys(whole: Table) -> list[dict[str, int]]:
    """Value -> row of each column that names rows."""
    keys = [column for column in whole.columns if whole.kind(column) in ("identifier", "text")]
    values = [[str(value) for value in whole.series(column).tolist()] for column in keys]
    return [{value: row for row, value in enumerate(each)} for each in values if len(set(each)) == whole.rows]


def as_table(split: str, file: str, listed: list[Example]) -> Table:
    """The list itself as a table: what names each example, and its label where it has one."""
    import pandas as pd

    named = [
        f"#{name}" if name.isdecimal() else name for name, _ in listed
    ]  # a number names a row and measures nothing
    frame = pd.DataFrame({EXAMPLE: named})
    found = _belonging(named)
    if found is not None:
        word, owners = found
        frame[f"{word}_id"] = owners
    if all(label is not None for _, label in listed):
        frame[LABEL] = [label for _, label in listed]
    return Table(split, file, frame)


def _belonging(names: list[str]) -> tuple[str, list[str]] | None:
    """What the examples belong to, by their names (subject, video, scan), and which one each; None where they do not
    say, or say something else each.
    """
    found = [_OF_ONE.search(name) for name in names]
    words = {each[1].lower() for each in found if each is not None}
    if None in found or len(words) != 1:
        return None
    word = words.pop()
    return _IN_FULL.get(word, word), [name[: each.end()] for name, each in zip(names, found, strict=True) if each]


def in_training(train: Table, other: Table) -> float | None:
    """Share of the examples that one list names which that of training names, too; None where one is no list.

    Two folders whose files were numbered each from the first on share the lowest numbers, and nothing else.
    """
    if EXAMPLE not in train or EXAMPLE not in other:
        return None
    known, asked = ([str(name) for name in table.series(EXAMPLE).tolist()] for table in (train, other))
    if not known or not asked or _numbered_anew(set(known), set(asked)):
        return 0.0
    names = set(known)
    return sum(name in names for name in asked) / len(asked)


_COUNTED = re.compile(r"(.*?)(\d{1,15})(\D*)")


def _numbered_anew(known: set[str], asked: set[str]) -> bool:
    """Names that differ by a number only, of which the evaluation list has the lowest of training, and all of them."""
    parts = [[_COUNTED.fullmatch(name) for name in names] for names in (known, asked)]
    if any(None in part for part in parts):
        return False  # names without a number are nobody's by chance
    around = {(each[1], each[3]) for part in parts for each in part if each is not None}
    ours, theirs = (sorted(int(each[2]) for each in part if each is not None) for part in parts)
    return len(around) == 1 and theirs == ours[: len(theirs)]
