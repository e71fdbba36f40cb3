"""Predictions under the names of their data, and with the data beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mladvisor.runs.table_columns import PREDICTION_SPELLINGS, is_answer
from mladvisor.tables.table import Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST, _SHARE = 3, 0.6
"""Columns of training, and the share of them, that predictions must hold to be rows of data as well."""


def renamed(table: Table, label: str | None) -> dict[str, str]:
    """Own name -> y_true, y_pred or y_score, for columns called after the label ("churned", "predicted_churned").

    A single column of answers whose numbers lie within 0 and 1, not all at the ends, holds scores.
    """
    told = {column.lower() for column in table.columns}
    names: dict[str, str] = {}
    if label is not None and label in table and not told & set(PREDICTION_SPELLINGS["y_true"]):
        names[label] = "y_true"
    answers = [column for column in table.columns if is_answer(column) and column != label]
    if len(answers) == 1 and not told & {*PREDICTION_SPELLINGS["y_pred"], *PREDICTION_SPELLINGS["y_score"]}:
        names[answers[0]] = "y_score" if _are_scores(table.numbers(answers[0])) else "y_pred"
    return names


def _are_scores(values: NDArray[np.float64]) -> bool:
    known = values[~np.isnan(values)]
    return len(known) > 0 and bool(((known >= 0) & (known <= 1)).all()) and bool((known % 1 > 0).any())


_AGREE = 0.99
"""Share of the rows in which the true values of answers must be those of a column to be taken from it."""


def asked_for(answers: Table, table: Table) -> str | None:
    """The column of a split that the answers repeat as the truth: row by row, or by a key; None where none is."""
    position = _rows_of(answers, table)
    if position is None or min(answers.share, table.share) < 1.0:
        return None
    lower = {column.lower(): column for column in answers.columns}
    spelled = [lower[name] for name in PREDICTION_SPELLINGS["y_true"] if name in lower]
    shared = [c for c in answers.columns if c in table and table.kind(c) not in ("identifier", "datetime", "empty")]
    for truth in [*shared, *spelled]:
        given = answers.series(truth).to_numpy()
        if len(answers.codes(truth).values) < 2 or (truth in shared and len(shared) > 1):
            continue
        agree = {c: _same(given, table, c, position) for c in ([truth] if truth in shared else table.columns)}
        best = max(agree.values(), default=0.0)
        if best >= _AGREE and list(agree.values()).count(best) == 1:
            return max(agree, key=lambda c: agree[c])
    return None


def _rows_of(answers: Table, table: Table) -> NDArray[np.int64] | None:
    """The row of a split for each answer."""
    for key in (c for c in answers.columns if c in table and table.kind(c) == "identifier"):
        place = {value: row for row, value in enumerate(table.series(key).tolist())}
        rows = [place.get(value, -1) for value in answers.series(key).tolist()]
        if len(place) == table.rows and rows and min(rows) >= 0:
            return np.array(rows)
    return np.arange(table.rows) if table.rows == answers.rows else None


def _same(given: NDArray[Any], table: Table, column: str, position: NDArray[np.int64]) -> float:
    """Share of the rows in which two columns hold the same."""
    own = table.series(column).to_numpy()[position]
    if given.dtype.kind in "biuf" and own.dtype.kind in "biuf":
        return float(np.isclose(given.astype(float), own.astype(float), rtol=1e-4, atol=1e-9).mean())
    return float((given.astype(str) == own.astype(str)).mean())


def as_split(predicted: Table, train: Table, label: str | None) -> Table | None:
    """The rows that were predicted, as a split of the data; None where they hold too few columns of training."""
    frame = predicted.frame.rename(columns={"y_true": label}) if label is not None else predicted.frame
    shared = [column for column in train.columns if column in frame.columns]
    if len(shared) < max(_LEAST, _SHARE * len(train.columns)):
        return None
    return Table("val", predicted.file, frame[shared], share=predicted.share)
