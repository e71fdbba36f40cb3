"""A log of single steps beside the one that holds the means of the epochs: both are of one training.

People write the loss and the norm of the gradient of each step to a file of its own (`steps.csv`), since their logger
keeps epochs. The means are what is judged; the steps show what happens within an epoch. They are laid on one axis.
"""

from __future__ import annotations

import numpy as np

from mladvisor.runs.assign import Named
from mladvisor.runs.open_logs import Log
from mladvisor.runs.readers.base import RawCurve
from mladvisor.runs.roles import Columns

OF_STEPS = " batch"
"""What stands behind the name of a loss of single steps, as where one file holds both (`unnamed.step_twins`)."""
_MEANS = 2  # points of a log of means
_MORE = 3  # times as many points as means: epochs of fewer steps need no log of their own
_MOST_NORMS = 4  # means of the gradient's norm below which those of the steps tell more
_BEYOND = 1.1  # share of the last step that the means know, up to which steps go: above, they are of another training


def set_apart(logs: list[Log], columns: Columns, assumed: list[str]) -> set[str]:
    """Call the losses of logs of steps so, and count the means in steps; returns the files of these logs."""
    if len(logs) < _MEANS:
        return set()
    means = max((log for log in logs if _holds_means(log)), key=lambda log: len(log.curves), default=None)
    if means is None:
        return set()
    points = max(len(one.raw.y) for one in _losses(means))
    found = [log for log in logs if log is not means and _is_of_steps(log, points) and _fits(log, means)]
    if not found:
        return set()
    told = _finite_norms(means)
    for log in found:
        for one in log.named:
            if (one.role.kind == "loss" and not one.meaning.twin) or (
                one.role.kind == "gradient-norm" and told is not None and told < _MOST_NORMS <= len(one.raw.y)
            ):
                one.raw.column = one.raw.column or one.raw.name
                one.raw.name += OF_STEPS
                one.meaning = columns.meaning(one.raw.name)
    last = max(float(one.raw.x.max()) for log in found for one in log.named if one.raw.x is not None)
    laid = [_count_in_steps(log, last) for log in logs if log not in found]
    if any(laid):
        assumed.append(f"the epochs of {means.file.rel} are laid evenly over the steps of {found[0].file.rel}")
    return {log.file.rel for log in found}


def _finite_norms(means: Log) -> int | None:
    """Norms of the gradient among the means that are numbers; None where it holds none at all."""
    counts = [int(np.isfinite(one.raw.y).sum()) for one in means.named if one.role.kind == "gradient-norm"]
    return max(counts, default=None)


def _losses(log: Log) -> list[Named]:
    """Totals of training data."""
    return [
        one
        for one in log.named
        if one.role.kind == "loss" and one.role.split == "train" and not one.role.component and not one.role.running
    ]


def _holds_means(log: Log) -> bool:
    """Losses of training and validation, or a metric of either, an epoch a point."""
    judged = any(
        one.role.kind == "metric" or (one.role.kind == "loss" and one.role.split == "val") for one in log.named
    )
    losses = _losses(log)
    return judged and any(len(one.raw.y) >= _MEANS and _counts_epochs(one.raw) for one in losses)


def _counts_epochs(one: RawCurve) -> bool:
    """Epochs or rows; also a tracker's steps 0, 1, 2, ..., which beside a log of single steps are epochs."""
    if one.x_unit != "step" or one.x is None:
        return one.x_unit != "step"
    return len(one.x) >= _MEANS and one.x[0] in (0.0, 1.0) and bool((np.diff(one.x) == 1.0).all())


def _is_of_steps(log: Log, means: int) -> bool:
    """The training loss of single steps, and nothing of validation."""
    losses = _losses(log)
    if not losses or any(one.role.split in ("val", "test") for one in log.named):
        return False
    return all(one.raw.x is not None and one.raw.x_unit == "step" for one in losses) and all(
        len(one.raw.y) >= _MORE * means for one in losses
    )


def _fits(log: Log, means: Log) -> bool:
    """The steps end where those of the means do, as far as these are known."""
    known = [one.steps for one in means.curves if one.steps is not None]
    if not known:
        return True
    last = max(float(steps[-1]) for steps in known)
    return max(float(one.raw.x.max()) for one in _losses(log) if one.raw.x is not None) <= _BEYOND * last + 1


def _count_in_steps(log: Log, last: float) -> bool:
    """Count the curves of a log in steps; True where nothing says which, and its epochs are laid evenly over them."""
    counted = [one for one in log.curves if _counts_epochs(one) and len(one.y)]
    places = [np.arange(1.0, len(one.y) + 1) if one.x is None else one.x for one in counted]
    if not counted:
        return False
    first, end = min(float(x.min()) for x in places), max(float(x.max()) for x in places)
    even = False
    for one, epochs in zip(counted, places, strict=True):
        own = one.steps is not None and len(one.steps) == len(epochs)
        one.epochs = epochs
        one.x = one.steps if own else np.asarray((epochs - first + 1) * last / (end - first + 1))
        one.x_unit = "step"
        even = even or not own
    return even
