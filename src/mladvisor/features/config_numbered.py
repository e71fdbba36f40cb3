"""Widths of layers that have a key each: `n_units_l0` and `n_units_l1` of a search, `hidden1` and `hidden2`.

And a number of layers under a key that is one of units elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from mladvisor.features.config_keys import words
from mladvisor.runs.model import Setting

if TYPE_CHECKING:
    from mladvisor.features.config_lookup import Candidate

_NUMBERED = re.compile(
    r"((?:n_|num_)?(?:hidden|units?|neurons|nodes|dense|fc|layer|width|mlp)"
    r"(?:_(?:units?|size|dim|width|neurons|nodes|layer))?_?(?:l|layer|h)?)_?(\d{1,2})"
    r"((?:_(?:units?|size|dim|width|neurons|nodes|out))?)"
)
_LEAST = 2  # one alone may be anything ("layer_1: frozen")
_MOST_UNITS = 1e6


def numbered_widths(config: Mapping[str, Setting]) -> Iterator[tuple[str, Setting]]:
    """(what the keys begin with, list of widths) of each row of keys that are numbered from 0 or 1 on without a gap."""
    rows: dict[tuple[str, str, str], dict[int, Setting]] = {}
    for key, setting in config.items():
        parent, _, leaf = key.rpartition(".")
        found = _NUMBERED.fullmatch(words(leaf))
        value = setting.value
        if found is not None and isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _MOST_UNITS:
            rows.setdefault((parent, found[1], found[3]), {})[int(found[2])] = setting
    rows |= {(parent, "l", ""): row for parent, row in _of_tutorials(config).items()}
    for (parent, start, _), row in rows.items():
        first, last = min(row), max(row)
        if len(row) >= _LEAST and first <= 1 and last - first + 1 == len(row):
            widths = [row[number].value for number in sorted(row)]
            yield ".".join(filter(None, (parent, start))), Setting(widths, row[first].place)


_L = re.compile(r"l(\d)")
_LEAST_UNITS = 2


def _of_tutorials(config: Mapping[str, Setting]) -> dict[str, dict[int, Setting]]:
    """`l1: 64, l2: 32` of PyTorch's tutorials: two whole numbers above one are no penalties."""
    rows: dict[str, dict[int, Setting]] = {}
    for key, setting in config.items():
        parent, _, leaf = key.rpartition(".")
        found = _L.fullmatch(leaf.lower())
        if found is not None:
            rows.setdefault(parent, {})[int(found[1])] = setting
    return {parent: row for parent, row in rows.items() if len(row) >= _LEAST and all(map(_is_width, row.values()))}


def _is_width(setting: Setting, least: int = _LEAST_UNITS) -> bool:
    value = setting.value
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= _MOST_UNITS


def no_penalties(config: Mapping[str, Setting]) -> frozenset[str]:
    """The keys `l1` and `l2` that are widths of layers."""
    parents = _of_tutorials(config)
    return frozenset(
        key for key in config if _L.fullmatch(key.rpartition(".")[2].lower()) and key.rpartition(".")[0] in parents
    )


_MOST_LAYERS = 16
_WIDER = 2  # times as many units as layers


def layers_beside_width(either: Sequence[Candidate], widths: Sequence[Candidate]) -> list[Candidate]:
    """Of keys that may count units or layers (`n_hidden`) those that do layers: beside `width: 64` a 7 is no width."""
    own = {each.key for each in either}
    units = [each.setting.value for each in widths if each.key not in own]
    most = max((value for value in units if isinstance(value, int) and not isinstance(value, bool)), default=0)
    return [each for each in either if _is_width(each.setting, 1) and each.setting.value <= _MOST_LAYERS
            and each.setting.value * _WIDER <= most]  # fmt: skip
