"""Pairs of files that are alike, as tools that look for duplicates list them, with a file of each split in a pair.

img_a,img_b,hamming
train/00012.jpg,val/00871.jpg,2
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.sheets.forms import Sheet
from mladvisor.runs.sheets.words import amount, is_side, words
from mladvisor.runs.word_sets import word_set

_ALIKE = word_set("duplicate duplicates dup dups dupes near similar twins copies identical phash dhash ahash hash "
                  "pairs hamming leak leaks leakage")  # fmt: skip
_DISTANCE, _NEARNESS = word_set("hamming distance dist"), word_set("similarity sim cosine ssim score")
_NEAR, _ALMOST = 4.0, 0.95
"""Of the 64 bits of a picture's hash so few differ between copies; of texts and vectors so much is the same."""
_PATH = re.compile(r"[\w .-]{1,80}(?:[/\\][\w .()-]{1,120}){1,8}")
_LEAST = 3


def copies_in_pairs(sheet: Sheet) -> Iterator[Said]:
    """How many files of evaluation have one in training that is alike."""
    said = {word for name in (sheet.title, *sheet.head) for word in words(name)}
    sides = [at for at in range(len(sheet.head)) if _are_paths(sheet, at)]
    if said.isdisjoint(_ALIKE) or len(sides) != 2 or len(sheet.rows) < _LEAST:
        return
    near = [row for row in sheet.rows if _is_near(sheet.head, row)]
    held = {_of_other(row[sides[0]], row[sides[1]]) for row in near} - {None}
    known = all(None not in map(_split_of, (row[sides[0]], row[sides[1]])) for row in near)
    if held or (near and known):
        yield Said("copies-counted" if held else "copies", "", None, float(len(held)), "pairs of files that are alike")


def _are_paths(sheet: Sheet, at: int) -> bool:
    return all(_PATH.fullmatch(cell) for cell in sheet.column(at)[:20])


def _is_near(head: list[str], row: list[str]) -> bool:
    """By the distance or the likeness beside the pair, where one is given."""
    for name, cell in zip(head, row, strict=True):
        value, said = amount(cell), {*words(name)}
        if value is not None and said & _DISTANCE and value > (_NEAR if "hamming" in said or value >= 1.0 else 0.1):
            return False
        if value is not None and said & _NEARNESS and value < _ALMOST:
            return False
    return True


def _split_of(path: str) -> str | None:
    """The split that a folder of the path is called after."""
    return next((side for part in re.split(r"[/\\]", path)[:-1] if (side := is_side(part)) is not None), None)


def _of_other(one: str, two: str) -> str | None:
    """The file of evaluation in a pair with one of training."""
    parts = {_split_of(one): one, _split_of(two): two}
    return parts["other"] if parts.keys() == {"train", "other"} else None
