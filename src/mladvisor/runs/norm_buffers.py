"""Tables of what batch normalisation keeps: its running mean and variance, a row for each channel or layer."""

from __future__ import annotations

from collections.abc import Sequence

from mladvisor.runs.word_sets import parted

_MEAN = ("mean", "mu", "avg")
_VARIANCE = ("var", "variance")
_OF_BATCHES = ("batch", "batches", "data", "actual", "true", "observed")
_KEPT = ("running", "moving", "ema", "tracked", "buffer")


def columns_of_buffers(columns: Sequence[str]) -> dict[str, str]:
    """ "mean" and "variance" -> the columns that hold the running ones, "batch mean" and "batch variance" those of the
    batches beside them, and "batches" where they are counted; {} for a table of anything else.
    """
    words = {name: parted(name).lower().replace("-", "_").replace(" ", "_").split("_") for name in columns}
    kept = {name: own for name, own in words.items() if any(word in _KEPT for word in own)}
    found: dict[str, str] = {}
    for role, called in (("mean", _MEAN), ("variance", _VARIANCE)):
        named = [name for name, own in kept.items() if any(word in called for word in own)]
        found |= {role: named[0]} if named else {}
    if len(found) < 2:
        return {}
    for role, called in (("batch mean", _MEAN), ("batch variance", _VARIANCE)):
        named = [
            name
            for name, own in words.items()
            if name not in kept and any(word in _OF_BATCHES for word in own) and any(word in called for word in own)
        ]
        found |= {role: named[0]} if len(named) == 1 else {}
    counted = [name for name, own in words.items() if "batches" in own and "tracked" in own]
    return found | ({"batches": counted[0]} if counted else {})


def are_buffers(columns: Sequence[str]) -> bool:
    """The table holds running statistics, and is no log of a loss."""
    names = {name.strip().lower() for name in columns}
    return bool(columns_of_buffers(columns)) and not any("loss" in name for name in names)
