"""The way in for everybody: a path to a `Diagnosis`, one run or every run below a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from mladvisor.diagnosis.answers import understood
from mladvisor.diagnosis.engine import LARGEST, conclude
from mladvisor.diagnosis.handovers import kinds_read
from mladvisor.diagnosis.model import Diagnosis
from mladvisor.diagnosis.state import Believed, believe
from mladvisor.diagnosis.verdict import judge
from mladvisor.errors import MladvisorError, is_interrupt
from mladvisor.features.catalogue import Measures
from mladvisor.features.measured import Measured
from mladvisor.rulebook import Rulebook, load
from mladvisor.rulebook.answers import answered_features
from mladvisor.runs import script_names
from mladvisor.runs.bag_of_words import bag_of_words
from mladvisor.runs.discover import find_runs
from mladvisor.runs.model import Run
from mladvisor.runs.read import read_run

StrPath = str | os.PathLike[str]


@lru_cache(maxsize=8)
def _rulebook(folders: tuple[str, ...]) -> Rulebook:
    return load(folders)


def rulebook_with(rules: StrPath | Sequence[StrPath] = ()) -> Rulebook:
    """The shipped rulebook with folders (or files) of the user's own on top.

    Raises:
        RuleErrors: what is wrong in them, with file, line and column.
        UsageError: a folder that is not there.
    """
    folders = [rules] if isinstance(rules, str | os.PathLike) else list(rules)
    return _rulebook(tuple(os.fspath(folder) for folder in folders))


def diagnose(
    path: StrPath,
    *,
    rules: StrPath | Sequence[StrPath] = (),
    answers: Mapping[str, Any] | None = None,
    rulebook: Rulebook | None = None,
    budget: float | None = None,
) -> Diagnosis:
    """What is wrong with one run.

    Args:
        path: a run folder or a single log.
        rules: folders of YAML on top of the shipped rules.
        answers: finding -> yes, probably, unsure, probably-not, no (or a degree); feature, question or
            configuration key -> value.
        rulebook: a loaded rulebook, instead of `rules`.
        budget: seconds of estimated work on tables; None for the usual.

    Raises:
        ReadError: nothing can be read there.
        RuleErrors: the rules are wrong.
        UsageError: an answer to something that does not exist.
    """
    return diagnose_run(read_run(os.fspath(path)), rulebook or rulebook_with(rules), answers, budget=budget)


def diagnose_run(
    run: Run,
    rulebook: Rulebook,
    answers: Mapping[str, Any] | None = None,
    *,
    detail: bool = True,
    budget: float | None = None,
) -> Diagnosis:
    """The same for a run that was read already; without `detail` only what a row of a table shows."""
    answers = understood(rulebook, answers) if answers else {}
    measures = Measures(run, answered_features(rulebook, answers), budget=budget)
    state = believe(
        measures.__getitem__,
        rulebook,
        answers,
        largest=LARGEST,
        healthy=None,
        in_part=not run.curves,
        read=kinds_read(run),
        spoken=bag_of_words(run),
    )
    return diagnose_believed(run, measures, state, detail=detail)


def diagnose_believed(run: Run | None, measures: Measures | None, state: Believed, *, detail: bool = True) -> Diagnosis:
    """What is believed of a run, with what is known of the run itself; without a run, of words and answers alone."""
    result = conclude(state, steps=detail, detail=detail)
    if run is None or measures is None:
        result.verdict = judge(result).kind
        return result
    task = measures["task"]
    result.run = os.fspath(run.path)
    result.task = str(task.value) if isinstance(task, Measured) and task.known else None
    result.format = run.format
    result.holds = [] if run.curves else _holds(run)
    result.points = max(map(len, run.curves), default=0)
    told = {curve.role.split for curve in run.curves if curve.role.kind in ("loss", "metric")}
    result.splits = [split for split in ("train", "val", "test") if split in told]
    result.assumed = list(run.assumed)
    if isinstance(task, Measured) and task.known and task.note:
        result.assumed.append(task.note)
    result.assumed += [line for line in measures.assumed if line not in result.assumed]
    result.notes = list(dict.fromkeys((*run.notes, *measures.notes)))  # a file may be read as more than one thing
    failed = [f'the measurement "{name}" failed: {why}' for name, why in measures.failures.items()]
    result.warnings = [*run.warnings, *measures.warnings, *result.warnings, *failed]
    result.verdict = judge(result).kind
    return result


_HOLDS = {
    "tables": ("train", "val", "test"),
    "predictions": ("predictions",),
    "layer statistics": ("layers",),
    "batch statistics": ("batches",),
    "results of the model's tests": ("checks",),
    "description of the model": ("model", "model_text"),
    "outcomes": ("business",),
    "script": (script_names.SCRIPT,),
}


def _holds(run: Run) -> list[str]:
    """What a folder without curves holds, in words."""
    found = [words for words, kinds in _HOLDS.items() if any(kind in run.files for kind in kinds)]
    return [*found, "configuration"] if run.config else found


def diagnose_all(
    root: StrPath, *, rules: StrPath | Sequence[StrPath] = (), rulebook: Rulebook | None = None, detail: bool = True
) -> Iterator[tuple[Diagnosis, Run | None]]:
    """Every run below a folder, as they are found; a run that cannot be read has its `error` and no `Run`."""
    book = rulebook or rulebook_with(rules)
    for path in find_runs(os.fspath(root)):
        yield diagnose_safely(path, book, detail=detail)


def diagnose_safely(path: StrPath, rulebook: Rulebook, *, detail: bool = True) -> tuple[Diagnosis, Run | None]:
    """One run of many: whatever goes wrong becomes its `error`."""
    shown = os.fspath(path)
    try:
        run = read_run(shown)
        return diagnose_run(run, rulebook, detail=detail), run
    except MladvisorError as error:
        return Diagnosis(shown, error=str(error), verdict="unreadable"), None
    except (KeyboardInterrupt, SystemExit):
        raise
    except Exception as error:
        if is_interrupt(error):
            raise KeyboardInterrupt from error
        said = f"{type(error).__name__}: {error} (a bug in mladvisor)"
        return Diagnosis(shown, error=said, verdict="unreadable"), None
