"""The penalty that an estimator of scikit-learn was made with: what `alpha` means there depends on whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import number
from mladvisor.features.estimator_told import MOST_OF_A_BATCH, NETWORKS, told_of_estimator
from mladvisor.features.estimators import Shown, shown
from mladvisor.features.measured import Measured, on_line, unknown
from mladvisor.features.printed_counts import printed_counts
from mladvisor.runs.model import Setting

_BY_STEPS = frozenset(("SGDClassifier", "SGDRegressor", "Perceptron"))
"""Of these alpha weighs the penalty beside the mean loss of a row, as the L2 of other libraries does (start: 1e-4)."""
_BY_SUM = frozenset(("LogisticRegression", "LinearSVC", "LinearSVR", "SVC", "SVR"))
"""Of these C weighs the sum of the losses of all rows beside the penalty."""
_HOW = "lay the training script, which makes the estimator, and the training table into the run folder"
_UNSET = "deprecated"
_L1_RATIO = 0.15
"""How much of an elastic net is L1 where nobody says."""


def estimator_penalty(m: Measures, name: str) -> Measured | None:
    """The L1 or L2 part of the `alpha` of a linear model trained by steps, or of a network; None of any other.

    Args:
        name: "l1" or "l2".
    """
    told = m.once(told_of_estimator)
    model, alpha = told.get("model"), told.get("params.alpha")
    strength = number(alpha.value) if alpha is not None else None
    if alpha is None or strength is None or strength < 0 or model is None:
        return None
    if str(model.value) in NETWORKS:
        return _of_network(m, alpha, strength, name)
    if str(model.value) not in _BY_STEPS:
        return None
    share = _share_of_l1(_arguments(told), str(model.value))
    if share is None:
        return None
    part = share if name == "l1" else 1.0 - share
    return Measured(strength * part, note=f"alpha of {model.value}", where=on_line(alpha.place))


def _of_network(m: Measures, alpha: Setting, strength: float, name: str) -> Measured | None:
    """Half the alpha of a network weighs the squares of its weights beside the sum of the losses of a batch."""
    if name != "l2":
        return None
    size, rows = m.once(told_of_estimator).get("params.batch_size"), m.value("config.train_rows")
    batch = number(size.value) if size is not None else None
    if batch is None or batch < 1:
        batch = min(MOST_OF_A_BATCH, rows) if isinstance(rows, float) else MOST_OF_A_BATCH
    return Measured(strength / (2.0 * batch), note="alpha of a network, by batch", where=on_line(alpha.place))


def _made(m: Measures) -> Shown | None:
    """The estimator that the script makes, or that the output shows."""
    told = m.once(told_of_estimator)
    model, given = told.get("model"), told.get("params.C")
    if model is None or given is None:
        printed: Shown | None = m.once(shown)
        return printed
    return Shown(str(model.value), _arguments(told), on_line(given.place))


def _arguments(told: Mapping[str, Setting]) -> dict[str, Any]:
    return {key.removeprefix("params."): each.value for key, each in told.items() if key.startswith("params.")}


def _share_of_l1(arguments: Mapping[str, Any], model: str) -> float | None:
    """How much of the penalty is L1; None where no penalty acts or it is not known which."""
    kind = arguments.get("penalty", None if model == "Perceptron" else "l2")
    if kind == "elasticnet":
        return number(arguments.get("l1_ratio", _L1_RATIO))
    return {"l1": 1.0, "l2": 0.0}.get(str(kind))


def _beside_sum(name: str) -> None:
    @feature(
        f"config.linear_{name}",
        doc=f"Weight of the {name.upper()} penalty beside the mean loss of a row, for an estimator whose C weighs the "
        "sum of the losses: 1 / (C * rows)",
        how=_HOW,
        source="hyper.l1-l2",
    )
    def compute(m: Measures) -> Measured:
        made = _made(m)
        strength = number(made.arguments.get("C")) if made is not None else None
        if made is None or made.name not in _BY_SUM or not strength or strength < 0:
            return unknown("no script makes a linear model with a C of its own")
        # so from version 1.8 on
        by_ratio = "l1_ratio" in made.arguments and made.arguments.get("penalty", _UNSET) == _UNSET
        share = number(made.arguments["l1_ratio"]) if by_ratio else _share_of_l1(made.arguments, made.name)
        rows = m.value("data.rows.train")
        if not isinstance(rows, float) and (counts := m.once(printed_counts)) is not None and counts.total:
            rows = float(counts.total)  # as many are judged by folds as are learnt from, and of a split hardly more
        if share is None or not isinstance(rows, float) or rows <= 0:
            return unknown("how many rows the penalty stands beside is not known")
        part = share if name == "l1" else 1.0 - share
        return Measured(part / (strength * rows), note=f"C of {made.name}", where=made.where)


_beside_sum("l1")
_beside_sum("l2")


_POWER = 0.5
"""The power of the count by which `invscaling` divides the rate, where nobody says."""


@feature(
    "lr.left_after_a_pass",
    unit="fraction",
    doc="What is left of the learning rate of scikit-learn's network after one pass, where it is divided by a power of"
    " the rows seen so far (`invscaling`)",
    how=_HOW,
    source="hyper.lr-effect",
)
def left_after_a_pass(m: Measures) -> Measured | None:
    told = m.once(told_of_estimator)
    model, schedule, solver = told.get("model"), told.get("params.learning_rate"), told.get("params.solver")
    rows, power = m.value("config.train_rows"), told.get("params.power_t")
    if model is None or str(model.value) not in NETWORKS or schedule is None or schedule.value != "invscaling":
        return None
    by = number(power.value) if power is not None else _POWER
    if solver is None or solver.value != "sgd" or not isinstance(rows, float) or by is None or by <= 0:
        return None
    return Measured((rows + 1.0) ** -by, note="invscaling counts rows", where=on_line(schedule.place))
