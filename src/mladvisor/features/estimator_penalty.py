"""The penalty that an estimator of scikit-learn was made with: what `alpha` means there depends on whose it is."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures
from mladvisor.features.config_lookup import number
from mladvisor.features.measured import Measured, Where
from mladvisor.runs.model import Setting

_BY_STEPS = frozenset(("SGDClassifier", "SGDRegressor", "Perceptron"))
"""Of these alpha weighs the penalty beside the mean loss of a row, as the L2 of other libraries does (start: 1e-4)."""
_L1_RATIO = 0.15
"""How much of an elastic net is L1 where nobody says."""


def estimator_penalty(m: Measures, name: str) -> Measured | None:
    """The L1 or L2 part of the `alpha` that the script gives to a linear model trained by steps; None of any other.

    Args:
        name: "l1" or "l2".
    """
    told = m.run.script.called if m.run.script is not None else {}
    model, alpha = told.get("model"), told.get("params.alpha")
    strength = number(alpha.value) if alpha is not None else None
    if alpha is None or strength is None or strength < 0 or model is None or str(model.value) not in _BY_STEPS:
        return None
    share = _share_of_l1(told.get("params.penalty"), told.get("params.l1_ratio"), str(model.value))
    if share is None:
        return None
    part = share if name == "l1" else 1.0 - share
    where = Where(
        alpha.place.file, alpha.place.column, rows=(alpha.place.row, alpha.place.row) if alpha.place.row else None
    )
    return Measured(strength * part, note=f"alpha of {model.value}", where=where)


def _share_of_l1(penalty: Setting | None, ratio: Setting | None, model: str) -> float | None:
    """How much of the penalty is L1; None where no penalty acts or it is not known which."""
    default = None if model == "Perceptron" else "l2"
    kind = penalty.value if penalty is not None else default
    if kind == "elasticnet":
        return number(ratio.value) if ratio is not None else _L1_RATIO
    return {"l1": 1.0, "l2": 0.0}.get(str(kind))
