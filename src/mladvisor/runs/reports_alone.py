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
from mladvisor.runs.told_of_models import compares_models, speaks_of_scores, tells_of_design


def tell_of_data(run: Run, files: list[Candidate]) -> bool:
    """Whether a report or a note beside it says anything of the data of a run."""
    by_name = {file.rel: file for file in files}
    found = reports_about_data(run, files)
    reports = [by_name[name] for name in found.get("data_report", ()) if name in by_name]
    texts = [file for file in files if file.name.lower().endswith((".txt", ".log", ".md")) and not file.binary]
    return bool(found.get("sheet")) or any(map(_reports, reports)) or any(map(_says, texts))


_OF_MODELS = ("predictions", "decision_report", "trial")


def tell_of_model(run: Run, files: list[Candidate]) -> bool:
    """Whether what was found beside no log tells how a model does: its answers, decisions by a threshold, scores on
    data of several places, a trial, a table of models with the scores of each, what goes on
    inside it.
    """
    by_name = {file.rel: file for file in files}
    reports = [by_name[name] for name in run.files.get("score_report", ()) if name in by_name]
    told = [by_name[name] for name in run.files.get("told", ()) if name in by_name]
    if (
        run.config
        or run.files.get(INSIDE)
        or any(kind in run.files for kind in _OF_MODELS)
        or any(map(_scores, reports))
    ):
        return True
    return any(compares_models(file) or tells_of_design(file) or speaks_of_scores(file) for file in told)


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
