"""Loss scaling of half precision: how many steps it skipped because a gradient overflowed, and how far its factor fell.

OVERFLOW! Rank 0 Skipping step. Attempted loss scale: 65536, reducing to 32768        (DeepSpeed)
Gradient overflow.  Skipping step, loss scaler 0 reducing loss scale to 16384.0       (Apex)
NOTE: gradient overflow detected, ignoring gradient, setting loss scale to: 64.0      (fairseq)
step,loss,scale,found_inf                                                             (a loop of one's own)
"""

from __future__ import annotations

import re
from math import log10

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where
from mladvisor.features.printed import texts
from mladvisor.runs.model import Curve

_HOW = "log `scaler.get_scale()` each step, and whether the step was skipped"
_SKIPS = re.compile(
    r"(?i)^(?:.*[/ _])?(?:found_?infs?|overflows?|overflowed|is_overflow|grad_?overflow|skip(?:ped)?_?steps?"
    r"|steps?_skipped|skipped|skipped_iter(?:ation)?s?|inf_steps?|amp_skipped|optimizer_skipped|step_skipped)$"
)
_SCALES = re.compile(
    r"(?i)^(?:.*[/ _])?(?:loss|amp|grad|gradient|fp16|scaler)[ _./]?(?:loss[ _])?scale[rd]?(?:[ _.]scale)?$"
)
_SKIPPED = (
    b"skipping step",
    b"overflow detected",
    b"skipping optimizer step",
    b"skipping update",
    b"skipped step",
    b"step skipped",
    b"ignoring gradient",
)
_OVERFLOW = re.compile(rb"overflow|inf|nan|loss.?scale|non-?finite|scaler", re.IGNORECASE)
_LEAST = 20
"""Steps: a scaler that begins at 65,536 finds its level by a few that it skips."""
_STEP = re.compile(rb"(?i)\b(?:global_?)?(?:step|iter(?:ation)?|num_updates|update)s?[ :=#\[(/]{1,3}(\d{1,9})")


def _columns(m: Measures, named: re.Pattern[str]) -> list[Curve]:
    return [curve for curve in m.run.curves if curve.role.kind == "other" and named.match(curve.name[:100])]


def _of(curve: Curve, value: float, note: str = "") -> Measured:
    ends = (float(curve.x[0]), float(curve.x[-1]))
    return Measured(value, note=note, where=Where(curve.place.file, curve.place.column, curve.x_unit, *ends))


@feature(
    "scaler.skipped_share",
    unit="fraction",
    doc="Share of the steps that the loss scaler of half precision skipped, because a gradient was not finite",
    how=_HOW,
    source="+precision Micikevicius et al. 2018",
)
def skipped_share(m: Measures) -> Measured | None:
    for curve in _columns(m, _SKIPS):
        y = np.asarray(curve.y, dtype=float)
        if len(y) < _LEAST or not np.isfinite(y).all() or float(y.min()) < 0:
            continue
        if float(y.max()) <= 1.0 and set(np.unique(y).tolist()) <= {0.0, 1.0}:
            return _of(curve, float(y.mean()))
        steps = float(curve.x[-1] - curve.x[0])
        if curve.x_unit == "step" and (np.diff(y) >= 0).all() and 0 < y[-1] - y[0] <= steps:
            return _of(curve, float(y[-1] - y[0]) / steps)  # counted up
    return _printed(m)


def _printed(m: Measures) -> Measured | None:
    """Lines that tell of a skipped step, over the steps that the same text counts or the log has."""
    for text in m.once(texts):
        if not text.row:
            continue
        lines = [line for line in text.lines(*_SKIPPED) if _OVERFLOW.search(line[1].encode())]
        if not lines:
            continue
        steps = [int(one) for one in _STEP.findall(text.lower)]
        whole = max((max(steps) - min(steps)) if steps else 0, *(len(each) for each in m.run.curves), 0)
        if text.ends and whole >= _LEAST:
            return Measured(min(1.0, len(lines) / whole), note=f"{len(lines)} lines", where=text.where(lines[0][0]))
    return None


@feature(
    "scaler.fall",
    unit="decades",
    doc="Powers of ten by which the factor of the loss scaler fell from its largest to its end",
    how=_HOW,
    source="+precision Micikevicius et al. 2018",
)
def fall(m: Measures) -> Measured | None:
    found = _scales(m)
    return None if found is None else _of(found, log10(float(found.y.max()) / float(found.y[-1])))


@feature(
    "scaler.last",
    unit="decades",
    doc="The factor of the loss scaler at the end, as a power of ten",
    how=_HOW,
    source="+precision Micikevicius et al. 2018",
)
def last(m: Measures) -> Measured | None:
    found = _scales(m)
    return None if found is None else _of(found, log10(float(found.y[-1])))


def _scales(m: Measures) -> Curve | None:
    for curve in _columns(m, _SCALES):
        y = np.asarray(curve.y, dtype=float)
        if len(y) >= 2 and np.isfinite(y).all() and float(y.min()) > 0:
            return curve
    return None
