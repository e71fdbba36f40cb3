"""Whether stored probabilities mean what they say: calibration error with an interval, and the direction of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, not_applicable, unknown
from mladvisor.features.predictions import HOW, JOB, of_scores, where

if TYPE_CHECKING:
    from mladvisor.features.evaluation.reliability import Calibration

_MOST = 10_000
_GUO = "+calibration Guo et al. 2017"


def calibrated(m: Measures) -> Calibration | Measured:
    """Confidence against outcome: of the positive class, or of the class with the largest score."""
    found = m.once(of_scores)
    if isinstance(found, Measured):
        return found
    if not found.probabilities:
        return not_applicable("the scores are no probabilities")
    from mladvisor.features.evaluation.reliability import calibration

    if found.kind == "binary":
        made = calibration(found.score, found.positives)
    else:
        top = found.scores.argmax(axis=1)
        made = calibration(found.scores[np.arange(len(found)), top], top == found.true)
    return made or unknown(f"{len(found)} rows are too few to judge probabilities; 80 are needed", "too-few-points")


def _of(m: Measures, field: str, error: str = "") -> Measured:
    made = m.once(calibrated)
    if isinstance(made, Measured):
        return made
    place = where(m.once(of_scores), m.once(of_scores).score_columns[0])
    return Measured(float(getattr(made, field)), se=float(getattr(made, error)) if error else 0.0, where=place)


@feature("calibration.error", unit="points", doc="Typical distance of a probability from the share that comes true,"
         " corrected for chance", how=HOW, source=_GUO, cost="cheap", job=JOB)  # fmt: skip
def error(m: Measures) -> Measured:
    return _of(m, "error")


@feature("calibration.error_low", unit="points", doc="Lower end of the 95 % interval of the calibration error", how=HOW,
         source=_GUO, cost="cheap", job=JOB)  # fmt: skip
def error_low(m: Measures) -> Measured:
    return _of(m, "error_low")


@feature("calibration.plain_error", unit="points", doc="Expected calibration error as other tools print it, chance"
         " included", how=HOW, source=_GUO, cost="cheap", job=JOB)  # fmt: skip
def plain_error(m: Measures) -> Measured:
    return _of(m, "plain")


@feature("calibration.excess", unit="points", doc="Mean probability minus the share that comes true (positive: of the"
         " positive class too much is promised; of the largest score: too sure)", how=HOW, source=_GUO, cost="cheap",
         job=JOB)  # fmt: skip
def excess(m: Measures) -> Measured:
    return _of(m, "excess", "excess_error")


@feature("calibration.temperature", unit="ratio", doc="Factor by which log scores must be divided to fit the outcome"
         " (above 1: too sure)", how=HOW, source=_GUO, cost="cheap", job=JOB)  # fmt: skip
def temperature(m: Measures) -> Measured:
    found = m.once(of_scores)
    if isinstance(found, Measured):
        return found
    if not found.probabilities:
        return not_applicable("the scores are no probabilities")
    from mladvisor.features.evaluation.reliability import temperature as fit

    step = max(1, len(found) // _MOST)
    fitted = fit(found.scores[::step], found.true[::step])
    if fitted is None:
        return unknown("the scores are all the same, or all right")
    return Measured(fitted[0], se=fitted[1] * fitted[0], where=where(found, found.score_columns[0]))
