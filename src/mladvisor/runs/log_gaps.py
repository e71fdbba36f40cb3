"""What a log lacks that was found first: then another one, or the means of its epochs, lies below."""

from __future__ import annotations

from mladvisor.runs.data_sets import columns_of
from mladvisor.runs.model import Run
from mladvisor.runs.report_names import counts_periods


def of_steps_alone(run: Run) -> bool:
    """All that the logs here tell is the training loss of single steps, and nothing judges it."""
    losses = run.having("loss")
    return (
        bool(losses)
        and not run.having("metric")
        and all(one.x_unit == "step" and one.role.split == "train" for one in losses)
    )


def of_use_alone(run: Run) -> bool:
    """All that was taken for a log counts weeks or months and holds no loss: the model in use, not in training."""
    if not run.curves or run.having("loss"):
        return False
    firsts = {file: columns_of(run.path / file)[:1] for file in run.logs}
    return all(first and counts_periods(first[0]) for first in firsts.values())


def judged_by_nothing(run: Run) -> bool:
    """What was taken for a log holds no loss, metric or reward: statistics of layers beside the folder of the log."""
    return bool(run.curves) and not any(run.having(kind) for kind in ("loss", "metric", "reward"))
