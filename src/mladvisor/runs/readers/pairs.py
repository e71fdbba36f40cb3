"""Lines of two bare numbers that a program printed: how often it has stepped, and what it makes smaller.

`print(step, cost)` is what people write who follow a course. Nothing names the second number; the loss is what falls
from line to line, or runs away from where it began, while the first number counts on evenly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

import numpy as np

from mladvisor.runs.readers.base import RawCurve

MAX_LINES = 200_000
_VALUE = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?|[-+]?inf|nan"
_PAIR = re.compile(rf"\s{{0,8}}(\d{{1,9}})[\s,:;]{{1,4}}({_VALUE})\s*$", re.I)
_LEAST = 6  # points
_FEW_OTHERS = 0.5  # lines of other words for each pair: more, and the pairs are a part of something else
_FALLS = 0.8  # share of steps that go down: a loss of all rows falls nearly always, one of batches is called by a name
_AWAY = 100.0  # times its start: a loss that runs away


def bare_pairs(lines: Iterable[str], assumed: list[str]) -> list[RawCurve]:
    """The loss at each step; [] where the lines are something else. What is taken for what is added to `assumed`."""
    rows: list[int] = []
    steps: list[float] = []
    values: list[float] = []
    others = 0
    for row, line in enumerate(islice(lines, MAX_LINES), 1):
        found = _PAIR.match(line[:200])
        if found is None:
            others += bool(line.strip())
            continue
        if steps and float(found[1]) <= steps[-1]:
            break  # another list of pairs
        rows.append(row)
        steps.append(float(found[1]))
        values.append(float(found[2]))
    if len(steps) < _LEAST or others > _FEW_OTHERS * len(steps) + 3 or not _is_even(np.array(steps)):
        return []
    y = np.array(values)
    said = _as_loss(y)
    if not said:
        return []
    assumed.append(f"lines of two numbers are taken for steps and the loss: the first counts evenly, the second {said}")
    return [RawCurve("loss", y, np.array(steps), "step", np.array(rows, dtype=np.int64), column="second number")]


def _is_even(steps: np.ndarray) -> bool:
    """It begins at 0, at 1 or at the first interval, and goes on by one interval."""
    ahead = np.diff(steps)
    return bool((ahead == ahead[0]).all()) and steps[0] in (0.0, 1.0, ahead[0])


def _as_loss(y: np.ndarray) -> str:
    """What makes it a loss; "" where nothing does."""
    finite = np.isfinite(y)
    if not finite[0]:
        return ""
    if not finite.all():
        return "ends as no finite number"
    if abs(y[-1]) > _AWAY * max(abs(y[0]), 1e-9) and (np.diff(y) > 0).mean() >= _FALLS:
        return "runs away from its start"
    return "falls" if y[-1] < y[0] and (np.diff(y) <= 0).mean() >= _FALLS else ""
