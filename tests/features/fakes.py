"""Small made-up runs for tests of measurements."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mladvisor.features.catalogue import Measures
from mladvisor.runs.model import Curve, Manifest, Place, Role, Run, Setting


def curve(
    name: str,
    kind: str,
    split: str | None,
    y: Sequence[float],
    *,
    x: Sequence[float] | None = None,
    unit: str = "epoch",
    metric: str = "",
    higher: bool | None = None,
    component: bool = False,
) -> Curve:
    """A curve with one point per epoch unless `x` says otherwise."""
    values = np.asarray(y, dtype=np.float64)
    places = np.arange(len(values), dtype=np.float64) if x is None else np.asarray(x, dtype=np.float64)
    role = Role(kind, split, metric or ("total" if kind == "loss" else ""), higher, component)
    return Curve(name, role, places, values, unit, Place("log.csv", name))


def loss(y: Sequence[float], split: str = "train", **more: Any) -> Curve:
    """A loss curve."""
    return curve("loss" if split == "train" else "val_loss", "loss", split, y, **more)


def measures(
    *curves: Curve,
    config: dict[str, Any] | None = None,
    format: str = "",
    task: str | None = None,
    growing: bool = False,
) -> Measures:
    """The measurements of a run with these curves and settings."""
    settings = {key: Setting(value, Place("config.yaml", key)) for key, value in (config or {}).items()}
    return Measures(
        Run(
            path=Path("made-up"),
            name="made-up",
            format=format,
            curves=curves,
            config=settings,
            manifest=Manifest(task=task),
            growing=growing,
        )
    )
