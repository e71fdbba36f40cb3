"""The judged rows of the predictions (`predictions.*`), and what is asked of them: classes, numbers, scores, counts.

Counts of decisions by class may also come from a printed report or confusion matrix where there is no table of
predictions (`counted`); scores and single rows stand in a table alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.catalogue import Measures
from mladvisor.features.data_tables import tables
from mladvisor.features.measured import Measured, Where, not_applicable, unknown
from mladvisor.features.printed_counts import printed_counts
from mladvisor.features.work import job
from mladvisor.runs.table_names import table_kind

if TYPE_CHECKING:
    from mladvisor.features.evaluation.counts import Counts
    from mladvisor.features.evaluation.intervals import Array
    from mladvisor.features.evaluation.prediction_table import Predicted
    from mladvisor.tables.table import Table

HOW = "write predictions.csv beside the log: split, y_true, y_pred, and y_score or score_<class>"
JOB = job("predictions", "computing metrics from the predictions", nanoseconds=800, tables=("predictions",),
          wanted=HOW, otherwise=printed_counts)  # fmt: skip
_FOR_NUMBERS = "this is measured on predicted numbers; here classes are predicted"
_FOR_CLASSES = "this is measured on predicted classes; here a number is predicted"


def predicted(m: Measures, split: str | None = None) -> Predicted | Measured:
    """The judged rows of the predictions (`split`: of that one), or why there are none; `m.once(predicted)`."""
    found = m.once(tables)
    table = found.get("predictions")
    if table is None:
        why = found.errors.get("predictions")
        return unknown(why, "failed") if why else unknown(HOW)
    from mladvisor.features.evaluation.prediction_table import UnusableError

    def note(text: str) -> None:
        if text not in m.notes:
            m.notes.append(text)

    threshold = m.value("config.threshold")
    judged = partial(_read, m, table, split=split, note=note)
    try:
        found_rows = judged(_at(threshold))
        if found_rows.derived is None or isinstance(threshold, float):
            return found_rows
        told = _logged_cutoff(m, found_rows)
        if told is not None and told != found_rows.derived:
            note(f"{table.file}: the log's metrics are those of decisions at {told:g}, taken for the threshold in use")
            return judged(told)
        if (
            told is None
            and not _counts_errors_at_half(m)
            and table_kind(table.file.rpartition("/")[2]) != "predictions"
        ):
            note(f"{table.file}: holds scores alone, and nothing says from which score on a row is called positive")
            return found_rows.undecided()
        return found_rows
    except UnusableError as error:
        if split is None:
            note(str(error))
        return unknown(str(error), "failed")


def predicted_apart(m: Measures, split: str) -> Predicted | Measured:
    """The predicted rows of a split that has a file of its own beside the one that is judged."""
    from mladvisor.features.evaluation.prediction_table import UnusableError

    table = m.once(tables).answers_of(split)
    if table is None:
        return unknown(HOW)
    try:
        return _read(m, table, _at(m.value("config.threshold")), split=None, note=lambda _: None)
    except UnusableError as error:
        return unknown(str(error), "failed")


def _at(threshold: object) -> float:
    """The score from which on a row is called positive: the configured one, or one half."""
    return threshold if isinstance(threshold, float) else 0.5


def _read(m: Measures, table: Table, cut: float, *, split: str | None, note: Callable[[str], None]) -> Predicted:
    from mladvisor.features.evaluation.prediction_table import read

    manifest = m.run.manifest
    return read(
        table,
        task=manifest.task if manifest.task in ("binary", "multiclass", "regression") else None,
        positive_class=manifest.positive_class,
        threshold=cut,
        split=split,
        note=note,
    )


def _counts_errors_at_half(m: Measures) -> bool:
    """Boosting logs the rate of errors, which XGBoost and LightGBM count at one half unless they say otherwise
    ("error@0.3").
    """
    names = {curve.name.lower().replace("_", "-").rpartition("-")[2] for curve in m.run.curves}
    return "error" in names and m.value("model.family") == "boosting"


def _logged_cutoff(m: Measures, found: Predicted) -> float | None:
    """The threshold that the log's metrics of the same rows tell, where neither table nor settings do."""
    if found.derived is None or found.score is None:
        return None
    from mladvisor.features.evaluation.logged_cutoff import NAMES, logged_cutoff

    for split in ("val", "test"):
        curves = {curve.role.name: curve for curve in m.run.having("metric", split) if curve.role.name in NAMES}
        losses = m.run.having("loss", split)
        best = int(np.nanargmin(losses[0].y)) if losses and np.isfinite(losses[0].y).any() else -1
        # Rows are predicted by the last state of the model, or by its best one.
        told = {name: curve.y[[-1, best] if best < len(curve) else [-1]] for name, curve in curves.items()}
        cutoff = logged_cutoff(found.score, found.positives, told)
        if cutoff is not None:
            return cutoff
    return None


def of_classes(m: Measures) -> Predicted | Measured:
    """The judged rows, when classes are predicted."""
    found = m.once(predicted)
    if isinstance(found, Measured):
        return found
    return not_applicable(_FOR_CLASSES) if found.kind == "regression" else found


def of_numbers(m: Measures) -> Predicted | Measured:
    """The judged rows, when a number is predicted."""
    found = m.once(predicted)
    if isinstance(found, Measured):
        return found
    if found.kind != "regression":
        return not_applicable(_FOR_NUMBERS)
    return found if found.decided is not None else unknown(HOW)


def spread_numbers(m: Measures, least: int) -> tuple[Array, Array, float] | Measured:
    """(predicted numbers, true ones, the standard deviation of these), where so many rows differ in the truth."""
    found = m.once(of_numbers)
    if isinstance(found, Measured):
        return found
    spread = float(found.true.std())
    if len(found) < least or spread <= 0:
        return unknown(f"it needs {least} predicted rows with different true values", "too-few-points")
    return found.decided, found.true, spread


def of_scores(m: Measures) -> Predicted | Measured:
    """The judged rows, when there is a score for each class."""
    found = m.once(of_classes)
    if isinstance(found, Measured) or found.scores is not None:
        return found  # type: ignore[no-any-return]
    return unknown(f"{found.table.file} has no scores: add y_score (binary) or a column score_<class> for each class")


def where(found: Predicted, column: str = "") -> Where:
    """The table of predictions, or one column of it."""
    return Where(found.table.file, column)


def counted(m: Measures) -> Counts | Measured:
    """Counts of the decisions by class: of the judged rows, or of what was printed where no table holds them."""
    found = m.once(of_classes)
    if isinstance(found, Measured):
        absent = m.once(tables).file("predictions") is None
        return (m.once(printed_counts) if absent else None) or found
    if found.decided is None:
        return unknown(HOW)
    from mladvisor.features.evaluation.counts import of_rows

    return of_rows(found)


def by_class(m: Measures) -> Counts | Measured:
    """Counts of decisions of which the true class is known."""
    found: Counts | Measured = m.once(counted)
    if isinstance(found, Measured) or found.support is not None:
        return found
    return unknown(f"whether rows or columns of the confusion matrix in {found.file} are the truth cannot be told")


def one_class(found: Counts) -> Measured:
    """That there is nothing to tell apart."""
    return unknown(f"all judged rows of {found.file} have the same y_true")


def placed(found: Predicted, value: tuple[float, float] | None, column: str = "") -> Measured | None:
    """(value, standard error) as a measurement on a column of the predictions."""
    return None if value is None else Measured(value[0], se=value[1], where=where(found, column))


def placed_counts(found: Counts, value: tuple[float, float] | None, column: str = "") -> Measured | None:
    """The same where it was counted."""
    return None if value is None else Measured(value[0], se=value[1], where=found.where(column))
