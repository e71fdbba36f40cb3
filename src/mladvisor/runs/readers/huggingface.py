"""`trainer_state.json` of the Hugging Face Trainer."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from mladvisor.errors import ReadError
from mladvisor.runs.model import Role
from mladvisor.runs.readers.base import MAX_JSON_BYTES, Candidate, RawCurve, Reading
from mladvisor.runs.readers.decoding import decode, whole_values
from mladvisor.runs.readers.records import curves_of

_SETTINGS = ("train_batch_size", "num_train_epochs", "max_steps", "logging_steps", "eval_steps", "save_steps")
_HISTORY = re.compile(r'"log_history"\s*:\s*\[')
_UNLIMITED = 10**9  # num_train_epochs of a streamed data set is the largest integer


class TrainerStateReader:
    """The `log_history` of a Trainer: training rows, evaluation rows, and one summary that is no point of a curve."""

    id = "hf-trainer"
    joins = False

    def sniff(self, candidate: Candidate) -> float:
        """By `log_history`; a crypto bot's wallet is called trainer_state.json too."""
        text = candidate.text
        return 0.9 if text.startswith("{") and '"log_history"' in text else 0.0

    def read(self, candidate: Candidate) -> Reading:
        """The curves of the log history, as far as it goes. Raises ReadError when it is empty."""
        why = ""
        try:
            content = candidate.read_json()
        except ReadError as error:
            content, why = _whole_rows(candidate), error.message
            if not content["log_history"]:
                raise
        history = content.get("log_history") if isinstance(content, dict) else None
        if not isinstance(history, list):
            raise ReadError("has no list called log_history", file=candidate.rel)
        rows = [
            (at, record)
            for at, record in enumerate(history, 1)
            if isinstance(record, dict) and "train_runtime" not in record
        ]
        reading = Reading(config=_settings(content), torn=bool(why))
        if why:
            reading.warnings.append(
                f"{candidate.rel} {why}: only the {len(history)} whole rows at the start of its log_history are read"
            )
        reading.curves = curves_of(
            [record for _, record in rows], [at for at, _ in rows], candidate.columns, by_step=True
        )
        _evaluation_sets(reading)
        if not reading.curves:
            raise ReadError("has an empty log_history: nothing was logged", file=candidate.rel)
        return reading


def _whole_rows(candidate: Candidate) -> dict[str, Any]:
    """The rows of a history that breaks off: a copy that was cut, or a file that is still written."""
    text = decode(candidate.read_bytes(MAX_JSON_BYTES))
    start = _HISTORY.search(text)
    return {"log_history": [] if start is None else list(whole_values(text, start.end()))}


def _settings(content: dict[str, Any]) -> dict[str, Any]:
    """Hyper-parameters that the state repeats."""
    found = {
        key: content[key]
        for key in _SETTINGS
        if isinstance(content.get(key), int | float) and 0 < content[key] < _UNLIMITED
    }
    callbacks = content.get("stateful_callbacks")
    stopping = callbacks.get("EarlyStoppingCallback") if isinstance(callbacks, dict) else None
    args = stopping.get("args") if isinstance(stopping, dict) else None
    if isinstance(args, dict):
        found.update({key: value for key, value in args.items() if isinstance(value, int | float)})
    return found


def _evaluation_sets(reading: Reading) -> None:
    """`eval_<set>_loss` of several sets, where there is no `eval_loss`: their mean is the validation loss."""
    names = {one.name for one in reading.curves}
    sets = [one for one in reading.curves if one.name.startswith("eval_") and one.name.endswith("_loss") and len(one.y)]
    if "eval_loss" in names or len(sets) < 2:
        return
    first = sets[0]
    same = [one for one in sets if len(one.y) == len(first.y) and np.array_equal(one.x, first.x)]  # type: ignore[arg-type]
    mean = np.mean([one.y for one in same], axis=0)
    label = ", ".join(one.name for one in same)
    role = Role("loss", "val", "total", False)
    reading.curves.append(
        RawCurve(f"mean of {label}", mean, first.x, first.x_unit, first.rows, first.epochs, 0, "val", role, label)
    )
    reading.assumed.append(f"the validation loss is the mean over {len(same)} evaluation sets ({label})")


TRAINER_STATE = TrainerStateReader()
