"""Scores of one model by how the rows were divided: at random, and with whole groups (people, sites) left out.

strategy,mean_auc            With random folds AUC is 0.95; with whole hospitals left out it is 0.71.
StratifiedKFold,0.95         {"random_kfold_auc": 0.95, "group_kfold_auc": 0.71}
GroupKFold(patient_id),0.71
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mladvisor.errors import ReadError
from mladvisor.runs.data_records import Record, records_in
from mladvisor.runs.elsewhere_said import own_sentences
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.readers import Candidate
from mladvisor.runs.report_names import is_metric, words_of
from mladvisor.runs.settings_names import may_be_config

_TEXTS, _DOCUMENTS = ("txt", "rst"), ("json", "csv", "tsv")
_MOST_BYTES, _MOST_LINE = 60_000, 600
_GROUPS = (
    r"(?:patients?|subjects?|people|persons?|users?|customers?|speakers?|sites?|hospitals?|devices?|machines?|groups?"
    r"|clinics?|stores?)"
)
_GROUPED = re.compile(
    r"(?i)group(?:ed|wise)?[ _-]?(?:k[ _-]?fold|shuffle|cv|split|folds?)|\bgrouped\b"
    r"|leave[ _-]?(?:one|p|\d)[ _-]?\w{1,30}[ _-]?out"
    rf"|\b(?:loso|logo|lopo)\b|\b{_GROUPS}[ _-](?:wise|level|disjoint)\b|\b(?:whole|unseen|new|held[ -]out) {_GROUPS}\b"
    rf"|\b{_GROUPS} (?:are |were )?(?:left|held) out\b|\b(?:split|folds?|cv|divided) by {_GROUPS}\b"
)
_RANDOM = re.compile(
    r"(?i)\brandom(?:ly)?\b(?! forest)|\bstratified|\bshuffled?\b|\brow[ _-]?wise\b|\btrain_test_split\b"
    r"|(?<!group)(?<!group[ _-])k[ _-]?fold"
)
_SCORE = re.compile(
    r"(?i)\b(auc|auroc|accuracy|acc|f1|r2|r²)\b|(?<![\w.])(0?\.\d{2,4}|\d{2}(?:\.\d+)?\s?%)(?![\w.]*\w)"
)
_LIKELY = ("random", "stratif", "shuffl", "kfold", "k-fold", "k_fold", "k fold", "row-wise", "train_test_split")
_METRICS = ("auc", "auroc", "acc", "f1", "r2", "r²")
_NAMES = re.compile(r"(?i)strategy|cv|split|valid|scheme|method|name|fold|protocol|evaluation|setting")


class Way(NamedTuple):
    """A score: whether whole groups were left out, the metric, the value."""

    grouped: bool
    metric: str
    value: float


def tells_ways(file: Candidate) -> bool:
    """A small report that gives one score in both ways."""
    return len({way.grouped for way in ways_in(file)}) > 1


def ways_in(file: Candidate) -> list[Way]:
    """The scores, looked for once."""
    return file.once(_ways_in)


def _ways_in(file: Candidate) -> list[Way]:
    suffix = stem_and_suffix(file.name)[1]
    if file.size > _MOST_BYTES or file.binary or suffix not in ("md", *_TEXTS, *_DOCUMENTS) or may_be_config(file.name):
        return []
    try:
        low = file.text.lower()
        if not any(word in low for word in _LIKELY) or not any(word in low for word in _METRICS):
            return []
        if not _GROUPED.search(low.replace("_", " ")):
            return []
        lines = file.text.splitlines() if suffix in ("md", *_TEXTS) else []
        records = records_in(file) if suffix not in _TEXTS else []
    except (ReadError, OSError):
        return []
    return [*(way for one in records for way in _of_record(one)), *(way for line in lines for way in ways_said(line))]


def _of_record(record: Record) -> Iterator[Way]:
    named = [str(each) for key, each in record.cells.items() if isinstance(each, str) and _NAMES.search(key)]
    for key, value in record.cells.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 100 or not is_metric(key):
            continue
        if not {"std", "sd", "se"}.isdisjoint(words_of(key)):
            continue
        for said in (key.replace("_", " "), *named, record.path[-1].replace("_", " ")):
            grouped, random = _GROUPED.search(said), _RANDOM.search(said)
            if bool(grouped) != bool(random):
                yield Way(bool(grouped), _metric(key), float(value) / (100 if value > 1 else 1))
                break


def _metric(key: str) -> str:
    words = set(words_of(key))
    return next((name for name in ("auc", "auroc", "accuracy", "acc", "f1", "r2") if name in words), "score")[:3]


def ways_said(line: str) -> Iterator[Way]:
    """The scores in the sentences of one line; a number belongs to the way that was named before it."""
    text = own_sentences(line[:_MOST_LINE])
    if "|" in text or not _GROUPED.search(text) or not _RANDOM.search(text):
        return
    metric, found = "", []
    marks = [(match.start(), True) for match in _GROUPED.finditer(text)]
    marks += [(match.start(), False) for match in _RANDOM.finditer(text) if not _GROUPED.match(text, match.start())]
    for match in _SCORE.finditer(text):
        if match[1]:
            metric = match[1].lower()[:3]
            continue
        before = [grouped for at, grouped in sorted(marks) if at < match.start()]
        value = float(match[2].rstrip("% ")) / (100 if match[2].endswith("%") else 1)
        if before and metric:
            found.append(Way(before[-1], metric, value))
    if len(found) == len({way.grouped for way in found}) == 2:  # one number each
        yield from found
