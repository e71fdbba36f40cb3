"""What reports about data say of models that somebody tried on them: simple ones, and those that tell tables apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mladvisor.runs.data_records import Cells, Record
from mladvisor.runs.data_verdicts import Said, number
from mladvisor.runs.report_names import words_of
from mladvisor.runs.split_names import part_called
from mladvisor.runs.word_sets import word_set

_NAMES_OF_MODELS = ("model", "baseline", "estimator", "method", "algorithm", "classifier", "regressor", "name")
_CONSTANT = word_set("majority dummy constant mean median prior stratified frequent naive random chance")
_SIMPLE = word_set(
    "logistic logreg linear ridge lasso elasticnet tree stump cart forest rf extratrees gbm gbdt boosting "
    "boosted xgboost xgb lightgbm lgbm lgb catboost hgb gb gbc gbr gbt gbrt glm ols adaboost knn neighbors neighbours "
    "svm svc svr bayes nb"
)
_LINEAR = word_set("logistic logreg linear ridge lasso elasticnet glm ols")
_BENDS = _SIMPLE - _LINEAR - {"nb"}
_OWN = word_set("candidate ours own current this submitted proposed network nn neural mlp cnn")


def models_said(record: Record) -> Iterator[Said]:
    """The scores in one record."""
    yield from _baseline(record)
    yield from _baselines_by_name(record)
    yield from _told_apart(record)


def _baseline(record: Record) -> Iterator[Said]:
    """The score of a simple model, in a report of several: what the features hold for any model."""
    named = next((str(record.cells[key]) for key in _NAMES_OF_MODELS if isinstance(record.cells.get(key), str)), None)
    name = named or record.path[-1]
    words = set(words_of(name))
    if named is None and len(record.path) < 2:
        return
    what = role_of(words)
    for metric, keys in SCORES.items() if what is not None else ():
        value = _of_metric(record.cells, keys)
        if what is not None and value is not None and (value <= 1.0 or (metric in ERRORS and value > 0.0)):
            yield Said(what, name, None, value, metric)


_SPLITS = ("", "val", "valid", "validation", "test", "eval", "cv", "oof", "holdout")
SCORES = {
    "auc": ("auc", "roc_auc", "auroc"),
    "r2": ("r2", "r2_score"),
    "accuracy": ("acc", "accuracy"),
    "rmse": ("rmse", "root_mean_squared_error"),
    "mse": ("mse", "mean_squared_error"),
    "mae": ("mae", "mean_absolute_error"),
    "log-loss": ("logloss", "log_loss", "cross_entropy"),
}
ERRORS = frozenset(("rmse", "mse", "mae", "log-loss"))
"""Metrics of which less is better, and whose level a constant answer sets."""


def _of_metric(cells: Cells, keys: tuple[str, ...]) -> float | None:
    """The score on whichever rows it was judged: "auc", "val_auc", "test auc", "r2_val", "AUC (test)"."""
    plain = {_BESIDE.sub("_", key.lower()).strip("_"): value for key, value in cells.items()}
    orders = ((split, key) for key in keys for split in _SPLITS)
    return number(plain, ["_".join(filter(None, said)) for pair in orders for said in (pair, pair[::-1])])


_BESIDE = re.compile(r"[\s()\[\].:/-]+")


_OF_ACCURACY = word_set("majority frequent stratified chance random")


def role_of(words: set[str]) -> str | None:
    """ "baseline" for a simple model, "constant" for one that looks at nothing, "own" for the one that is judged."""
    return "baseline" if words & _SIMPLE else "constant" if words & _CONSTANT else "own-score" if words & _OWN else None


def bends(name: str) -> bool:
    """The model of that name is not a weighted sum of its inputs: trees, neighbours, kernels."""
    return not _BENDS.isdisjoint(words_of(name)) and words_of(name)[:1] != ["linear"]


def _baselines_by_name(record: Record) -> Iterator[Said]:
    """ "majority_class": 0.53, "logistic_regression": 0.61: scores by name, which are shares of right decisions where
    the constant one is that of the commonest class, or what the report calls them.
    """
    called = {key: set(words_of(key)) for key in record.cells}
    scores = {
        key: float(value)
        for key, value in record.cells.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and role_of(called[key]) is not None
    }
    told = {word for each in (record.path[-1], record.cells.get("metric", "")) for word in words_of(str(each))}
    known = bool(told & {"acc", "accuracy"}) or any(called[key] & _OF_ACCURACY for key in scores)
    if len(scores) < _LEAST_SCORES or not known or not all(0.0 <= value <= 1.0 for value in scores.values()):
        return
    for key, value in scores.items():
        yield Said(str(role_of(called[key])), key, None, value, "accuracy")


_LEAST_SCORES = 2
_APART = word_set("adversarial discriminator c2st")
_ATTACKED = word_set("clean robust robustness attack attacked pgd fgsm eps epsilon perturbed")
"""Adversarial is what somebody did to the inputs there: no comparison of tables."""


def _told_apart(record: Record) -> Iterator[Said]:
    """How well a model tells the rows of one table from those of another: adversarial validation."""
    area = number(record.cells, [key for key in record.cells if {"auc", "auroc"} & set(words_of(key))])
    said = {word for each in (*record.path, *record.cells) for word in words_of(each)}
    if area is None or not 0.0 <= area <= 1.0 or not said.isdisjoint(_ATTACKED):
        return
    if is_of_tables(record.path, record.cells) or any(not _APART.isdisjoint(words_of(key)) for key in record.cells):
        yield Said("told-apart", "", None, area)


def is_of_tables(path: tuple[str, ...], cells: Cells) -> bool:
    """Of a model whose target is the table that a row came from, not the label."""
    target = words_of(str(cells.get("target", cells.get("label", ""))))
    told = target[:1] == ["is"] and part_called("_".join(target)) is not None
    return told or any(not _APART.isdisjoint(words_of(each)) for each in path)


def is_linear(name: str) -> bool:
    """The name of a linear model, "ridge" or "logistic_regression"."""
    return not _LINEAR.isdisjoint(words_of(name)) and not bends(name)
