"""Which column of a table of predictions holds what: the truth, the decision, and the score of each class."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from mladvisor.runs import table_columns

if TYPE_CHECKING:
    from mladvisor.tables.table import Table

MOST_CLASSES = 200


def word(value: Any) -> str:
    """One spelling per class: 1, 1.0, "1" and "1.0" are the same; True stays "True"."""
    if isinstance(value, str):
        value = value.strip()
        try:
            number = float(value)
        except ValueError:
            return str(value)
        return word(number) if isfinite(number) else str(value)
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, int | float | np.number) and isfinite(value) and float(value) == int(value):
        return str(int(value))
    return str(value)


def columns_of(table: Table) -> dict[str, str]:
    """Role -> column: the names of the run folder, or one of the common spellings."""
    return table_columns.roles_of(table.columns)


def scored(table: Table) -> dict[str, str]:
    """Class -> the column with its score: `score_<class>`, or for the classes of y_true `prob_<class>`, a suffix,
    or a column of numbers that is called as the class.
    """
    own = {word(rest): name for name in table.columns if (rest := _behind(name, table_columns.SCORE_PREFIX))}
    true = columns_of(table).get("y_true")
    if own or true is None:
        return own
    classes = {word(value).lower(): word(value) for value in table.codes(true).values[:MOST_CLASSES]}
    others = [name for name in table.columns if name not in set(columns_of(table).values())]
    for behind in _NAMED:
        called = {word(rest).lower(): name for name in others if (rest := behind(name.lower()))}
        found = {classes.get(each, each): name for each, name in called.items()}
        known = found.keys() & set(classes.values())
        numbered = len(found) > 2 and len(known) == len(classes) and all(each.isdigit() for each in found)
        if (
            set(found) == {"0"}
            and set(classes.values()) == {"0", "1"}
            and found["0"].lower() in table_columns.ONLY_UNITS
        ):
            return {"1": found["0"]}
        if found and (numbered or (len(known) == len(found) and len(found) >= len(classes) - 1)):
            return found
    from mladvisor.tables.table import NUMBERS

    columns = {classes[each]: name for name in others if (each := word(name).lower()) in classes}
    bare = len(columns) == len(classes) > 1 and all(table.kind(name) in NUMBERS for name in columns.values())
    return columns if bare else {}


def _after(prefix: str) -> Callable[[str], str]:
    return lambda name: _behind(name, prefix)


def _number_after(prefix: str) -> Callable[[str], str]:
    return lambda name: rest if (rest := _behind(name, prefix)).isdigit() else ""


def _before(suffix: str) -> Callable[[str], str]:
    return lambda name: name[: -len(suffix)] if name.endswith(suffix) else ""


_NAMED = (
    *map(_after, (*table_columns.OTHER_SCORE_PREFIXES, *table_columns.CLASS_PREFIXES)),
    *map(_before, table_columns.SCORE_SUFFIXES),
    *map(_number_after, table_columns.NUMBER_PREFIXES),
)
"""How a class may stand in the name of the column with its score; `numbered` classes need not all occur in y_true."""


def _behind(name: str, prefix: str) -> str:
    """What follows a prefix; "" for other names."""
    return name[len(prefix) :] if name.startswith(prefix) else ""
