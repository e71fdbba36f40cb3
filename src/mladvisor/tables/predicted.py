"""Predictions under the names of their data, and with the data beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mladvisor.runs.table_names import PREDICTION_SPELLINGS, is_answer
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


def as_split(predicted: Table, train: Table, label: str | None) -> Table | None:
    """The rows that were predicted, as a split of the data; None where they hold too few columns of training."""
    frame = predicted.frame.rename(columns={"y_true": label}) if label is not None else predicted.frame
    shared = [column for column in train.columns if column in frame.columns]
    if len(shared) < max(_LEAST, _SHARE * len(train.columns)):
        return None
    return Table("val", predicted.file, frame[shared], share=predicted.share)
