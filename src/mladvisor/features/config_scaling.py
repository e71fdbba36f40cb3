"""Whether inputs are scaled, as far as settings tell."""

from __future__ import annotations

import re
from typing import Any

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_keys import words
from mladvisor.features.config_lookup import measured, pick, presence, say
from mladvisor.features.measured import Measured, on_line, unknown
from mladvisor.runs.word_sets import word_set

SHAPES = frozenset(
    ("input_shape", "image_shape", "img_shape", "image_size", "img_size", "window_shape", "sample_shape", "in_shape")
)


@feature(
    "config.normalization",
    type="flag",
    doc="Inputs are scaled or normalised. A scaler of columns that is not set says nothing of images and series",
    how=say("normalization"),
    source="+scaling",
)
def normalization(m: Measures) -> Measured:
    picked = pick(m, "normalization", presence)
    if picked is not None and not picked.value and "scaler" in words(picked.key) and _has_axes(m):
        return unknown(f"{picked.key} is a scaler of columns, and the inputs have several axes", "no-config")
    return (_by_steps(m) if picked is None else None) or measured(m, "normalization", presence, say("normalization"))


_LISTS = word_set("steps step preprocessing preprocess preprocessors pipeline transformers input_features features")
_SCALES = re.compile(
    r"(?i)(?:^|[_. ])(?:re)?scal(?:e|er|ing)\b|standardi[sz]|normali[sz]|min_?max|z_?score|standardscaler|\w*scaler$"
)
_HOW = ("method", "kind", "strategy", "mode", "how", "with", "scaler", "normalization", "value", "by")
_OFF = frozenset(("none", "null", "off", "false", "no", "identity", "passthrough", ""))
_NAMES = ("name", "type", "op", "kind", "step", "class", "_target_", "transform", "id")


def _by_steps(m: Measures) -> Measured | None:
    """What a list of steps, or of inputs with their preparation, says: Ludwig's features, and pipelines in YAML."""
    for key, setting in m.run.config.items():
        if words(key.rpartition(".")[2]) in _LISTS and isinstance(setting.value, list):
            steps = [one for one in setting.value if not isinstance(one, str) or "features" not in words(key)]
            said = [each for each in map(_scales, steps) if each is not None]  # names of columns are no steps
            if said:
                return Measured(any(said), note=key, where=on_line(setting.place, key))
    return None


def _scales(step: Any) -> bool | None:
    """Whether a step scales; False where it is one of scaling that is switched off, None of any other."""
    if isinstance(step, str):
        return True if _SCALES.search(step) else None
    if not isinstance(step, dict):
        return None
    prepared = step.get("preprocessing")
    if isinstance(prepared, dict) and "normalization" in prepared:
        return str(prepared["normalization"]).lower() not in _OFF
    if len(step) == 1:  # {"standardize": {...}}, {"scale": None}
        name, given = next(iter(step.items()))
        return (given is None or str(given).lower() not in _OFF) if _SCALES.search(str(name)) else None
    if not any(isinstance(step.get(name), str) and _SCALES.search(step[name]) for name in _NAMES):
        return None
    return not any(how in step and str(step[how]).lower() in _OFF for how in _HOW) and step.get("enabled") is not False


def _has_axes(m: Measures) -> bool:
    """The settings give the shape of an input that is no row of columns: [1, 28, 28], [40, 3]."""
    return any(
        words(key.rpartition(".")[2]) in SHAPES and isinstance(one.value, list) and len(one.value) > 1
        for key, one in m.run.config.items()
    )
