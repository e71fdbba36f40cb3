"""Columns of the tables that the model does not get: the script leaves them out, or the settings list the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mladvisor.runs.other_languages import english
from mladvisor.runs.table_columns import FEATURE_LISTS, FEATURE_PARTS
from mladvisor.runs.word_sets import word_set

_LEAST = 2  # columns that a list of features has


def left_out(
    columns: Iterable[str], config: Mapping[str, Any], script: Iterable[str], kept: Iterable[str] = ()
) -> frozenset[str]:
    """Those of the columns that the model does not get, as far as it is written down.

    A list that names what is in no table may speak of features that are made of the others: then nothing is known.

    Args:
        script: what it leaves out by name. kept: all that it goes on with, where it says so.
    """
    known = list(columns)
    rest: set[str] = set()
    for listed in (listed_features(config), frozenset(kept)):
        if len(listed) >= _LEAST and listed.issubset(known):
            rest |= set(known).difference(listed)
    return frozenset(known).intersection(rest.union(script))


def listed_features(config: Mapping[str, Any]) -> frozenset[str]:
    """The columns that the settings list as features: in one list, or in one for numbers and one for categories."""
    by_name = {_called(key): value for key, value in config.items()}
    whole = [value for name, value in by_name.items() if name in FEATURE_LISTS]
    parts = [frozenset(_names(by_name[name])) for name in by_name if FEATURE_PARTS.get(name)]
    kinds = {FEATURE_PARTS[name] for name in by_name if name in FEATURE_PARTS}
    if whole:
        return frozenset(name for value in whole for name in _names(value)).union(*parts)
    return frozenset().union(*parts) if len(kinds) > 1 else frozenset()


def _called(key: str) -> str:
    """What a setting is: the last part of its key, or the one above a word for a list ("features.names")."""
    parts = [english(part).lower() for part in key.split(".")]
    return parts[-2] if len(parts) > 1 and parts[-1] in _A_LIST and parts[-2] in FEATURE_LISTS else parts[-1]


_A_LIST = word_set("list liste lista names columns cols all used include included selected active")


def _names(value: Any) -> Iterator[str]:
    """["a", "b"] and "a, b" alike."""
    if isinstance(value, str):
        yield from (part.strip() for part in value.replace(";", ",").split(",") if part.strip())
    elif isinstance(value, list):
        yield from (one for one in value if isinstance(one, str))
