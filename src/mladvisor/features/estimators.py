"""How scikit-learn fits what a script makes: an estimator that is solved has no learning rate, batches or epochs."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import number
from mladvisor.features.estimator_told import told_of_estimator
from mladvisor.features.measured import Measured, Where, on_line
from mladvisor.features.printed import texts
from mladvisor.runs.plain_settings import printed_call

_AT_ONCE = frozenset(
    ("SVC", "NuSVC", "SVR", "NuSVR", "LinearRegression", "Ridge", "RidgeCV", "RidgeClassifier", "RidgeClassifierCV",
     "KernelRidge", "KNeighborsClassifier", "KNeighborsRegressor", "DecisionTreeClassifier", "DecisionTreeRegressor",
     "RandomForestClassifier", "RandomForestRegressor", "ExtraTreesClassifier", "ExtraTreesRegressor", "GaussianNB",
     "MultinomialNB", "BernoulliNB", "ComplementNB", "LinearDiscriminantAnalysis", "QuadraticDiscriminantAnalysis",
     "GaussianProcessClassifier", "GaussianProcessRegressor", "BayesianRidge", "NearestCentroid")
)  # fmt: skip
"""Fitted to the end whatever the settings: a formula, a table of rows, trees side by side, a solver without a limit."""
_BY_SOLVER = frozenset(
    ("LogisticRegression", "LogisticRegressionCV", "LinearSVC", "LinearSVR", "Lasso", "LassoCV", "ElasticNet",
     "ElasticNetCV", "PoissonRegressor", "GammaRegressor", "TweedieRegressor", "HuberRegressor", "QuantileRegressor")
)  # fmt: skip
"""A solver chooses its steps itself, and stops after `max_iter` of them at the latest."""
_OTHERS = re.compile(r"(?:Classifier|Regressor|Perceptron|Boost\w*)$")
_TRAINERS = frozenset(("torch", "keras", "tensorflow", "jax", "flax", "lightning", "pytorch_lightning", "xgboost",
                       "lightgbm", "catboost", "transformers", "mxnet", "paddle"))  # fmt: skip
_AROUND = frozenset(("VotingClassifier", "VotingRegressor", "StackingClassifier", "StackingRegressor",
                     "DummyClassifier", "DummyRegressor", "OneVsRestClassifier", "OneVsOneClassifier",
                     "CalibratedClassifierCV", "TransformedTargetRegressor", "BaggingClassifier",
                     "BaggingRegressor"))  # fmt: skip
_NAMES = "|".join(sorted(_AT_ONCE | _BY_SOLVER | {"MLPClassifier", "MLPRegressor", "SGDClassifier", "SGDRegressor"}))
_PRINTED = re.compile(rf"\b({_NAMES})\(([^()]{{0,400}})\)")


class Shown(NamedTuple):
    """An estimator as its output shows it: `SVC(C=0.0001, gamma=0.08)`, alone or in a pipeline."""

    name: str
    arguments: dict[str, Any]
    where: Where


def shown(m: Measures) -> Shown | None:
    """The only estimator that the output shows; None where there are several, or none. Use `m.once`."""
    found: dict[str, Shown] = {}
    for text in m.once(texts):
        for match in _PRINTED.finditer(text.bare.decode("utf-8", "replace")):
            call = " ".join(match[0].split())
            found.setdefault(call, Shown(match[1], printed_call(call) or {}, text.where(match.start())))
    return next(iter(found.values())) if len(found) == 1 else None


@feature(
    "model.solved",
    type="choice",
    choices=("at-once", "by-solver"),
    doc="The only kind of estimator that a script makes, or that its output shows, is not trained in steps of a chosen"
    " size: it is fitted at once, or by a solver that chooses its steps; unknown of all that is trained in steps",
    how="lay the script that makes the estimator into the run folder",
    source="+model",
)
def solved(m: Measures) -> Measured | None:
    if any(curve.role.kind == "loss" and len(curve.y) > 1 for curve in m.run.curves):
        return None
    script = m.run.script
    if script is not None:
        made = _made_in(script.code)
        if made is None:
            return None
        name, call = made
        return Measured(_how(name), note=f"the script makes {name}", where=on_line(script.code.place(call, name)))
    told = m.once(told_of_estimator).get("model")
    if told is not None:
        how = _how(str(told.value))
        return Measured(how, note=f"the settings name {told.value}", where=on_line(told.place)) if how else None
    printed = m.once(shown)
    how = _how(printed.name) if printed is not None else None
    return Measured(how, note=f"{printed.name} was printed", where=printed.where) if printed and how else None


def _how(name: str) -> str | None:
    return "at-once" if name in _AT_ONCE else "by-solver" if name in _BY_SOLVER else None


def _made_in(code: Any) -> tuple[str, Any] | None:
    """(name, call) of an estimator, where all that the script makes are solved; None where one may not be."""
    if any(name.partition(".")[0] in _TRAINERS for name in code.imports.values()):
        return None
    made = [(name.rpartition(".")[2], call) for call, name in code.calls if name.startswith("sklearn.")]
    ours = [(name, call) for name, call in made if _how(name) is not None]
    if any(_how(name) is None and name not in _AROUND and _OTHERS.search(name) for name, _ in made) or not ours:
        return None
    slow = [each for each in ours if _how(each[0]) == "by-solver"]
    return (slow or ours)[0]


_KERNELS = frozenset(("SVC", "NuSVC", "SVR", "NuSVR", "KernelRidge"))
_BELLS = ("rbf", "laplacian")


@feature(
    "config.kernel_gamma",
    doc="Gamma of an estimator's radial kernel on columns that are scaled first, where it is a number: how fast"
    " likeness falls off with squared distance",
    how="lay the script that makes the estimator into the run folder",
    source="+kernels Schoelkopf and Smola 2002",
)
def kernel_gamma(m: Measures) -> Measured | None:
    told = m.once(told_of_estimator)
    model, given = told.get("model"), told.get("params.gamma")
    if model is not None and given is not None:
        kernel = told.get("params.kernel")
        arguments = {"gamma": given.value, "kernel": kernel.value if kernel is not None else "rbf"}
        made = Shown(str(model.value), arguments, on_line(given.place))
    else:
        printed: Shown | None = m.once(shown)
        if printed is None:
            return None
        made = printed
    scaled = "normalization" in told or any(b"StandardScaler(" in text.bare for text in m.once(texts))
    if not scaled:
        return None  # by how much a wide column is to be divided, gamma may well say
    gamma = number(made.arguments.get("gamma"))
    if made.name not in _KERNELS or made.arguments.get("kernel", "rbf") not in _BELLS or gamma is None or gamma <= 0:
        return None
    return Measured(gamma, note=f"gamma of {made.name}", where=made.where)
