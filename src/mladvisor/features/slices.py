"""Subsets of the judged rows on which the model is clearly worse than on the rest, given ones and found ones.

The conditions come from columns of the predictions that are no predictions, and from the table of the same split where
its rows are the same rows. The share that a slice has in the training table tells whether it was thin there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_tables import tables
from mladvisor.features.measured import Items, Measured, Where, not_applicable, unknown
from mladvisor.features.predictions import HOW, predicted
from mladvisor.features.told_groups import told_groups
from mladvisor.features.work import job

if TYPE_CHECKING:
    from mladvisor.features.evaluation.intervals import Array
    from mladvisor.features.evaluation.prediction_table import Predicted
    from mladvisor.features.evaluation.slicing import Coded, Found, Slice
    from mladvisor.tables.table import Table

JOB = job("slices", "searching for subsets on which the model fails", nanoseconds=3000, tables=("predictions",),
          wanted=HOW)  # fmt: skip
_HOW = f"{HOW}; columns that describe the rows (region, device, ...) beside them, or test.csv with the same rows"
_MOST_COLUMNS = 24
_PAIRED = 10
_CATEGORIES = 20
_LEAST_GIVEN = 10


def _errors(found: Predicted) -> tuple[Array, Array | None]:
    """Error of each judged row (wrong or not; of numbers in standard deviations), and that of its class as a whole."""
    if found.kind == "regression":
        return np.abs(found.true - found.decided) / (float(found.true.std()) or 1.0), None
    wrong = (found.true != found.decided).astype(float)
    rows = np.maximum(np.bincount(found.true, minlength=len(found.classes)), 1)
    return wrong, (np.bincount(found.true, weights=wrong, minlength=len(found.classes)) / rows)[found.true]


def _sources(m: Measures, found: Predicted) -> list[tuple[Table, str, Array]]:
    """(table, column, its rows) of every column that may tell slices apart."""
    from mladvisor.features.evaluation.prediction_table import used_columns

    used = used_columns(found.table)
    own = [(found.table, column, found.rows) for column in found.table.columns if column not in used]
    names = {column for _, column, _ in own}
    return own + [each for each in _same_rows(m, found) if each[1] not in names]


def _same_rows(m: Measures, found: Predicted) -> list[tuple[Table, str, Array]]:
    """Columns of the table whose rows are those of the predictions: by a key, or as many; and with the same labels."""
    collection = m.once(tables)
    for split in (found.split,) if found.split else ("test", "val"):
        table = collection.splits.get(split)
        if table is not None and collection.label_column in table and table.share == 1.0:
            position = _positions(found, table)
            if position is not None and _labels_agree(found, table, str(collection.label_column), position):
                return [(table, name, position) for name in table.columns if name != collection.label_column]
    return []


def _positions(found: Predicted, table: Table) -> Array | None:
    """Row of the table for each judged row: where both name it by the same key, else in the order of the file."""
    from mladvisor.features.evaluation.prediction_table import rows_of_split

    for key in (name for name in found.table.columns if name in table and table.kind(name) == "identifier"):
        place = {value: row for row, value in enumerate(table.series(key).tolist())}
        rows = [place.get(value, -1) for value in found.table.series(key).iloc[found.rows].tolist()]
        if len(place) == table.rows and min(rows, default=-1) >= 0:
            return np.array(rows)
    every = rows_of_split(found.table, found.split)
    return np.searchsorted(every, found.rows) if len(every) == table.rows else None


def _labels_agree(found: Predicted, table: Table, label: str, position: Array) -> bool:
    """Whether the rows of the table carry the labels of the judged rows."""
    from mladvisor.features.evaluation.prediction_columns import word

    if found.kind == "regression":
        given = table.numbers(label)[position]
        return bool(np.allclose(given, found.true, rtol=1e-3, atol=1e-9, equal_nan=False))
    codes, values = table.codes(label)
    words = np.array([*(word(value) for value in values), ""], dtype=object)[codes[position]]
    return bool((words == np.array(found.classes, dtype=object)[found.true]).mean() > 0.99)


def slices(m: Measures) -> Found | Measured:
    """The slices with the clearest excess of error."""
    found = m.once(predicted)
    if isinstance(found, Measured):
        return found
    if found.decided is None:
        return unknown(HOW)
    from mladvisor.features.evaluation.slicing import Found, find_slices

    wanted = set(m.run.manifest.slices)
    given: list[tuple[Coded, Array | None]] = []
    others: list[tuple[Coded, Array | None]] = []
    for table, column, rows in sorted(_sources(m, found), key=lambda source: source[1] not in wanted):
        if len(others) == _MOST_COLUMNS:
            m.notes.append(f"slices are looked for in the first {_MOST_COLUMNS} columns that can tell rows apart")
            break
        coded = _coded(m, table, column, rows)
        if coded is not None:
            (given if column in wanted else others).append(coded)
    missing = wanted - {each[0].name for each in given}
    if missing and found.table.columns:
        text = f"no column {', '.join(sorted(missing))} for the slices of the manifest in {found.table.file}"
        if text not in m.notes:
            m.notes.append(text)
    if not given and not others:
        return unknown(_HOW)
    errors, usual = _errors(found)
    kept: list[tuple[Slice, bool]] = []
    if given:
        kept += [
            (each, True)
            for each in find_slices([c for c, _ in given], errors, expected=usual, least=_LEAST_GIVEN, least_share=0)
        ]
    if others:
        pairs = len(others) <= _PAIRED
        searched = find_slices([c for c, _ in others], errors, expected=usual, pairs=pairs)
        if not pairs:
            best = _strongest([c for c, _ in others], errors)
            searched = _merge(searched, find_slices([others[i][0] for i in best], errors, expected=usual))
        kept += [(each, False) for each in searched]
    trains = {coded.name: train for coded, train in given + others}
    counted = m.once(told_groups)
    train = {
        each.words: shares
        for each, _ in kept
        if (shares := _in_training(each, trains) or _as_told(each, counted)) is not None
    }
    admitted = _admitted(found, errors)
    codes = {one.name: one.codes for one, _ in given + others}
    surprise = (
        {each.words: _surprise(each, codes, errors, admitted) for each, _ in kept} if admitted is not None else {}
    )
    return Found(kept, train, len(given) + len(others), surprise)


def _admitted(found: Predicted, errors: Array) -> Array | None:
    """The error that the scores of each row admit, (n,), scaled to the errors there are; None without probabilities.

    Rows may be hard by nature, and the model know it. One that was trained with class weights knows it, too, although
    each of its scores is then too high: where two classes are told apart they are moved to the share of the positives.
    """
    from mladvisor.features.evaluation.prior_shift import of_share

    if found.scores is None or not found.probabilities or found.decided is None:
        return None
    sure = found.scores[np.arange(len(found.decided)), found.decided]
    if found.scores.shape[1] == len(("yes", "no")) and 0 < int(found.positives.sum()) < len(found.true):
        positive = of_share(found.scores[:, found.positive], float(found.positives.mean()))
        sure = np.where(found.decided == found.positive, positive, 1.0 - positive)
    doubt = 1.0 - sure
    usual = float(doubt.mean())
    return doubt * (float(errors.mean()) / usual) if usual > 0.0 else None


def _surprise(each: Slice, coded: dict[str, Array], errors: Array, admitted: Array) -> float:
    inside = np.logical_and.reduce([coded[column] == code for column, code in each.parts])
    return float((errors - admitted)[inside].mean())


def _strongest(columns: list[Coded], errors: Array) -> list[int]:
    """The columns whose parts differ most in error."""
    from mladvisor.features.evaluation.binning import by_groups, number_label

    label = number_label(errors)
    strength = [(explained.p if (explained := by_groups(c.codes, label)) else 1.0) for c in columns]
    return sorted(range(len(columns)), key=lambda i: strength[i])[:_PAIRED]


def _merge(first: list[Slice], second: list[Slice]) -> list[Slice]:
    """Both, each once, with the larger q where both have one."""
    known = {each.words: each for each in first}
    for each in second:
        if each.words not in known or known[each.words].q < each.q:
            known[each.words] = each
    return sorted(known.values(), key=lambda each: each.q)[:8]


def _coded(m: Measures, table: Table, column: str, rows: Array) -> tuple[Coded, Array | None] | None:
    """A column cut into parts, and the parts of the training rows; None where it cannot tell slices apart."""
    from mladvisor.features.evaluation.slicing import Coded, cut_numbers, with_edges

    kind = table.kind(column)
    if kind in ("identifier", "text", "nested", "empty", "datetime"):
        return None
    train = m.once(tables).splits.get("train")
    train = train if train is not None and column in train and table.name != "train" else None
    if kind in ("numeric", "integer"):
        cells = table.numbers(column)[rows]
        if np.isnan(cells).all():
            return None
        coded, edges = cut_numbers(column, cells)
        return coded, with_edges(train.numbers(column), edges) if train is not None else None
    codes, values = table.codes(column)
    counts = np.bincount(codes[rows][codes[rows] >= 0], minlength=len(values))
    common = np.argsort(-counts, kind="stable")[:_CATEGORIES]
    part = np.full(len(values) + 1, len(common))
    part[common] = np.arange(len(common))
    part[-1] = len(common) + 1
    names = [str(values[i])[:40] for i in common.tolist()]
    words = (*(f"{column} = {name}" for name in names), f"{column} = any other", f"{column} missing")
    coded = Coded(column, part[codes[rows]], words)
    if train is None:
        return coded, None
    other, found = train.codes(column)
    place = {str(values[i]): k for k, i in enumerate(common.tolist())}
    lookup = np.array([*(place.get(str(value), len(common)) for value in found), len(common) + 1])
    return coded, lookup[other]


def _in_training(each: Slice, trains: dict[str, Array | None]) -> tuple[float, float] | None:
    """(rows, share) of a slice in the training table; None where a column is not there."""
    masks = []
    for column, code in each.parts:
        codes = trains.get(column)
        if codes is None:
            return None
        masks.append(codes == code)
    inside = float(np.logical_and.reduce(masks).sum())
    return inside, inside / max(len(masks[0]), 1)


def _as_told(each: Slice, counted: list[tuple[dict[str, int], str]]) -> tuple[float, float] | None:
    """The same as a note or a file of counts says it; None of a slice that is cut by more than one column."""
    if len(each.parts) != 1:
        return None
    name = each.words.partition(" = ")[2].strip().lower()
    found = next((groups for groups, _ in counted if name in groups), None)
    return (float(found[name]), found[name] / max(sum(found.values()), 1)) if found is not None else None


def _items(m: Measures, value: str, error: str = "") -> Items | Measured:
    found = m.once(slices)
    if isinstance(found, Measured):
        return found
    place = Where(m.once(predicted).table.file)
    return {
        each.words: Measured(float(getattr(each, value)), se=float(getattr(each, error)) if error else 0.0, where=place)
        for each, _ in found.slices
    }


@feature("slices.tested", unit="columns", doc="Columns by which rows were cut into slices", how=_HOW,
         source="metric.slices", cost="cheap", job=JOB)  # fmt: skip
def tested(m: Measures) -> Measured:
    found = m.once(slices)
    return found if isinstance(found, Measured) else Measured(float(found.tested))


@feature("slice.error", unit="fraction", doc="Mean error on a slice: share of wrong decisions, or absolute error in"
         " standard deviations of the label", how=_HOW, each="slice", source="metric.slices", cost="cheap",
         job=JOB)  # fmt: skip
def slice_error(m: Measures) -> Items | Measured:
    return _items(m, "error")


@feature("slice.rest", unit="fraction", doc="Mean error on all other rows", how=_HOW, each="slice",
         source="metric.slices", cost="cheap", job=JOB)  # fmt: skip
def slice_rest(m: Measures) -> Items | Measured:
    return _items(m, "rest")


@feature("slice.excess", unit="points", doc="Mean error on a slice minus what its mix of classes leads to expect",
         how=_HOW, each="slice", source="metric.slices", cost="cheap", job=JOB)  # fmt: skip
def slice_excess(m: Measures) -> Items | Measured:
    return _items(m, "excess", "excess_error")


@feature("slice.surprise", unit="points", doc="Mean error on a slice minus what the model's own scores there admit,"
         " scaled to the errors of all rows", how="write probabilities (y_score, score_<class>) into predictions.csv",
         each="slice", source="metric.slices", cost="cheap", job=JOB)  # fmt: skip
def slice_surprise(m: Measures) -> Items | Measured:
    found = m.once(slices)
    if isinstance(found, Measured):
        return found
    if found.slices and not found.surprise:
        return not_applicable("there are no probabilities that could admit errors")
    return {words: Measured(value) for words, value in found.surprise.items()}


@feature("slice.q", unit="q value", doc="Rate of false discoveries, over all slices looked at, at which a slice is"
         " found worse than the rest", how=_HOW, each="slice", source="metric.slices", cost="cheap",
         job=JOB)  # fmt: skip
def slice_q(m: Measures) -> Items | Measured:
    return _items(m, "q")


@feature("slice.rows", unit="rows", doc="Judged rows of a slice", how=_HOW, each="slice", source="metric.slices",
         cost="cheap", job=JOB)  # fmt: skip
def slice_rows(m: Measures) -> Items | Measured:
    return _items(m, "rows")


@feature("slice.share", unit="fraction", doc="Share of a slice among the judged rows", how=_HOW, each="slice",
         source="metric.slices", cost="cheap", job=JOB)  # fmt: skip
def slice_share(m: Measures) -> Items | Measured:
    return _items(m, "share")


@feature("slice.given", type="flag", doc="The manifest names the column of a slice", each="slice", how="name columns"
         " under `slices:` in mladvisor.yaml", source="metric.slices", cost="cheap", job=JOB)  # fmt: skip
def slice_given(m: Measures) -> Items | Measured:
    found = m.once(slices)
    return found if isinstance(found, Measured) else {each.words: Measured(given) for each, given in found.slices}


_TRAIN = "put train.csv with the columns of the slices beside the predictions"


def _training(m: Measures, which: int) -> Items | Measured:
    found = m.once(slices)
    if isinstance(found, Measured):
        return found
    train, counted = m.once(tables).get("train"), m.once(told_groups)
    file = train.file if train is not None else counted[0][1] if counted else None
    if file is None or (found.slices and not found.train):
        return unknown(_TRAIN)
    return {words: Measured(shares[which], where=Where(file)) for words, shares in found.train.items()}


@feature("slice.train_rows", unit="rows", doc="Training rows of a slice", how=_TRAIN, each="slice",
         source="metric.slices", cost="cheap", job=JOB)  # fmt: skip
def slice_train_rows(m: Measures) -> Items | Measured:
    return _training(m, 0)


@feature("slice.train_share", unit="fraction", doc="Share of a slice among the training rows", how=_TRAIN, each="slice",
         source="metric.slices", cost="cheap", job=JOB)  # fmt: skip
def slice_train_share(m: Measures) -> Items | Measured:
    return _training(m, 1)
