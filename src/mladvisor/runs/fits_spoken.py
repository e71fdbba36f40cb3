"""What is told of the model in use beside another: its scores on training rows and on others, and what people reach."""

from __future__ import annotations

from typing import NamedTuple

from mladvisor.runs.fits_said import Fit, error


class Spoken(NamedTuple):
    """The model in use, the others, and what people or repeated measurements reach, each as an error of one measure."""

    measure: str
    own: Fit
    others: list[Fit]
    ceilings: list[tuple[str, float, float]]


_PERCENT = 100.0
Scores = tuple[float, float, str]
"""On training rows, on others, and words."""


def spoken(
    measure: tuple[str, bool],
    own: Scores,
    others: list[Scores],
    ceilings: list[tuple[str, float]],
) -> Spoken | None:
    """All of it as errors of one measure; None where some score is none of it."""
    name, higher = measure
    values = [value for each in (own, *others) for value in each[:2]]
    whole = 1.0 if max(values) <= 1.0 else _PERCENT
    fits: list[Fit] = []
    for train, held, words in (own, *others):
        errors = error(train, name, higher, whole), error(held, name, higher, whole)
        if errors[0] is None or errors[1] is None:
            return None
        fits.append(Fit({"words": words}, errors[0], errors[1], (train, held), None))
    levels = [
        (said, value, found) for said, value in ceilings if (found := error(value, name, higher, whole)) is not None
    ]
    return Spoken(name, fits[0], fits[1:], levels)
