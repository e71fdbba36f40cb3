"""The decisions that a training printed: the last report or confusion matrix in its log, where no table has them.

A report says itself what it is. A square of whole numbers is a confusion matrix where something else says so too: the
words above it, a report with the same rows per class, the script, or a logged accuracy that it gives exactly.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mladvisor.errors import ReadError
from mladvisor.runs.metric_lists import as_record
from mladvisor.runs.printed_matrix import Matrix, labelled_matrix, matrices, matrices_in_json
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.readers.decoding import decode, parse_json, split_lines
from mladvisor.runs.readers.notebook import printed_file
from mladvisor.runs.report_names import words_of
from mladvisor.runs.script_names import is_notebook
from mladvisor.runs.word_sets import word_set

if TYPE_CHECKING:
    from mladvisor.features.catalogue import Measures
    from mladvisor.features.evaluation.counts import Counts
    from mladvisor.runs.printed_report import Report

END = 1 << 19
"""Bytes at the end of a file that are looked through: what was evaluated last is printed last."""
_MAX_FILES = 8
_LEAST_ROWS = 20  # of fewer decisions a square says nothing
_LOGGED = 5e-4  # half a unit of the last of three decimals, as accuracy is logged
_MAX_LINE = 400
_SPLITS = {
    "train": re.compile(r"(?<![a-z])train(?:ing)?(?![a-z])", re.IGNORECASE),
    "val": re.compile(r"(?<![a-z])(?:val|valid|validation|dev|eval)(?![a-z])", re.IGNORECASE),
    "test": re.compile(r"(?<![a-z])(?:test|testing|holdout|hold-out)(?![a-z])", re.IGNORECASE),
}
_OTHER_MODEL = re.compile(
    r"baseline|dummy|majority|most[ _]frequent|naive(?! bayes)|random guess|chance level|rule[ -]based|previous|former|"
    r"\bold\b|before|zero[ -]shot|attack|adversarial|subset|threshold|shuffled|annotator",
    re.IGNORECASE,
)
"""A report under such words is not that of the model, or not of its usual decisions."""
_APART = 0.05
"""An accuracy that lies farther than this from all that the log ends at is that of other rows, or of another model."""
_OF_TEST = word_set("test testing holdout hold out final report classification metrics results txt out log")
_ENDS = 3  # points at the end of a curve
_NUMBER = re.compile(r"\d\.\d|\w\s?=\s?[\w.+-]")


class Printed(NamedTuple):
    """The last that was printed of decisions in one file.

    Attributes:
        file: relative to the run folder. before: lines of it that were not looked through.
        report, matrix: the last of each; of the same rows where there are both.
        turned: the columns of the matrix are the truth; None: that cannot be told.
        heading: the words above.
    """

    file: str
    before: int
    report: Report | None
    matrix: Matrix | None
    turned: bool | None
    heading: str


def printed_counts(m: Measures) -> Counts | None:
    """Counts of the decisions that were printed last, None without any. Use `m.once`."""
    found = _printed(m)
    if found is None:
        return None
    from mladvisor.features.evaluation.prediction_columns import word
    from mladvisor.features.evaluation.prediction_table import positive_of

    parts = [each for each in (found.report, found.matrix) if each is not None]
    lines = (found.before + 1 + min(each.first for each in parts), found.before + 1 + max(each.last for each in parts))
    split = _split(found.heading)
    named = found.report.classes if found.report is not None else range(len(found.matrix.cells if found.matrix else ()))
    classes = tuple(map(word, named))
    positive = positive_of(classes, m.run.manifest.positive_class)
    what = " and ".join(
        words for words, each in (("the report", found.report), ("the confusion matrix", found.matrix)) if each
    )
    at = f"lines {lines[0]}-{lines[1]}" if lines[1] > lines[0] else f"line {lines[0]}"
    if is_notebook(found.file):
        at += " of what its cells printed"
    from mladvisor.features.evaluation.counts import of_report, of_table

    if _is_of_others(m, found, lines[1]):
        return None
    m.assumed.append(f"what the model decides is read off {what} in {found.file}, {at}{_of_which(split)}")
    if found.matrix is None:
        assert found.report is not None
        return of_report(found.report, classes, positive, found.file, lines, split=split)
    import numpy as np

    table = np.array(found.matrix.cells, dtype=np.int64)
    known = found.turned is not None
    if not known:
        m.notes.append(
            f"{found.file}: whether rows or columns of the confusion matrix are the truth cannot be told; print the "
            "classification_report beside it"
        )
    return of_table(
        table.T if found.turned else table, classes, positive, found.file, lines, split=split, axis_known=known
    )


def _is_of_others(m: Measures, found: Printed, last: int) -> bool:
    """Whether training went on behind what was printed, or the log ends at another accuracy than that."""
    own = [curve for curve in m.run.curves if curve.place.file == found.file and curve.rows is not None]
    if any(int((curve.rows > last).sum()) > 1 for curve in own if curve.rows is not None):
        return True
    if found.file in m.run.files.get("decision_report", ()) and set(words_of(found.file)) <= _OF_TEST:
        return False  # a file of its own that is called after the test and nothing else: what is lost there is news
    if found.report is not None:
        share = found.report.accuracy
    else:
        cells = found.matrix.cells if found.matrix is not None else ()
        share = sum(row[k] for k, row in enumerate(cells)) / max(1, sum(map(sum, cells)))
    ends = [
        float(value) / (100 if value > 1 else 1)
        for curve in m.run.having("metric")
        if curve.role.name == "accuracy"
        for value in curve.y[-_ENDS:]
    ]
    return bool(ends) and min(abs(share - end) for end in ends) > _APART


class OnTest(NamedTuple):
    """What a report or matrix of test rows says: the share of right decisions, of how many, and where it stands."""

    accuracy: float
    rows: float
    file: str


def on_test_rows(m: Measures) -> OnTest | None:
    """The decisions on test rows that were printed last, whatever the log ends at. Use `m.once`."""
    found = _printed(m)
    if found is None or "test" not in (_split(found.heading), _split(found.file)):
        return None
    if found.matrix is not None:
        cells = found.matrix.cells
        total = float(sum(map(sum, cells)))
        return OnTest(sum(row[k] for k, row in enumerate(cells)) / total, total, found.file) if total else None
    assert found.report is not None
    return OnTest(found.report.accuracy, float(sum(found.report.support)), found.file)


def _of_which(split: str) -> str:
    return ", of training rows: what is measured on them is too good" if split == "train" else ""


def _printed(m: Measures) -> Printed | None:
    """The decisions in a file of their own, else the last in the log, else in another printed text."""
    folder = m.run.folder
    logs = m.run.logs
    own = m.run.files.get("decision_report", ())  # written for it
    others = [each for each in m.run.printed if each not in own]
    for name in [*own, *sorted(others, key=lambda each: each not in logs)][:_MAX_FILES]:
        try:
            if name.lower().endswith((".npy", ".npz")):
                if (kept := _in_array(folder / name, name)) is not None:
                    return kept
                continue
            file = printed_file(folder / name, name)
            if file.binary or (file.wide and file.size > END):
                continue
            start = max(0, file.size - END)
            data = file.read_from(start, END)
        except (ReadError, OSError):
            continue
        if not (file.wide or name in own) and b"f1-score" not in data and b"[[" not in data.replace(b" ", b""):
            continue
        lines = split_lines(decode(data))
        if name in own and name.lower().endswith((".csv", ".tsv")) and (record := as_record(lines)) is not None:
            lines = [record]
        if name in own and name.lower().endswith((".json", ".csv", ".tsv")):
            scored = _in_json(name, lines)
            if scored is not None:
                return scored
        found = _last(m, name, lines)
        if found is None and name in own and (table := labelled_matrix(lines)) is not None:
            found = Printed(name, 0, None, table[0], table[1] if table[1] is not None else _turned(table[0]), name)
        if found is not None:
            return found._replace(before=_lines_before(file, start))
    return None


def _in_json(name: str, lines: list[str]) -> Printed | None:
    """The matrix among the scores of an evaluation, as JSON; those of baselines left out, as in a printed text."""
    try:
        called = bool(_CALLED.search(name.rpartition("/")[2]))
        shown = matrices_in_json(parse_json("\n".join(lines), ""), named=called)
    except ReadError:
        return None
    enough = [(cells, said) for said, cells in shown if sum(map(sum, cells)) >= _LEAST_ROWS]
    cells, said = _of_the_model(enough)
    if cells is None:
        return None
    matrix = next((each for each in matrices(lines) if each.cells == cells), Matrix(0, len(lines) - 1, cells, True))
    return Printed(name, 0, None, matrix, _turned(matrix), said if _split(said) else f"{said} {name}")


_CALLED = re.compile(r"(?i)confusion|conf_?mat|(?<![a-z])cm(?![a-z])")


def _in_array(path: Path, name: str) -> Printed | None:
    """The matrix in an array of its own, as `np.save` keeps it: truth by rows, as scikit-learn counts."""
    import numpy as np

    from mladvisor.runs.printed_matrix import MOST_CLASSES

    try:
        found = np.load(path, allow_pickle=False)
        if not isinstance(found, np.ndarray):  # an archive: the array that is called so
            with found:
                key = next((each for each in found.files if _CALLED.search(each)), None)
                found = found[key] if key is not None else np.zeros(0)
    except (OSError, ValueError, zipfile.BadZipFile):
        return None
    square = found.ndim == 2 and 2 <= found.shape[0] == found.shape[1] <= MOST_CLASSES
    if not square or not np.array_equal(found, np.floor(found)) or (found < 0).any() or found.sum() < _LEAST_ROWS:
        return None
    matrix = Matrix(0, 0, tuple(tuple(map(int, row)) for row in found.tolist()), True)
    return Printed(name, 0, None, matrix, _turned(matrix), name)


def _lines_before(file: Candidate, start: int) -> int:
    """Line ends before a byte, counted as `split_lines` does."""
    count = at = 0
    while at < start:
        data = file.read_from(at, min(END, start - at))
        if not data:
            break
        count += data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
        at += len(data)
    return count


def _last(m: Measures, name: str, lines: list[str]) -> Printed | None:
    """The last report, with the matrix of the same rows beside it; or the matrix that was printed after it."""
    from mladvisor.runs.printed_report import reports

    shown = [(each, _heading(lines, each.first)) for each in reports(lines)]
    report, heading = _of_the_model(shown)
    squares = matrices(lines)
    for square in reversed(squares):
        turned = _agrees(square, report) if report is not None else None
        if turned is not None:
            first = min(square.first, report.first) if report is not None else square.first
            return Printed(name, 0, report, square, turned, heading or _heading(lines, first))
    own = [(each, _heading(lines, each.first)) for each in squares if _is_confusion(m, each)]
    matrix, above = _of_the_model(own)
    if matrix is not None and (report is None or matrix.first > report.last):
        return Printed(name, 0, None, matrix, _turned(matrix), above)
    return Printed(name, 0, report, None, None, heading) if report is not None else None


def _of_the_model(found: Sequence[tuple[Any, str]]) -> tuple[Any, str]:
    """The last with its heading, those of baselines left out and those of training rows behind all others."""
    own = [each for each in found if not _OTHER_MODEL.search(each[1])]
    judged = [each for each in own if _split(each[1]) != "train"] or own
    return judged[-1] if judged else (None, "")


def _agrees(matrix: Matrix, report: Report) -> bool | None:
    """Whether the matrix must be turned for its rows to be those of the report; None where it is of other rows."""
    right = sum(matrix.cells[k][k] for k in range(len(matrix.cells)))
    total = sum(map(sum, matrix.cells))
    if not total or abs(right / total - report.accuracy) > report.half + 1e-9:
        return None
    if tuple(map(sum, matrix.cells)) == report.support:
        return False
    return True if tuple(map(sum, zip(*matrix.cells, strict=True))) == report.support else None


def _turned(matrix: Matrix) -> bool | None:
    """Rows are the truth, as scikit-learn prints it; unknown where a class then is called and has no row at all."""
    rows, columns = map(sum, matrix.cells), map(sum, zip(*matrix.cells, strict=True))
    return None if any(not of_class and called for of_class, called in zip(rows, columns, strict=True)) else False


def _is_confusion(m: Measures, matrix: Matrix) -> bool:
    """Whether anything but its form says that it counts decisions."""
    total = sum(map(sum, matrix.cells))
    if total < _LEAST_ROWS:
        return False
    if matrix.named or m.once(_is_made_by_script):
        return True
    share = sum(matrix.cells[k][k] for k in range(len(matrix.cells))) / total
    ends = [float(each.y[-1]) for each in m.run.having("metric") if each.role.name == "accuracy" and len(each)]
    return any(abs(share - (end / 100 if end > 1 else end)) <= _LOGGED for end in ends)


def _is_made_by_script(m: Measures) -> bool:
    script = m.run.script
    return script is not None and any(
        name.rpartition(".")[2].lower().replace("_", "") in ("confusionmatrix", "binaryconfusionmatrix",
                                                             "multiclassconfusionmatrix")
        for _, name in script.code.calls
    )  # fmt: skip


def _heading(lines: Sequence[str], first: int) -> str:
    """The words on the line before, a matrix between them left out; "" for a line of the log."""
    own = re.split(r"\s{2,}precision\s|\[|\{", lines[first][:_MAX_LINE])[0]
    for at in range(first - 1, max(-1, first - 120), -1):
        line = lines[at].strip()[:_MAX_LINE]
        if line and re.search(r"[a-zA-Z]", line):
            return own if _NUMBER.search(line) else f"{line} {own}"
        if line and not re.fullmatch(r"[\[\]\d\s,=*_-]*", line):
            break
    return own


def _split(heading: str) -> str:
    """The one split that the words speak of; "" for none or several."""
    said = [split for split, words in _SPLITS.items() if words.search(heading)]
    return said[0] if len(said) == 1 else ""
