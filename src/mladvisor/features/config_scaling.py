"""Whether inputs are scaled, as far as settings tell."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_keys import words
from mladvisor.features.config_lookup import measured, pick, presence, say
from mladvisor.features.measured import Measured, unknown

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
    return measured(m, "normalization", presence, say("normalization"))


def _has_axes(m: Measures) -> bool:
    """The settings give the shape of an input that is no row of columns: [1, 28, 28], [40, 3]."""
    return any(
        words(key.rpartition(".")[2]) in SHAPES and isinstance(one.value, list) and len(one.value) > 1
        for key, one in m.run.config.items()
    )
