"""Fits: how well several models, or settings of one, do on the rows that they were trained on and on others.

degree,rmse_train,rmse_test,in_use           {"teacher": {"train_top1": 0.97, "val_top1": 0.93},
1,4.81,4.77,yes                               "student": {"train_top1": 0.47, "val_top1": 0.43}}
4,1.01,1.09,no

Set against each other they tell what a curve alone does not: that another fits the training rows far better, and does
so elsewhere too, or that the one in use knows its training rows and nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import NamedTuple

from mladvisor.runs.cell_tables import Rows
from mladvisor.runs.other_languages import english
from mladvisor.runs.readers.decoding import number
from mladvisor.runs.report_names import words_of
from mladvisor.runs.roles import Columns, default_columns
from mladvisor.runs.settings_tried import SETTINGS
from mladvisor.runs.sweeps import leaf_of
from mladvisor.runs.word_sets import word_set


class Fit(NamedTuple):
    """One model.

    Attributes:
        cells: what the row says of it besides its scores, by column.
        train, held: its errors on its own rows and on others, as `Fits` compares them.
        said: both as written.
        marked: the row says that this is the one in use; None where no row is marked.
    """

    cells: dict[str, str]
    train: float
    held: float
    said: tuple[float, float]
    marked: bool | None


class Fits(NamedTuple):
    """Models set against each other by one measure."""

    measure: str
    fits: list[Fit]


_TRAIN = word_set("train training fit fitted insample learn learning seen")
_HELD = word_set("val valid validation test testing cv oof holdout heldout held eval evaluation dev new unseen oos")
_SIDES = _TRAIN | _HELD | word_set("out on data set rows images week")
_AIMS = ("value", "objective", "objective_value")
_SPREAD = word_set("std sd se sem stderr time seconds rank n size rows count loss_ratio gap optimism")
_SHARES = ("accuracy", "auc", "f1", "recall", "precision", "dice", "iou", "score", "mean_score")
_ROOTS = ("rmse", "rmsle")
_COUNTED = word_set("epoch epochs step steps iteration iterations iter fold round rounds batch month week date year")
IN_USE = word_set(
    "chosen selected used kept final picked deployed use production running shipped serving served service live "
    "pipeline delivered current ours own productive prod"
)
_YES = word_set(
    "1 true yes y x * ✓ ja oui si sim <- <-- <= used chosen selected running live deployed this here current"
)
_LEAST = 2


def may_compare(text: str) -> bool:
    """The text has a word for training rows and one for others, without which no table of it tells of both."""
    lower = text.lower()
    return any(map(lower.__contains__, _OF_TRAIN)) and any(map(lower.__contains__, _OF_HELD))


_OF_TRAIN = ("train", "fit", "insample", "learn", "entren", "entrain", "treino", "trening", "apprentissage", "addestr",
             "seen")  # fmt: skip
_OF_HELD = ("val", "test", "cv", "oof", "hold", "held", "eval", "dev", "new", "oos", "prueb", "pruef", "objective",
            "walid")  # fmt: skip


def fits_in(rows: Rows) -> Fits | None:
    """The models of one table; None of a table that does not give both scores, or that counts epochs."""
    if not _LEAST <= len(rows) <= _MOST or not _has_sides(rows[0]):
        return None
    sides = _sides(rows)
    if sides is None:
        return None
    measure, higher, train, held = sides
    names = [name for name in rows[0] if name not in (train, held)]
    if not any(_parts(name, [row[name] for row in rows]) for name in names):
        return None
    if any(_counts(name, [row[name] for row in rows]) or is_group(name) for name in names):
        return None
    values = [(value(row[train]), value(row[held])) for row in rows]
    whole = _whole([each for pair in values for each in pair if each is not None])
    marks = _marks(names, rows)
    found: list[Fit] = []
    for at, (row, (own, other)) in enumerate(zip(rows, values, strict=True)):
        if own is None or other is None:
            continue
        errors = (error(own, measure, higher, whole), error(other, measure, higher, whole))
        if None not in errors:
            cells = {name: row[name] for name in names}
            found.append(Fit(cells, errors[0] or 0.0, errors[1] or 0.0, (own, other), marks[at] if marks else None))
    return Fits(measure, found) if len(found) >= _LEAST else None


def _has_sides(names: Iterable[str]) -> bool:
    """Some column is of training rows, and some of others or of what a search went by."""
    words = {english(word) for name in names for word in words_of(name)}
    return bool(words & _TRAIN) and bool(words & _HELD or words.intersection(_AIMS))


_MOST = 100
"""Models: who tries more writes down the best."""


def value(cell: str) -> float | None:
    """A number, with a sign of per cent or without; None of another cell, and of one that is no number."""
    found = number(cell.strip().rstrip("% "))
    return found if found is not None and isfinite(found) else None


def error(said: float, measure: str, higher: bool | None, whole: float) -> float | None:
    """How far from perfect a score is, the smaller the better: of shares what is missing, of a root its square, so that
    what is left can be set against what was explained. None where the measure does not tell.
    """
    if higher:
        if said <= 0.0 and whole > 1.0:
            return -said  # a log likelihood
        return 1.0 - said / whole if said <= whole else None
    if said < 0.0:
        return None
    return said * said if measure in _ROOTS else said


def _whole(values: list[float]) -> float:
    top = max(values, default=1.0)
    return 1.0 if 0.0 <= top <= 1.0 else 100.0


def _sides(rows: Rows) -> tuple[str, bool, str, str] | None:
    """(measure, whether higher is better, column of training rows, column of others) of what is told of both."""
    columns = default_columns()
    told: dict[tuple[str, bool], dict[str, str]] = {}
    for name in rows[0]:
        words = [english(word) for word in words_of(name)]
        cells = [row[name] for row in rows]
        if not _SPREAD.isdisjoint(words) or not _mostly_numbers(cells):
            continue
        side = "train" if not _TRAIN.isdisjoint(words) else "held" if not _HELD.isdisjoint(words) else ""
        measure = measure_of("_".join(word for word in words if word not in _SIDES), columns) if side else None
        if side and measure is None and _SIDES.issuperset(words) and _are_shares(cells):
            measure = ("score", True)
        if measure is not None:
            told.setdefault(measure, {}).setdefault(side, name)
    aimed = next(
        (name for name in rows[0] if name.lower() in _AIMS and _mostly_numbers([row[name] for row in rows])), ""
    )
    if aimed:  # what a search went by, beside the same on training rows
        told = {measure: {"held": aimed, **pair} for measure, pair in told.items()}
    both = ((measure, pair) for measure, pair in told.items() if len(pair) > 1)
    return next(((*measure, pair["train"], pair["held"]) for measure, pair in both), None)


def measure_of(name: str, columns: Columns) -> tuple[str, bool] | None:
    """What a score is called, and whether it is the better the higher it is; None of what is none."""
    meaning = columns.meaning(name) if name else None
    if meaning is None or meaning.kind not in ("loss", "metric"):
        return None
    higher = False if meaning.kind == "loss" else meaning.higher_is_better
    return None if higher is None else (meaning.name or meaning.kind, higher)


def _are_shares(cells: Iterable[str]) -> bool:
    known = [found for cell in cells if (found := value(cell)) is not None]
    return all(0.0 <= each <= 1.0 for each in known)


def _mostly_numbers(cells: Iterable[str]) -> bool:
    known = [value(cell) is not None for cell in cells if cell.strip()]
    return sum(known) >= _LEAST and sum(known) * 2 > len(known)


def _parts(name: str, cells: list[str]) -> bool:
    """A column that tells models apart: words, a setting of size or penalty, or a mark."""
    if len(set(cells)) < _LEAST:
        return False
    leaf = leaf_of(name)
    told = leaf in SETTINGS or english(leaf) in SETTINGS or not IN_USE.isdisjoint(words_of(name))
    return told or all(value(cell) is None for cell in cells)


_GROUPS = word_set(
    "slice slices segment group groups region class classes label labels category country site store cohort subgroup "
    "hospital language domain bin bucket customer user item structure organ tissue"
)


def is_group(name: str) -> bool:
    """A column that names parts of the data: the rows are one model's scores there."""
    return not _GROUPS.isdisjoint(map(english, words_of(name)))


def _counts(name: str, cells: list[str]) -> bool:
    """Epochs of one training, folds of it, or numbers of rows to learn from: no other models."""
    words = [english(word) for word in words_of(name)]
    if words[-1:] == ["size"] or (len(words) > 1 and words[0] == "n"):
        return not _TRAIN.isdisjoint(words)
    return not _COUNTED.isdisjoint(words) and len(set(cells)) == len(cells)


def _marks(names: list[str], rows: Rows) -> list[bool] | None:
    """Which row is marked as the one in use, by a column called so or by the words of a cell; None where none is."""
    for name in names:
        called = not IN_USE.isdisjoint(map(english, words_of(name))) or name.startswith("column ")
        cells = [row[name].strip().lower() for row in rows]
        if called:
            marked = [cell in _YES or (cell[:2] in ("<-", "->", "← ")) for cell in cells]
        else:
            of_changes = not _CHANGES.isdisjoint(words_of(name))
            marked = [is_in_use(cell) or (of_changes and cell in _UNCHANGED) for cell in cells]
        if sum(marked) == 1:
            return marked
    return None


_CHANGES = word_set("change changes changed ablation removed modification variant without added")
_UNCHANGED = ("none", "nothing", "-", "as is")
_OWN_ROWS = word_set("student this ours current own")
_SAY_USE = word_set("use running deployed production service shipped")
_NEGATED = word_set("not no never un without except before")


def is_in_use(cell: str) -> bool:
    """Words of a cell that say so: "<- in use", "as configured", "running", "student"."""
    words = words_of(cell)
    if not 0 < len(words) < _MOST_WORDS or not _NEGATED.isdisjoint(words):
        return False
    alone = len(words) < _FEW_WORDS and not _OWN_ROWS.isdisjoint(words)
    return words[:2] in (["as", "configured"], ["as", "deployed"]) or alone or not _SAY_USE.isdisjoint(words)


_MOST_WORDS, _FEW_WORDS = 5, 3
