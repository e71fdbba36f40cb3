"""Whether the settings bring the pixels, or numbers, of training and of evaluation to one scale."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.runs.model import Setting
from mladvisor.runs.report_names import words_of
from mladvisor.runs.split_names import split_called
from mladvisor.runs.word_sets import word_set

HOW = "list the transforms of each split in the settings: train_transforms, val_transforms"
_STEPS = word_set("transform transforms preprocess preprocessing preproc pipeline preprocessors preprocessor")
_NAME = re.compile(r"[A-Za-z_][\w.]{0,80}")
_IS_SET = re.compile(r"\s{0,3}[=:]")
"""What stands behind the name of an argument."""
_HOLDS = re.compile(r"(?:\w{1,30}\.)*(?:Compose|Sequential|AugmentationSequential|Pipeline)")
_NUMBER = re.compile(r"(?<![\w.])-?(?:\d{1,12}(?:\.\d{0,12})?|\.\d{1,12})(?:e[-+]?\d{1,2})?(?!\w)")
_CALLED = ("type", "name", "_target_", "class_path", "transform")
_DEPTH = 3
_SCALING = re.compile(
    r"(?:re)?scale|normali[sz]e|standardi[sz]e|min_?max_?scal\w*|z_?score|divide|div_?255", re.IGNORECASE
)
_MOST_TEXT = 5_000


@feature("config.scaled_apart", type="choice", doc="A step that scales the inputs which the settings list for one of"
         " training and evaluation alone, or with other numbers; random changes of training rows aside", how=HOW,
         source="data.schema")  # fmt: skip
def scaled_apart(m: Measures) -> Measured:
    sides: dict[str, tuple[str, dict[str, list[str]]]] = {}
    for key, setting in m.run.config.items():
        split = _split_of(key)
        if split is not None and _lists_steps(setting):
            sides.setdefault(split, (setting.place.file, _scaling(setting)))
    others = [found for split, found in sides.items() if split != "train"]
    if "train" not in sides or not others:
        return unknown(HOW, "not-logged")
    file, train = sides["train"]
    for _, other in others:
        apart = [name for name in {**train, **other} if not _alike(train.get(name), other.get(name))]
        if apart:
            return Measured(apart[0], where=Where(file))
    return Measured("", where=Where(file))


def _split_of(key: str) -> str | None:
    """The split of "data.val_transforms", "transforms.train"."""
    parts = [words_of(part) for part in key.split(".")]
    if _STEPS.isdisjoint({word for words in parts for word in words}):
        return None
    said = [word for words in parts for word in words if word != "data"]
    return None if "time" in said else split_called("_".join(said))  # "test_time_transforms" are several views of a row


def _alike(ours: list[str] | None, theirs: list[str] | None) -> bool:
    """Both sides have the step, and where both give its numbers the one begins as the other: more may be defaults."""
    if ours is None or theirs is None:
        return ours is theirs
    return all(one == other for one, other in zip(ours, theirs, strict=False))


def _lists_steps(setting: Setting) -> bool:
    return isinstance(setting.value, list) or (isinstance(setting.value, str) and len(setting.value) <= _MOST_TEXT)


def _scaling(setting: Setting) -> dict[str, list[str]]:
    """Name in lower case -> its numbers in their order, each once, of each step that scales."""
    steps = setting.value if isinstance(setting.value, list) else [setting.value]
    found: dict[str, list[str]] = {}
    for name, said in (each for step in steps for each in _steps(step, _DEPTH)):
        plain = name.rpartition(".")[2].lower()
        if _SCALING.fullmatch(plain):
            found[plain] = list(dict.fromkeys(f"{float(number):g}" for number in _NUMBER.findall(said)))
    return found


def _steps(step: object, depth: int) -> Iterator[tuple[str, str]]:
    """(name, what it is given) of a step and of those inside it, whether it is written as a call or as a mapping.

    Names of arguments are none: a crop that is drawn at some `scale` changes where it looks, not the size of numbers.
    """
    if isinstance(step, dict):
        called = next((step[key] for key in _CALLED if isinstance(step.get(key), str)), None)
        if called is None and len(step) == 1:
            called = next(iter(step))
        if isinstance(called, str):
            yield called, str({key: each for key, each in step.items() if key not in _CALLED})[:_MOST_TEXT]
        inside = [part for each in step.values() for part in (each if isinstance(each, list) else ())]
        for part in inside if depth else ():
            yield from _steps(part, depth - 1)
    elif isinstance(step, str):
        for name, said in _calls(step[:_MOST_TEXT]):
            yield name, said
            if depth and _HOLDS.fullmatch(name):
                yield from _steps(said, depth - 1)


def _calls(text: str) -> Iterator[tuple[str, str]]:
    """The names that stand in no bracket, each with what its own brackets hold."""
    at = 0
    while (found := _NAME.search(text, at)) is not None:
        at = _end_of_brackets(text, found.end())
        if _IS_SET.match(text, at) is None:
            yield found[0], text[found.end() + 1 : at - 1]


def _end_of_brackets(text: str, at: int) -> int:
    """Behind the brackets that open at `at`; `at` where none does."""
    depth = 0
    for place in range(at, len(text)):
        depth += (text[place] in "([{") - (text[place] in ")]}")
        if depth <= 0:
            return place + 1 if place > at else at
    return len(text)
