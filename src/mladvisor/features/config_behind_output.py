"""Dropout or normalisation behind the last layer, as settings describe the head: "Linear(64, 10) -> Dropout(0.6)"."""

from __future__ import annotations

import re
from typing import Any

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_keys import words
from mladvisor.features.measured import Measured, on_line

_HEADS = frozenset(
    ("head", "output_head", "classifier_head", "regression_head", "classification_head", "output_block", "classifier",
     "output_layers", "top", "tail", "last_layers", "final_layers", "decoder_head")
)  # fmt: skip
_BEHIND = re.compile(
    r"(?:(?:head|output|outputs|logits|classifier|last_layer|final_layer)_(?:post|after|then)"
    r"|(?:post|after|behind)_(?:the_)?(?:head|output|outputs|logits|classifier|last_layer|final_layer))(?:_(?:layer|op|module))?"
)
_STEP = re.compile(r"\s*(?:->|=>|→|>>|\+|;|\bthen\b|(?<=\)),)\s*")
_WEIGHTS = re.compile(r"(?i)\b(?:linear|dense|fc|fully[ _-]?connected|innerproduct|lazylinear)")
_HARM = re.compile(r"(?i)^\W*(?:nn\.|layers\.)?(dropout|alphadropout|batch_?norm\w*|layer_?norm\w*|bn)\b")
_MAX_TEXT = 300


@feature(
    "config.behind_output",
    type="choice",
    doc="Dropout or a normalisation that the settings put behind the last layer",
    how="describe the head in the settings (`head: Linear(64, 10)`), or print the model",
    source="test.architecture",
)
def behind_output(m: Measures) -> Measured | None:
    for key, setting in m.run.config.items():
        leaf = words(key.rpartition(".")[2])
        found = None
        if _BEHIND.fullmatch(leaf):
            found = _harmful(_steps(setting.value)[-1:])
        elif leaf in _HEADS:
            steps = _steps(setting.value)
            at = max((at for at, step in enumerate(steps) if _WEIGHTS.search(step)), default=None)
            found = _harmful(steps[at + 1 :]) if at is not None else None
        if found is not None:
            return Measured(found, note=key, where=on_line(setting.place, key))
    return None


def _steps(value: Any) -> list[str]:
    if isinstance(value, list | tuple):
        return [str(each)[:_MAX_TEXT] for each in value[:20]]
    return _STEP.split(value[:_MAX_TEXT]) if isinstance(value, str) else []


def _harmful(steps: list[str]) -> str | None:
    """The first step of some that changes finished answers."""
    return next((match[1].lower() for step in steps if (match := _HARM.match(step))), None)
