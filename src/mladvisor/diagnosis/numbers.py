"""The best values of two runs beside each other: which can be compared, and which got worse by more than noise."""

from __future__ import annotations

from collections.abc import Iterable
from math import hypot, sqrt
from pathlib import PurePosixPath
from typing import Any, Final, Literal

import msgspec
import numpy as np

from mladvisor.features.catalogue import Measures
from mladvisor.features.config_lookup import pick, text
from mladvisor.features.metric_names import metric_of
from mladvisor.features.robust import Array, quantum, white_noise
from mladvisor.runs.model import Curve, Run
from mladvisor.runs.primary import primary

SURE: Final = 2.0
"""Standard errors beyond which a difference is no chance."""

FEWEST: Final = 4
"""Points from which second differences tell the noise of a curve; of fewer it is unknown, and so is what is worse."""

SEED_LOSS: Final = 0.02
"""What another seed alone changes of a best loss, as a share of it."""

SEED_SHARE, SEED_ERRORS = 0.005, 0.1
"""The same of a share of rows: half a point (0.2 to 0.3 points are one standard deviation on CIFAR-10 and ImageNet,
Picard 2021), and a tenth of the errors where fewer are left."""

MORE_ROWS: Final = 1.1
"""Validation data of so many times the rows is other data; by less than that, a batch was dropped at the end."""

KINDS: Final[tuple[Literal["loss", "metric"], ...]] = ("loss", "metric")
_OF_LOSS: Final = (
    ("config.loss", "the loss is {} before and {} now"),
    ("config.label_smoothing", "labels are smoothed by {} before and {} now"),
    ("config.class_weight", "classes are weighted in one of the runs alone"),
)
"""Settings that give a loss another scale: value by value such losses say nothing of each other."""


class Pair(msgspec.Struct):
    """A setting or a number in the two runs; None where a run does not have it.

    Attributes:
        worse: of a number, whether it got worse by more than noise; None where that is not known.
    """

    name: str
    before: Any
    after: Any
    worse: bool | None = None


class Numbers(msgspec.Struct):
    """What the values of two runs say of each other.

    Attributes:
        pairs: the best of the loss and of the metric that are judged, where both runs logged the same one.
        decisive: the pair that says which run is the better one: the metric, else the loss; None where neither can be
            compared.
        apart: why the two are no runs of one task; "" where nothing says so.
        warnings: why values cannot be compared though they are shown.
    """

    pairs: list[Pair] = []
    decisive: Pair | None = None
    apart: str = ""
    warnings: list[str] = []


def beside(before: Run, after: Run, moved: Iterable[str] = ()) -> Numbers:
    """The best values of two runs; `moved` names the kinds that mean something else once the fault is mended."""
    first, second = Measures(before), Measures(after)
    made = Numbers(apart=_apart(first, second))
    strange = set(KINDS) if made.apart else set(moved)
    if not made.apart:
        if other := _other_data(first, second):
            made.warnings.append(f"{other}: the values of one say nothing of those of the other, and are not compared")
            strange = set(KINDS)
        elif other := _other_loss(first, second):
            made.warnings.append(f"{other}: the losses are of different scales, and are not compared")
            strange.add("loss")
    rows = [_rows(each) for each in (first, second)]
    for kind in KINDS:
        for split in ("val", "train"):
            curves = [primary(run, kind, split) for run in (before, after)]
            one, two = curves
            if one is None or two is None or (one.role.name, one.role.kind) != (two.role.name, two.role.kind):
                continue
            was, now = _best(one), _best(two)
            if was is not None and now is not None:
                name = "loss" if kind == "loss" else one.role.name or "metric"
                pair = Pair(f"best {'validation' if split == 'val' else 'training'} {name}", was, now)
                if split == "val" and kind not in strange:
                    pair.worse = _worse(one, two, rows)
                    made.decisive = pair if pair.worse is not None else made.decisive  # the metric comes last
                made.pairs.append(pair)
            break
    return made


def _best(curve: Curve) -> float | None:
    fine = _finite(curve)
    if not len(fine):
        return None
    return float(fine.max() if curve.role.higher_is_better else fine.min())


def _finite(curve: Curve) -> Array:
    values: Array = np.asarray(curve.y, dtype=float)
    fine: Array = values[np.isfinite(values)]
    return fine


def _worse(before: Curve, after: Curve, rows: list[float | None]) -> bool | None:
    """Whether the best got worse by more than the noise of both curves, the counting of rows, and another seed."""
    higher = False if before.role.kind == "loss" else before.role.higher_is_better
    values = [_finite(curve) for curve in (before, after)]
    if higher is None or min(map(len, values)) < FEWEST:
        return None
    was, now = ((one.max() if higher else one.min()) for one in values)
    lost = float(was - now if higher else now - was)
    noise = [max(white_noise(one), 0.29 * quantum(one)) for one in values]
    counting = [_counting(float(best), before, many) for best, many in zip((was, now), rows, strict=True)]
    return lost > max(SURE * hypot(*noise, *counting), _of_seed(float(was), before))


def _counting(best: float, curve: Curve, rows: float | None) -> float:
    """Standard error of a value that was measured on so many rows; 0 where it is not known on how many, or of what.

    The loss of one row is spread about as widely as its mean, as is an exponential. Tokens are many more than rows.
    """
    if not rows:
        return 0.0
    if curve.role.kind == "loss":
        return abs(best) / sqrt(rows)
    share = _share(best, curve)
    return 0.0 if share is None else sqrt(share * (1 - share) / rows) * (best / share if share else 1.0)


def _of_seed(best: float, curve: Curve) -> float:
    share = _share(best, curve)
    if share is None:
        return SEED_LOSS * abs(best)
    return min(SEED_SHARE, SEED_ERRORS * (1 - share)) * (best / share if share else 1.0)


def _share(best: float, curve: Curve) -> float | None:
    """A metric within 0 and 1 as such, also where it was logged in percent; None for what is no share."""
    known = metric_of(curve.role.name, curve.name) if curve.role.kind == "metric" else None
    if known is None or not known.bounded or not curve.role.higher_is_better:
        return None
    values = _finite(curve)
    if values.min() < 0 or values.max() > 100:
        return None
    return best / 100 if values.max() > 1.5 else min(best, 1.0)


def _rows(m: Measures) -> float | None:
    value = m.value("run.val_rows")
    return None if not isinstance(value, float) or m.value("task.family") == "language-modelling" else value


def _apart(first: Measures, second: Measures) -> str:
    """What tells that two runs learn different things."""
    families = [m.value("task.family") for m in (first, second)]
    if None not in families and families[0] != families[1]:
        return f"one is of {_words(families[0])}, the other of {_words(families[1])}"
    return ""


def _words(family: Any) -> str:
    return "an unusual task" if family == "other" else str(family).replace("-", " ")


def _other_data(first: Measures, second: Measures) -> str:
    """What tells that two runs were measured on different data."""
    told = [pick(m, "data_source", text) for m in (first, second)]
    if told[0] is not None and told[1] is not None and told[0].key == told[1].key:
        # the same file may lie in another folder on another machine
        names = [PurePosixPath(one.value.replace("\\", "/").rstrip("/")).name for one in told if one is not None]
        if names[0] != names[1]:
            return f'{told[0].key} is "{names[0]}" before and "{names[1]}" now'
    counted = [m.one("run.val_rows") for m in (first, second)]
    if all(one.known and not one.note for one in counted):  # shares of rows tell no more than a divisor of the number
        was, now = (float(one.value) for one in counted)  # type: ignore[arg-type]
        if max(was, now) > MORE_ROWS * min(was, now):
            return f"validation has {was:g} rows before and {now:g} now"
    classes = [m.value("chance.classes") for m in (first, second)]
    if None not in classes and classes[0] != classes[1]:
        return f"there are {classes[0]:g} classes before and {classes[1]:g} now"
    logged = [{curve.name.casefold() for curve in m.run.curves} for m in (first, second)]
    if first.run.format != second.run.format and all(logged) and logged[0].isdisjoint(logged[1]):
        return "the two logs are of different formats and share no name, so that they may be of different trainings"
    return ""


def _other_loss(first: Measures, second: Measures) -> str:
    for name, words in _OF_LOSS:
        before, after = first.value(name), second.value(name)
        if name != "config.loss" and first.run.config and second.run.config:
            before, after = before or 0, after or 0  # a configuration that does not name it does not do it
        if before is not None and after is not None and before != after:
            return words.format(*(f"{one:g}" if isinstance(one, float) else one for one in (before, after)))
    return ""
