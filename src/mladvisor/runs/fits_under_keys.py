"""Scores on training rows and on others under keys, of the model in use and of another.

{"train_acc": 0.12, "test_acc": 0.11, "undamped_train_acc": 0.96, "undamped_test_acc": 0.92, "human_acc": 0.97}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import isfinite
from typing import Any

from mladvisor.errors import ReadError
from mladvisor.runs.fits_in_words import spoken_in
from mladvisor.runs.fits_said import measure_of
from mladvisor.runs.fits_spoken import Spoken, spoken
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.other_languages import english
from mladvisor.runs.plain_text import text_of
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.report_names import words_of
from mladvisor.runs.roles import default_columns
from mladvisor.runs.word_sets import word_set


def spoken_of(file: Candidate) -> Spoken | None:
    """What a small text or document tells, looked for once."""
    return file.once(_spoken_of)


def _spoken_of(file: Candidate) -> Spoken | None:
    suffix = stem_and_suffix(file.name)[1]
    if suffix in _TABLES or not text_of(file):
        return None
    try:
        return spoken_under(file.read_json()) if suffix == "json" else spoken_in(text_of(file))
    except ReadError:
        return None


_TABLES = ("csv", "tsv", "jsonl", "py", "xml", "html", "yaml", "yml", "toml", "ini", "cfg", "sh")


_SIDES = {
    **dict.fromkeys(("train", "training", "fit", "learn"), "train"),
    **dict.fromkeys(
        ("val", "valid", "validation", "test", "heldout", "holdout", "held", "eval", "dev", "members"), "held"
    ),
}
_OWN = word_set("student this ours current own")
_OF_PEOPLE = word_set(
    "human humans rater raters expert experts agreement annotator annotators agronomist agronomists interrater noise "
    "repeat repeated replicate ceiling naive persistence bayes measurement"
)
_NO_SCORE = word_set("gap ratio n rows size loss_ratio best epoch std sd count slope last min max target required")


def spoken_under(value: Any) -> Spoken | None:
    """What the keys of a document tell of both, in one dictionary or in parts of it called after the rows."""
    if not isinstance(value, Mapping):
        return None
    columns = default_columns()
    found: dict[tuple[str, bool], dict[tuple[str, ...], dict[str, float]]] = {}
    levels: dict[tuple[str, bool], list[tuple[str, float]]] = {}
    for path, number in _leaves(value, (), 0):
        words = [english(word) for each in path for word in _words(each)]
        sides = {_SIDES[word] for word in words if word in _SIDES}
        left = [word for word in words if word not in _SIDES and word != "out"]
        if len(sides) > 1 or not _NO_SCORE.isdisjoint(left):
            continue
        measure, rest = _measure(left, columns)
        if measure is None:
            continue
        if not _OF_PEOPLE.isdisjoint(rest):
            levels.setdefault(measure, []).append((" ".join(rest), number))
            continue
        side = next(iter(sides), "any")
        found.setdefault(measure, {}).setdefault(rest, {}).setdefault(side, number)
    for measure, told in found.items():
        ours = [
            rest
            for rest, each in told.items()
            if {"train", "held"} <= each.keys() and (not rest or _OWN.issuperset(rest))
        ]
        if len(ours) != 1:
            continue
        others = [
            (each.get("train", top), each.get("held", top), " ".join(rest))
            for rest, each in told.items()
            if rest != ours[0]
            and rest
            and _OWN.isdisjoint(rest)
            and (top := each.get("held", each.get("any", each.get("train")))) is not None
        ]
        own = told[ours[0]]
        return spoken(measure, (own["train"], own["held"], "this one"), others, levels.get(measure, []))
    return None


def _words(key: str) -> list[str]:
    """The words of a key, "f1" and "r2" as one."""
    words = words_of(key)
    joined = {at: a + b for at, (a, b) in enumerate(pairwise(words)) if b.isdecimal() and a in ("f", "r", "top")}
    return [joined.get(at, word) for at, word in enumerate(words) if at - 1 not in joined]


_MOST_DEPTH, _MOST_LEAVES = 3, 200


def _leaves(value: Mapping[Any, Any], path: tuple[str, ...], depth: int) -> Iterator[tuple[tuple[str, ...], float]]:
    for key, each in list(value.items())[:_MOST_LEAVES]:
        if isinstance(each, Mapping) and depth < _MOST_DEPTH:
            yield from _leaves(each, (*path, str(key)), depth + 1)
        elif isinstance(each, int | float) and not isinstance(each, bool) and isfinite(each):
            yield (*path, str(key)), float(each)


def _measure(words: list[str], columns: Any) -> tuple[tuple[str, bool] | None, tuple[str, ...]]:
    """The measure that some of the words in a row name, and the words left."""
    for at, word in enumerate(words):
        found = measure_of(word, columns)
        if found is not None:
            return found, tuple(other for other in words[:at] + words[at + 1 :] if other not in _OF_MEASURES)
    return None, tuple(words)


_OF_MEASURES = word_set("balanced macro micro weighted top top1 mean log roc mean final last overall per token")
