"""Whether the settings divide the rows by their place in the file: "head_tail", or a split that does not shuffle."""

from __future__ import annotations

from typing import Any

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, on_line
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

_SPLIT = word_set("split splits splitting partition partitioning")
_WAYS = word_set("method strategy mode type kind by how scheme policy split")
_SHUFFLES = word_set("shuffle shuffled random randomize randomise")
_SORTS = word_set("sort sorted order ordered")
_IN_ORDER = (
    {"head", "tail"},
    {"first", "last"},
    {"sequential"},
    {"contiguous"},
    {"consecutive"},
    {"in", "order"},
    {"file", "order"},
    {"row", "order"},
    {"unshuffled"},
    {"no", "shuffle"},
)
_IN_TIME = word_set(
    "time date dates temporal chronological chrono timestamp datetime day week month quarter year hour forward walk "
    "rolling expanding series ts timeseries cutoff recent oldest newest created"
)


@feature(
    "config.splits_at_random",
    type="flag",
    doc="By the settings rows are drawn at random (true), or divided by their place in the file or by a column they are"
    " sorted by (false); unknown where they say nothing, or speak of time",
    how="say in the settings how rows are divided (`split_method: stratified`)",
    source="data.splits",
)
def splits_at_random(m: Measures) -> Measured | None:
    told: list[Measured] = []
    for key, setting in m.run.config.items():
        words = words_of(key.replace(".", "_"))
        if _SPLIT.isdisjoint(words):
            continue
        said = set(words_of(setting.value)) if isinstance(setting.value, str) else set()
        if not _IN_TIME.isdisjoint(said | set(words)):
            return None  # what comes later is foretold on purpose
        found = _at_random(words, setting.value, said)
        if found is not None:
            told.append(Measured(found, note=key, where=on_line(setting.place, key)))
    return next((each for each in told if not each.value), told[0] if told else None)


def _at_random(words: list[str], value: Any, said: set[str]) -> bool | None:
    last = words[-1]
    if last in _SHUFFLES:
        flag = value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value).lower())
        return flag if isinstance(flag, bool) else None
    if (last in _SORTS or (last == "by" and words[-2] in _SORTS)) and said:
        return False
    if last in _WAYS and said:
        if any(each <= said for each in _IN_ORDER):
            return False
        if said & (_SHUFFLES | {"stratified", "stratify"}):
            return True
    return None
