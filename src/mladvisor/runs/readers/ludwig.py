"""Ludwig's `training_statistics.json` and `model/training_progress.json`: split, feature, metric, list of epochs.

`{"training": {"combined": {"loss": [...]}, "class": {"loss": [...], "accuracy": [...]}}, "validation": ...}`; the
progress file spells the splits `train_stats`, `vali_stats`, `test_stats`. `combined` is the total over the outputs.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mladvisor.errors import ReadError
from mladvisor.runs.model import Split
from mladvisor.runs.readers.base import Candidate, RawCurve, Reading
from mladvisor.runs.readers.decoding import number

_SPLITS: dict[str, Split] = {
    "training": "train",
    "train": "train",
    "train_stats": "train",
    "train_metrics": "train",
    "validation": "val",
    "vali": "val",
    "vali_stats": "val",
    "validation_metrics": "val",
    "test": "test",
    "test_stats": "test",
    "test_metrics": "test",
}
_SPELLED: dict[Split, str] = {"train": "training", "val": "validation", "test": "test"}
_SETTINGS = ("batch_size", "learning_rate")


class Ludwig:
    """Reader of both files; they hold the same curves."""

    id = "ludwig"
    joins = False

    def sniff(self, candidate: Candidate) -> float:
        """Nested objects in which the key "combined" stands below a split."""
        head = candidate.head
        if not head.lstrip().startswith(b"{") or b'"combined"' not in head:
            return 0.0
        return 0.9 if any(f'"{split}"'.encode() in head for split in _SPLITS) else 0.0

    def read(self, candidate: Candidate) -> Reading:
        """All metrics by epoch, from 1. Raises ReadError when no split holds one."""
        content = candidate.read_json()
        curves: list[RawCurve] = []
        if isinstance(content, dict):
            for key, features in content.items():
                split = _SPLITS.get(key)
                if split is not None and isinstance(features, dict):
                    curves.extend(_curves(features, split))
        if not curves:
            raise ReadError("holds no list of values by epoch below a split", file=candidate.rel)
        config = {name: content[name] for name in _SETTINGS if isinstance(content.get(name), int | float)}
        return Reading(curves=curves, config=config)


LUDWIG = Ludwig()


def _curves(features: dict[str, Any], split: Split) -> list[RawCurve]:
    found: list[RawCurve] = []
    for feature, metrics in features.items():
        if not isinstance(metrics, dict):
            continue
        for metric, values in metrics.items():
            if not isinstance(values, list) or not values:
                continue
            numbers = [number(_last(value)) for value in values]
            kept = [index for index, value in enumerate(numbers) if value is not None]
            if kept:
                y = np.array([numbers[index] for index in kept], np.float64)
                x = np.array(kept, np.float64) + 1
                name = f"{_SPELLED[split]}/{feature}/{metric}"
                found.append(RawCurve(name=name, y=y, x=x, x_unit="epoch", split=split))
    return found


def _last(value: Any) -> Any:
    """Newer versions log `[epoch, step, value]` triples."""
    return value[-1] if isinstance(value, list) and value else value
