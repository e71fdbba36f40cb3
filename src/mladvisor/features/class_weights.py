"""How much more an error on the positive class costs in the loss, and what that makes of the loss of guessing.

A weight that undoes the shares of the classes is sound; one far beyond moves all scores towards the positive class, so
that the loss goes its own way. Which class is the positive one is not asked: it is taken for the rarer one.
"""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import number, pick, say
from mladvisor.features.measured import Measured


def _weight(value: object) -> float | None:
    """A positive number, also as the only entry of a list (a tensor of one weight)."""
    found = number(value)
    return found if found is not None and found > 0 else None


def _pair(value: object) -> float | None:
    """The second weight over the first, of a list of two."""
    if not (isinstance(value, list) and len(value) == 2):
        return None
    first, second = _weight(value[0]), _weight(value[1])
    return second / first if first and second else None


def _alone(value: object) -> float | None:
    """The one weight of a list that has no other: of two classes it is that of the positive one."""
    return _weight(value[0]) if isinstance(value, list) and len(value) == 1 else None


@feature(
    "config.positive_weight",
    unit="ratio",
    doc="How many times as much as an error on the negative class one on the positive class costs in the loss",
    how=say("pos_weight"),
    source="fig4.c",
)
def positive_weight(m: Measures) -> Measured | None:
    told = pick(m, "positive_weight", _weight) or pick(m, "class_weight", _pair)
    if told is None and m.value("task") == "binary":
        told = pick(m, "class_weight", _alone)
    if told is not None:
        return Measured(told.value, where=told.where())
    zero, one = pick(m, "class_weight_0", _weight), pick(m, "class_weight_1", _weight)
    return Measured(one.value / zero.value, where=one.where()) if zero is not None and one is not None else None


def weighted_guess(m: Measures) -> tuple[float, str] | None:
    """By what a guess at one half costs more than without weights, and why; None without a weight in the loss itself.

    Raises nothing where the shares of the classes are unknown: the factor is then NaN.
    """
    told = pick(m, "loss_positive_weight", _weight) or pick(m, "class_weight", _alone)
    if told is None or told.value == 1.0:
        return None
    ratio = m.value("labels.class_ratio")
    if not isinstance(ratio, float):
        share = m.value("predictions.majority_share")
        ratio = share / (1.0 - share) if isinstance(share, float) and share < 1 else None
    if ratio is None:
        return float("nan"), f"{told.key} is {told.value:g}"
    rarer = 1.0 / (1.0 + ratio)
    return told.value * rarer + 1.0 - rarer, f"{told.key} is {told.value:g}"
