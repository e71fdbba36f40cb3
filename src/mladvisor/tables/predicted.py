"""Predictions under the names of their data, and with the data beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from mladvisor.runs.data_names import is_array
from mladvisor.runs.table_columns import (
    DECISIONS,
    OTHER_SCORE_PREFIXES,
    PREDICTION_SPELLINGS,
    SCORE_PREFIX,
    asked_by_name,
    is_answer,
    may_be_score,
    of_one_quantity,
    roles_of,
)
from mladvisor.tables.label import configured_label
from mladvisor.tables.table import NUMBERS, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST, _SHARE = 3, 0.6
"""Columns of training, and the share of them, that predictions must hold to be rows of data as well."""


def with_truth(answers: Table, splits: Mapping[str, Table], label: str | None) -> Table:
    """Answers that lie alone in a file of arrays, beside the labels of as many rows of evaluation."""
    if not is_array(answers.file) or "y_true" in answers or label is None:
        return answers
    fits = [t for name, t in splits.items() if name != "train" and t.rows == answers.rows and t.share == 1.0]
    if len(fits) == 1 and label in fits[0] and answers.share == 1.0:
        answers.frame = answers.frame.assign(y_true=fits[0].series(label).to_numpy())
    return answers


def in_our_words(table: Table, label: str | None, settings: Mapping[str, Any], note: Callable[[str], None]) -> Table:
    """Predictions with columns called y_true, y_pred and y_score, as far as names and values tell which these are.

    Args:
        table: as it was read.
        label: what the data call it; of a folder without data the settings may say what was asked for.
        settings: dotted keys to values.
        note: told which columns are taken for what.
    """
    if label is None:
        said = configured_label(settings, table.columns)
        label = said.column if said is not None else None
    names = renamed(table, label)
    if names:
        table.frame = table.frame.rename(columns=names)
        note(f"{table.file}: " + ", ".join(f'"{old}" is taken for {new}' for old, new in names.items()))
    if decision := decided(table):
        note(f'{table.file}: "{decision}" is taken for y_pred: it follows the score')
    return table


def renamed(table: Table, label: str | None) -> dict[str, str]:
    """Own name -> y_true, y_pred or y_score, for columns called after the label ("churned", "predicted_churned").

    A single column of answers whose numbers lie within 0 and 1, not all at the ends, holds scores.
    """
    told = {column.lower() for column in table.columns}
    names: dict[str, str] = {}
    pair = of_one_quantity(table.columns)
    if label is not None and label in table and not told & set(PREDICTION_SPELLINGS["y_true"]):
        names[label] = "y_true"
    elif not told & set(PREDICTION_SPELLINGS["y_true"]) and (found := pair.get("y_true") or _by_content(table)):
        label = found
        names[label] = "y_true"
    answers = [column for column in table.columns if is_answer(column) and column != label]
    answers = answers or [pair[role] for role in pair if role == "y_pred"]
    answers = answers or [column for column in table.columns if may_be_score(column) and column != label]
    if len(answers) > 1:  # the decision beside the score is told by following it
        answers = [c for c in answers if table.kind(c) in NUMBERS and _are_scores(table.numbers(c))] or answers
    if len(answers) == 1:
        role = "y_score" if _are_scores(table.numbers(answers[0])) else "y_pred"
        scored = not told.isdisjoint(PREDICTION_SPELLINGS["y_score"])
        # A decision that is called so may stand beside the score; what is beside a score is not looked at here.
        decided = not told.isdisjoint(PREDICTION_SPELLINGS["y_pred"])
        beside = decided and answers[0].lower() not in PREDICTION_SPELLINGS["y_pred"]
        if not scored and (not decided or (beside and role == "y_score")):
            names[answers[0]] = role
    return names | _called_by_class(table, label)


def _called_by_class(table: Table, label: str | None) -> dict[str, str]:
    """Own name -> score_<class>, for scores that are called after the classes of the truth and nothing else."""
    truth = label if label is not None and label in table else roles_of(table.columns).get("y_true")
    if truth is None or table.kind(truth) in NUMBERS:
        return {}
    classes = [str(value) for value in table.codes(truth).values if value is not None]
    if len(classes) < _LEAST_CLASSES or not set(classes) <= set(table.columns) - {truth}:
        return {}
    scored = all(table.kind(each) in NUMBERS and _are_scores(table.numbers(each)) for each in classes)
    return {each: f"{SCORE_PREFIX}{each}" for each in classes} if scored else {}


_LEAST_CLASSES = 2
_SURE = 4.0
"""Standard errors by which the mean scores of an outcome and of none must differ: a group of people differs by less."""


def _by_content(table: Table) -> str | None:
    """The one yes or no of each row that scores were made for: `is_fraud` beside `fraud_proba`, whatever its name.

    It is 0 or 1, or shares a word with the score; high scores go with it, and do not settle it, as they do a decision.
    """
    scores = [c for c in table.columns if (is_answer(c) or may_be_score(c)) and table.kind(c) in NUMBERS]
    scores = [c for c in scores if _are_scores(table.numbers(c))]
    if len({tuple(np.round(np.abs(table.numbers(c)[:50] - 0.5), 3)) for c in scores}) != 1:  # p_0 and p_1 are one score
        return None
    score, called = table.numbers(scores[-1]), asked_by_name(table.columns, scores)
    found = []
    for column in table.columns:
        values = table.series(column).dropna().unique()
        plain = len(values) == 2 and {str(value).lower() for value in values} in _YES_OR_NO
        if column in scores or len(values) != 2 or not (plain or column in called) or is_answer(column):
            continue
        if column.lower() not in DECISIONS and _goes_with(score, (table.series(column) == values[0]).to_numpy()):
            found.append(column)
    return found[0] if len(found) == 1 else None


_YES_OR_NO = ({"0", "1"}, {"0.0", "1.0"}, {"true", "false"}, {"yes", "no"})


def _goes_with(score: NDArray[np.float64], one: NDArray[np.bool_]) -> bool:
    """The scores of the two sides surely differ, and overlap."""
    fine = np.isfinite(score)
    sides = sorted((score[fine & one], score[fine & ~one]), key=lambda side: float(side.mean()) if len(side) else 0.0)
    if min(map(len, sides)) < _LEAST_DECIDED or float(sides[0].max()) <= float(sides[1].min()):
        return False
    error = float(np.sqrt(sum(float(side.var()) / len(side) for side in sides)))
    return float(sides[1].mean() - sides[0].mean()) > _SURE * error


def _are_scores(values: NDArray[np.float64]) -> bool:
    known = values[~np.isnan(values)]
    return len(known) > 0 and bool(((known >= 0) & (known <= 1)).all()) and bool((known % 1 > 0).any())


_HALF = 0.5
_LEAST_DECIDED = 3
"""Rows of each side that a column of decisions must have: fewer may follow the score by chance."""


def decided(table: Table) -> str | None:
    """Add `y_pred` from the column of decisions, whatever it is called ("flagged", "action"); the name of that column.

    Decisions are two values that follow the score: all rows with the one have higher scores than all with the other.
    Where a single value stands in all rows the name of the column has to say that it holds decisions.
    """
    roles = roles_of(table.columns)
    pred = roles.get("y_pred")
    if "y_true" not in roles or not _holds_numbers(table, roles.get("y_score", "")):
        return None
    truth, score = table.series(roles["y_true"]), table.numbers(roles["y_score"])
    if pred is not None and not set(table.series(pred).unique()).isdisjoint(truth.unique()):
        return None
    known = np.isfinite(score)
    of_value = {value: score[known & (truth == value).to_numpy()] for value in truth.dropna().unique()[:3]}
    if len(of_value) != 2 or not all(map(len, of_value.values())):
        return None
    low, high = sorted(of_value, key=lambda value: float(of_value[value].mean()))
    for column in table.columns:
        if column in (roles["y_true"], roles["y_score"]) or table.series(column).isna().any():
            continue
        values = table.series(column).unique()
        if len(values) == 1 and column.lower() in DECISIONS:  # a word that stands in all rows: what most scores say
            high_side = bool(values[0]) if values[0] in (0, 1) else float(np.median(score[known])) >= _HALF
            table.frame = table.frame.assign(**{pred or "y_pred": high if high_side else low})
            return column
        if len(values) == 2:
            first = (table.series(column) == values[0]).to_numpy()
            if min((known & first).sum(), (known & ~first).sum()) < _LEAST_DECIDED:
                continue
            sides = sorted((first, ~first), key=lambda side: float(score[known & side].mean()))
            if float(score[known & sides[0]].max()) <= float(score[known & sides[1]].min()):
                table.frame = table.frame.assign(**{pred or "y_pred": np.where(sides[1], high, low)})
                return column
    return None


def _holds_numbers(table: Table, column: str) -> bool:
    return column in table and table.kind(column) in NUMBERS and bool(np.isfinite(table.numbers(column)).any())


_AGREE = 0.99
"""Share of the rows in which the true values of answers must be those of a column to be taken from it."""


def asked_for(answers: Table, table: Table) -> str | None:
    """The column of a split that the answers repeat as the truth: row by row, or by a key; None where none is."""
    if told := by_classes(answers, table):
        return told
    position = _rows_of(answers, table)
    if position is None or min(answers.share, table.share) < 1.0:
        return None
    lower = {column.lower(): column for column in answers.columns}
    spelled = [lower[name] for name in PREDICTION_SPELLINGS["y_true"] if name in lower]
    shared = [c for c in answers.columns if c in table and table.kind(c) not in ("identifier", "datetime", "empty")]
    for truth in spelled or shared:  # beside a truth that is called so, a shared column is one that slices are made by
        given = answers.series(truth).to_numpy()
        if len(answers.codes(truth).values) < 2 or (truth in shared and len(shared) > 1):
            continue
        agree = {c: _same(given, table, c, position) for c in ([truth] if truth in shared else table.columns)}
        best = max(agree.values(), default=0.0)
        if best >= _AGREE and list(agree.values()).count(best) == 1:
            return max(agree, key=lambda c: agree[c])
    return None


def replaced(answers: Table, train: Table) -> str | None:
    """The one column of training that the rows of answers lack: there the truth stands for it, under its own name."""
    shared = [column for column in train.columns if column in answers]
    lacking = [column for column in train.columns if column not in answers]
    truth = "y_true" in roles_of([column for column in answers.columns if column not in train])
    return lacking[0] if truth and len(lacking) == 1 and len(shared) >= _LEAST else None


def by_classes(answers: Table, table: Table) -> str | None:
    """The one column of both whose values the scores are called after: `finding` beside p_benign and p_malignant."""
    names = [column.replace(".", "_").replace(" ", "_") for column in answers.columns]
    for prefix in (SCORE_PREFIX, *OTHER_SCORE_PREFIXES):
        classes = {name[len(prefix) :] for name in names if name.startswith(prefix)}
        found = [
            column
            for column in answers.columns
            if column in table and not is_answer(column) and 1 < len(answers.codes(column).values) <= len(classes)
        ]
        found = [c for c in found if {str(value).replace(" ", "_") for value in answers.codes(c).values} <= classes]
        if len(classes) > 1 and len(found) == 1:
            return found[0]
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
    called = label if label is not None and label not in predicted else "y_true"
    frame = predicted.frame.rename(columns={"y_true": called})
    shared = [column for column in train.columns if column in frame.columns]
    if len(shared) < max(_LEAST, _SHARE * len(train.columns)):
        return None
    return Table("val", predicted.file, frame[shared], share=predicted.share)
