"""Columns whose names say how they were made (`log_income`, `debt_per_income`, `age_bucket`, `amount_z`) and that are
not what such a column is: one value in every row, or far off from the others of a table that was standardised.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

import msgspec
import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_columns import CELLS
from mladvisor.features.data_tables import place, tables
from mladvisor.features.measured import Items, Measured, Where, unknown
from mladvisor.features.report_said import HOW, told
from mladvisor.runs.report_names import words_of
from mladvisor.runs.table_columns import LABELS
from mladvisor.runs.word_sets import word_set
from mladvisor.tables.table import NUMBERS, Table

_SCALED = word_set("z zscore zscored scaled standardized standardised normalized normalised normed minmax rescaled")
_MADE = _SCALED | word_set(
    "log log1p log10 log2 ln sqrt exp ratio per bin bins bucket buckets bucketed binned band quantile decile diff "
    "delta lag lagged rolling ewm cumsum interaction poly squared sq pct share encoded enc woe te clipped imputed "
    "quotient verhaeltnis cociente rapport norm"
)
_COMPUTED = word_set(
    "log log1p log10 log2 ln sqrt exp lag lagged rolling ewm cumsum diff delta squared sq bin bucket bucketed binned "
    "quantile encoded zscore zscored standardized standardised normalized normalised scaled norm interaction poly"
)
"""Of what a step alone makes: a share or a ratio is often bought or measured, and blank where it is not known."""
LEAST_SCALED = 3
"""Standardised columns of a table, by which the others are told."""
_CENTRE, _NARROW, _WIDE = 0.25, 0.5, 2.0
"""A column is standardised whose mean lies so near to 0 and whose spread is within these of 1."""


class Column(msgspec.Struct, frozen=True):
    """Mean, standard deviation and both ends of a column, and where that stands."""

    mean: float
    std: float
    low: float
    high: float
    where: Where

    @property
    def standardised(self) -> bool:
        return abs(self.mean) <= _CENTRE and _NARROW <= self.std <= _WIDE and self.low < -_NARROW

    @property
    def of_flags(self) -> bool:
        return self.low >= 0.0 and self.high <= 1.0

    @property
    def reach(self) -> float:
        return max(abs(self.low), abs(self.high))


def says_made(name: str, others: Container[str]) -> bool:
    """The name says that the column was made of another one."""
    words = words_of(name)
    if len(words) > 1 and not _MADE.isdisjoint(words):
        return not _is_axis(name, others)
    return any(name.startswith(one) and other + name[3:] in others for one, other in _AROUND) or any(
        name.endswith(one) and name[:-3] + other in others for one, other in _AROUND
    )


_AROUND = (("sin", "cos"), ("cos", "sin"))
"""Both coordinates of an hour or a month on its circle: `hour_sin` beside `hour_cos`."""


def says_scaled(name: str, others: Container[str]) -> bool:
    """The name says that the column was brought to unit scale."""
    words = words_of(name)
    return len(words) > 1 and words[-1] in _SCALED and not _is_axis(name, others)


def _is_axis(name: str, others: Container[str]) -> bool:
    """The third of three directions: `accel_z` beside `accel_x`."""
    return name[-1:].lower() == "z" and (name[:-1] + "x" in others or name[:-1] + "X" in others)


def of_reports(m: Measures) -> list[dict[str, Column]]:
    """The numeric columns of training data with all four statistics, of each report. Use `m.once`."""
    parts: dict[str, dict[str, dict[str, float]]] = {}
    for said, file in m.once(told):
        if said.what in ("mean", "std", "low", "high") and said.split in (None, "train"):
            parts.setdefault(file, {}).setdefault(said.name, {})[said.what] = said.value
    return [
        {
            name: Column(each["mean"], each["std"], each["low"], each["high"], Where(file, name))
            for name, each in columns.items()
            if len(each) == 4 and name.lower() not in LABELS
        }
        for file, columns in parts.items()
    ]


def of_spreads(m: Measures) -> list[dict[str, tuple[float, float, Where]]]:
    """Mean, spread and place of the columns of training data, of each report. Use `m.once`."""
    parts: dict[str, dict[str, dict[str, float]]] = {}
    for said, file in m.once(told):
        if said.what in ("mean", "std") and said.split in (None, "train") and said.name.lower() not in LABELS:
            parts.setdefault(file, {}).setdefault(said.name, {}).setdefault(said.what, said.value)
    return [
        {
            name: (each["mean"], each["std"], Where(file, name))
            for name, each in columns.items()
            if {"mean", "std"} <= each.keys()
        }
        for file, columns in parts.items()
    ]


def of_table(m: Measures) -> dict[str, Column]:
    """The numeric columns of the training table. Use `m.once`."""
    found = m.once(tables)
    table = found.get("train")
    return columns_of(table, found.label_column) if table is not None else {}


def columns_of(table: Table, label: str | None) -> dict[str, Column]:
    """The numeric columns of a table but its label."""
    columns = {}
    for name in table.columns:
        if name == label or name.lower() in LABELS or table.kind(name) not in NUMBERS:
            continue
        y = table.numbers(name)
        y = y[np.isfinite(y)]
        if len(y):
            ends = (float(y.mean()), float(y.std()), float(y.min()), float(y.max()))
            columns[name] = Column(*ends, place(table, name))
    return columns


def is_standardised(columns: Mapping[str, Column]) -> bool:
    """Most columns of a table were brought to mean 0 and spread 1."""
    judged = [each for each in columns.values() if not each.of_flags]
    scaled = sum(each.standardised for each in judged)
    return scaled >= LEAST_SCALED and 2 * scaled >= len(judged)


@feature(
    "column.named_made_constant",
    type="flag",
    each="column",
    doc="A column whose name says that it was made of another one (`age_bucket`, `log_income`) has one value in all"
    " rows of the tables, or of the training data by a report",
    how=HOW,
    source="data.engineered",
)
def named_made_constant(m: Measures) -> Items | Measured:
    constant = m["column.constant"]
    found = (
        {name: each for name, each in constant.items() if _can_vary(name) and says_made(name, constant)}
        if isinstance(constant, dict)
        else {}
    )
    for columns in m.once(of_reports):
        for name, each in columns.items():
            if _can_vary(name) and says_made(name, columns):
                found[name] = Measured(each.std == 0.0 and each.low == each.high, where=each.where)
    every = [(said, file) for said, file in m.once(told) if said.what == "one-value" and said.split in (None, "train")]
    names = {said.name for said, _ in every}
    for said, file in every:
        if _can_vary(said.name) and says_made(said.name, names) and said.name not in found:
            found[said.name] = Measured(said.value > 0.0, where=Where(file, said.name))
    return found or unknown("no numeric column says by its name that it was made of another one")


_ONE_VALUE = word_set("bias intercept unknown other others nan is has flag")


def _can_vary(name: str) -> bool:
    """Not the ones beside a polynomial, nor one of the columns that a category is split into, of which some are empty
    in any sample: "plan_encoded_other".
    """
    words = words_of(name)
    ends = {words[0], words[-1]} if words else set()
    return _ONE_VALUE.isdisjoint(ends) and _SPLIT_UP.isdisjoint(words[1:-1])


_SPLIT_UP = word_set("encoded onehot dummy bin bucket")


@feature("column.named_made_blank", unit="fraction", each="column", doc="How many more cells of a column whose name"
         " says that it was computed of another one (`log_pay`, `lag_7`) are blank than of any other, by a report",
         how=HOW, source="data.engineered")  # fmt: skip
def named_made_blank(m: Measures) -> Items | Measured:
    shares: dict[tuple[str, str | None], dict[str, float]] = {}
    for said, file in m.once(told):
        if said.what == "missing":
            shares.setdefault((file, said.split), {})[said.name] = said.value
    found: dict[str, Measured] = {}
    for (file, _), each in shares.items():
        made = {name for name in each if says_made(name, each) and not _COMPUTED.isdisjoint(words_of(name))}
        plain = [share for name, share in each.items() if name not in made]
        late = {name for name in made if each[name] < _MOST_LATE and not _LATE.isdisjoint(words_of(name))}
        for name in sorted(made - late) if len(plain) >= _LEAST_PLAIN else ():
            more = max(each[name] - max(plain), 0.0)
            if name not in found or more > float(found[name].value or 0.0):
                found[name] = Measured(more, where=Where(file, name))
    return found or unknown("no report gives the blanks of raw columns and of columns that were computed")


_LATE = word_set("lag lagged rolling ewm diff delta")
_MOST_LATE = 0.5
"""Rows at the start of each series have nothing before them: not most of the rows."""
_LEAST_PLAIN = 2


_REACH = (
    "The largest value by size of a column whose name says that it was made of another one: of those called scaled, and"
    " of all where most columns are standardised"
)


@feature("column.named_made_reach", unit="units", each="column", doc=f"{_REACH}; in the training table", how=HOW,
         source="data.engineered", cost="cheap", job=CELLS)  # fmt: skip
def named_made_reach(m: Measures) -> Items | Measured:
    return _reaches([m.once(of_table)])


@feature("column.reported_made_reach", unit="units", each="column", doc=f"{_REACH}; by a report of training data",
         how=HOW, source="data.engineered")  # fmt: skip
def reported_made_reach(m: Measures) -> Items | Measured:
    return _reaches(m.once(of_reports))


def _reaches(sets: Iterable[Mapping[str, Column]]) -> Items | Measured:
    found: dict[str, Measured] = {}
    for columns in sets:
        among_scaled = is_standardised(columns)
        for name, each in columns.items():
            if says_scaled(name, columns) or (among_scaled and says_made(name, columns)):
                found[name] = Measured(each.reach, where=each.where)
    return found or unknown("no numeric column says by its name that it was brought to unit scale")
