"""A classifier that tells the rows of two tables apart: drift that no single column shows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mladvisor.tables.drift import spelled
from mladvisor.tables.table import SEED, Table

MOST_ROWS = 10_000
LEAST_ROWS = 50
MOST_CATEGORIES = 100
FOLDS = 4


class Apart(NamedTuple):
    """How well two tables are told apart.

    Attributes:
        auc: cross-validated ROC AUC; 0.5 is chance.
        se: standard error over the folds' rows (Hanley and McNeil 1982 for AUC 0.5).
        leading: the columns that tell most.
    """

    auc: float
    se: float
    leading: tuple[str, ...]


def told_apart(train: Table, other: Table, *, leave_out: str | None) -> Apart | None:
    """Boosted trees of depth 3 on a sample of both tables, cross-validated; None where nothing can be compared.

    Keys and dates differ between any two tables, and are left out.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.inspection import permutation_importance
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold

    usable = ("numeric", "integer", "boolean", "categorical")
    columns = [
        column
        for column in train.columns
        if column != leave_out and column in other and train.kind(column) in usable and other.kind(column) in usable
    ]
    if not columns or min(train.rows, other.rows) < LEAST_ROWS:
        return None
    x = np.column_stack([_column(train, other, column) for column in columns])
    first, second = train.sample(MOST_ROWS), other.sample(MOST_ROWS)
    y = np.repeat([0, 1], [len(first), len(second)])
    score = np.zeros(len(y))
    model = HistGradientBoostingClassifier(max_depth=3, max_iter=40, early_stopping=False, random_state=SEED % 2**31)
    last: tuple[NDArray[np.float64], NDArray[np.int64]] | None = None
    for fit, judge in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED % 2**31).split(x, y):
        model.fit(x[fit], y[fit])
        score[judge] = model.predict_proba(x[judge])[:, 1]
        last = x[judge], y[judge]
    auc = float(roc_auc_score(y, score))
    n, m = len(first), len(second)
    error = float(np.sqrt((n + m + 1) / (12.0 * n * m)))
    leading: tuple[str, ...] = ()
    if auc > 0.5 + 4 * error and last is not None:
        found = permutation_importance(model, *last, scoring="roc_auc", n_repeats=2, random_state=SEED % 2**31)
        order = np.argsort(-found.importances_mean)[:3]
        leading = tuple(columns[i] for i in order if found.importances_mean[i] > 0.01)
    return Apart(auc, error, leading)


def _column(train: Table, other: Table, column: str) -> NDArray[np.float64]:
    """Sampled rows of both tables as numbers: categories by how common they are, blanks as NaN."""
    parts = [(table, table.sample(MOST_ROWS)) for table in (train, other)]
    if {train.kind(column), other.kind(column)} <= {"numeric", "integer"}:
        return np.concatenate([table.numbers(column)[rows] for table, rows in parts])
    words = []
    for table, rows in parts:
        codes, values = table.codes(column)
        names = np.array([*(spelled(value) for value in values), ""], dtype=object)
        words.append(names[codes[rows]])
    together = np.concatenate(words)
    names, inverse, counts = np.unique(together, return_inverse=True, return_counts=True)
    rank = np.empty(len(names))
    rank[np.argsort(-counts, kind="stable")] = np.arange(len(names), dtype=np.float64)
    result = np.minimum(rank[inverse], float(MOST_CATEGORIES))
    result[together == ""] = np.nan
    return result
