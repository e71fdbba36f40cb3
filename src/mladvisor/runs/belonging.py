"""Folders with rows of numbers that are part of the run beside or above them, and no run of their own.

A training writes its losses to one place, and what it counted or answered on the way to others: norms of gradients,
times of steps, predictions. Each of these tables looks like a log by itself. The name of the folder tells: people call
it after what it holds, and a run after what was tried ("fold_2", "version_3", "lr-high").
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from mladvisor.runs import script_names, settings_names
from mladvisor.runs.data_folders import ANSWER_FOLDERS
from mladvisor.runs.layout import REPORT_FOLDERS, STORES
from mladvisor.runs.other_languages import english
from mladvisor.runs.split_names import words_of
from mladvisor.runs.word_sets import word_set

_TELEMETRY = word_set(
    "predict answer step telemetry health stat summary summaries gradient gradients grad grads norms activation "
    "activations histogram histograms histos timing timings profiler trace traces confusion calibration errors "
    "inspection introspection internals instrumentation watch batch batches layer layers extra extras misc"
)
_COMPANIONS = REPORT_FOLDERS | ANSWER_FOLDERS | _TELEMETRY
# What was taken out of the store of a tracker that lies beside it, or was written there as well.
_COPIES = word_set(
    "export exports exported dump dumps dumped download downloads downloaded history histories curve curves scalar "
    "scalars record records console stdout log logs printed metric metrics"
)
_TRACKERS = word_set("wandb mlflow tensorboard tb lightning neptune comet clearml aim")
_BESIDE = word_set(
    "train training val valid validation test eval model run result results output outputs report reports file files "
    "csv data log logs of and the by per"
)


def is_companion(folder: str | os.PathLike[str]) -> bool:
    """A folder called after what it holds of a run, without settings or a script of its own.

    A number in the name tells one of several trainings ("eval_2"), and settings what it was started with.
    """
    above, name = os.path.split(os.path.abspath(os.fspath(folder)))  # noqa: PTH100
    if not is_called_companion(name) and not (_is_called_copy(name) and _has_store(above)):
        return False
    try:
        with os.scandir(folder) as inside:
            return not any(
                settings_names.may_be_config(one.name) or script_names.may_be_script(one.name) for one in inside
            )
    except OSError:
        return False


def is_called_companion(name: str) -> bool:
    """The name alone says so; each of its words must be known."""
    if any(letter.isdigit() for letter in name):
        return False
    whole = english(name).lower()
    if whole in _COMPANIONS:
        return True
    words = {english(word).lower() for word in words_of(name)}
    return not words.isdisjoint(_COMPANIONS) and words <= _COMPANIONS | _BESIDE


def _is_called_copy(name: str) -> bool:
    """The name says that curves were copied, and no attempt ("log_2", "logs_big")."""
    words = {english(word).lower() for word in words_of(name)}
    return not words.isdisjoint(_COPIES) and words <= _COPIES | _BESIDE | _TRACKERS


def _has_store(folder: str) -> bool:
    """The store of a tracker lies in the folder: `export/history.jsonl` beside `wandb/run-…` tells its run again."""
    return any(os.path.isdir(f"{folder}/{name}") for name in STORES)  # noqa: PTH112


def apart(below: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Runs below a folder, as (runs, folders that belong to them): all are runs where only companions are left."""
    beside = [found for found in below if is_companion(found)]
    runs = [found for found in below if found not in beside]
    return (runs, beside) if runs else (list(below), [])
