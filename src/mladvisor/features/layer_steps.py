"""What the optimizer makes of gradients, as the logs of layers tell it: the law that links the size of its steps to
the size of the gradients.

Plain SGD steps are the gradient times the rate: in layers (and at times) of small gradients they are as much smaller.
Momentum averages over time, so that steps follow gradients between layers and no longer from step to step. Adam and its
relatives divide by the size of the gradient, so that all layers take steps of one size. A step that has the wrong law
gives an optimizer, or a constant of it, away that the settings do not name.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.layer_rows import HOW, LayerRows, layer_rows
from mladvisor.features.measured import Measured, unknown
from mladvisor.features.robust import Array, median

_FEW = 6  # steps of a layer with both its gradient and its update
_APART = 0.25  # spread of log sizes of gradients, over layers or over time, below which there is no slope to take
_DECADE = float(np.log(10.0))


class Steps(NamedTuple):
    """Of each layer that has both: log size (RMS) of its gradients and of its updates at the same steps, (n,) each."""

    gradients: list[Array]
    updates: list[Array]
    between: float
    rows: LayerRows


def steps_of(m: Measures) -> Steps | None:
    """None where no layer has six steps with both; use through `m.once`."""
    found: LayerRows | None = m.once(layer_rows)
    if found is None:
        return None
    gradients, updates, strides = [], [], []
    for layer in found.weighted():
        first, second = _sizes(found, layer, "gradient"), _sizes(found, layer, "update")
        if first is None or second is None:
            continue
        x, at, beside = np.intersect1d(first[0], second[0], assume_unique=False, return_indices=True)
        if len(x) >= _FEW:
            gradients.append(first[1][at])
            updates.append(second[1][beside])
            strides.append(median(np.diff(x)))
    return Steps(gradients, updates, median(np.array(strides)), found) if gradients else None


def _sizes(found: LayerRows, layer: str, kind: str) -> tuple[Array, Array] | None:
    """Steps, and the log of the root mean square of one layer's tensor at them, where it is finite and not zero."""
    rows = found.rows.get((layer, kind))
    if rows is None or "std" not in found.table or "mean" not in found.table:
        return None
    size = np.hypot(found.table.numbers("mean")[rows], found.table.numbers("std")[rows])
    good = np.isfinite(size) & (size > 0) & np.isfinite(found.x[rows])
    return found.x[rows][good], np.log(size[good])


def _of_steps(m: Measures) -> Steps | Measured:
    found: Steps | None = m.once(steps_of)
    return unknown(HOW) if found is None else found


def _slope(x: Array, y: Array) -> float:
    x = x - x.mean()
    return float((x * (y - y.mean())).sum() / (x * x).sum())


@feature(
    "layers.step_exponent",
    doc="Slope of log size of steps over log size of gradients between layers: 1 for SGD, 0 for Adam and its relatives",
    how=HOW,
    source="+optimizer Kingma & Ba 2015",
)
def step_exponent(m: Measures) -> Measured:
    found = _of_steps(m)
    if isinstance(found, Measured):
        return found
    x = np.array([median(each) for each in found.gradients])
    y = np.array([median(each) for each in found.updates])
    if len(x) < 2 or float(np.ptp(x)) < 2.0 * _APART:
        return unknown("two layers are needed whose gradients differ in size")
    return Measured(_slope(x, y), where=found.rows.where("", "update"))


@feature(
    "layers.step_exponent_in_time",
    doc="The same slope from one logged step to the next: 1 for SGD, near 0 where momentum or Adam average over steps",
    how=HOW,
    source="+optimizer Zeiler 2012",
)
def step_exponent_in_time(m: Measures) -> Measured:
    found = _of_steps(m)
    if isinstance(found, Measured):
        return found
    x = np.concatenate([np.diff(each) for each in found.gradients])
    y = np.concatenate([np.diff(each) for each in found.updates])
    power = float((x * x).sum())
    if power < len(x) * (0.2 * _APART) ** 2:
        return unknown("the gradients hardly differ from step to step")
    return Measured(float((x * y).sum()) / power, where=found.rows.where("", "update"))


@feature(
    "layers.step_growth",
    unit="decades",
    doc="Decades by which steps have grown beside gradients from the first logged step to the second half of the run:"
    " 0 for SGD; with momentum at most 1 / (1 - momentum), 1 for 0.9",
    how=HOW,
    source="+optimizer Polyak 1964; Sutskever et al. 2013",
)
def step_growth(m: Measures) -> Measured:
    found = _of_steps(m)
    if isinstance(found, Measured):
        return found
    ratios = [update - gradient for gradient, update in zip(found.gradients, found.updates, strict=True)]
    grown = [median(each[len(each) // 2 :]) - float(each[0]) for each in ratios]
    return Measured(median(np.array(grown)) / _DECADE, where=found.rows.where("", "update"))


@feature(
    "layers.step_jitter_share",
    unit="ratio",
    doc="How much steps change in size from one logged step to the next, over how much gradients do: small where a step"
    " is an average over many gradients",
    how=HOW,
    source="+optimizer Polyak 1964; Sutskever et al. 2013",
)
def step_jitter_share(m: Measures) -> Measured:
    found = _of_steps(m)
    if isinstance(found, Measured):
        return found
    first, second = (
        median(np.array([median(np.abs(np.diff(each[len(each) // 3 :]))) for each in sizes]))
        for sizes in (found.gradients, found.updates)
    )
    if first < 0.2 * _APART:
        return unknown("the gradients hardly differ from step to step")
    return Measured(second / first, where=found.rows.where("", "update"))


@feature(
    "layers.steps_between", unit="steps", doc="Steps between two logged ones (median)", how=HOW, source="+optimizer"
)
def steps_between(m: Measures) -> Measured:
    found = _of_steps(m)
    return found if isinstance(found, Measured) else Measured(found.between)


@feature(
    "layers.step_size",
    unit="decades",
    doc="Power of ten of the size (root mean square over weights) of a step, median over layers and steps",
    how=HOW,
    source="+update-ratio Karpathy's recipe",
)
def step_size(m: Measures) -> Measured:
    found = _of_steps(m)
    if isinstance(found, Measured):
        return found
    sizes = median(np.array([median(each) for each in found.updates]))
    return Measured(sizes / _DECADE, where=found.rows.where("", "update"))


@feature(
    "layers.step_largest",
    unit="decades",
    doc="Power of ten of the size of the largest steps (95th percentile), median over layers: Adam's come to the"
    " learning rate while gradients are not yet fading",
    how=HOW,
    source="+optimizer Kingma & Ba 2015",
)
def step_largest(m: Measures) -> Measured:
    found = _of_steps(m)
    if isinstance(found, Measured):
        return found
    sizes = median(np.array([float(np.quantile(each, 0.95)) for each in found.updates]))
    return Measured(sizes / _DECADE, where=found.rows.where("", "update"))
