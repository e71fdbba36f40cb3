"""A JSON file for each epoch or step: `metrics_epoch_3.json`, `eval-step-500.json`, `epoch_07.json`."""

from __future__ import annotations

import os
import re

import numpy as np

from mladvisor.errors import ReadError
from mladvisor.runs.model import XUnit
from mladvisor.runs.readers.base import Candidate, RawCurve, Reading
from mladvisor.runs.readers.records import flat_numbers

_NAME = re.compile(r"(?P<stem>(?:.*[_.-])?(?P<unit>epoch|ep|step|iter|iteration)s?[_.-]?)0*(?P<at>\d{1,9})\.json", re.I)
_LEAST = 3  # such files, of which two may be the first and the last of something else
_SURE = 0.4


class EpochFiles:
    """Reader of one such file; those of a folder are joined."""

    id = "json-by-epoch"
    joins = True

    def sniff(self, candidate: Candidate) -> float:
        """By the name, by others of that name beside it, and by a loss in it."""
        found = _NAME.fullmatch(candidate.name)
        if found is None or not candidate.text.lstrip().startswith("{") or not _has_others(candidate, found["stem"]):
            return 0.0
        try:
            names = _numbers(candidate)
        except ReadError:
            return 0.0
        return _SURE if any(candidate.columns.meaning(name).kind == "loss" for name in names) else 0.0

    def read(self, candidate: Candidate) -> Reading:
        """One point a number. Raises ReadError when it is not a JSON object."""
        found = _NAME.fullmatch(candidate.name)
        if found is None:
            raise ReadError("is called after no epoch or step", file=candidate.rel)
        unit: XUnit = "epoch" if found["unit"].lower().startswith("ep") else "step"
        x = np.array([float(found["at"])])
        return Reading(
            curves=[
                RawCurve(name=name, y=np.array([value]), x=x, x_unit=unit, rows=np.ones(1, dtype=np.int64))
                for name, value in _numbers(candidate).items()
                if (candidate.columns.x_kind(name) or ("set",))[0] == "set"
            ]
        )


def _has_others(candidate: Candidate, stem: str) -> bool:
    """Several files of the folder have this name, with numbers of their own."""
    folder = os.path.dirname(candidate.path)  # noqa: PTH120
    met = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            found = _NAME.fullmatch(entry.name)
            met += found is not None and found["stem"] == stem
            if met >= _LEAST:
                return True
    return False


def _numbers(candidate: Candidate) -> dict[str, float]:
    """The numbers of the object, those of inner ones by their paths."""
    content = candidate.read_json()
    if not isinstance(content, dict):
        raise ReadError("expected an object of metrics", file=candidate.rel)
    return flat_numbers(content)


EPOCH_FILES = EpochFiles()
