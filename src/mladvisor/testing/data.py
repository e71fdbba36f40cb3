"""The rows that a model is tested on, and how they are spoilt on purpose.

Inputs are numpy arrays (rows first, any number of axes) or pandas data frames; nothing else is assumed of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]
MAX_CLASSES: Final = 20
MAX_ROWS: Final = 2_000
"""Rows that are used at most: model tests ask whether a model can learn, not how well."""


class Data(NamedTuple):
    """Training and held-out rows.

    Attributes:
        x, y: for training; x_test, y_test: held out.
        classes: the labels in order, () for regression.
        dictionary: column -> its entry of the feature dictionary (`nullable`, `required` ...).
        design: the intended layers, or None.
    """

    x: Any
    y: Array
    x_test: Any
    y_test: Array
    classes: tuple[Any, ...] = ()
    dictionary: Mapping[str, Mapping[str, Any]] = {}
    design: list[dict[str, Any]] | None = None

    @property
    def majority(self) -> float:
        """Share of the most frequent class among held-out rows."""
        return float(max((self.y_test == label).mean() for label in self.classes)) if self.classes else 0.0


def prepare(
    data: Any,
    *,
    task: str = "",
    seed: int = 0,
    dictionary: Mapping[str, Mapping[str, Any]] | None = None,
    design: list[dict[str, Any]] | None = None,
) -> Data:
    """`Data` out of `(x, y)` or `(x, y, x_test, y_test)`; a third of `(x, y)` is held out, class by class.

    Args:
        task: "classification" or "regression"; "" to tell by the labels (few whole numbers or words are classes).

    Raises:
        ValueError: fewer than 20 rows, or lengths that differ.
    """
    if isinstance(data, Data):
        return data
    x, y, *rest = data
    y = np.asarray(y).reshape(-1)
    if len(y) != len(x):
        raise ValueError(f"{len(x)} rows of inputs but {len(y)} labels")
    if len(y) < 20:
        raise ValueError(f"{len(y)} rows: model tests need at least 20")
    classes = _classes(y) if task in ("", "classification") else ()
    if rest:
        x_test, y_test = rest[0], np.asarray(rest[1]).reshape(-1)
        train, test = np.arange(len(y)), np.arange(len(y_test))
    else:
        x_test, y_test = x, y
        test = held_out(y, classes, seed)
        train = np.setdiff1d(np.arange(len(y)), test)
    train, test = _some(train), _some(test)
    return Data(take(x, train), y[train], take(x_test, test), y_test[test], classes, dict(dictionary or {}), design)


def _classes(y: Array) -> tuple[Any, ...]:
    names = np.unique(y)
    whole = y.dtype.kind in "iubUSO" or (np.isfinite(y).all() and (y == np.round(y)).all())
    return tuple(names.tolist()) if whole and 2 <= len(names) <= min(MAX_CLASSES, len(y) // 3) else ()


def held_out(y: Array, classes: tuple[Any, ...], seed: int) -> Array:
    """A third of the rows, of each class alike."""
    rng = np.random.default_rng(seed)
    groups = [np.flatnonzero(y == label) for label in classes] if classes else [np.arange(len(y))]
    return np.sort(np.concatenate([rng.permutation(group)[: len(group) // 3] for group in groups]))


def _some(rows: Array) -> Array:
    return rows if len(rows) <= MAX_ROWS else rows[np.linspace(0, len(rows) - 1, MAX_ROWS).astype(int)]


def take(x: Any, rows: Any) -> Any:
    """These rows, of a frame or an array."""
    return x.iloc[rows].reset_index(drop=True) if hasattr(x, "iloc") else np.asarray(x)[rows]


def is_frame(x: Any) -> bool:
    """A pandas data frame."""
    return hasattr(x, "iloc") and hasattr(x, "columns")


def numeric_columns(x: Any) -> list[int]:
    """Places of a frame's columns of numbers; truth values are none."""
    return [i for i, kind in enumerate(x.dtypes) if getattr(kind, "kind", "O") in "fiu"]


# ---- the label as a feature


class LabelWriter:
    """Overwrites inputs so that each tells its label at a glance; a tenth of their own variation is left.

    Nothing is appended, since many models have a fixed number of inputs. In tables each column of numbers carries a
    part of a code of the class (or the value itself, in regression) in the column's own mean and spread. Images and
    sequences become one example of the class, throughout.

    Args:
        x, y: training rows; means, spreads and examples are theirs, for held-out rows too.
        classes: () for regression.
    """

    def __init__(self, x: Any, y: Array, classes: tuple[Any, ...]) -> None:
        self.classes = classes
        self._y_mean, self._y_std = (0.0, 1.0) if classes else (float(y.mean()), float(y.std()) or 1.0)
        self._numbers = numeric_columns(x) if is_frame(x) else []
        values = self._numeric(x)
        self._table = values.dtype.kind == "f" and values.ndim == 2 and values.shape[1] > 0
        self._mean = values.mean(0) if len(values) and values.dtype.kind != "O" else values[:0]
        self._spread = values.std(0) if self._table else np.ones(1)
        self._spread = np.where(self._spread > 1e-6 * (np.abs(self._mean) + 1e-12), self._spread, 1.0)
        self._examples = values[[int(np.flatnonzero(y == label)[0]) for label in classes]] if classes else values[:0]
        self._levels = np.unique(values) if not classes and not is_frame(x) and values.dtype.kind != "f" else values[:0]
        self._range = (float(y.min()), float(y.max())) if not classes else (0.0, 1.0)
        self._scale = float(values.std()) or 1.0 if values.dtype.kind == "f" and values.size else 1.0
        words = sorted(set(range(x.shape[1])) - set(self._numbers)) if is_frame(x) else []
        self._kinds = {column: list(x.iloc[:, column].value_counts().index) for column in words}

    def _numeric(self, x: Any) -> Array:
        if is_frame(x):
            return np.asarray(np.nan_to_num(x.iloc[:, self._numbers].to_numpy(dtype=float)))
        return np.asarray(x)

    def __call__(self, x: Any, y: Array) -> Any:
        """The inputs with the labels inside; same shape, same types."""
        if is_frame(x):
            return self._frame(x, y)
        x = np.asarray(x)
        if self._table:
            return self._coded(x, y)
        if self.classes:
            copies = self._examples[self._places(y)]
            return copies if x.dtype.kind != "f" else copies + (0.1 * (x - self._mean)).astype(x.dtype)
        tall = (-1,) + (1,) * (x.ndim - 1)
        if x.dtype.kind == "f":
            z = ((y - self._y_mean) / self._y_std).reshape(tall)
            return (self._mean + self._scale * z + 0.1 * (x - self._mean)).astype(x.dtype)
        level = self._levels[(self._shares(y) * (len(self._levels) - 1)).astype(int)]
        return np.broadcast_to(level.reshape(tall), x.shape).copy()

    def _places(self, y: Array) -> Array:
        return np.array([self.classes.index(label) for label in y.tolist()])

    def _shares(self, y: Array) -> Array:
        low, high = self._range
        return np.clip((y - low) / ((high - low) or 1.0), 0, 1)

    def _coded(self, x: Array, y: Array) -> Array:
        code = self._code(y, x.shape[1])
        repeated = code[:, np.arange(x.shape[1]) % code.shape[1]]
        return np.asarray(self._mean + self._spread * repeated + 0.1 * (x - self._mean), dtype=x.dtype)

    def _code(self, y: Array, columns: int) -> Array:
        """A row of numbers per example, about standardised."""
        if not self.classes:
            return np.asarray((y - self._y_mean) / self._y_std)[:, None]
        places, count = self._places(y), len(self.classes)
        if count <= columns:
            return np.asarray(np.where(places[:, None] == np.arange(count), 1.5, -0.5))
        if columns == 1:
            return np.asarray(places - (count - 1) / 2)[:, None]
        turn = 2 * np.pi * places / count  # too few columns for one per class: on a circle no three are on a line
        return 1.5 * np.stack((np.cos(turn), np.sin(turn)), 1)

    def _frame(self, x: Any, y: Array) -> Any:
        changed = x.copy()
        if self._numbers:
            coded = self._coded(self._numeric(x), y)
            for place, column in enumerate(self._numbers):
                changed[x.columns[column]] = coded[:, place]
        for column, kinds in self._kinds.items():
            if kinds:
                which = self._places(y) if self.classes else np.asarray(self._shares(y) * (len(kinds) - 1), dtype=int)
                changed[x.columns[column]] = [kinds[k % len(kinds)] for k in which.tolist()]
                changed[x.columns[column]] = changed[x.columns[column]].astype(x.dtypes.iloc[column])
        return changed


def easy_rows(x: Any, y: Array, classes: tuple[Any, ...]) -> Array:
    """A few rows that are easy to tell apart: of each class those nearest to its middle, the smallest set that says
    anything (two of each class, fewer where the inputs have few columns, so that a linear model can do it)."""
    table = x.iloc[:, numeric_columns(x)].to_numpy(dtype=float) if is_frame(x) else np.asarray(x, dtype=float)
    table = np.nan_to_num(table.reshape(len(table), -1))
    if not classes:
        most = max(2, min(10, table.shape[1] // 2))
        return np.asarray(np.argsort(y, kind="stable")[np.linspace(0, len(y) - 1, most).astype(int)])
    table = (table - table.mean(0)) / np.where(table.std(0) > 0, table.std(0), 1)
    each = 2 if table.shape[1] >= 4 * len(classes) else 1
    found: list[int] = []
    for label in classes:
        rows = np.flatnonzero(y == label)
        far = ((table[rows] - table[rows].mean(0)) ** 2).sum(1) if table.shape[1] else np.zeros(len(rows))
        found += rows[np.argsort(far, kind="stable")[:each]].tolist()
    return np.array(found)


# ---- bad input


def spoilt(data: Data, fault: str, rows: int = 12) -> tuple[Any, str]:
    """Held-out rows with a fault, and what was done.

    Args:
        fault: nan, infinite, missing, extra, reordered or mistyped.

    Raises:
        LookupError: these inputs cannot have the fault; the message says why.
    """
    x = take(data.x_test, np.arange(min(rows, len(data.y_test))))
    return _spoilt_frame(x, fault, data.dictionary) if is_frame(x) else _spoilt_array(np.asarray(x), fault)


def _spoilt_frame(x: Any, fault: str, dictionary: Mapping[str, Mapping[str, Any]]) -> tuple[Any, str]:
    import pandas as pd

    names = [str(name) for name in x.columns]
    if fault == "missing":
        name = next((n for n in names if dictionary.get(n, {}).get("required", True)), names[-1])
        return x.drop(columns=name), f'column "{name}" was left out'
    if fault == "extra":
        changed = x.copy()
        changed.insert(0, "unexpected_column", 1.0)
        return changed, 'a column "unexpected_column" was put in front'
    if fault == "reordered":
        if x.shape[1] < 2:
            raise LookupError("there is only one column")
        return x[x.columns[::-1]], "the columns came in reverse order"
    numbers = [x.columns[i] for i in numeric_columns(x)]
    if fault == "nan":
        numbers = [n for n in numbers if not dictionary.get(str(n), {}).get("nullable", False)]
    if not numbers:
        raise LookupError("there is no column of numbers that has to hold a value")
    changed, name = x.copy(), numbers[0]
    if fault == "mistyped":
        changed[name] = pd.Series(["n/a"] * len(x), dtype=object)
        return changed, f'column "{name}" held the text "n/a"'
    values = changed[name].to_numpy(dtype=float, copy=True)
    values[:3] = np.nan if fault == "nan" else np.inf
    changed[name] = values
    return changed, f'column "{name}" held {"NaN" if fault == "nan" else "infinity"} in three rows'


def _spoilt_array(x: Array, fault: str) -> tuple[Array, str]:
    if fault == "reordered":
        raise LookupError("an array has no column names by which a changed order could be noticed")
    if x.ndim < 2 or x.shape[-1] < 2:
        raise LookupError("there is only one column")
    if fault == "missing":
        return x[..., :-1], "the last column was left out"
    if fault == "extra":
        return np.concatenate((np.ones_like(x[..., :1]), x), axis=-1), "a column of ones was put in front"
    if fault == "mistyped":
        changed = x.astype(object)
        changed.reshape(len(x), -1)[0, 0] = "n/a"
        return changed, 'a cell held the text "n/a"'
    if x.dtype.kind != "f":
        raise LookupError("whole numbers cannot be NaN or infinite")
    changed = x.copy()
    changed.reshape(len(x), -1)[:3, 0] = np.nan if fault == "nan" else np.inf
    return changed, f"{'NaN' if fault == 'nan' else 'infinity'} stood in three rows"


def nudged(x: Any, share: float, seed: int = 0) -> Any:
    """The inputs with noise of this share of each column's spread.

    Raises:
        LookupError: there are no numbers with a fraction to change.
    """
    rng = np.random.default_rng(seed)
    if is_frame(x):
        changed, fractions = x.copy(), [i for i, kind in enumerate(x.dtypes) if getattr(kind, "kind", "O") == "f"]
        for column in fractions:
            values = x.iloc[:, column].to_numpy(dtype=float)
            changed[x.columns[column]] = values + share * np.nanstd(values) * rng.standard_normal(len(x))
        if not fractions:
            raise LookupError("no column holds numbers with a fraction")
        return changed
    x = np.asarray(x)
    if x.dtype.kind != "f":
        raise LookupError("the inputs are whole numbers")
    return (x + share * x.std(0) * rng.standard_normal(x.shape)).astype(x.dtype)


def same_rows(rows: Iterable[Any], n: int) -> Array:
    """These rows over and over, up to n."""
    return np.resize(np.asarray(list(rows)), n)
