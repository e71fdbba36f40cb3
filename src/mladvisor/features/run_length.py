"""How long a run is, and in what units: points, epochs, steps; whether it reached what was planned."""

from __future__ import annotations

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import by_script
from mladvisor.features.measured import Measured, Where
from mladvisor.features.signal import primary
from mladvisor.runs.model import Curve


def main_curve(m: Measures) -> Curve | None:
    """The primary training loss; without one the validation loss, then the longest metric or reward."""
    curve = m.once(primary, "train") or m.once(primary, "val")
    if curve is not None and len(curve):
        return curve  # type: ignore[no-any-return]
    others = [other for other in (*m.run.having("metric"), *m.run.having("reward")) if len(other)]
    return max(others, key=len, default=None)


def _on_main(m: Measures, value: float) -> Measured:
    curve = m.once(main_curve)
    return Measured(float(value), where=Where(curve.place.file, curve.place.column, curve.x_unit))


@feature(
    "run.length",
    doc="Length of the run in the x units of its main curve (last x minus first)",
    how="log a loss",
    source="test.convergence-time",
)
def length(m: Measures) -> Measured | None:
    curve = m.once(main_curve)
    return None if curve is None else _on_main(m, curve.x[-1] - curve.x[0])


@feature(
    "run.points",
    unit="points",
    doc="Points of the training loss (of the validation loss if there is none)",
    how="log a loss",
    source="test.convergence-time",
)
def points(m: Measures) -> Measured | None:
    curve = m.once(main_curve)
    return None if curve is None else _on_main(m, len(curve))


@feature(
    "run.x_unit",
    type="choice",
    choices=("epoch", "step", "row"),
    doc="What the x of the main curve counts",
    how="log a loss",
    source="+reading",
)
def x_unit(m: Measures) -> str | None:
    curve = m.once(main_curve)
    return None if curve is None else curve.x_unit


@feature(
    "run.epochs",
    unit="epochs",
    doc="Epochs trained, where epochs are logged",
    how="log the epoch with each point",
    source="hyper.epochs",
)
def epochs(m: Measures) -> Measured | None:
    several, one = _counted_epochs(m, 2), _counted_epochs(m, 1)  # a score at the end says when, not for how long
    return several or _rows_are_epochs(m) or one or steps_are_epochs(m)


def _counted_epochs(m: Measures, least: int) -> Measured | None:
    """Epochs up to the last point of the longest curve of so many points."""
    best: Measured | None = None
    for curve in m.run.curves:
        counted = curve.x if curve.x_unit == "epoch" else curve.epochs
        if counted is None or _is_summary(m, curve):
            continue
        counted = counted[np.isfinite(counted)]
        if len(counted) < least:
            continue
        first, last = float(counted[0]), float(counted[-1])
        # a log that is resumed, or looks only now and then, begins late: the epochs before it were trained as well
        whole = 1.0 if len(counted) == 1 else last + 1 if first == 0.0 and last.is_integer() else last
        if best is None or whole > float(best.value or 0):
            best = Measured(whole, where=Where(curve.place.file, curve.place.column, "epoch", first, last))
    return best


def steps_are_epochs(m: Measures) -> Measured | None:
    """Loggers that know only a step (MLflow, TensorBoard, W&B) are given the epoch by many: one point at each whole
    number, as many as epochs were planned, where an epoch has several updates; or, where nobody says how many were
    planned, with validation at each of them: after single updates nobody validates."""
    curve, planned = m.once(main_curve), m.value("config.epochs")
    if curve is None or curve.x_unit != "step" or curve.epochs is not None or len(curve) < 2:
        return None
    if len(curve) != planned and (planned is not None or not _validated_at_each(m, curve)):
        return None
    first, last = float(curve.x[0]), float(curve.x[-1])
    each = m.value("run.updates_per_epoch")
    if first not in (0.0, 1.0) or last - first != len(curve) - 1 or (isinstance(each, float) and each <= 1):
        return None
    where = Where(curve.place.file, curve.place.column, "step", first, last)
    said = "each step is validated" if planned is None else "the log has as many steps as epochs were planned"
    return Measured(float(len(curve)), note=said, where=where)


_LEAST_VALIDATED = 4


def _validated_at_each(m: Measures, curve: Curve) -> bool:
    """Loss of training and of validation stand at the same steps, of a network that is trained over epochs."""
    if len(curve) < _LEAST_VALIDATED or m.value("config.max_steps") is not None:
        return False
    if m.value("run.kind") != "supervised" or m.value("model.family") in ("boosting", "tree", "linear"):
        return False
    losses = m.run.having("loss")
    if any(len(other) and other.x_unit == "step" and float(other.x[-1]) > float(curve.x[-1]) for other in losses):
        return False  # single steps stand beside the means of epochs
    splits = {
        other.role.split
        for other in losses
        if other.x_unit == "step" and len(other) == len(curve) and bool((other.x == curve.x).all())
    }
    return {"train", "val"} <= splits


def _is_summary(m: Measures, curve: Curve) -> bool:
    """One value beside a loss of many: what a model came to in the end, at the epoch where it stood then."""
    main = m.once(main_curve)
    return len(curve) == 1 and main is not None and len(main) > 1


def _rows_are_epochs(m: Measures) -> Measured | None:
    """A log without a counter (Keras' history as lists) whose rows are as many as the epochs that were planned, or as
    that at which the last value was printed.
    """
    curve, planned = m.once(main_curve), m.value("config.epochs")
    ends = {float(other.x[0]) for other in m.run.curves if len(other) == 1 and other.x_unit == "epoch"}
    if curve is None or curve.x_unit != "row" or (len(curve) != planned and len(curve) not in ends):
        return None
    where = Where(curve.place.file, curve.place.column, "row", float(curve.x[0]), float(curve.x[-1]))
    return Measured(float(len(curve)), note="the log has as many rows as epochs were planned or told", where=where)


@feature(
    "run.finished",
    type="flag",
    doc="The run reached the epochs or steps that were planned",
    how="write `epochs:` into the configuration file beside the log",
    source="hyper.epochs",
)
def finished(m: Measures) -> Measured | None:
    done, planned, curve = m.value("run.epochs"), m.one("config.epochs"), m.once(main_curve)
    if isinstance(done, float) and isinstance(planned.value, float):
        # The last stretch between two log lines is not seen.
        unseen = 1.5 * max(0.01, done / max(1, len(curve))) if curve is not None else 0.0
        enough = done >= planned.value - max(unseen, 0.02 * planned.value)
        if not enough and by_script(m, planned):
            return None
        return Measured(enough, note=f"{done:.4g} of {planned.value:g} epochs", where=planned.where)
    steps = m.one("config.max_steps")
    if isinstance(steps.value, float) and curve is not None and curve.x_unit == "step":
        if by_script(m, steps):
            return None
        last, every = float(curve.x[-1]), float(curve.x[-1] - curve.x[0]) / max(1, len(curve) - 1)
        note = f"{last:g} of {steps.value:g} steps"
        return Measured(last >= steps.value - 1.5 * every - 1, note=note, where=steps.where)
    return None
