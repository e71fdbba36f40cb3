"""What reports about data say of models that somebody tried on them: simple ones, and those that tell tables apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mladvisor.runs.ablations import is_part
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
    yield from _without(record)
    yield from _each_alone(record)
    yield from majority_said(record)


_LEFT_OUT = word_set(
    "removed dropped without excluded ablated left_out removed_feature dropped_feature feature_removed feature_dropped"
    " excluded_feature ablated_feature drop remove minus removed_column dropped_column held_out_feature"
)
_NOTHING = word_set("none nothing all full baseline no - all_features none_removed full_model")
_WITHOUT = re.compile(r"(?i)^(?:w/o|without|no|minus|drop|dropped|removed?|-)[\s_:]+(?:feature\s)?(\w[\w .]{0,60})$")


def _without(record: Record) -> Iterator[Said]:
    """The score without one feature: a row of "removed, auc"; "" is the name where nothing is left out."""
    left_out = next((str(record.cells[key]) for key in record.cells if key.replace(" ", "_") in _LEFT_OUT), None)
    if left_out is None and (told := record.cells.get("variant", record.cells.get("features"))) is not None:
        found = _WITHOUT.match(str(told).strip())
        left_out = found[1] if found else "none" if str(told).strip().lower().replace(" ", "_") in _NOTHING else None
    for metric in ("auc", "r2", "accuracy") if left_out is not None else ():
        value = _of_metric(record.cells, SCORES[metric])
        if value is not None and value <= 1.0:
            name = str(left_out).strip()
            if is_part(name):
                return
            yield Said("without", "" if name.lower().replace(" ", "_") in _NOTHING else name, None, value, metric)
            return


_OF_MAJORITY = word_set("majority dummy most_frequent")
_BESIDE_MAJORITY = _OF_MAJORITY | word_set(
    "class baseline accuracy acc share rate fraction classifier test val the score"
)


def majority_said(record: Record) -> Iterator[Said]:
    """ "majority_class_accuracy": 0.96 among the scores of a model: what naming the commonest class gets."""
    for key, value in record.cells.items():
        words = words_of(key)
        told = not _OF_MAJORITY.isdisjoint(words) and _BESIDE_MAJORITY.issuperset(words)
        if told and isinstance(value, float) and 0.0 < value < 1.0 and _baselines_told(record) < _LEAST_SCORES:
            yield Said("majority", key, None, value, "accuracy")


def _baselines_told(record: Record) -> int:
    return sum(isinstance(value, int | float) and role_of(set(words_of(key))) is not None
               for key, value in record.cells.items())  # fmt: skip


_ALONE = word_set("univariate single alone solo individual")


def _each_alone(record: Record) -> Iterator[Said]:
    """ "univariate_auc": {"age": 0.55, "status": 0.99}: how each feature ranks the label by itself."""
    words = words_of(record.path[-1])
    if {"auc", "auroc"}.isdisjoint(words) or _ALONE.isdisjoint(words):
        return
    numbers = {key: value for key, value in record.cells.items() if isinstance(value, float) and 0.0 <= value <= 1.0}
    if len(numbers) == len(record.cells):
        yield from (Said("alone", key, None, value, record.path[-1]) for key, value in numbers.items())


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
    plain = {_OF_SEVERAL.sub("", key).strip("_"): value for key, value in reversed(plain.items())}
    orders = ((split, key) for key in keys for split in _SPLITS)
    return number(plain, ["_".join(filter(None, said)) for pair in orders for said in (pair, pair[::-1])])


_BESIDE = re.compile(r"[\s()\[\].:/-]+")
_OF_SEVERAL = re.compile(r"(?:^|_)(?:mean|avg|average)(?=_|$)(?!_(?:absolute|squared))")
""" "cv_auc_mean" is the area; a mean absolute error is no mean of absolute errors."""


_OF_ACCURACY = word_set("majority frequent stratified chance random")


def role_of(words: set[str]) -> str | None:
    """ "baseline" for a simple model, "constant" for one that looks at nothing, "own" for the one that is judged."""
    constant = words & _CONSTANT or "commonest" in words or {"most", "common"} <= words
    return "baseline" if words & _SIMPLE else "constant" if constant else "own-score" if words & _OWN else None


def bends(name: str) -> bool:
    """The model of that name is not a weighted sum of its inputs: trees, neighbours, kernels."""
    return not _BENDS.isdisjoint(words_of(name)) and words_of(name)[:1] != ["linear"]


def _baselines_by_name(record: Record) -> Iterator[Said]:
    """ "majority_class": 0.53, "logistic_regression": 0.61: scores by name, which are shares of right decisions where
    the constant one is that of the commonest class, or what the report calls them; or each is called by its own metric,
    "most_common_class_acc" beside "gradient_boosting_acc".
    """
    called = {key: set(words_of(key)) for key in record.cells}
    scores = {
        key: score
        for key, value in record.cells.items()
        if role_of(called[key]) is not None and (score := _score(value)) is not None
    }
    own = [Said(role, key, None, value, metric) for key, value in scores.items()
           for metric, role in _metric_called(called[key])]  # fmt: skip
    if len(own) == len(scores) >= _LEAST_SCORES:
        if any(each.what == "baseline" for each in own):
            yield from (each for each in own if 0.0 < (each.value or 0.0) <= 1.0 or each.note in ERRORS)
        return
    told = {word for each in (record.path[-1], record.cells.get("metric", "")) for word in words_of(str(each))}
    known = bool(told & {"acc", "accuracy"}) or any(called[key] & _OF_ACCURACY for key in scores)
    if len(scores) < _LEAST_SCORES or not known or not all(0.0 <= value <= 1.0 for value in scores.values()):
        return
    for key, value in scores.items():
        yield Said(str(role_of(called[key])), key, None, value, "accuracy")


def _metric_called(words: set[str]) -> Iterator[tuple[str, str]]:
    """(metric, role of the model) of a key that speaks of both; the mean of "mean_absolute_error" is no model."""
    for metric, keys in SCORES.items() if "train" not in words else ():
        said: set[str] = max((each for key in keys if (each := set(words_of(key))) <= words), key=len, default=set())
        if said and (role := role_of(words - said)) is not None:
            yield metric, role


def _score(value: object) -> float | None:
    """A number, or the mean of the folds that a list holds."""
    folds = value if isinstance(value, list) else [value]
    numbers = [float(each) for each in folds if isinstance(each, int | float) and not isinstance(each, bool)]
    told = len(numbers) == len(folds) and (not isinstance(value, list) or len(folds) >= _LEAST_FOLDS)
    return sum(numbers) / len(numbers) if told else None


_LEAST_FOLDS = 3
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
