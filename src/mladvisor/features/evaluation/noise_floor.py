"""Wrong labels, estimated from scores of a model that did not see them.

Labels that contradict the most confident out-of-sample predictions are suspects (confident learning, Northcutt et al.
2021). Overlapping classes produce contradictions too, but these fade as confidence rises, while wrong labels stay: the
floor is the contradiction among the most confident rows, and its flatness what is left of the overall rate there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mladvisor.features.evaluation.intervals import Array, share_error, wilson

_TOP = 0.2
_Z80 = 1.2816
LEAST = 150
TOP_ROWS = 50


class LabelNoise(NamedTuple):
    """Suspected wrong labels.

    Attributes:
        floor, floor_error: share of labels that contradict the prediction among the most confident rows.
        floor_low: lower end of its 95 % interval.
        flatness, flatness_low: floor over the rate of contradictions among all rows (0: classes overlap; 1: wrong
            labels all over), and the lower end of its 80 % interval.
        skill: share of the errors of "always the most common class" that the scores avoid.
        suspects: rows, the most confident contradictions first.
        confused: (given, believed) code of the commonest contradiction among the suspects.
    """

    floor: float
    floor_error: float
    floor_low: float
    flatness: float
    flatness_low: float
    skill: float
    suspects: Array
    confused: tuple[int, int] | None


def noise_floor(scores: Array, given: Array, least: int = LEAST, top_rows: int = TOP_ROWS) -> LabelNoise | None:
    """Contradictions between labels and confident predictions.

    Args:
        scores: out-of-sample probabilities, shape (n, classes), or any numbers that rise with how
            sure the model is.
        given: label codes, shape (n,).
        least: rows that it takes. top_rows: the least that counts as the most confident fifth.

    Returns:
        None under `least` rows.
    """
    n, classes = scores.shape
    if n < least:
        return None
    believed = scores.argmax(axis=1)
    confidence = scores[np.arange(n), believed]
    wrong = believed != given
    order = np.argsort(-confidence, kind="stable")
    top = order[: max(int(_TOP * n), top_rows)]
    k = float(wrong[top].sum())
    common = np.bincount(given, minlength=classes).max()
    missed = n - float(common)
    overall = float(wrong.mean())
    suspects = order[wrong[order]]
    suspects = suspects[confidence[suspects] >= float(confidence[top[-1]])]
    return LabelNoise(
        k / len(top),
        share_error(k, len(top)),
        wilson(k, len(top))[0],
        k / len(top) / overall if overall > 0 else 0.0,
        wilson(k, len(top), _Z80)[0] / max(overall, 1 / n),
        1 - overall * n / missed if missed else 0.0,
        suspects,
        _commonest(given[suspects], believed[suspects], classes),
    )


def _commonest(given: Array, believed: Array, classes: int) -> tuple[int, int] | None:
    if not len(given):
        return None
    at = int(np.bincount(given * classes + believed).argmax())
    return at // classes, at % classes
