"""Settings that a diff in a review or a patch takes out with one value and puts in with another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mladvisor.runs.tuning_outcomes import amount
from mladvisor.runs.tuning_words import OPTIMIZER

_MOST_LINES, _MAX_LINE = 200, 1200
_OPTIMIZER_NAMED = re.compile(OPTIMIZER)
_MARK = re.compile(r"^\s*(?:[>|]\s?)*([-+])(?![-+])\s*(.*)$")
_KEY = re.compile(
    r"[\"']?\b(?P<key>lr|learning_rate|base_lr|learning_rate_init|eta0?|step_size|batch_size|batchsize|bs|train_batch_size"
    r"|per_device_train_batch_size|optimizer|optim|solver|momentum|epochs|max_epochs|num_epochs)[\"']?\s?"
    r"(?::\s?(?:int|float|str)\s?=|=|:)\s?[\"']?(?P<value>[\w.+-]+)"
)
_CALLED = re.compile(rf"(?<![a-z])(?P<name>{OPTIMIZER})\(")
_KEYS = {
    "rate": frozenset(("lr", "learning_rate", "base_lr", "learning_rate_init", "eta", "eta0", "step_size")),
    "batch": frozenset(("batch_size", "batchsize", "bs", "train_batch_size", "per_device_train_batch_size")),
    "optimizer": frozenset(("optimizer", "optim", "solver")),
    "momentum": frozenset(("momentum",)),
    "epochs": frozenset(("epochs", "max_epochs", "num_epochs")),
}


class Changed(NamedTuple):
    """A setting that a diff changes."""

    kind: str
    old: float | str
    new: float | str
    row: int


def changed_in(lines: list[str]) -> list[Changed]:
    """The settings that a diff in a text takes out with one value and puts in with another."""
    out: dict[str, tuple[float | str, int]] = {}
    found: list[Changed] = []
    for row, line in enumerate(lines[:_MOST_LINES], 1):
        marked = _MARK.match(line[:_MAX_LINE])
        if marked is None:
            continue
        for kind, value in _set_in(marked[2].lower().partition("#")[0]):
            if marked[1] == "-":
                out[kind] = (value, row)
            elif kind in out and out[kind][0] != value:
                found.append(Changed(kind, out.pop(kind)[0], value, row))
    return found


def _set_in(text: str) -> Iterator[tuple[str, float | str]]:
    if called := _CALLED.search(text):
        yield "optimizer", called["name"]
    for found in _KEY.finditer(text):
        kind = next(kind for kind, keys in _KEYS.items() if found["key"] in keys)
        value = amount(found["value"]) if kind != "optimizer" else found["value"]
        if value is not None and (kind != "optimizer" or _OPTIMIZER_NAMED.fullmatch(str(value))):
            yield kind, value
