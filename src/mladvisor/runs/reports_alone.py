"""A folder that holds no log, script or settings, and reports of its data all the same: what they say can be judged."""

from __future__ import annotations

from mladvisor.errors import ReadError
from mladvisor.runs.beside import reports_about_data
from mladvisor.runs.data_records import MOST_BYTES, records_in
from mladvisor.runs.data_said import said_in
from mladvisor.runs.inside_files import KIND as INSIDE
from mladvisor.runs.lines_said import said_in_lines
from mladvisor.runs.model import Run
from mladvisor.runs.readers import Candidate
from mladvisor.runs.scores_elsewhere import scores_in


def tell_of_data(run: Run, files: list[Candidate]) -> bool:
    """Whether a report or a note beside it says anything of the data of a run."""
    by_name = {file.rel: file for file in files}
    found = reports_about_data(run, files)
    reports = [by_name[name] for name in found.get("data_report", ()) if name in by_name]
    texts = [file for file in files if file.name.lower().endswith((".txt", ".log", ".md")) and not file.binary]
    return bool(found.get("sheet")) or any(map(_reports, reports)) or any(map(_says, texts))


_OF_MODELS = ("predictions", "decision_report", "trial")
_PROSE = (".txt", ".md")
"""What is no log may be a note."""


def tell_of_model(run: Run, files: list[Candidate]) -> bool:
    """Whether what was found beside no log tells how a model does: its answers, decisions by a threshold, scores on
    data of several places, a trial, what goes on inside it.
    """
    by_name = {file.rel: file for file in files}
    reports = [by_name[name] for name in run.files.get("score_report", ()) if name in by_name]
    if run.config or any(kind in run.files for kind in _OF_MODELS) or any(map(_scores, reports)):
        return True
    # words in a log that cannot be read are no report
    broken = {one.file for one in run.ignored if not one.file.lower().endswith(_PROSE)}
    return any(file not in broken for file in run.files.get(INSIDE, ()))


def _scores(file: Candidate) -> bool:
    try:
        return any(scores_in(records_in(file)))
    except ReadError:
        return False


def _reports(file: Candidate) -> bool:
    try:
        return bool(said_in(records_in(file)))
    except ReadError:
        return False


def _says(file: Candidate) -> bool:
    try:
        return file.size <= MOST_BYTES and bool(list(said_in_lines(file.text.splitlines())))
    except (ReadError, OSError):
        return False
