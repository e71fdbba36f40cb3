"""The size of a step beside that of the weights, told of the whole network: in a column of the log or in its lines.

update:weight ratio 2.1e-08        mean |update|/|weight| = 3e-3        upd/param log10 -6.1
"""

from __future__ import annotations

import re
from math import log10

import numpy as np

from mladvisor.features.catalogue import Measures
from mladvisor.features.measured import Measured, Where
from mladvisor.features.printed import texts

_STEP = r"(?:updates?|upd|deltas?|dw|grad\W{0,3}lr|lr\W{0,3}grad)"
_WEIGHT = r"(?:weights?|params?|parameters?|data|w)"
_NORM = r"(?:[ _]?(?:norm|size|rms|l2))?"
_SIZE = r"-?(?:\d{1,6}\.?\d{0,9}|\.\d{1,9})(?:e[-+]?\d{1,3})?"
_OVER = r"(?:\s?[:/]\s?|_?to_?|_over_|-?to-?|\s(?:to|over)\s)"
_RATIO = (
    rf"(?:\|{{0,2}}{_STEP}{_NORM}\|{{0,2}}{_OVER}\|{{0,2}}{_WEIGHT}{_NORM}\|{{0,2}}"
    r"|(?:update|upd)[ _-](?:(?:weight|param|data)s?[ _-])?ratio|(?:weight|param)[ _-]update[ _-]ratio)"
)
_COLUMN = re.compile(rf"(?i)(?:^|[^a-z]){_RATIO}s?(?:$|[^a-z])")
_LINE = re.compile(
    rf"(?i)(?<![a-z]){_RATIO}(?:\s?\(?log_?10\)?)?(?P<words>[^\d\n=:]{{0,24}}?)"
    rf"\s{{0,3}}[=: (]{{1,3}}(?P<size>{_SIZE})(?![\w.]*\w)"
)
_OTHERS = frozenset(
    ("clipped", "clip", "skipped", "noise", "compression", "accept", "acceptance", "kl", "data_loading")
)
_LEAST = 3
_FAINTEST = -20.0


def ratio_of_all(m: Measures) -> Measured | None:
    """The power of ten of the ratio over the first half of the log."""
    for curve in m.run.curves:
        if curve.role.kind != "other" or len(curve) < _LEAST or not _COLUMN.search(curve.name[:100]):
            continue
        level = _level(np.asarray(curve.y, dtype=float), powers="log" in curve.name.lower())
        if level is not None:
            ends = (float(curve.x[0]), float(curve.x[-1]))
            return Measured(level, where=Where(curve.place.file, curve.place.column, curve.x_unit, *ends))
    return _printed(m)


def _level(y: np.ndarray, *, powers: bool) -> float | None:
    y = y[np.isfinite(y)]
    early = y[: max(1, (len(y) + 1) // 2)]
    if len(y) < _LEAST or not len(early):
        return None
    middle = float(np.median(early))
    if float(y.max()) < 0 or (powers and float(np.abs(y).max()) > 1):
        return middle if middle > _FAINTEST else None
    return log10(middle) if middle > 0 and float(y.min()) >= 0 else None


def _printed(m: Measures) -> Measured | None:
    for text in m.once(texts):
        sizes: list[float] = []
        first = 0
        for at, line in text.lines(b"upd", b"dw|", b"dw/", b"grad*lr", b"lr*grad", b"delta"):
            lower = line.lower()
            found = _LINE.search(line)
            if found is None or not _OTHERS.isdisjoint(lower.replace(":", " ").split()):
                continue
            first = first if sizes else at
            sizes.append(float(found["size"]))
        level = _level(np.array(sizes), powers=False) if len(sizes) >= _LEAST else None
        if level is not None:
            return Measured(level, where=text.where(first))
    return None
