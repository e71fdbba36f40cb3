"""Real-world metrics that stand in the log itself, a value for each evaluation, beside the model metric."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.catalogue import Measures
from mladvisor.features.metric_series import series
from mladvisor.runs.model import Curve
from mladvisor.runs.outcome_words import direction, is_of_business

if TYPE_CHECKING:
    from mladvisor.features.evaluation.outcomes import Pair

_LEAST = 6  # evaluations


def logged_outcomes(m: Measures) -> list[Curve]:
    """Curves that count money or customers: no loss or metric, by a name whose direction is known. Use `m.once`."""
    return [
        curve
        for curve in m.run.curves
        if curve.role.kind == "other"
        and curve.role.split != "train"
        and len(curve) >= _LEAST
        and is_of_business(curve.name)
        and direction(curve.name)
    ]


def logged_pairs(m: Measures) -> list[Pair]:
    """Each of them beside the validation metric, the one that contradicts most first."""
    found, judged = m.once(logged_outcomes), series(m, "val")
    if not found or judged is None or not judged.sign:
        return []
    from mladvisor.features.evaluation.intervals import surely_of
    from mladvisor.features.evaluation.outcomes import most_contrary_first, pair_of

    sure = surely_of(len(found))
    pairs = []
    for curve in found:
        if curve.x_unit != judged.curve.x_unit:
            continue
        x, here, there = np.intersect1d(curve.x, judged.x, return_indices=True)
        made = pair_of(
            curve.name,
            judged.curve.name,
            curve.x_unit,
            values=judged.sign * judged.y[there],
            real=direction(curve.name) * curve.y[here],
            order=x,
            sure=sure,
        )
        if made is not None:
            pairs.append(made._replace(file=curve.place.file))
    return most_contrary_first(pairs)
