"""`predictions.*` as arrays: which rows are judged, what the classes are, and what was odd about the file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mladvisor.features.evaluation.intervals import Array
from mladvisor.features.evaluation.prediction_columns import MOST_CLASSES, columns_of, scored, word

if TYPE_CHECKING:
    from mladvisor.tables.table import Table

MOST_ROWS = 200_000
_JUDGED = ("test", "val")
_SPLITS = {"valid": "val", "validation": "val", "dev": "val", "eval": "val", "training": "train", "testing": "test"}
_POSITIVE = ("1", "true", "yes", "y", "t", "positive", "pos")


class Predicted(NamedTuple):
    """The judged rows of a table of predictions.

    Attributes:
        table: the whole table. rows: its rows that are judged, shape (n,).
        split: test, val, train, or "" when the table does not say.
        kind: binary, multiclass or regression.
        classes: names in order; () for regression. positive: index of the positive class of a binary task.
        true: codes (classes) or values (regression), shape (n,).
        decided: codes or values that the model gave, shape (n,); None without them.
        scores: shape (n, classes), higher = more of that class; None without them.
        probabilities: the scores lie in 0..1 and each row adds to 1.
        score_columns: where scores come from.
        derived: `decided` was made from the scores by this threshold (binary) or the largest score; None when given.
    """

    table: Table
    rows: Array
    split: str
    kind: str
    classes: tuple[str, ...]
    positive: int
    true: Array
    decided: Array | None
    scores: Array | None
    probabilities: bool
    score_columns: tuple[str, ...]
    derived: float | None

    def __len__(self) -> int:
        return len(self.rows)

    def undecided(self) -> Predicted:
        """The same rows without decisions; `_replace` would count fields by `len`, which is that of the rows here."""
        return Predicted(**{**self._asdict(), "decided": None, "derived": None})

    @property
    def positives(self) -> Array:
        """Rows of the positive class, shape (n,) bool."""
        return np.asarray(self.true == self.positive)

    @property
    def score(self) -> Array | None:
        """Score of the positive class of a binary task, shape (n,)."""
        return None if self.scores is None or self.kind != "binary" else self.scores[:, self.positive]


class UnusableError(Exception):
    """Nothing can be measured on this table; the message says why, for a person."""


def read(
    table: Table,
    *,
    task: str | None = None,
    positive_class: Any = None,
    threshold: float = 0.5,
    split: str | None = None,
    note: Callable[[str], None] = lambda _: None,
) -> Predicted:
    """The judged rows: of the test split, else validation, else all that is there.

    Args:
        task: binary, multiclass or regression when known; else told from y_true.
        positive_class: the manifest's word.
        threshold: makes decisions from scores of a binary task when there is no y_pred.
        split: these rows instead.
        note: told what is odd.

    Raises:
        UnusableError: with the reason.
    """
    columns = columns_of(table)
    if not table.rows:
        raise UnusableError(f"{table.file} has no rows")
    if "y_true" not in columns:
        raise UnusableError(f'{table.file} has no column "y_true"; its columns are {", ".join(table.columns[:8])}')
    rows, chosen = _judged(table, columns.get("split"), split, note)
    if len(rows) > MOST_ROWS:
        rows = np.sort(np.random.default_rng(0).choice(rows, MOST_ROWS, replace=False))
        note(f"{table.file}: {MOST_ROWS:,} rows of split {chosen or 'all'} are judged, drawn at random")
    filled = ~table.missing(columns["y_true"])[rows]
    if not filled.all():
        note(f"{table.file}: {int((~filled).sum()):,} rows have no y_true and are left out")
        rows = rows[filled]
    if not len(rows):
        raise UnusableError(f"{table.file}: no row{f' of split {chosen}' if chosen else ''} has a y_true")
    if (task or _task(table, columns)) == "regression":
        return _regression(table, columns, rows, chosen, note)
    return _classes(table, columns, rows, chosen, positive_class=positive_class, threshold=threshold, note=note)


def used_columns(table: Table) -> set[str]:
    """Columns that hold predictions; all others describe the rows."""
    return {*columns_of(table).values(), *scored(table).values()}


def _judged(table: Table, column: str | None, wanted: str | None, note: Callable[[str], None]) -> tuple[Array, str]:
    if column is None:
        return np.arange(table.rows), ""
    codes, values = table.codes(column)
    names = [_split(value) for value in values]
    for name in (wanted,) if wanted else _JUDGED:
        inside = [index for index, each in enumerate(names) if each == name]
        if inside:
            return np.flatnonzero(np.isin(codes, inside)), str(name)
    if wanted:
        raise UnusableError(f"{table.file} has no rows of split {wanted}")
    others = [index for index, each in enumerate(names) if each != "train"]
    if others:
        return np.flatnonzero(np.isin(codes, others)), names[others[0]] if len(others) == 1 else ""
    note(f"{table.file} holds predictions for training rows only: what is measured on them is too good")
    return np.flatnonzero(codes >= 0), "train"


def rows_of_split(table: Table, split: str) -> Array:
    """Every row of a split; all rows where the table names no splits."""
    column = columns_of(table).get("split")
    if column is None:
        return np.arange(table.rows)
    codes, values = table.codes(column)
    return np.flatnonzero(np.isin(codes, [index for index, value in enumerate(values) if _split(value) == split]))


def _split(value: Any) -> str:
    name = str(value).strip().lower()
    return _SPLITS.get(name, name)


def _task(table: Table, columns: dict[str, str]) -> str:
    from mladvisor.tables.label import task_of

    if scored(table):
        return "multiclass"
    told = task_of(table, columns["y_true"]) or "multiclass"
    if told == "regression" and not np.isfinite(table.numbers(columns["y_true"])).any():
        return "multiclass"  # words, however many
    return told


def _finite(values: Array, what: str, table: Table, note: Callable[[str], None]) -> Array:
    fine: Array = np.isfinite(values)
    if fine.ndim > 1:
        fine = np.asarray(fine.all(axis=1))
    if not fine.all():
        note(f"{table.file}: {int((~fine).sum()):,} of {len(fine):,} rows have no finite {what} and are left out")
    return fine


def _regression(
    table: Table, columns: dict[str, str], rows: Array, split: str, note: Callable[[str], None]
) -> Predicted:
    column = columns.get("y_pred") or columns.get("y_score")
    true = table.numbers(columns["y_true"])[rows]
    decided = table.numbers(column)[rows] if column else None
    fine = _finite(true, "y_true", table, note)
    if decided is not None:
        fine &= _finite(decided, column or "", table, note)
        decided = decided[fine]
    if not fine.any():
        raise UnusableError(f"{table.file}: no row has numbers in y_true and {column}; is this a task of classes?")
    return Predicted(table, rows[fine], split, "regression", (), 0, true[fine], decided, None, False, (), None)


def _classes(
    table: Table,
    columns: dict[str, str],
    rows: Array,
    split: str,
    *,
    positive_class: Any,
    threshold: float,
    note: Callable[[str], None],
) -> Predicted:
    true_words = _words(table, columns["y_true"], rows)
    by_class = scored(table)
    decided_words = _words(table, columns["y_pred"], rows) if "y_pred" in columns else None
    single = columns.get("y_score")
    if decided_words is not None and single is None and not by_class and _is_probability(table, columns, rows):
        note(f"{table.file}: {columns['y_pred']} holds probabilities, and is read as y_score")
        single, decided_words = columns["y_pred"], None
    if decided_words is not None:
        given, called = set(true_words.tolist()) - {""}, set(decided_words.tolist()) - {""}
        if min(len(given), len(called)) > 1 and not given & called:
            raise UnusableError(
                f"{table.file}: {columns['y_true']} holds {min(given)!r} and the like, {columns['y_pred']} "
                f"{min(called)!r}: no value is in both, so they cannot be compared (numbers beside names of classes?)"
            )
    seen = {*true_words.tolist(), *(decided_words.tolist() if decided_words is not None else ()), *by_class} - {""}
    classes = tuple(sorted(seen, key=_order))
    if len(classes) > MOST_CLASSES:
        raise UnusableError(f"{table.file}: y_true has {len(classes):,} different values, too many to be classes")
    if len(classes) < 2 and single is not None and classes[0] in ("0", "1"):
        classes = ("0", "1")
    kind = "binary" if len(classes) <= 2 else "multiclass"
    positive = _positive(classes, positive_class, table, note) if kind == "binary" else 0
    if positive is None:
        positive = _scored_class(classes, decided_words, table.numbers(single)[rows] if single else None)
    scores, names = _scores(
        table, rows, classes, positive=positive, scored=by_class, single=single if kind == "binary" else None
    )
    fine = np.ones(len(rows), bool)
    if scores is not None:
        fine &= _finite(scores, "score", table, note)
    if decided_words is not None and (blank := decided_words == "").any():
        note(f"{table.file}: {int(blank.sum()):,} rows have no y_pred and are left out")
        fine &= ~blank
    if not fine.any():
        raise UnusableError(f"{table.file}: no row has a finite score and a prediction")
    code = {name: index for index, name in enumerate(classes)}
    true = np.array([code[name] for name in true_words[fine].tolist()], np.int64)
    scores = scores[fine] if scores is not None else None
    probabilities = scores is not None and _are_probabilities(scores)
    if scores is not None and not probabilities:
        note(f"{table.file}: scores lie outside 0..1 or do not add to 1: they rank rows, but are no probabilities")
    derived = None
    if decided_words is not None:
        decided = np.array([code[name] for name in decided_words[fine].tolist()], np.int64)
    elif scores is not None:
        derived = threshold if kind == "binary" and probabilities else None
        decided = _decide(scores, positive, derived)
    else:
        raise UnusableError(f"{table.file} has neither y_pred nor scores (y_score, score_<class>)")
    return Predicted(
        table, rows[fine], split, kind, classes, positive, true, decided, scores, probabilities, names, derived
    )


def _decide(scores: Array, positive: int, threshold: float | None) -> Array:
    if threshold is None:
        return np.asarray(scores.argmax(axis=1))
    return np.where(scores[:, positive] >= threshold, positive, 1 - positive)


def _words(table: Table, column: str, rows: Array) -> Array:
    codes, values = table.codes(column)
    words = np.array([*(word(value) for value in values), ""], dtype=object)
    return np.asarray(words[codes[rows]])


def _is_probability(table: Table, columns: dict[str, str], rows: Array) -> bool:
    values = table.numbers(columns["y_pred"])[rows]
    values = values[np.isfinite(values)]
    return bool(len(values) and values.min() >= 0 and values.max() <= 1 and (values != np.round(values)).mean() > 0.5)


def _order(name: str) -> tuple[int, float, str]:
    try:
        return 0, float(name), ""
    except ValueError:
        return 1, 0.0, name


def _positive(classes: tuple[str, ...], said: Any, table: Table, note: Callable[[str], None]) -> int | None:
    """The class that is said to be the positive one, or named so; None when neither tells."""
    if said is not None:
        if word(said) in classes:
            return classes.index(word(said))
        note(f'{table.file}: the positive class "{said}" of the manifest is none of {", ".join(classes)}')
    return _called_positive(classes)


def _called_positive(classes: tuple[str, ...]) -> int | None:
    for name in _POSITIVE:
        for index, each in enumerate(classes):
            if each.lower() == name:
                return index
    return None


def positive_of(classes: tuple[str, ...], said: Any) -> int:
    """The positive class of two where no scores are known: the manifest's word, else by its name, else the last."""
    if said is not None and word(said) in classes:
        return classes.index(word(said))
    named = _called_positive(classes)
    return len(classes) - 1 if named is None else named


def _scored_class(classes: tuple[str, ...], decided: Array | None, score: Array | None) -> int:
    """The class that a lone score stands for: rows that were decided for it have the higher scores; else the last."""
    if decided is None or score is None or len(classes) != 2:
        return len(classes) - 1
    means = [score[(decided == name) & np.isfinite(score)] for name in classes]
    return int(means[0].mean() <= means[1].mean()) if all(map(len, means)) else len(classes) - 1


def _scores(
    table: Table, rows: Array, classes: tuple[str, ...], *, positive: int, scored: dict[str, str], single: str | None
) -> tuple[Array | None, tuple[str, ...]]:
    if scored and len(classes) >= 2 and len(scored) >= len(classes) - 1:
        names = tuple(scored[each] for each in classes if each in scored)
        columns = [table.numbers(scored[each])[rows] if each in scored else None for each in classes]
        rest = 1 - np.sum([column for column in columns if column is not None], axis=0)
        return np.column_stack([column if column is not None else rest for column in columns]), names
    if single is not None and len(classes) == 2:
        score = table.numbers(single)[rows]
        pair = np.empty((len(rows), 2))
        pair[:, positive], pair[:, 1 - positive] = score, 1 - score
        return pair, (single,)
    return None, ()


def _are_probabilities(scores: Array) -> bool:
    inside = bool(scores.min() >= -1e-9 and scores.max() <= 1 + 1e-9)
    return inside and float((np.abs(scores.sum(axis=1) - 1) > 0.02).mean()) < 0.01
