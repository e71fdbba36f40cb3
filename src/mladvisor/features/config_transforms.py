"""Whether the settings bring the pixels, or numbers, of training and of evaluation to one scale."""

from __future__ import annotations

import re

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.runs.model import Setting
from mladvisor.runs.report_names import words_of
from mladvisor.runs.split_names import split_called
from mladvisor.runs.word_sets import word_set

HOW = "list the transforms of each split in the settings: train_transforms, val_transforms"
_STEPS = word_set("transform transforms preprocess preprocessing preproc pipeline preprocessors preprocessor")
_STEP = re.compile(r"([A-Za-z_][A-Za-z_0-9]{0,60})(\([^()]{0,200}\))?")
_SCALING = re.compile(
    r"(?:re)?scale|normali[sz]e|standardi[sz]e|min_?max_?scal\w*|z_?score|divide|div_?255", re.IGNORECASE
)
_MOST_TEXT = 5_000


@feature("config.scaled_apart", type="choice", doc="A step that scales the inputs which the settings list for one of"
         " training and evaluation alone, or with other numbers; random changes of training rows aside", how=HOW,
         source="data.schema")  # fmt: skip
def scaled_apart(m: Measures) -> Measured:
    sides: dict[str, tuple[str, dict[str, str]]] = {}
    for key, setting in m.run.config.items():
        split = _split_of(key)
        if split is not None and _lists_steps(setting):
            sides.setdefault(split, (setting.place.file, _scaling(setting)))
    others = [found for split, found in sides.items() if split != "train"]
    if "train" not in sides or not others:
        return unknown(HOW, "not-logged")
    file, train = sides["train"]
    for _, other in others:
        apart = [name for name in {**train, **other} if train.get(name) != other.get(name)]
        if apart:
            return Measured(apart[0], where=Where(file))
    return Measured("", where=Where(file))


def _split_of(key: str) -> str | None:
    """The split of "data.val_transforms", "transforms.train"."""
    parts = [words_of(part) for part in key.split(".")]
    if _STEPS.isdisjoint({word for words in parts for word in words}):
        return None
    return split_called("_".join(word for words in parts for word in words if word not in ("test_time", "data")))


def _lists_steps(setting: Setting) -> bool:
    return isinstance(setting.value, list) or (isinstance(setting.value, str) and len(setting.value) <= _MOST_TEXT)


def _scaling(setting: Setting) -> dict[str, str]:
    """Name in lower case -> its numbers, of each step that scales."""
    return {
        name.lower(): re.sub(r"\s", "", said)
        for name, said in _STEP.findall(str(setting.value)[:_MOST_TEXT])
        if _SCALING.fullmatch(name)
    }
