"""Steps that settings list in their order: whether rows are divided before new ones are made of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, on_line, unknown

_STEPS = re.compile(r"(?i)(?:^|[._])(?:pipeline|steps|stages|preprocessing|preprocess|data_pipeline|workflow)$")
_NAMES = ("step", "name", "op", "operation", "type", "stage", "transform", "do", "kind", "action")
_MADE = re.compile(r"(?i)over[ _-]?sampl|up[ _-]?sampl|smote|adasyn|duplicate_minority")
_DIVIDED = re.compile(
    r"(?i)train[ _-]?(?:val[ _-]?)?test[ _-]?split|(?:^|[ _-])split(?:[ _-](?:data|rows|train)\w{0,20})?$|holdout"
)
_INSIDE = re.compile(r"(?i)train|fold")
"""An oversampler that says it is for the training rows, or in each fold."""


@feature("config.splits_before_oversampling", type="flag", doc="By the order of steps in the settings, rows are divided"
         " before some are copied, or made from others", how="list the steps of the pipeline in their order",
         source="data.splits")  # fmt: skip
def splits_before_oversampling(m: Measures) -> Measured:
    for key, setting in m.run.config.items():
        steps = list(_steps(setting.value)) if _STEPS.search(key) else []
        made = next((at for at, (name, told) in enumerate(steps) if _MADE.search(name) and not told), None)
        divided = next((at for at, (name, _) in enumerate(steps) if _DIVIDED.search(name)), None)
        if made is not None and divided is not None:
            return Measured(
                divided < made, note=f"{steps[made][0]}, {steps[divided][0]}", where=on_line(setting.place, key)
            )
    return unknown("the settings list no steps in which rows are both divided and oversampled", "not-logged")


def _steps(value: Any) -> Iterator[tuple[str, bool]]:
    """(name, whether it is said to be for training rows alone) of each step."""
    for step in value if isinstance(value, list) else ():
        if isinstance(step, str):
            yield step, bool(_INSIDE.search(step)) and bool(_MADE.search(step))
        elif isinstance(step, dict):
            name = next((step[key] for key in _NAMES if isinstance(step.get(key), str)), None)
            name = next(iter(step), "") if name is None and len(step) == 1 else name
            others = " ".join(f"{each}" for key, each in step.items() if each is not name and isinstance(each, str))
            yield str(name or ""), bool(_INSIDE.search(others))
