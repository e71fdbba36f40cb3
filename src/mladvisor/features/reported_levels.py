"""Categories of columns by the counts or shares that reports give of them: other mixes, and values that training lacks.

A report often lists the commonest values alone. What its list leaves out, no more than its rarest value can be.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Items, Measured, Where, unknown
from mladvisor.features.report_said import HOW, reaching, told
from mladvisor.runs.other_languages import plainly
from mladvisor.runs.split_counts import is_count
from mladvisor.runs.table_columns import LABELS

SURE = 0.001
"""Mixes whose counts differ less surely are alike (as `column.drift_q` has it)."""
_OPEN_NOISE = 0.05
"""What mixes may differ by chance where shares are told and no rows: some hundred rows in three or four categories."""
_WHOLE = 0.995
"""Of the rows, from which on a list of values is taken for all of them."""


class _Mix(NamedTuple):
    """The values of a column in one split.

    Attributes:
        rows: value -> rows, or share where `of` is 1.
        of: all rows, also those whose value is not listed.
        rest: the largest share that a value which is not listed may have; 0 where all are listed.
        file: who says so.
    """

    rows: dict[str, float]
    of: float
    rest: float
    file: str

    def share(self, value: str) -> float:
        return self.rows.get(value, 0.0) / self.of


class _Apart(NamedTuple):
    mix: float
    unseen: float
    gone: float
    respelled: float
    newest: str
    file: str
    split: str


def mixes(m: Measures) -> dict[str, dict[str, _Mix]]:
    """Column -> split -> its values. Use `m.once`."""
    rows: dict[tuple[str, str, str], dict[str, float]] = {}
    sizes: dict[tuple[str, str, str], float] = {}
    for said, file in m.once(told):
        key = (said.name, said.split or "", file)
        if said.what == "level" and said.split is not None and said.value > 0.0:
            rows.setdefault(key, {})[said.note] = said.value
        elif said.what == "rows":
            sizes[key] = said.value
    found: dict[str, dict[str, _Mix]] = {}
    for (name, split, file), values in rows.items():
        mix = _mix(values, sizes.get((name, split, file), 0.0), file)
        if mix is not None:
            found.setdefault(name, {}).setdefault(split, mix)
    return {name: each for name, each in found.items() if "train" in each and len(each) > 1}


def _mix(values: dict[str, float], size: float, file: str) -> _Mix | None:
    total = sum(values.values())
    counted = all(map(is_count, values.values())) and total > 1.0
    if not counted and total > 1.0 / _WHOLE:
        values = {value: each / 100.0 for value, each in values.items()}  # percent
        total /= 100.0
    if total <= 0.0 or (not counted and total > 1.0 / _WHOLE):
        return None
    of = size if counted and size >= total else total if counted else 1.0
    listed = total / of
    rest = 0.0 if listed >= _WHOLE else min(1.0 - listed, min(values.values()) / of)
    return _Mix(values, of, rest, file)


def _apart(m: Measures) -> dict[str, _Apart]:
    """Column -> how the split that differs most from training does. Use `m.once`."""
    result: dict[str, _Apart] = {}
    for name, splits in m.once(mixes).items():
        train = splits["train"]
        parts = [_compared(train, other, split) for split, other in splits.items() if split != "train"]
        result[name] = max(parts, key=lambda each: (each.unseen, each.mix))
    return result


def _compared(train: _Mix, other: _Mix, split: str) -> _Apart:
    new = {value: other.share(value) for value in other.rows if value not in train.rows and not train.rest}
    letters = {"".join(filter(str.isalnum, plainly(value))) for value in train.rows}
    respelled = [share for value, share in new.items() if "".join(filter(str.isalnum, plainly(value))) in letters]
    gone = sum(train.share(value) for value in train.rows if value not in other.rows) if not other.rest else 0.0
    newest = max(new, key=lambda value: new[value], default="")
    unseen = sum(new.values())
    return _Apart(_mixed(train, other), unseen, gone, sum(respelled), newest, other.file, split)


def _mixed(train: _Mix, other: _Mix) -> float:
    """Share of the rows that would have to change their value, less what chance gives."""
    from mladvisor.tables.statistics import shares_differ

    names = list(dict.fromkeys((*train.rows, *other.rows)))
    if min(train.of, other.of) > 1.0 and not train.rest and not other.rest:
        one, two = ([each.rows.get(name, 0.0) for name in names] for each in (train, other))
        effect = shares_differ(np.array(one, dtype=np.int64), np.array(two, dtype=np.int64))
        return effect.size if effect.p < SURE else 0.0
    moved = 0.0
    for name in names:  # of what a list leaves out only the most it can be is known
        first = train.share(name) if name in train.rows else train.rest
        second = other.share(name) if name in other.rows else other.rest
        hidden = (name not in train.rows and train.rest > second) or (name not in other.rows and other.rest > first)
        moved += 0.0 if hidden else abs(first - second) / 2.0
    return max(0.0, moved - _OPEN_NOISE)


def _each(m: Measures, part: str) -> Items | Measured:
    found = m.once(_apart)
    if not found:
        return unknown(HOW, "not-logged")
    found = {name: each for name, each in found.items() if name.lower() not in LABELS}  # it is judged apart
    values: Items = {
        name: Measured(getattr(each, part), note=each.newest, where=Where(each.file, name))
        for name, each in found.items()
    }
    return reaching(m, values)


@feature("column.reported_mix", each="column", unit="fraction", doc="Share of the evaluation rows that would have to"
         " change their category for the mix to be that of training, less what chance gives, by the counts of a report",
         how=HOW, source="fig1.b")  # fmt: skip
def mix(m: Measures) -> Items | Measured:
    return _each(m, "mix")


@feature("column.reported_unseen", each="column", unit="fraction", doc="Share of the evaluation rows whose category"
         " training never shows, by the counts of a report", how=HOW, source="data.schema")  # fmt: skip
def unseen(m: Measures) -> Items | Measured:
    return _each(m, "unseen")


@feature("column.reported_gone", each="column", unit="fraction", doc="Share of the training rows whose category the"
         " evaluation data never shows, by the counts of a report", how=HOW, source="data.schema")  # fmt: skip
def gone(m: Measures) -> Items | Measured:
    return _each(m, "gone")


@feature("column.reported_respelled", each="column", unit="fraction", doc="Share of the evaluation rows whose category"
         " is one of training in other letters, by the counts of a report", how=HOW, source="data.schema")  # fmt: skip
def respelled(m: Measures) -> Items | Measured:
    return _each(m, "respelled")
