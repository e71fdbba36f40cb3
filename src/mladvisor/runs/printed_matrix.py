"""Confusion matrices in a printed text, as numpy, a list or a tensor shows them: square, whole numbers, two brackets.

Any square of whole numbers looks so. What else speaks for a matrix of counts is left to who asks: the words before it
are told here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

MOST_CLASSES = 100
_MAX_ROW = 1_000  # characters of a row
_ABOVE = 3  # lines above that may name it
_MAX_LINE = 400
_ROW = rf"\[[\d\s,]{{1,{_MAX_ROW}}}\]"
_SQUARE = re.compile(rf"\[\s{{0,20}}{_ROW}(?:[\s,]{{0,40}}{_ROW}){{1,{MOST_CLASSES - 1}}}[\s,]{{0,20}}\]")
_NAMED = re.compile(r"confusion|conf_?mat", re.IGNORECASE)  # "cm" are centimetres as often as not
_DIGITS = 12
_NEAR = 40  # characters
_NEXT = re.compile(r"\s*\]|\s*,\s*\[|\s*\n\s*\n\s+\[")
"""What follows a layer: the bracket around all, or the next layer."""


class Matrix(NamedTuple):
    """One matrix.

    Attributes:
        first, last: its lines in the text, from 0.
        cells: rows of counts, as many as columns.
        named: the words before it call it a confusion matrix.
    """

    first: int
    last: int
    cells: tuple[tuple[int, ...], ...]
    named: bool


def matrices(lines: Sequence[str]) -> list[Matrix]:
    """All square matrices of whole numbers of a text, in its order.

    Args:
        lines: the text without line ends.
    """
    text = "\n".join(lines)
    found = []
    for match in _SQUARE.finditer(text):
        if _inside(text, match.start(), match.end()):
            continue
        cells = _cells(match[0])
        if cells is not None:
            first = text.count("\n", 0, match.start())
            last = first + match[0].count("\n")
            before = lines[first][: match.start() - text.rfind("\n", 0, match.start()) - 1]
            found.append(Matrix(first, last, cells, _is_named(lines, first, before)))
    return found


_SEPARATOR = re.compile(r"[|,;\t]|\s{2,}|\s(?=-?\d)")
_PREDICTED = re.compile(r"pred|called|output|decided", re.IGNORECASE)
_TRUE = re.compile(r"true|actual|truth|gold|label", re.IGNORECASE)


def labelled_matrix(lines: Sequence[str]) -> tuple[Matrix, bool | None] | None:
    """The one square of whole numbers in a file of its own, a name before each row and one above each column, and
    whether its columns are the truth (None: the names do not say); None where the file holds anything else.
    """
    rows = [(at, [cell.strip() for cell in _SEPARATOR.split(line.strip(" |"))]) for at, line in enumerate(lines)]
    counted = [(at, cells[0], [each for each in cells[1:] if each]) for at, cells in rows if _counts(cells)]
    size = len(counted)
    if not 2 <= size <= MOST_CLASSES or any(len(cells) != size for _, _, cells in counted):
        return None
    first, last = counted[0][0], counted[-1][0]
    cells = tuple(tuple(int(float(cell)) for cell in each) for _, _, each in counted)
    above, beside = (
        "\n".join(lines[max(0, first - _ABOVE) : first])[:_MAX_LINE],
        " ".join(name for _, name, _ in counted),
    )
    told = [
        bool(one.search(beside)) and not other.search(beside)
        for one, other in ((_TRUE, _PREDICTED), (_PREDICTED, _TRUE))
    ]
    told_above = bool(_PREDICTED.search(above)), bool(_TRUE.search(above))
    turned = (
        False if told[0] or told_above == (True, False) else True if told[1] or told_above == (False, True) else None
    )
    return Matrix(first, last, cells, True), turned


def _counts(cells: Sequence[str]) -> bool:
    """A name, and whole numbers behind it."""
    counts = [cell for cell in cells[1:] if cell]
    return len(counts) > 1 and all(re.fullmatch(r"\d{1,12}(?:\.0)?", cell) for cell in counts)


def _inside(text: str, start: int, end: int) -> bool:
    """A layer of something of three dimensions (`multilabel_confusion_matrix` prints one)."""
    before = text[max(0, start - _NEAR) : start].rstrip(" \n,")
    return before.endswith("[") or bool(_NEXT.match(text[end : end + _NEAR]))


def _cells(text: str) -> tuple[tuple[int, ...], ...] | None:
    rows = [row.replace(",", " ").split() for row in re.findall(r"\[([\d\s,]+)\]", text)]
    size = len(rows)
    if not 2 <= size <= MOST_CLASSES or any(len(row) != size for row in rows):
        return None
    if any(len(cell) > _DIGITS for row in rows for cell in row):
        return None
    return tuple(tuple(map(int, row)) for row in rows)


def _is_named(lines: Sequence[str], first: int, before: str) -> bool:
    """Whether the words before it on its line, or else the nearest words above, call it so."""
    if re.search(r"[a-zA-Z]", before.replace("tensor(", "").replace("array(", "")):
        return bool(_NAMED.search(before[-_MAX_LINE:]))
    for at in range(first - 1, max(-1, first - 1 - _ABOVE), -1):
        if re.search(r"[a-zA-Z]", lines[at]):
            return bool(_NAMED.search(lines[at][:_MAX_LINE]))
    return False
