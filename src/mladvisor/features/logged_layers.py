"""What people log of single layers in columns of their own: shares of dead units, spreads of weights.

The columns have no common names, so they are told by their words, and by values that can be nothing else. Shares that
are printed behind words ("dead relu units: layer1 86% layer2 100%") make no columns, and are read off the lines.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Items, Measured, Where
from mladvisor.features.printed import texts
from mladvisor.runs.model import Curve
from mladvisor.runs.report_names import is_loss, is_metric
from mladvisor.runs.units_said import OF_ONE_ROW

_SHARE = frozenset(("frac", "fraction", "share", "ratio", "rate", "pct", "percent", "percentage", "prop", "proportion"))
_DEAD = frozenset(("dead", "dying", "died", "inactive", "silent"))
_ALWAYS = frozenset(("always", "constantly"))
_ZERO = frozenset(("zero", "zeros"))
_OUTPUTS = ("relu", "act", "unit", "neuron", "hidden", "output", "layer", "fc", "conv", "dense")
_NETS = frozenset(
    ("d", "g", "disc", "discriminator", "gen", "generator", "critic", "actor", "policy", "encoder", "decoder", "net")
)
"""Networks of which a share of zeros is one of their outputs: "d/zero_frac"."""
_NOT_OUTPUTS = frozenset(
    ("grad", "grads", "gradient", "gradients", "weight", "weights", "pad", "padding", "input", "label")
)
_WEIGHTS = frozenset(("w", "weight", "weights", "kernel", "kernels"))
_SPREAD = frozenset(("std", "stddev", "stdev", "sd", "spread", "var", "variance"))
_HOW = "log the share of dead units of each layer (a column such as dead_share_fc1), or use `mladvisor.probes`"
_POINTS = 2
_SAID = re.compile(
    rb"(?<![a-z])(?:(?:dead|dying|inactive)(?![a-z])|(?:zero|silent|never.active|all.zero)(?=[ _-]{1,2}"
    rb"(?:relu|unit|neuron|filter|channel))"
    rb"|(?:relu|unit|neuron|filter|channel)s?[ _-](?:[a-z]{1,10}[ _-]){0,3}(?:always[ _-](?:zero|off|silent)"
    rb"|never[ _-](?:fir|activ)[a-z]{1,5}|(?:zero|silent|off)[ _-](?:on|for|over)[ _-](?:all|every|each|any)(?![a-z])))"
    rb"([^\n|]{0,200})"
)
"""Words of units that never fire, and what stands behind them: "dead units:", "units at zero on all inputs"."""
_UNITS = re.compile(rb"relu|unit|neuron|filter|channel|layer|fc\d|conv|dense|hidden")
_PART = re.compile(
    rb"([a-z][a-z_]{0,20}[\w.]{0,20})?[\s=:(\[]{0,4}"
    rb"(?:(\d{1,3}(?:\.\d{1,6})?)\s?%|(\d{1,6})\s?/\s?(\d{1,6})(?![\d/])|([01]\.\d{1,6})(?![\d.%]))"
)
"""A share, as a percentage, as so many of so many or as a fraction, with the name before it."""
_COUNTED = re.compile(
    r"inputs?|rows?|examples?|samples?|units?|relus?|neurons?|filters?|channels?|shares?|fractions?|per_?layer"
)
"""Words before the first share that name no layer."""
_LEAST_LINES = 3
_ACTIVE = frozenset(("active", "alive", "firing", "nonzero"))
_ACTIVE_ELSEWHERE = frozenset(("triplet", "triplets", "expert", "experts", "gate", "gates", "params", "parameters"))
"""What may be active in part, and is no unit: triplets beyond the margin, experts of a mixture."""
_LAYER = rb"(?:fc|relu|layer|conv|hidden|dense|l|h)[ _]?\d{1,2}"
_ONE_ACTIVE = rb"(?:" + _LAYER + rb"[ =:]{1,2})?(?:[01]\.\d{1,6}|\d{1,3}(?:\.\d{1,4})?\s?%)"
_SAID_ACTIVE = re.compile(
    rb"(?<![a-z_])(?:active|alive|firing)([ _-](?:hidden[ _])?(?:units?|neurons?|relus?|hidden|activations?))?"
    rb"(?:[ _-](?:share|frac(?:tion)?|rate))?[ =:\[(]{1,4}("
    + _ONE_ACTIVE
    + rb"(?:[ \t,;/|]{1,3}"
    + _ONE_ACTIVE
    + rb"){0,15})(?![\w.])"
)
"""Shares of units that are not zero, layer after layer: "active 0.52 0.31", "alive units: fc1 40% fc2 2%"."""


def _words(name: str) -> list[str]:
    return "".join(ch if ch.isalnum() else " " for ch in name[:100].lower()).split()


def _stems(words: list[str]) -> set[str]:
    """The words without the numbers at their ends: "relu1" is "relu", "w2" is "w"."""
    return {word.rstrip("0123456789") for word in words}


def _columns(m: Measures) -> list[tuple[Curve, set[str]]]:
    return [
        (curve, _stems(_words(curve.name)))
        for curve in m.run.curves
        if curve.role.kind == "other" and len(curve) >= _POINTS and np.isfinite(curve.y).all()
    ]


def _end(curve: Curve, value: float) -> Measured:
    where = Where(curve.place.file, curve.place.column, curve.x_unit, float(curve.x[0]), float(curve.x[-1]))
    return Measured(value, where=where)


def _shares(m: Measures, named: Any) -> Items | None:
    found = {}
    for curve, words in m.once(_columns):
        if not named(words) or words & _NOT_OUTPUTS:
            continue
        y = curve.y / 100.0 if words & {"pct", "percent", "percentage"} else curve.y
        if float(y.min()) >= 0.0 and float(y.max()) <= 1.0:
            found[curve.name] = _end(curve, float(np.median(y[-3:])))
    return found or None


@feature(
    "layer.logged_dead_share",
    unit="fraction",
    each="layer",
    doc="Share of dead units at the end, in a column of the log that is called so",
    how=_HOW,
    source="test.layer-nans",
)
def logged_dead_share(m: Measures) -> Items | None:
    def named(words: set[str]) -> bool:
        if words & _ALWAYS and words & _ZERO:  # "act_always_zero": of units, which none of the rows wakes
            return any(word.startswith(_OUTPUTS) for word in words)
        return bool(words & _DEAD) and bool(words & _SHARE or words & {"units", "neurons", "relu"})

    columns = _shares(m, named)
    return columns or _printed_dead(m)


@feature(
    "layer.dead_leap",
    unit="ratio",
    each="layer",
    doc="How many times more units of a layer are counted as dead from some point on, all at once, than at any point"
    " before; the count stays the same to the end of the log",
    how=_HOW,
    source="test.layer-nans",
)
def dead_leap(m: Measures) -> Items | None:
    found = {}
    for curve, words in m.once(_columns):
        if not words & _DEAD or words & (_NOT_OUTPUTS | _SHARE) or not _counts(curve.y):
            continue
        last = float(curve.y[-1])
        at = int(np.flatnonzero(curve.y != last)[-1]) + 1 if bool((curve.y != last).any()) else 0
        before = curve.y[:at]
        if len(curve.y) - at < _STAYS or len(before) < _POINTS or last < _MANY:
            found[curve.name] = _end(curve, 1.0)
            continue
        found[curve.name] = _end(curve, last / max(float(before.max()), 1.0))
    return found or None


_STAYS = 3  # points at which the count is the same: what is dead does not come back
_MANY = 8  # units; fewer may die in any layer


def _counts(y: np.ndarray) -> bool:
    return bool((y >= 0).all() and (y == np.round(y)).all() and y.max() > 1)


def _printed_dead(m: Measures) -> Items | None:
    """The shares in the last of several lines that speak of dead units."""
    for text in reversed(m.once(texts)):
        lines = [
            found
            for found in _SAID.finditer(text.lower)
            if _UNITS.search(found[0]) and not OF_ONE_ROW.search(found[0].decode(errors="replace"))
        ]
        if len(lines) < _LEAST_LINES:
            continue
        last = lines[-1]
        where = text.where(last.start())
        shares = {}
        parts = list(_PART.finditer(last[1]))
        for number, part in enumerate(parts, 1):
            value = _share_of(part)
            name = part[1].decode() if part[1] else ""
            if value is not None and not (is_metric(name) or is_loss(name)):  # the line goes on with its scores
                shares[name if name and not (len(parts) > 1 and _COUNTED.fullmatch(name)) else f"layer {number}"] = (
                    Measured(value, where=where)
                )
        if shares:
            return shares
    return None


def _share_of(part: re.Match[bytes]) -> float | None:
    if part[2]:
        share = float(part[2]) / 100.0
    elif part[3]:
        share = float(part[3]) / float(part[4]) if float(part[4]) else 2.0
    else:
        share = float(part[5])
    return share if share <= 1.0 else None


@feature(
    "layer.logged_zero_share",
    unit="fraction",
    each="layer",
    doc="Share of outputs that are zero at the end, in a column of the log that is called so",
    how=_HOW,
    source="test.layer-nans",
)
def logged_zero_share(m: Measures) -> Items | None:
    def named(words: set[str]) -> bool:
        spoken = bool(words & _NETS) or any(word.startswith(_OUTPUTS) for word in words)
        shared = bool(words & _SHARE) or bool(words & {"act", "acts", "activation", "activations", "relu"})
        return bool(words & _ZERO) and shared and spoken and not words & _ALWAYS

    def active(words: set[str]) -> bool:
        told = words & _ACTIVE and (words & _SHARE or words & {"units", "neurons"}) and not words & _ACTIVE_ELSEWHERE
        return bool(told) and any(word.startswith(_OUTPUTS) for word in words - _ACTIVE)

    turned = {
        name: msgspec.structs.replace(share, value=1.0 - share.value)
        for name, share in (_shares(m, active) or {}).items()
        if isinstance(share.value, float)
    }
    return _shares(m, named) or turned or _printed_active(m)


def _printed_active(m: Measures) -> Items | None:
    """The shares of zeros in the last of several lines that tell how many units are active.

    The word alone may be said of anything: it counts where the layers are named, units spoken of, or several told.
    """
    for text in reversed(m.once(texts)):
        lines = list(_SAID_ACTIVE.finditer(text.lower))
        if len(lines) < _LEAST_LINES:
            continue
        last = lines[-1]
        parts = list(_PART.finditer(last[2]))
        if not (last[1] or len(parts) > 1 or parts[0][1]):
            continue
        where = text.where(last.start())
        shares = [(part[1].decode() if part[1] else f"layer {n}", _share_of(part)) for n, part in enumerate(parts, 1)]
        return {name: Measured(1.0 - share, where=where) for name, share in shares if share is not None} or None
    return None


@feature(
    "layer.logged_spread",
    unit="weights",
    each="layer",
    doc="Largest spread of a layer's weights over the run, in a column of the log that is called so",
    how="log the standard deviation of each layer's weights (a column such as fc1_weight_std)",
    source="+initialisation Glorot & Bengio 2010",
)
def logged_spread(m: Measures) -> Items | None:
    found = {
        curve.name: _end(curve, float(np.abs(curve.y).max()))
        for curve, words in m.once(_columns)
        if words & _WEIGHTS and words & _SPREAD and not words & {"grad", "grads", "gradient", "gradients", "update"}
    }
    return found or None
