"""Simple models scored on rows that they have not seen: constant, best column, linear, small tree, boosted trees.

Everything is told as skill: 0 is the constant prediction, 1 is perfect, in the metric that the run itself is judged by.
scikit-learn is imported by the last two rungs only.
"""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np

from mladvisor.features.evaluation import decisions, numbers, simple_models
from mladvisor.features.evaluation.intervals import Array, share_error
from mladvisor.features.evaluation.ranking import auc
from mladvisor.features.measured import Where

METRICS = ("auc", "accuracy", "balanced-accuracy", "f1", "r2")
_SEED = 0


class Rows(NamedTuple):
    """Rows of one part: features with NaN where blank (n, k), bins of each column (n, c), and the label."""

    x: Array
    bins: Array
    y: Array


class Task(NamedTuple):
    """What is learned: the number of classes (0 for a number), the positive class, and the metric."""

    classes: int
    positive: int
    metric: str


class Own(NamedTuple):
    """What the run scores: metric, split, value with error, and the level that a constant reaches where known."""

    metric: str
    split: str
    value: float
    error: float
    chance: float | None
    where: Where | None


class Ladder(NamedTuple):
    """Parts for the ladder: learning rows, judged rows, the task, column names, and where the judged rows stand."""

    train: Rows
    judged: Rows
    task: Task
    columns: list[str]
    file: str
    held_back: bool


class Without(NamedTuple):
    """Skill under cross-validation: with all columns, with the strongest quarter of them, and without each one."""

    all: tuple[float, float]
    strongest: tuple[float, float]
    names: list[str]
    each: dict[str, tuple[float, float]]


def chance(y: Array, task: Task) -> float:
    """What a constant prediction scores on these labels."""
    if task.metric == "accuracy":
        return float(np.bincount(y).max()) / len(y)
    if task.metric == "balanced-accuracy":
        return 1 / max(len(np.unique(y)), 1)
    if task.metric == "f1":
        share = float((y == task.positive).mean())
        return 2 * share / (1 + share) if share < 1 else 1.0
    return 0.5 if task.metric == "auc" else 0.0


def score(scores: Array, y: Array, task: Task) -> tuple[float, float] | None:
    """A metric of predictions with its standard error.

    Args:
        scores: shape (n, classes), or (n,) for a number. y: codes or numbers.
    """
    if task.classes == 0:
        return numbers.explained(y, scores)
    if task.metric == "auc":
        if task.classes == 2:
            return auc(scores[:, task.positive], y == task.positive)
        return decisions.mean_of([auc(scores[:, k], y == k) for k in range(task.classes) if (y == k).any()])
    called = scores.argmax(axis=1)
    if task.metric == "accuracy":
        right = float((called == y).sum())
        return right / len(y), share_error(right, len(y))
    table = decisions.confusion(y, called, task.classes)
    if task.metric == "f1" and task.classes == 2:
        return decisions.f1(table, task.positive) or (0.0, 0.0)
    measure = decisions.f1 if task.metric == "f1" else decisions.recall
    return decisions.mean_of([measure(table, k) for k in range(task.classes) if table[k].sum()])


def skill(value: tuple[float, float] | None, level: float) -> tuple[float, float] | None:
    """(score, error) between a constant prediction (0) and perfect (1)."""
    if value is None or level >= 1:
        return None
    return (value[0] - level) / (1 - level), value[1] / (1 - level)


def single(train: Rows, other: Rows, task: Task) -> tuple[int, Array] | None:
    """The best single column by its bins: its index and the predictions for `other`; chosen on the training rows."""
    targets = _targets(train.y, task)
    half = np.random.default_rng(_SEED).permutation(len(train.y)) < len(train.y) // 2
    best, at = -np.inf, None
    for column in range(train.bins.shape[1]):
        codes = train.bins[:, column]
        groups = int(max(codes.max(initial=0), other.bins[:, column].max(initial=0))) + 1
        guess = simple_models.by_bin(codes[half], targets[half], codes[~half], groups)
        error = -float(((guess - targets[~half]) ** 2).sum())
        if error > best:
            best, at = error, column
    if at is None:
        return None
    codes = train.bins[:, at]
    groups = int(max(codes.max(initial=0), other.bins[:, at].max(initial=0))) + 1
    predicted = simple_models.by_bin(codes, targets, other.bins[:, at], groups)
    return at, predicted[:, 0] if task.classes == 0 else predicted


def linear(train: Rows, other: Rows, task: Task) -> Array:
    """A linear model without non-linear features: least squares, or logistic regression."""
    x, z = simple_models.standardised(train.x, other.x)
    if task.classes == 0:
        return simple_models.ridge(x, train.y[:, None], z)[:, 0]
    return simple_models.class_scores(x, train.y, task.classes, z)


def tree(train: Rows, other: Rows, task: Task) -> Array:
    """A tree of depth 3."""
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    kind = DecisionTreeRegressor if task.classes == 0 else DecisionTreeClassifier
    return _fitted(kind(max_depth=3, min_samples_leaf=5, random_state=_SEED), train, other, task)


def boosted(train: Rows, other: Rows, task: Task) -> Array:
    """Gradient-boosted trees."""
    return _fitted(_boosting(task.classes), train, other, task)


def _boosting(classes: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    # Enough for tables of 20,000 rows; a class costs as much as a whole model of two.
    rounds = 100 if classes <= 2 else 50
    settings: dict[str, Any] = {"max_iter": rounds, "max_leaf_nodes": 15, "learning_rate": 0.1, "random_state": _SEED}
    settings["early_stopping"] = False
    return HistGradientBoostingRegressor(**settings) if classes == 0 else HistGradientBoostingClassifier(**settings)


def _fitted(model: Any, train: Rows, other: Rows, task: Task) -> Array:
    from threadpoolctl import threadpool_limits

    # One thread: threads that wait for each other on a busy machine cost ten times what they save on small tables.
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore")
        # Trees work in single precision.
        x, z = np.clip(train.x, -1e30, 1e30), np.clip(other.x, -1e30, 1e30)
        model.fit(x, train.y)
        if task.classes == 0:
            return np.asarray(model.predict(z))
        scores = np.zeros((len(z), task.classes))
        scores[:, model.classes_.astype(int)] = model.predict_proba(z)
    return scores


def _targets(y: Array, task: Task) -> Array:
    return y[:, None].astype(float) if task.classes == 0 else (y[:, None] == np.arange(task.classes)).astype(float)


def folds(y: Array, classes: int, parts: int = 5) -> Array:
    """Part of each row, shape (n,), the same mix of classes in each; seeded."""
    rng = np.random.default_rng(_SEED)
    part = np.empty(len(y), np.int64)
    for group in [np.arange(len(y))] if classes == 0 else [np.flatnonzero(y == k) for k in range(classes)]:
        part[rng.permutation(group)] = np.arange(len(group)) % parts
    return part


def cross_scores(x: Array, codes: Array, classes: int, parts: int = 3) -> Array | None:
    """Out-of-sample probabilities of boosted trees, (n, classes); None with too few rows of a class or no column."""
    counts = np.bincount(codes, minlength=classes)
    if not x.shape[1] or int(counts[counts > 0].min()) < parts:
        return None
    part = folds(codes, classes, parts)
    scores = np.zeros((len(codes), classes))
    task = Task(classes, 1, "accuracy")
    none = np.zeros((0, 0))
    for each in range(parts):
        inside, outside = part != each, part == each
        scores[outside] = boosted(Rows(x[inside], none, codes[inside]), Rows(x[outside], none, codes[outside]), task)
    return scores


def cross_skill(x: Array, y: Array, task: Task, parts: int = 3) -> tuple[float, float] | None:
    """Skill of boosted trees under cross-validation, and its error over the parts; None when a part has one class."""
    part = folds(y, task.classes, parts)
    none = np.zeros((0, 0))
    found = []
    for each in range(parts):
        inside, outside = part != each, part == each
        scores = boosted(Rows(x[inside], none, y[inside]), Rows(x[outside], none, y[outside]), task)
        value = skill(score(scores, y[outside], task), chance(y[outside], task))
        if value is None:
            return None
        found.append(value[0])
    return float(np.mean(found)), float(np.std(found, ddof=1)) / parts**0.5
