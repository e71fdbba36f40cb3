"""In what way the columns that differ between training and the evaluation tables do so: see `tables/moved.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_drift import SURE, drifts
from mladvisor.features.data_splits import DRIFT, HOW, sides
from mladvisor.features.data_tables import place
from mladvisor.features.measured import Measured, not_applicable

if TYPE_CHECKING:
    from mladvisor.tables.moved import Form
    from mladvisor.tables.table import Table

FAR = 0.2
"""Distance of the distributions of a column that its form is asked of; a shift by half a standard deviation."""
MOST_COLUMNS = 100
"""Of the columns that differ, so many that differ most are looked at."""
MOST_PAIRED = 12

Columns = dict[str, Measured] | Measured


class Moved(NamedTuple):
    """One column that differs between training and an evaluation table.

    Attributes:
        other: the table. form: how it differs. mean: shift of the mean in standard deviations of training.
        unit: a change of unit explains the difference.
    """

    other: Table
    form: Form
    mean: float
    unit: bool

    @property
    def known(self) -> bool:
        return self.form.ratio == self.form.ratio


def forms(m: Measures) -> dict[str, Moved] | Measured:
    """Column of numbers that differs surely and clearly -> how; of several evaluation tables in the worst one."""
    from mladvisor.tables.drift import finite
    from mladvisor.tables.moved import form_of
    from mladvisor.tables.table import NUMBERS

    found, both = m.once(drifts), m.once(sides)
    if isinstance(found, Measured):
        return found
    if isinstance(both, Measured):
        return both
    pairs, q, _ = found
    train = both[0]
    far = []
    for column, parts in pairs.items():
        if train.kind(column) not in NUMBERS:
            continue
        sure = [(part.effect.size, other, part) for other, part in parts if q[column, other.name] < SURE]
        size, other, part = max(sure, key=lambda one: one[0], default=(0.0, train, parts[0][1]))
        if size > FAR and other.kind(column) in NUMBERS:
            far.append((size, column, other, part))
    far.sort(key=lambda one: (-one[0], one[1]))
    return {
        column: Moved(other, form_of(finite(train, column), finite(other, column)), part.shift, bool(part.unit.says))
        for _, column, other, part in far[:MOST_COLUMNS]
    }


def _words_alone(m: Measures) -> Measured | None:
    """Why nothing is said of the form of columns: none holds numbers, or those that clearly differ are texts."""
    pairs, both = m.once(drifts), m.once(sides)
    if isinstance(pairs, Measured) or isinstance(both, Measured):
        return None
    from mladvisor.tables.table import NUMBERS

    found, q, _ = pairs
    if not any(both[0].kind(column) in NUMBERS for column in found):
        return not_applicable("the tables share no column of numbers")
    differ = {
        both[0].kind(column)
        for column, parts in found.items()
        for other, part in parts
        if q[column, other.name] < SURE and part.effect.size > FAR
    }
    return not_applicable("only texts differ, which have no spread and no place") if differ == {"text"} else None


def _alone(m: Measures) -> float | None:
    """Share of the columns whose form can be told that differ by a shift alone; None where there are none."""
    found = m.once(forms)
    if isinstance(found, Measured):
        return None
    told = [one.form.alone and not one.unit for one in found.values() if one.known]
    return sum(told) / len(told) if told else None


MOSTLY_MOVED = 0.75
"""Where so many columns differ by a shift alone, one that has too few values to tell has moved with them."""


@feature(
    "column.moved",
    each="column",
    unit="standard deviations",
    doc="How far a column of numbers has moved as it is: the same form and spread, elsewhere; 0 where it does not "
    "differ surely and clearly, or not by a shift alone. A column of too few values to tell goes with the others",
    how=HOW,
    source="data.splits",
    cost="cheap",
    job=DRIFT,
)
def moved(m: Measures) -> Columns:
    found, pairs = m.once(forms), m.once(drifts)
    if isinstance(found, Measured):
        return found
    if isinstance(pairs, Measured):
        return pairs
    none: Measured | None = m.once(_words_alone)
    if none is not None:
        return none
    swapped, together = m.once(_exchanged), (m.once(_alone) or 0.0) >= MOSTLY_MOVED
    result = dict.fromkeys(pairs[0], Measured(0.0))
    for column, one in found.items():
        if column in swapped or one.unit or not (one.form.alone or (together and not one.known)):
            continue
        shift = one.form.shift if one.known else one.mean
        result[column] = Measured(abs(shift), note=f"{shift:+.2g}", where=place(one.other, column))
    return result


@feature(
    "data.moved_share",
    unit="fraction",
    doc="Share of the columns of numbers that differ surely and clearly between training and an evaluation table which "
    "differ by a shift alone; unknown where none differs",
    how=HOW,
    source="data.splits",
    cost="cheap",
    job=DRIFT,
)
def moved_share(m: Measures) -> Measured:
    found = m.once(forms)
    if isinstance(found, Measured):
        return found
    share = m.once(_alone)
    return (
        not_applicable("no column of numbers differs clearly between the tables") if share is None else Measured(share)
    )


@feature(
    "column.stretch",
    each="column",
    unit="ratio",
    doc="Spread (90th less 10th percentile) of a column of numbers in one table over that in the other, the larger "
    "over the smaller, where the column differs surely and clearly; 1 where it does not",
    how=HOW,
    source="data.schema",
    cost="cheap",
    job=DRIFT,
)
def stretch(m: Measures) -> Columns:
    found, pairs = m.once(forms), m.once(drifts)
    if isinstance(found, Measured):
        return found
    if isinstance(pairs, Measured):
        return pairs
    none: Measured | None = m.once(_words_alone)
    if none is not None:
        return none
    result = dict.fromkeys(pairs[0], Measured(1.0))
    for column, one in found.items():
        if one.known:
            ratio = max(one.form.ratio, 1.0 / one.form.ratio)
            note = f"{one.form.ratio:.3g} times as wide as in training"
            result[column] = Measured(ratio, note=note, where=place(one.other, column))
    return result


def _exchanged(m: Measures) -> tuple[str, ...]:
    """The two columns that have changed places in an evaluation table; () where none have."""
    from mladvisor.tables.drift import finite
    from mladvisor.tables.moved import exchanged

    found, both = m.once(forms), m.once(sides)
    if isinstance(found, Measured) or isinstance(both, Measured):
        return ()
    for other in both[1]:
        names = [column for column, one in found.items() if one.other is other][:MOST_PAIRED]
        pair = exchanged({c: finite(both[0], c) for c in names}, {c: finite(other, c) for c in names})
        if pair is not None:
            return pair
    return ()


@feature(
    "column.exchanged",
    type="choice",
    each="column",
    doc="The column with which a column has changed places in an evaluation table: each is distributed there like the "
    "other one in training, and unlike itself; empty where none has",
    how=HOW,
    source="data.schema",
    cost="cheap",
    job=DRIFT,
)
def exchanged_with(m: Measures) -> Columns:
    found, pairs = m.once(forms), m.once(drifts)
    if isinstance(found, Measured):
        return found
    if isinstance(pairs, Measured):
        return pairs
    none: Measured | None = m.once(_words_alone)
    if none is not None:
        return none
    pair = m.once(_exchanged)
    result = dict.fromkeys(pairs[0], Measured(""))
    for one, other in (pair, pair[::-1]) if pair else ():
        result[one] = Measured(other, where=place(found[one].other, one))
    return result
