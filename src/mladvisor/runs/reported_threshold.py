"""The decision threshold that a report of an evaluation says was used, where no setting does.

    {"auc": 0.91, "operating_point": {"threshold": 0.8, "precision": 0.9, "recall": 0.4}}

The best of a list of thresholds, or one that is only advised, is none that was used.
"""

from __future__ import annotations

from mladvisor.errors import ReadError
from mladvisor.runs.config import flatten
from mladvisor.runs.layout import stem_and_form
from mladvisor.runs.model import Place, Run, Setting
from mladvisor.runs.readers import Candidate
from mladvisor.runs.settings_names import THRESHOLD_SETTINGS
from mladvisor.runs.split_names import words_of
from mladvisor.runs.word_sets import word_set

_USED = word_set(THRESHOLD_SETTINGS)
_REPORTS = word_set("report metrics evaluation eval results result summary scores performance threshold operating card")
_ADVISED = word_set("best optimal suggested recommended candidate candidates max sweep curve search")
_MOST_BYTES = 200_000


def reported_threshold(run: Run, files: list[Candidate]) -> dict[str, Setting]:
    """The setting, by its name in the report; {} where a setting says it, or reports say none or several."""
    found: dict[str, Setting] = {}
    if any(key.lower().rpartition(".")[2] in _USED for key in run.config):
        return found
    for file in files:
        stem, form = stem_and_form(file.name)
        if form != "json" or file.size > _MOST_BYTES:
            continue
        try:
            content = file.read_json()
        except (ReadError, OSError):
            continue
        if isinstance(content, dict) and (not _REPORTS.isdisjoint(words_of(stem)) or _says_what_it_gives(content)):
            found |= {key: Setting(value, Place(file.rel, key)) for key, value in _used(content).items()}
    return found if len({setting.value for setting in found.values()}) == 1 else {}


def _says_what_it_gives(content: dict[str, object]) -> bool:
    """A threshold with the precision and the recall beside it, in a file of any name: "alerting.json"."""
    blocks: dict[str, set[str]] = {}
    for key in flatten(content):
        above, _, leaf = key.lower().replace("-", "_").rpartition(".")
        blocks.setdefault(above, set()).add(leaf)
    return any(not _USED.isdisjoint(leaves) and leaves >= {"precision", "recall"} for leaves in blocks.values())


def _used(content: dict[str, object]) -> dict[str, float]:
    """Dotted key -> a number within 0 and 1 that is called the threshold, and is not one of advice."""
    told: dict[str, float] = {}
    for key, value in flatten(content).items():
        parts = key.lower().replace("-", "_").split(".")
        words = {word for part in parts for word in part.split("_")}
        number = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1
        if number and parts[-1] in _USED and _ADVISED.isdisjoint(words):
            told[parts[-1]] = float(value)
    return told
