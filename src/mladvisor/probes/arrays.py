"""Arrays, tensors, series and lists of any framework as plain Python values, without importing a framework."""

from __future__ import annotations

from typing import Any

import numpy as np

from mladvisor.probes.files import MAX_CLASSES
from mladvisor.runs import layout, table_columns


def array_of(values: Any) -> np.ndarray[Any, Any]:
    """As a numpy array; tensors leave their device and graph first."""
    for step in ("detach", "cpu"):
        if hasattr(values, step):
            values = getattr(values, step)()
    return np.asarray(values)


def values_of(values: Any) -> list[Any]:
    """One plain value a row."""
    array = array_of(values)
    return (array.reshape(-1) if array.ndim > 1 and array.shape[-1] == 1 else array).tolist()


def scores_of(predicted: Any, scores: Any, classes: Any = None) -> tuple[list[Any], dict[str, list[Any]]]:
    """Predicted values and score columns for `predictions.csv`.

    Args:
        predicted: labels or values, or None: the class of the highest score (at 0.5 for a single score).
        scores: (n,) of the positive class, or (n, classes), or None.
        classes: names of the columns; default 0, 1, 2 ...

    Raises:
        ValueError: neither is given.
    """
    if predicted is None and scores is None:
        raise ValueError("predictions need y_pred, scores or both")
    columns: dict[str, list[Any]] = {}
    if scores is not None:
        table = array_of(scores).astype(float)
        table = table[:, 0] if table.ndim == 2 and table.shape[1] == 1 else table
        names = list(classes) if classes is not None else list(range(table.shape[1] if table.ndim == 2 else 2))
        if table.ndim == 1 or table.shape[1] == 2:
            positive = table if table.ndim == 1 else table[:, 1]
            columns[layout.PREDICTION_COLUMNS[3]] = positive.tolist()
            best = (positive > 0.5).astype(int)
        else:
            best = table.argmax(axis=1)
            if table.shape[1] <= MAX_CLASSES:
                columns = {f"{table_columns.SCORE_PREFIX}{name}": table[:, i].tolist() for i, name in enumerate(names)}
        if predicted is None:
            return [names[i] for i in best.tolist()], columns
    return values_of(predicted), columns


def label_shares(labels: Any) -> dict[str, float]:
    """Class -> share of a batch's labels; {} where they are no classes."""
    array = array_of(labels).reshape(-1)
    if not array.size or array.size > 10_000_000:
        return {}
    if array.dtype.kind == "f" and (not np.isfinite(array).all() or (array != np.round(array)).any()):
        return {}
    names, counts = np.unique(array.astype(np.int64) if array.dtype.kind == "f" else array, return_counts=True)
    if len(names) > MAX_CLASSES:
        return {}
    return {str(name): count / array.size for name, count in zip(names.tolist(), counts.tolist(), strict=True)}
