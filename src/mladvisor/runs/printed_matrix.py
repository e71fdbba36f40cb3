"""Confusion matrices in a printed text, as numpy, a list or a tensor shows them: square, whole numbers, two brackets.

Any square of whole numbers looks so. What else speaks for a matrix of counts is left to who asks: the words before it
are told here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

MOST_CLASSES = 100
_MAX_ROW = 1_000  # characters of a row
_ABOVE = 3  # lines above that may name it
_MAX_LINE = 400
_ROW = rf"\[[\d\s,]{{1,{_MAX_ROW}}}\]"
_SQUARE = re.compile(rf"\[\s{{0,20}}{_ROW}(?:[\s,]{{0,40}}{_ROW}){{1,{MOST_CLASSES - 1}}}[\s,]{{0,20}}\]")
_NAMED = re.compile(r"confusion|conf_?mat", re.IGNORECASE)  # "cm" are centimetres as often as not
_DIGITS = 12
_NEAR = 40  # characters
_NEXT = re.compile(r"\s*\]|\s*,\s*\[|[^\S\n]*\n[^\S\n]*\n\s+\[")
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


def matrices_in_json(
    content: Any, above: str = "", depth: int = 0, *, named: bool = False
) -> list[tuple[str, tuple[tuple[int, ...], ...]]]:
    """(the keys above it, counts) of each confusion matrix that is called so, in the order of the file.

    A square of whole numbers, or the four counts of two classes by their names: {"tn": 531, "fp": 0, "fn": 9, "tp": 0}.
    The split that stands beside it ("split": "test") is told with the keys. Where the file is `named` after the matrix,
    its keys need not be ("labels", "matrix").
    """
    if named and (alone := _square(content)) is not None:
        return [(above, alone)]
    if not isinstance(content, dict) or depth > _DEEPEST:
        return []
    beside = [value for key, value in content.items() if key.lower() in ("split", "subset") and isinstance(value, str)]
    found = []
    counted = _of_scores(content)
    if counted is not None:
        found.append((" ".join([above, *beside]).strip(), counted))
    for key, value in content.items():
        said = " ".join([above, *beside, str(key)]).replace("_", " ").strip()
        cells = (_square(value) or _four(value)) if named or _NAMED.search(str(key)) else None
        found += [(said, cells)] if cells is not None else matrices_in_json(value, said, depth + 1, named=named)
    return found


_DEEPEST = 6
_ROWS, _POSITIVES = ("n", "rows", "n_rows", "samples", "n_samples", "count", "total", "support"), (
    "positives", "n_positives", "n_pos", "positive_rows", "num_positives", "actual_positives")  # fmt: skip
_HALF, _ROUNDED = 0.5, 0.02


def _of_scores(content: dict[str, Any]) -> tuple[tuple[int, ...], ...] | None:
    """The four counts of two classes out of {"n": 2000, "positives": 20, "accuracy": 0.99, "recall": 0.0}, where they
    can be whole numbers, and the precision beside them agrees.
    """
    cells = {str(key).lower(): value for key, value in content.items() if isinstance(value, int | float)}
    rows, positives = (next((cells[key] for key in keys if key in cells), None) for keys in (_ROWS, _POSITIVES))
    accuracy, recall, precision = (cells.get(key) for key in ("accuracy", "recall", "precision"))
    if not (_is_count(rows) and _is_count(positives)) or accuracy is None or recall is None:
        return None
    n, p = int(rows or 0), int(positives or 0)
    if not (0 < p < n and 0 <= accuracy <= 1 and 0 <= recall <= 1):
        return None
    tp = round(recall * p)
    fn, wrong = p - tp, round((1.0 - accuracy) * n)
    fp = wrong - fn
    tn = n - p - fp
    called = tp + fp
    agrees = precision is None or not called or abs(tp / called - precision) <= _ROUNDED
    if fp < 0 or tn < 0 or abs(recall * p - tp) > _HALF or not agrees:
        return None
    return (tn, fp), (fn, tp)


def _square(value: Any) -> tuple[tuple[int, ...], ...] | None:
    rows = value if isinstance(value, list) and 2 <= len(value) <= MOST_CLASSES else []
    square = bool(rows) and all(isinstance(row, list) and len(row) == len(rows) for row in rows)
    return tuple(tuple(map(int, row)) for row in rows) if square and all(map(_is_count, chain(*rows))) else None


def _four(value: Any) -> tuple[tuple[int, ...], ...] | None:
    if not isinstance(value, dict):
        return None
    told = {"".join(word[0] for word in re.split(r"[ _-]", str(key).lower()) if word): each
            for key, each in value.items() if len(str(key)) > 2}  # fmt: skip
    told |= {str(key).lower(): each for key, each in value.items()}
    counts = [told.get(name) for name in ("tn", "fp", "fn", "tp")]
    if not all(map(_is_count, counts)):
        return None
    tn, fp, fn, tp = (int(each) for each in counts if each is not None)
    return (tn, fp), (fn, tp)


def _is_count(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e12 and value == int(value)


_SEPARATOR = re.compile(r"[|,;\t]|\s{2,}|\s(?=-?\d)")
_PREDICTED = re.compile(r"pred|called|output|decided", re.IGNORECASE)
_TRUE = re.compile(r"true|actual|truth|gold|label", re.IGNORECASE)


def labelled_matrix(lines: Sequence[str]) -> tuple[Matrix, bool | None] | None:
    """The one square of whole numbers in a file of its own, a name before each row and one above each column, and
    whether its columns are the truth (None: the names do not say); None where the file holds anything else.
    """
    rows = [(at, [cell.strip() for cell in _SEPARATOR.split(line.strip(" |"))]) for at, line in enumerate(lines)]
    rows = _names_first(rows)
    counted = [(at, cells[0], [each for each in cells[1:] if each]) for at, cells in rows if _counts(cells)]
    size = len(counted)
    if not 2 <= size <= MOST_CLASSES or any(len(cells) != size for _, _, cells in counted):
        return None
    first, last = counted[0][0], counted[-1][0]
    inside = sum(bool(line.strip(" |-+:=")) for line in lines[first : last + 1])
    if inside > size:
        return None  # rows of something else stand between them
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


def _names_first(rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """The rows with what they are called at their front, though it stands at their end: "pred_0, pred_1, true"."""
    head = rows[0][1] if rows else []
    last = len(head) > _LEAST_CELLS and _TRUE.search(head[-1]) and all(map(_PREDICTED.search, head[:-1]))
    if not last:
        return rows
    return [(at, [cells[-1], *cells[:-1]] if len(cells) == len(head) else cells) for at, cells in rows]


_LEAST_CELLS = 2


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
