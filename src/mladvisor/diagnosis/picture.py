"""What to draw for a diagnosis: which curves, which stretch is the evidence, which points deserve a line.

Data only; `report` hands it to the renderer. A panel has one x and one y axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
import numpy as np

from mladvisor.features.measured import Where
from mladvisor.runs.model import Curve, Run
from mladvisor.runs.primary import called_plainly, primary

Array = np.ndarray[Any, np.dtype[Any]]


class DrawnCurve(msgspec.Struct, eq=False):
    """One curve: `x` and `y` as float64 of shape (n,), how it is called and whose it is (train, val, test or other)."""

    label: str
    split: str
    x: Array
    y: Array


class DrawnSpan(msgspec.Struct):
    """A stretch of x, both ends inside, that evidence stands on."""

    start: float
    end: float
    label: str = "evidence"


class DrawnMark(msgspec.Struct):
    """A point on x worth a line."""

    x: float
    label: str


class Panel(msgspec.Struct):
    """One picture. `log_helps` is True for losses, whose story is told in ratios.

    Attributes:
        flat: what to say instead of drawing curves that have one point, or one value throughout.
    """

    title: str
    x_label: str
    curves: list[DrawnCurve]
    spans: list[DrawnSpan] = []
    marks: list[DrawnMark] = []
    log_helps: bool = False
    flat: str = ""


MOST_PANELS = 3


def panels(run: Run, evidence: Sequence[Where]) -> list[Panel]:
    """The losses of the run, its judged metric, and the first evidence that lies on another curve.

    Args:
        evidence: places of what speaks for the verdict, strongest first.
    """
    groups = [group for group in (_main_curves(run), _pair(run, "metric")) if group]
    shown = {curve.place for group in groups for curve in group}
    alone = len(groups) > 1 and groups[0] == groups[1]
    drawn = [panel(group, evidence) for group in (groups[:1] if alone else groups)]
    for where in evidence:
        curve = _curve_at(run, where)
        if curve is not None and curve.place not in shown:
            more = panel(_relatives(run, curve), evidence)
            if any(more.title == one.title for one in drawn):
                same = any(curve.name == one.title for one in drawn)
                more.title = f"{more.title}, each {curve.x_unit}" if same else curve.name
            drawn.append(more)
            break
    return drawn[:MOST_PANELS]


def panel_at(run: Run, where: Where | None) -> Panel | None:
    """The picture of one piece of evidence: the curve that it is on, or the losses where it is on none."""
    main = _main_curves(run)
    curve = None if where is None else _curve_at(run, where)
    groups = [group for group in (main, _pair(run, "metric")) if group and (curve is None or curve in group)]
    chosen = groups[0] if groups else _relatives(run, curve) if curve is not None else main
    return panel(chosen, [where] if where is not None else []) if chosen else None


def _pair(run: Run, kind: Literal["loss", "metric"]) -> list[Curve]:
    """The judged curve of a kind, on both splits."""
    pair = [primary(run, kind, "train"), primary(run, kind, "val")]
    found = [curve for curve in pair if curve is not None and len(curve)]
    return list({id(curve): curve for curve in found}.values())


def _main_curves(run: Run) -> list[Curve]:
    """Training and validation loss; without a loss the judged metric, else any part, reward or column."""
    found = _pair(run, "loss") or _pair(run, "metric")
    if found:
        return found
    for kind in ("loss", "reward", "metric", "other"):
        any_of = [curve for curve in run.having(kind) if len(curve)]
        if any_of:
            return _relatives(run, max(any_of, key=lambda one: (len(one), called_plainly(one))))
    return []


def _relatives(run: Run, curve: Curve) -> list[Curve]:
    """The same quantity on both splits."""
    role = curve.role
    same = [
        other
        for split in ("train", "val")
        for other in run.having(role.kind, split)
        if other.role.name == role.name and other.place != curve.place and split != role.split and len(other)
    ]
    both = [curve, *same[:1]]
    return sorted(both, key=lambda one: one.role.split != "train") if role.split else [curve]


def panel(curves: list[Curve], evidence: Sequence[Where]) -> Panel:
    """Curves over one x, with the stretches of them that evidence stands on. `curves` must not be empty."""
    unit, placed = _common_x(curves)
    first = placed[0][0]
    drawn = Panel(
        title=_title(first, len(placed)),
        x_label=unit,
        curves=[DrawnCurve(curve.role.split or "", curve.role.split or "other", x, curve.y) for curve, x in placed],
        log_helps=first.role.kind in ("loss", "gradient-norm", "learning-rate"),
    )
    stretches = [_stretch(curve, x, where) for where in evidence for curve, x in placed if _is_at(curve, where)]
    drawn.spans = _united([stretch for stretch in stretches if stretch is not None], placed)
    drawn.marks = _marks(placed, unit)
    drawn.flat = _flat(placed, unit)
    return drawn


def _flat(placed: list[tuple[Curve, Array]], unit: str) -> str:
    """Curves that would be a dot or a level line in an axis around nothing, in words; "" for any that move."""
    told = []
    for curve, x in placed:
        known = curve.y[np.isfinite(curve.y)]
        if known.size < curve.y.size and known.size > 1:
            return ""  # where it is lost is worth a picture
        if known.size > 1 and float(known.min()) != float(known.max()):
            return ""
        level = f"{float(known[0]):.4g}" if known.size else "not a number"
        if 0 < known.size < curve.y.size:
            at = float(x[np.isfinite(curve.y)][0])
            told.append(
                f"{curve.name} is {level} at {unit} {at:,.10g}, and no number at its other {curve.y.size - 1:,} points"
            )
            continue
        if len(curve) == 1:
            where = f"at {unit} {float(x[0]):.10g}, the only point"
        else:
            where = f"at all {len(curve):,} points, {unit} {float(x[0]):,.10g} to {float(x[-1]):,.10g}"
        told.append(f"{curve.name} is {level} {where}")
    return "; ".join(told)


def _title(curve: Curve, count: int) -> str:
    role = curve.role
    if count == 1:
        return curve.name
    if role.kind == "loss":
        return "loss"
    return role.name or curve.name


def _common_x(curves: list[Curve]) -> tuple[str, list[tuple[Curve, Array]]]:
    """One unit of x for all curves, epochs where steps and epochs meet; curves that cannot follow are left out."""
    units = {curve.x_unit for curve in curves}
    if len(units) == 1:
        return units.pop(), [(curve, curve.x) for curve in curves]
    epochs = [(curve, curve.x if curve.x_unit == "epoch" else curve.epochs) for curve in curves]
    usable = [(curve, x) for curve, x in epochs if x is not None]
    if len(usable) == len(curves):
        return "epoch", usable
    return curves[0].x_unit, [(curve, curve.x) for curve in curves if curve.x_unit == curves[0].x_unit]


def _is_at(curve: Curve, where: Where) -> bool:
    return curve.place.file == where.file and (not where.column or curve.place.column == where.column)


def _curve_at(run: Run, where: Where) -> Curve | None:
    if not where.column:
        return None
    return next((curve for curve in run.curves if _is_at(curve, where) and len(curve)), None)


def _stretch(curve: Curve, x: Array, where: Where) -> tuple[float, float] | None:
    """The drawn x of the points that `where` means; None when it means the whole curve or none of it."""
    if where.start is not None and where.x in (curve.x_unit, ""):
        low, high = where.start, where.end if where.end is not None else float(curve.x[-1])
        inside = (curve.x >= low) & (curve.x <= high)
    elif where.start is not None and where.x == "epoch" and curve.epochs is not None:
        low, high = where.start, where.end if where.end is not None else float(curve.epochs[-1])
        inside = (curve.epochs >= low) & (curve.epochs <= high)
    elif where.rows is not None and curve.rows is not None:
        inside = (curve.rows >= where.rows[0]) & (curve.rows <= where.rows[1])
    else:
        return None
    at = np.flatnonzero(inside)
    if not len(at) or len(at) == len(x):
        return None
    return float(x[at[0]]), float(x[at[-1]])


MOST_SHADE = 0.9
"""A stretch wider than this share of the picture singles nothing out and is not shaded."""


def _united(stretches: list[tuple[float, float]], placed: list[tuple[Curve, Array]]) -> list[DrawnSpan]:
    """The strongest stretch, with those that overlap it; what lies apart stays a span of its own."""
    reach = max(float(x[-1]) for _, x in placed) - min(float(x[0]) for _, x in placed)
    narrow = [(start, end) for start, end in stretches if end - start <= MOST_SHADE * reach]
    spans: list[DrawnSpan] = []
    for start, end in narrow[:1] + [one for one in narrow[1:3] if one not in narrow[:1]]:
        if not any(start <= span.end and end >= span.start for span in spans):
            spans.append(DrawnSpan(start, end))
    return spans


def _marks(placed: list[tuple[Curve, Array]], unit: str) -> list[DrawnMark]:
    """The best validation value, where it is neither the first nor the last."""
    for curve, x in placed:
        role = curve.role
        if role.split not in ("val", "test") or role.kind not in ("loss", "metric") or len(curve) < 3:
            continue
        finite = np.isfinite(curve.y)
        if not finite.any() or (role.kind == "metric" and role.higher_is_better is None):
            continue
        values = -curve.y if role.kind == "metric" and role.higher_is_better else curve.y
        best = int(np.argmin(np.where(finite, values, np.inf)))
        if 0 < best < len(values) - 1:  # a best value at an end is seen without a line
            return [DrawnMark(float(x[best]), f"best {role.split}, {unit} {x[best]:g}")]
    return []
