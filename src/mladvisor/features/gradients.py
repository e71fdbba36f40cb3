"""The logged gradient norm: its level, growth, vanishing, spikes, and whether clipping is always at work."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import log10
from typing import NamedTuple

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.robust import median, quantiles
from mladvisor.runs.model import Curve

_LOG = "log the gradient norm: `torch.nn.utils.clip_grad_norm_` returns it"
_BLOCK = 32
_TINY = 1e-7
"""Below this a gradient counts as vanished (SageMaker Debugger's VanishingGradient and DeepDiagnosis use the same)."""


class Norms(NamedTuple):
    """The gradient norm over a run: its finite values, how many were not finite, and where it stands."""

    y: np.ndarray
    nonfinite: int
    where: Where


def norms(m: Measures) -> Norms | None:
    """The total gradient norm; of several curves the one named as a total, then the longest."""
    curves = m.run.having("gradient-norm")
    if not curves:
        return None
    curve = min(curves, key=_order)
    finite = np.isfinite(curve.y)
    y = np.abs(curve.y[finite])
    if "square" in curve.name.lower():
        y = np.sqrt(y)
    ends = (float(curve.x[0]), float(curve.x[-1])) if len(curve.x) else (None, None)
    where = Where(curve.place.file, curve.place.column, curve.x_unit, *ends)
    return Norms(y, len(curve.y) - len(y), where)


_TOTAL = re.compile(r"(?:.*total.*|grad_norm|gradient_norm|global_norm)(?:[ _](?:batch|step|iter|iteration|epoch))?")


def _order(curve: Curve) -> tuple[bool, int]:
    name = curve.name.lower().rsplit("/", 1)[-1]
    return _TOTAL.fullmatch(name) is None, -len(curve.y)


def _value(m: Measures, value: float) -> Measured:
    return Measured(float(value), where=m.once(norms).where)


@feature("gradient.count", unit="points", doc="Logged points of the gradient norm", how=_LOG, source="fig2.b")
def count(m: Measures) -> Measured | None:
    found = m.once(norms)
    return None if found is None else _value(m, len(found.y) + found.nonfinite)


@feature(
    "gradient.nonfinite_count",
    unit="points",
    doc="Logged gradient norms that are NaN or infinite",
    how=_LOG,
    source="fig2.b",
)
def nonfinite_count(m: Measures) -> Measured | None:
    found = m.once(norms)
    return None if found is None else _value(m, found.nonfinite)


def _enough(m: Measures, least: int) -> Norms | Measured | None:
    found = m.once(norms)
    if found is None:
        return None
    if len(found.y) < least:
        return unknown(f"the gradient norm is logged fewer than {least} times", "too-few-points")
    return found  # type: ignore[no-any-return]


def _statistic(name: str, doc: str, take: str) -> None:
    @feature(f"gradient.{name}", doc=doc, how=_LOG, source="fig2.b")
    def compute(m: Measures) -> Measured | None:
        found = _enough(m, 1)
        return _value(m, _TAKE[take](found.y)) if isinstance(found, Norms) else found


_TAKE: dict[str, Callable[[np.ndarray], float]] = {
    "first": lambda y: median(y[: max(1, min(5, len(y) // 10))]),
    "last": lambda y: median(y[-max(1, min(5, len(y) // 10)) :]),
    "median": median,
    "p90": lambda y: float(np.quantile(y, 0.9)),
    "max": lambda y: float(y.max()),
}
_statistic("norm_first", "Gradient norm at the start (median of the first points)", "first")
_statistic("norm_last", "Gradient norm at the end (median of the last points)", "last")
_statistic("norm_median", "Median gradient norm", "median")
_statistic("norm_p90", "90th percentile of the gradient norm, a usual choice for a clipping limit", "p90")
_statistic("norm_max", "Largest finite gradient norm", "max")


@feature(
    "gradient.growth",
    unit="ratio",
    doc="Median gradient norm of the last quarter of the run over that of the first quarter",
    how=_LOG,
    source="fig2.b",
)
def growth(m: Measures) -> Measured | None:
    found = _enough(m, 8)
    if not isinstance(found, Norms):
        return found
    quarter = len(found.y) // 4
    half = found.y / 2  # the mean of two of the largest numbers there are is no number
    before, after = half[:quarter], half[-quarter:]
    low, high = float(np.median(before)), float(np.median(after))
    if low <= 0:
        return None
    spread = float(np.std(np.log(np.maximum(found.y, 1e-30))[-quarter:])) if high > 0 else 0.0
    return Measured(high / low, se=high / low * 1.2533 * spread / quarter**0.5, where=found.where)


@feature(
    "gradient.jitter",
    unit="ratio",
    doc="How much the gradient norm changes from one logged point to the next in the last two thirds of the run (median"
    " of the natural logarithm of their ratio)",
    how=_LOG,
    source="+gradients",
)
def jitter(m: Measures) -> Measured | None:
    """Each batch has a gradient of its own: norms of single steps differ by a tenth at least. A sum of all of them does
    not."""
    found = _enough(m, 12)
    if not isinstance(found, Norms):
        return found
    late = found.y[len(found.y) // 3 :]
    late = late[late > 0]
    return None if len(late) < 8 else Measured(median(np.abs(np.diff(np.log(late)))), where=found.where)


@feature(
    "gradient.vanishing",
    unit="fraction",
    doc="Share of the logged gradient norms below 1e-7",
    how=_LOG,
    source="+gradients",
)
def vanishing(m: Measures) -> Measured | None:
    found = _enough(m, 3)
    return _value(m, float((found.y < _TINY).mean())) if isinstance(found, Norms) else found


def _ratios(m: Measures) -> np.ndarray:
    """Each norm over the median of its block of 32 neighbours: linear time, and no spike raises its own reference."""
    y = m.once(norms).y
    whole = len(y) // _BLOCK * _BLOCK
    if whole == 0:
        return _over(y, np.median(y))
    levels = np.median(y[:whole].reshape(-1, _BLOCK), axis=1)
    levels = np.append(np.repeat(levels, _BLOCK), np.full(len(y) - whole, levels[-1]))
    return _over(y, levels)


def _over(y: np.ndarray, level: np.ndarray) -> np.ndarray:
    """y over its level; a norm beyond all numbers stays the largest one."""
    with np.errstate(over="ignore"):
        return np.minimum(y / np.maximum(level, 1e-30), np.finfo(float).max)  # type: ignore[no-any-return]


@feature(
    "gradient.spike_ratio",
    unit="ratio",
    doc="Largest gradient norm over the median of its neighbours",
    how=_LOG,
    source="fig2.b",
)
def spike_ratio(m: Measures) -> Measured | None:
    found = _enough(m, 8)
    return _value(m, float(m.once(_ratios).max())) if isinstance(found, Norms) else found


@feature(
    "gradient.spike_count",
    unit="points",
    doc="Gradient norms more than ten times the median of their neighbours",
    how=_LOG,
    source="fig2.b",
)
def spike_count(m: Measures) -> Measured | None:
    found = _enough(m, 8)
    return _value(m, float((m.once(_ratios) > 10).sum())) if isinstance(found, Norms) else found


@feature(
    "gradient.clipped_share",
    unit="fraction",
    doc="Share of the logged norms that sit exactly at their maximum: they were logged after clipping",
    how=_LOG,
    source="fig2.b",
)
def clipped_share(m: Measures) -> Measured | None:
    found = _enough(m, 8)
    if not isinstance(found, Norms):
        return found
    top = float(found.y.max())
    share = float((found.y >= 0.999 * top).mean()) if top > 0 else 0.0
    return _value(m, share if share * len(found.y) > 1.5 else 0.0)


@feature(
    "gradient.above_clip_share",
    unit="fraction",
    doc="Share of the logged norms above the configured clipping limit: how often clipping cuts a step short",
    how=_LOG + ", and write `max_grad_norm:` into the configuration",
    source="fig2.b",
)
def above_clip_share(m: Measures) -> Measured | None:
    found = _enough(m, 8)
    if not isinstance(found, Norms):
        return found
    limit = m.value("config.gradient_clip")
    return None if not isinstance(limit, float) or limit <= 0 else _value(m, float((found.y > limit * 0.999).mean()))


@feature(
    "gradient.cut_decades",
    unit="decades",
    doc="Decades by which clipping shortens nine of ten steps at least: the norms before it over the limit; 0 where"
    " they mostly stay below it",
    how=_LOG + ", and write `max_grad_norm:` into the configuration",
    source="fig2.b",
)
def cut_decades(m: Measures) -> Measured | None:
    found = _enough(m, 8)
    if not isinstance(found, Norms):
        return found
    limit = m.value("config.gradient_clip")
    if not isinstance(limit, float) or limit <= 0:
        return None
    (low,) = quantiles(found.y, 0.1)
    return _value(m, min(max(0.0, log10(low / limit)), 30.0) if low > 0 else 0.0)
