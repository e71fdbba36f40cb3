"""The one curve that rules about a loss, or a metric, judge."""

from __future__ import annotations

from mladvisor.runs.model import Curve, Kind, Run, Split
from mladvisor.runs.roles import default_columns

# Metrics that say most about a model come first; a metric that is none of these comes after, in the order of the log.
_RANK = {
    name: rank
    for rank, name in enumerate(
        (
            "accuracy",
            "map50_95",
            "f1",
            "auc",
            "iou",
            "dice",
            "map",
            "map50",
            "balanced_accuracy",
            "pr_auc",
            "mcc",
            "kappa",
            "wer",
            "bleu",
            "rouge",
            "exact_match",
            "r2",
            "rmse",
            "mae",
            "mse",
            "perplexity",
        )
    )
}


def primary(run: Run, kind: Kind, split: Split) -> Curve | None:
    """The curve of `kind` on `split` that is judged; None when there is none.

    Loss: the total rather than a component, the epoch mean rather than its step twin (the step twin stays in
    `run.curves`, for spikes), the one with the most points among equals. Components without a total that could be
    summed (GANs) have no primary curve. Metric: the same quantity on all splits; of several, the one that says most.
    Test stands for validation where no validation is logged.
    """
    curves = run.having(kind, split)
    if kind == "loss":
        best = _best_loss(curves)
    elif kind == "metric":
        name = metric_name(run)
        best = _best([c for c in curves if c.role.name == name])
    else:
        best = _best(curves)
    if best is None and split == "val":
        best = primary(run, kind, "test")
        if best is not None and len(best) < 2:
            return None
    return best


def step_curve(run: Run, split: Split) -> Curve | None:
    """The loss at each step, where the log has it beside its epoch mean; else what `primary` gives."""
    totals = [c for c in run.having("loss", split) if not c.role.component]
    steps = [c for c in totals if default_columns().meaning(c.name).twin == "step"]
    return max(steps, key=len) if steps else primary(run, "loss", split)


def metric_name(run: Run) -> str | None:
    """The canonical name of the metric that is judged; None when no metric was logged.

    What was logged on validation (else test, else training) data counts first, then `_RANK`, then the log's order.
    """
    place: dict[Split | None, int] = {"val": 0, "test": 1, "train": 2, None: 3}
    best: tuple[tuple[bool, bool, int, int], str] | None = None
    for curve in run.having("metric"):
        role = curve.role
        unknown = role.higher_is_better is None
        key = (len(curve) < 2, unknown, place[role.split], _RANK.get(role.name, len(_RANK)))
        if best is None or key < best[0]:
            best = (key, role.name)
    return best[1] if best else None


def _best_loss(curves: list[Curve]) -> Curve | None:
    """Of the totals: many points before one, the epoch mean, a name that says total, then the longest."""
    totals = [c for c in curves if not c.role.component]
    if not totals:
        return None
    meaning = default_columns().meaning

    def key(curve: Curve) -> tuple[bool, bool, bool, int]:
        said = meaning(curve.name)
        return (len(curve) > 1, said.twin != "step", said.explicit_total, len(curve))

    return max(totals, key=key)


def _best(curves: list[Curve]) -> Curve | None:
    """The epoch mean rather than the step twin, then the longest, then the one of the plainest name, then the first."""
    if not curves:
        return None
    meaning = default_columns().meaning
    return max(curves, key=lambda c: (len(c) > 1, meaning(c.name).twin != "step", len(c), called_plainly(c)))


def called_plainly(curve: Curve) -> bool:
    """Nothing but quantity and split is in the name: of `g_ll` and `log_likelihood` the first is that of something."""
    columns = default_columns()
    own = [word for word in columns.words(curve.name) if columns.is_split(word) is None]
    return "_".join(own) == curve.role.name
