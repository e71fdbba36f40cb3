"""What a program printed when it was done, where nothing else is left of a run: scores, a report, a matrix.

A program that fits a model in one call has no log. The few lines that it prints are what its author looks at.
"""

from __future__ import annotations

from mladvisor.errors import ReadError
from mladvisor.runs import layout, log_names
from mladvisor.runs.printed_matrix import labelled_matrix, matrices
from mladvisor.runs.printed_report import reports
from mladvisor.runs.printed_scores import scores_printed
from mladvisor.runs.readers.base import Candidate

MAX_BYTES = 200_000
PRINTED = "printed"
"""The kind of file that such a text is, among the files of a run."""


def printed_results(files: list[Candidate]) -> tuple[str, ...]:
    """The texts that tell how a model did, by what they hold."""
    return tuple(file.rel for file in files if _may_be(file) and _tells(file))


def _may_be(file: Candidate) -> bool:
    if file.size > MAX_BYTES or layout.stem_and_suffix(file.name)[0] in log_names.NOT_LOGS:
        return False
    return log_names.may_be_output(file.name) or log_names.may_hold_messages(file.name)


def _tells(file: Candidate) -> bool:
    try:
        lines = file.lines
    except (ReadError, OSError):
        return False
    if reports(lines) or any(scores_printed([line]) for line in lines):  # of several settings, too, one a line
        return True
    counted = [matrix for matrix in matrices(lines) if any(map(any, matrix.cells))]
    return bool(counted) or labelled_matrix(lines) is not None
