"""The loss of a log that has no total: the sum of its components (YOLO), the logarithm of a perplexity."""

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
    found: dict[Split, list[Curve]] = {}
    for split in _SPLITS:
        parts = _parts(curves, split, columns)
        usable = [c for c in parts if np.isfinite(c.y).any()] or parts
        if parts:
            found[split] = usable
        if len(usable) < len(parts):  # half precision in YOLO's validation
            never = [c.name for c in parts if c not in usable]
            are = "are never numbers and are" if len(never) > 1 else "is never a number and is"
            assumed.append(f"{', '.join(never)} {are} left out of the total {_SAID[split]} loss")
    shared = _shared(found, columns)
    added: list[Curve] = []
    for split, parts in found.items():
        same = [c for c in parts if columns.meaning(c.name).component in shared]
        if split != "train" and "train" not in found and not _complete(parts, curves, columns):
            same = []
        if not same:
            assumed.append(
                f"the log has no total {_SAID[split]} loss, and none is made: it has no part of, or not the same parts "
                "as, the training loss"
            )
            continue
        added.append(_sum(same, split))
        names = " + ".join(c.name for c in same)
        if len(same) < len(parts):
            more = ", ".join(c.name for c in parts if c not in same)
            assumed.append(
                f"the {_SAID[split]} loss is {names} alone, so that it can be compared: one side only has {more}"
            )
        else:
            known = "" if reader in _WEIGHED or len(same) < 2 else ", with equal weights"
            verb = "are summed" if len(same) > 1 else "stands for it"
            assumed.append(f"the log has no total {_SAID[split]} loss: {names} {verb}{known}")
    return added


def of_perplexity(curves: list[Curve], assumed: list[str]) -> list[Curve]:
    """The loss in nats that a perplexity is the exponential of, where the log names no loss.

    Perplexities themselves exaggerate: 2,000 beside 400 are 7.6 beside 6.0 nats.
    """
    if any(c.role.kind in ("loss", "reward") for c in curves):
        return []
    added = []
    for c in curves:
        known = c.y[np.isfinite(c.y)]
        if c.role.name == "perplexity" and not c.role.running and known.size and known.min() >= 1.0:
            place = msgspec.structs.replace(c.place, column=f"log of {c.place.column}")
            role = Role("loss", c.role.split or "train", "total", False)
            added.append(msgspec.structs.replace(c, name=f"log of {c.name}", role=role, y=np.log(c.y), place=place))
    if added:
        assumed.append("no column is called a loss: the logarithm of the perplexity is judged as one")
    return added


def _parts(curves: list[Curve], split: Split, columns: Columns) -> list[Curve]:
    """The components of a split that may be summed; [] where it has a total or they may not."""
    losses = [c for c in curves if c.role.kind == "loss" and c.role.split == split and not c.role.running]
    parts = [c for c in losses if c.role.component]
    if len(parts) < 2 or len(parts) < len(losses):
        return []
    meanings = [columns.meaning(c.name) for c in parts]
    if not all(m.summable for m in meanings) or len({(m.component, m.twin) for m in meanings}) < len(parts):
        return []
    first = parts[0]
    if any(len(c) != len(first) or not np.array_equal(c.x, first.x) for c in parts[1:]):
        return []
    return parts


def _complete(parts: list[Curve], curves: list[Curve], columns: Columns) -> bool:
    """The parts are those that the training loss is made of, as far as its parts are logged."""
    of_train = [c for c in curves if c.role.kind == "loss" and c.role.split == "train" and c.role.component]
    own = {columns.meaning(c.name).component for c in parts}
    return not of_train or {columns.meaning(c.name).component for c in of_train} == own


def _shared(found: dict[Split, list[Curve]], columns: Columns) -> set[str]:
    """Components that every split has: sums over different ones cannot be compared."""
    names = [{columns.meaning(c.name).component for c in parts} for parts in found.values()]
    every = set.intersection(*names) if names else set()
    return every or (names[0] if names else set())


_SPLITS: tuple[Split, ...] = ("train", "val", "test")
_SAID: dict[Split, str] = {"train": "training", "val": "validation", "test": "test"}


def _sum(parts: list[Curve], split: Split) -> Curve:
    first = parts[0]
    y = np.sum([c.y for c in parts], axis=0)
    place = Place(first.place.file, " + ".join(c.place.column for c in parts))
    name = " + ".join(c.name for c in parts)
    return msgspec.structs.replace(first, name=name, role=Role("loss", split, "total", False), y=y, place=place)
