"""Predictions of each row by small models that have not seen it, in numpy: quick enough for every diagnosis.

Two models that err in different ways, a linear one and the nearest neighbours; the better one speaks.
"""

from __future__ import annotations

import numpy as np

from mladvisor.features.evaluation import simple_models
from mladvisor.features.evaluation.intervals import Array
from mladvisor.features.evaluation.ladder import folds

ROWS = 1_500
COLUMNS = 100
PARTS = 5
LEAST_OF_A_CLASS = 5
MOST_CLASSES = 30
GOOD = 0.02
"""Share of wrong calls among the surest rows below which another model need not be asked."""
SUREST = 0.2
_PENALTY = 3.0


def cross_scores(x: Array, codes: Array, classes: int) -> Array | None:
    """Out-of-sample scores of the better of two small models, (n, classes), higher for the class it believes in.

    Args:
        x: features with NaN where blank, (n, k). codes: class of each row, (n,).

    Returns:
        None without a column, with too many classes, or with too few rows of one.
    """
    counts = np.bincount(codes, minlength=classes)
    if not len(codes) or not x.shape[1] or classes > MOST_CLASSES or int(counts[counts > 0].min()) < LEAST_OF_A_CLASS:
        return None
    part = folds(codes, classes, PARTS)
    scores, near = np.zeros((len(codes), classes)), np.zeros((len(codes), classes))
    targets = (codes[:, None] == np.arange(classes)).astype(float)
    scaled = [simple_models.standardised(x[part != each], x[part == each]) for each in range(PARTS)]
    for each, (known, asked) in enumerate(scaled):
        scores[part == each] = simple_models.ridge(known, targets[part != each], asked, _PENALTY)
    if surest_wrong(scores, codes) < GOOD:
        return scores
    for each, (known, asked) in enumerate(scaled):
        near[part == each] = neighbours(known, targets[part != each], asked)
    better = float((near.argmax(axis=1) == codes).mean()) > float((scores.argmax(axis=1) == codes).mean())
    return near if better else scores


def surest_wrong(scores: Array, codes: Array) -> float:
    """Share of wrong calls among the surest fifth of the rows."""
    top = np.argsort(-scores.max(axis=1), kind="stable")[: max(int(SUREST * len(codes)), 1)]
    return float((scores[top].argmax(axis=1) != codes[top]).mean())


def neighbours(x: Array, targets: Array, other: Array) -> Array:
    """Mean target of the nearest rows, about half the root of their number, drawn towards the overall mean; (m, k)."""
    count = min(len(x) - 1, max(7, int(len(x) ** 0.5) // 2))
    near, far = x.astype(np.float32), other.astype(np.float32)  # half the time, and the order is the same
    distance = (near**2).sum(axis=1)[None, :] - 2.0 * far @ near.T
    nearest = np.argpartition(distance, count, axis=1)[:, :count]
    mean = targets.mean(axis=0)
    return np.asarray((targets[nearest].sum(axis=1) + mean) / (count + 1.0))


def vocabulary(texts: list[str], most: int = 200) -> list[str]:
    """The commonest words, the commonest first; not those of nearly all texts or of few."""
    counts: dict[str, int] = {}
    for text in texts:
        for word in set(text.lower().split()):
            counts[word] = counts.get(word, 0) + 1
    telling = (word for word, count in counts.items() if 5 <= count <= 0.95 * len(texts))
    return sorted(telling, key=lambda word: (-counts[word], word))[:most]


def words(texts: list[str], kept: list[str]) -> Array:
    """Which of these words stand in each text, (n, words)."""
    place = {word: index for index, word in enumerate(kept)}
    found = np.zeros((len(texts), len(kept)))
    for row, text in enumerate(texts):
        for word in set(text.lower().split()):
            if word in place:
                found[row, place[word]] = 1.0
    return found


def scores_elsewhere(x: Array, codes: Array, classes: int, other: Array) -> tuple[Array, Array]:
    """Scores of both small models, taught on (x, codes), for the rows of another table: (m, classes) each."""
    targets = (codes[:, None] == np.arange(classes)).astype(float)
    known, asked = simple_models.standardised(x, other)
    return simple_models.ridge(known, targets, asked, _PENALTY), neighbours(known, targets, asked)
