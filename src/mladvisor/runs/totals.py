"""The sum of loss components, where a log has no total (YOLO has none)."""

from __future__ import annotations

import msgspec
import numpy as np

from mladvisor.runs.model import Curve, Place, Role, Split
from mladvisor.runs.roles import Columns

_WEIGHED = frozenset(("ultralytics", "yolov5"))  # these log each component already times its gain


def summed(curves: list[Curve], columns: Columns, reader: str, assumed: list[str]) -> list[Curve]:
    """A total for each split that has two or more components over the same x and no total; what was done is said.

    Components of networks that play against each other, and of reinforcement learning, are never summed.
    """
    added: list[Curve] = []
    for split in ("train", "val", "test"):
        losses = [c for c in curves if c.role.kind == "loss" and c.role.split == split and not c.role.running]
        parts = [c for c in losses if c.role.component]
        if len(parts) < 2 or len(parts) < len(losses):
            continue
        meanings = [columns.meaning(c.name) for c in parts]
        if not all(m.summable for m in meanings) or len({(m.component, m.twin) for m in meanings}) < len(parts):
            continue
        first = parts[0]
        if any(len(c) != len(first) or not np.array_equal(c.x, first.x) for c in parts[1:]):
            continue
        usable = [c for c in parts if np.isfinite(c.y).any()] or parts
        added.append(_sum(usable, split))
        names = " + ".join(c.name for c in usable)
        if len(usable) < len(parts):  # half precision in YOLO's validation
            never = ", ".join(c.name for c in parts if c not in usable)
            assumed.append(f"{never} is never a number and is left out of the total {_SAID[split]} loss")
        known = "" if reader in _WEIGHED else ", with equal weights"
        assumed.append(f"the log has no total {_SAID[split]} loss: {names} are summed{known}")
    return added


_SAID: dict[Split, str] = {"train": "training", "val": "validation", "test": "test"}


def _sum(parts: list[Curve], split: Split) -> Curve:
    first = parts[0]
    y = np.sum([c.y for c in parts], axis=0)
    place = Place(first.place.file, " + ".join(c.place.column for c in parts))
    name = " + ".join(c.name for c in parts)
    return msgspec.structs.replace(first, name=name, role=Role("loss", split, "total", False), y=y, place=place)
