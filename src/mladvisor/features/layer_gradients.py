"""The gradient of the first layer beside that of the last (fig2.b): from layers.csv, else from columns of the log, else
from lines that say it of all layers.
"""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.inside_told import gradients_told
from mladvisor.features.layer_names import layer_kind
from mladvisor.features.layer_rows import HOW, LayerRows, layer_rows
from mladvisor.features.measured import Items, Measured, Where, not_applicable, unknown
from mladvisor.features.printed_gradients import printed_gradients
from mladvisor.runs.layer_meanings import CALLED_LAYERS
from mladvisor.runs.model import Curve

_TINY = 1e-38
_LEAST = 3  # layers: of two nothing fades
_AGAIN = 2  # logged steps: one may be that of a batch without signal
_DIGITS = 6
_ROUNDED = 1e-9
"""Sizes that are this far from having no more decimals were not rounded to them, so that a zero among them is one."""
_TOTALS = ("total", "global", "all", "mean", "max", "min", "avg", "before", "after", "clip", "bias")
_NO_SIZES = (*_TOTALS, "std", "var", "embed", "scale", "accum", "lr", "loss", "zero", "cos", "sim", "noise")
_GRADIENT = re.compile(r"(?:^|[^a-z])(?:grads?|gradients?|gnorms?|gradnorms?|g)(?:$|[^a-z])|grad_?norm|gradient")
_LAYER = re.compile(rf"(?:^|[^a-z])(?:{CALLED_LAYERS}|out|output|head|stem|classifier|kernel|weight|w)(?:$|[^a-z])")
_NUMBERED = re.compile(r"(.{0,60}?)(\d{1,3})(\D{0,60})")


class Gradient(NamedTuple):
    """The size of a layer's gradient in time, shape (n,), where it stands, and whether it was told as None."""

    layer: str
    size: np.ndarray
    where: Where
    none: bool = False


def gradients(m: Measures) -> list[Gradient]:
    """Layers in order: of embeddings most rows have none, so they are left out. Use `m.once`."""
    found: LayerRows | None = m.once(layer_rows)
    if found is None or not any(kind == "gradient" for _, kind in found.rows):
        return _logged(m)  # a table of activations alone stands beside them
    return [
        Gradient(layer, size, found.where(layer, "gradient"), none=_is_none(found, layer))
        for layer in found.weighted()
        if layer_kind(found.kind_of(layer) or "-") != "embedding" and "embed" not in layer.lower()
        and len(size := found.size(layer, "gradient"))
    ]  # fmt: skip


def _is_none(found: LayerRows, layer: str) -> bool:
    return bool(found.values(layer, "gradient", "no_gradient").any())


def felt(m: Measures) -> list[Gradient]:
    """Those that are not zero throughout: what gets no gradient at all is cut off, and fades from nothing."""
    found: list[Gradient] = m.once(gradients)
    silent = _silent(found, tuned=m.value("config.fine_tuning") is True)
    return [each for each in found if each.layer not in silent]


def _silent(found: list[Gradient], *, tuned: bool = False) -> set[str]:
    """Layers whose gradient is zero at every logged step; none where a small number may have been printed as zero.

    Args:
        tuned: the model was trained before, of which layers are frozen more often than that a gradient rounds to zero.
    """
    cut = {each.layer for each in found if each.none and not each.size.any()}
    others = np.concatenate([each.size[each.size > 0] for each in found]) if found else np.array([])
    if not tuned and not (np.abs(others - np.round(others, _DIGITS)) > _ROUNDED).any():
        return cut
    return cut | {each.layer for each in found if len(each.size) >= _AGAIN and not each.size.any()}


def _logged(m: Measures) -> list[Gradient]:
    """Columns of the log with a gradient norm for each layer ("grad_norm/fc1"), in their order, else such a family."""
    found = []
    for curve in m.run.having("gradient-norm"):
        name = curve.name.lower()
        own = name.rpartition("/")[2] or name
        if own in ("grad_norm", "gradient_norm", "gnorm") or "embed" in name or any(word in name for word in _TOTALS):
            continue
        found.append(curve)
    if len(found) < _LEAST:
        found = _family(m)
    cells = found if all(curve.name.endswith("]") for curve in found) else []
    if cells and len(printed := m.once(printed_gradients)) > len(cells):  # the first of a row that is printed
        return [Gradient(*each) for each in printed]
    if len(found) < _LEAST and (printed := m.once(printed_gradients)):
        return [Gradient(*each) for each in printed]
    if len(found) < _LEAST and len(told := m.once(gradients_told)) >= _LEAST:
        return [Gradient(*each) for each in told]
    return [sized for curve in found if (sized := _sized(curve)) is not None]


def _sized(curve: Curve) -> Gradient | None:
    y = np.abs(curve.y[np.isfinite(curve.y)])
    ends = (float(curve.x[0]), float(curve.x[-1])) if len(curve.x) else (None, None)
    return Gradient(curve.name, y, Where(curve.place.file, curve.place.column, curve.x_unit, *ends)) if len(y) else None


def _family(m: Measures) -> list[Curve]:
    """Columns that say gradient and differ in a number alone ("grad_l0" to "grad_l10"), by that number, else those that
    name a layer ("grad_conv1", "grad_fc", "grad_out"), in their order.

    Of one column "l2" is how the norm was taken; of three or more in a row it is which layer. Losses are none.
    """
    families: dict[str, dict[int, Curve]] = {}
    named: list[Curve] = []
    for curve in m.run.curves:
        name = curve.name[:120].lower()
        if curve.role.kind not in ("other", "gradient-norm") or any(word in name for word in _NO_SIZES):
            continue
        told = _NUMBERED.fullmatch(name)
        if told is not None and _GRADIENT.search(told[1] + told[3]):
            families.setdefault(f"{told[1]}#{told[3]}", {})[int(told[2])] = curve
        if _GRADIENT.search(name) and _LAYER.search(name):
            named.append(curve)
    rows = [family for family in families.values() if len(family) >= _LEAST and _in_a_row(list(family))]
    longest = max(rows, key=len, default={})
    return [longest[number] for number in sorted(longest)] if len(longest) >= len(named) else named


def _in_a_row(numbers: list[int]) -> bool:
    """Counted from 0 or 1, one by one or (activations between the layers counted too) two or three apart."""
    steps = {after - before for before, after in itertools.pairwise(sorted(numbers))}
    return min(numbers) <= 1 and max(steps) <= 3


_FIRST = re.compile(r"(?:^|[^a-z])(?:first|input|bottom|earliest|l?0)(?:$|[^a-z0-9])")
_LAST = re.compile(r"(?:^|[^a-z])(?:last|output|top|final|ln?)(?:$|[^a-z0-9])")
_NO_LAYER = re.compile(r"step|epoch|batch|iter|time|seen|logged|token|row")


def ends(m: Measures) -> tuple[Gradient, Gradient] | Measured | None:
    """The first and the last layer: of all that are logged, else the two called so ("grad_first"). Use `m.once`."""
    found: list[Gradient] = m.once(felt)
    if len(found) >= _LEAST:
        return found[0], found[-1]
    if len(found) > 1 and _FIRST.search(found[0].layer.lower()) and _LAST.search(found[-1].layer.lower()):
        return found[0], found[-1]
    called: dict[re.Pattern[str], Gradient] = {}
    for curve in m.run.curves:
        name = curve.name[:60].lower()
        if curve.role.kind in ("other", "gradient-norm") and _GRADIENT.search(name) and not _NO_LAYER.search(name):
            for side in (_FIRST, _LAST):
                if side.search(name) and (sized := _sized(curve)) is not None:
                    called.setdefault(side, sized)
    if len(called) > 1 and called[_FIRST].layer != called[_LAST].layer:
        return called[_FIRST], called[_LAST]
    told = [Gradient(*each) for each in m.once(gradients_told)]
    if len(told) > 1 and told[0].size.any():  # what somebody writes of two layers is of the ends
        return told[0], told[-1]
    return None if not found else unknown("gradients of three layers or more are needed", "too-few-points")


@feature(
    "layers.gradient.ratio",
    unit="decades",
    doc="Decades by which the gradient of the first layer is larger (> 0) or smaller (< 0) than that of the last one:"
    " median over the log, per weight where spreads are logged",
    how=HOW,
    source="fig2.b",
)
def gradient_ratio(m: Measures) -> Measured | None:
    found: tuple[Gradient, Gradient] | Measured | None = m.once(ends)
    if not isinstance(found, tuple):
        return found
    first, last = found
    ratios = _decades(first.size, last.size)
    if not len(ratios):
        return None
    note = f"{first.layer}: {np.median(first.size):.2g}, {last.layer}: {np.median(last.size):.2g}"
    return Measured(float(np.median(ratios)), note=note, where=first.where)


def _decades(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    count = min(len(first), len(last))
    above = last[:count] > 0
    return np.asarray(np.log10(np.maximum(first[:count][above], _TINY) / last[:count][above]))


@feature(
    "layers.gradient.first",
    type="choice",
    doc="The first layer whose gradient is compared with that of the last one",
    how=HOW,
    source="fig2.b",
)
def gradient_first(m: Measures) -> str | None:
    found: tuple[Gradient, Gradient] | Measured | None = m.once(ends)
    return found[0].layer if isinstance(found, tuple) else None


@feature(
    "layers.gradient.start_ratio",
    unit="decades",
    doc="layers.gradient.ratio in the first third of the log",
    how=HOW,
    source="fig2.b",
)
def gradient_start_ratio(m: Measures) -> Measured | None:
    found: tuple[Gradient, Gradient] | Measured | None = m.once(ends)
    if not isinstance(found, tuple):
        return None
    ratios = _decades(found[0].size, found[1].size)
    third = len(ratios) // 3
    return Measured(float(np.median(ratios[:third])), where=found[0].where) if third else None


@feature(
    "layers.gradient.trend",
    unit="decades",
    doc="Change of layers.gradient.ratio from the first to the last third of the log",
    how=HOW,
    source="fig2.b",
)
def gradient_trend(m: Measures) -> Measured | None:
    found: tuple[Gradient, Gradient] | Measured | None = m.once(ends)
    if not isinstance(found, tuple):
        return None
    ratios = _decades(found[0].size, found[1].size)
    third = len(ratios) // 3
    return Measured(float(np.median(ratios[-third:]) - np.median(ratios[:third]))) if third else None


@feature(
    "layer.gradient_none",
    type="flag",
    each="layer",
    doc="The gradient of a layer is zero, to the last digit, at every logged step, while that of others is not",
    how=HOW,
    source="feat.tiny",
)
def gradient_none(m: Measures) -> Items | None:
    found: list[Gradient] = m.once(gradients)
    if not any(each.size.any() for each in found):
        return None
    silent = _silent(found)
    return {each.layer: Measured(each.layer in silent, where=each.where) for each in found} or None


@feature(
    "layers.gradient.all_zero",
    type="flag",
    doc="The gradient of every layer's weights is zero at every logged step",
    how=HOW,
    source="test.layer-nans",
)
def all_gradients_zero(m: Measures) -> Measured | None:
    found: list[Gradient] = m.once(gradients)
    if not found or len(found) < _LEAST - 1 or min(len(each.size) for each in found) < _AGAIN:
        return None
    rows: LayerRows | None = m.once(layer_rows)
    if rows is not None and rows.silent_from() is not None:
        return not_applicable("weights that are zero let no gradient through")
    return Measured(not any(each.size.any() for each in found), where=found[0].where)


@feature(
    "layers.gradient.largest",
    doc="The largest finite gradient of a layer, by its size in a table of layers, the log or a note",
    how=HOW,
    source="fig2.b",
)
def largest(m: Measures) -> Measured | None:
    found: list[Gradient] = m.once(gradients)
    tops = [(float(known.max()), each) for each in found if len(known := each.size[np.isfinite(each.size)])]
    if not tops:
        return None
    top, of = max(tops, key=lambda pair: pair[0])
    return Measured(top, note=of.layer, where=of.where)
