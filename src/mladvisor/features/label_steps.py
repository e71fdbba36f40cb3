"""Labels that have slipped against their rows: a column tells nothing of the label beside it, and much of the one a row
or two away.

A sort, a join by position, a header read as a row or a lag that was forgotten does this to every column alike. One
column alone proves nothing, for yesterday's return is a feature of today's: a second column must show it, too, or an
evaluation table in which the column tells the label of its own row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_splits import sides
from mladvisor.features.data_tables import place, tables
from mladvisor.features.measured import Measured, not_applicable
from mladvisor.features.predictiveness import HOW, told, training_rows
from mladvisor.features.work import job

if TYPE_CHECKING:
    from mladvisor.features.evaluation.binning import Explained

STEPS: Final = (1, -1, 2, -2)
"""Rows by which a label may have slipped; 1: what belongs to a row stands one row below."""
ROWS: Final = 10_000
LEAST_COLUMNS: Final = 2
KEPT: Final = 0.25
"""A column that keeps more than this part of its signal in its own row is a series, whose neighbours are alike."""
COPY: Final = 0.98
"""A column that tells so much of a neighbour's label is that label, laid in as a feature on purpose."""
SAME: Final = 0.999
"""Correlation from which a column of numbers is a neighbour's label itself, in any unit: its bins alone tell less."""
JOB = job(
    "label steps", "setting each column against its neighbours' labels", nanoseconds=1500, tables=("train",),
    most_rows=ROWS,
)  # fmt: skip


class Slipped(NamedTuple):
    """One column against the labels some rows away: `there` and in its own row, `here`."""

    column: str
    here: float
    there: float
    gain: float


def _beside(codes: np.ndarray, rows: np.ndarray, step: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices (of the column, of the label) whose rows lie `step` apart."""
    at = np.searchsorted(rows, rows + step)
    at[at == len(rows)] = 0
    both = rows[at] == rows + step
    return np.flatnonzero(both), at[both]


def _slipped(m: Measures) -> tuple[int, list[Slipped]] | Measured:
    """The step at which the columns tell most, and the columns that do, the strongest first."""
    from mladvisor.features.evaluation import binning, columns

    known, sampled = m.once(told), m.once(training_rows)
    if isinstance(known, Measured):
        return known
    assert not isinstance(sampled, Measured)
    everything = columns.labelled(m.once(tables), sampled.table, sampled.label.kind, most=sampled.table.rows)
    assert not isinstance(everything, str)
    rows, label = everything.rows[:ROWS], everything.label
    found: dict[int, list[Slipped]] = {step: [] for step in STEPS}
    for column, own in known.items():
        if own.bins is None:
            continue
        codes = columns.parts(everything.table, column, rows)
        for step in STEPS:
            mine, theirs = _beside(codes, rows, step)
            if len(mine) < 2 * binning.LEAST_IN_BIN:
                continue
            other = None if label.codes is None else label.codes[theirs]
            if columns.is_number(everything.table, column) and label.codes is None:
                values = columns.numbers(everything.table, column, rows)
                if _copies(values[mine], label.targets[theirs].ravel()):
                    return step, []  # a series that is told by its own past: neighbours tell much on purpose
            near = binning.by_groups(codes[mine], binning.Label(label.targets[theirs], other, label.kind))
            gain = _gain(own.bins, near, len(known) * len(STEPS))
            if near is not None and gain > 0.0:
                found[step].append(Slipped(column, max(0.0, own.bins.share), near.share, gain))
    step = max(STEPS, key=lambda each: sum(one.gain for one in found[each]))
    return step, sorted(found[step], key=lambda one: -one.gain)


def _copies(values: np.ndarray, targets: np.ndarray) -> bool:
    """Whether a column of numbers is the label of the other row, on any scale."""
    both = np.isfinite(values) & np.isfinite(targets)
    if both.sum() < 2 or not values[both].std() or not targets[both].std():
        return False
    return bool(abs(np.corrcoef(values[both], targets[both])[0, 1]) >= SAME)


def _in_step_elsewhere(m: Measures, one: Slipped) -> bool:
    """Whether the column tells the label of its own row in an evaluation table, about as well as a neighbour's here."""
    from mladvisor.features.evaluation import binning, columns

    both, rows = m.once(sides), m.once(training_rows)
    if isinstance(both, Measured) or isinstance(rows, Measured) or both[0] is not rows.table:
        return False
    for other in both[1]:
        there = columns.labelled(m.once(tables), other, rows.label.kind, classes=rows.classes)
        if isinstance(there, str) or there.label.kind != rows.label.kind or one.column not in other:
            continue
        now = binning.by_groups(columns.parts(other, one.column, there.rows), there.label)
        if now is not None and now.share - 3.0 * now.error > KEPT * one.there:
            return True
    return False


def _gain(here: Explained, there: Explained | None, tried: int) -> float:
    """What a column tells more of the label some rows away, less three standard errors; 0 where that may be chance."""
    if there is None or there.p > 0.001 / tried or there.share >= COPY or here.share > KEPT * there.share:
        return 0.0
    return max(0.0, there.share - max(0.0, here.share) - 3.0 * float(np.hypot(here.error, there.error)))


@feature(
    "label.slipped",
    unit="fraction",
    doc="Share of the label that columns explain better a row or two away than in their own row, less three standard "
    "errors, of the second-best column; 0 where none does",
    how=HOW,
    source="feat.correlation",
    cost="cheap",
    job=JOB,
)
def slipped(m: Measures) -> Measured:
    found = m.once(_slipped)
    if isinstance(found, Measured):
        return found
    step, those = found
    if len(those) < LEAST_COLUMNS and not (those and _in_step_elsewhere(m, those[0])):
        return Measured(0.0)
    best = those[0]
    towards = f"{abs(step)} row{'s' if abs(step) > 1 else ''} {'below' if step > 0 else 'above'}"
    note = f"{best.column} explains {best.here:.0%} of the label in its own row "
    note += f"but {best.there:.0%} of the label {towards}"
    if len(those) > 1:
        note += f"; {len(those) - 1} more column{'s do' if len(those) > 2 else ' does'} likewise"
    return Measured(
        those[min(len(those), LEAST_COLUMNS) - 1].gain, note=note, where=place(m.once(training_rows).table, best.column)
    )


@feature(
    "label.slipped_says",
    type="choice",
    doc="Which column tells the label of which neighbour",
    how=HOW,
    source="feat.correlation",
    cost="cheap",
    job=JOB,
)
def slipped_says(m: Measures) -> Measured:
    found = slipped(m)
    return Measured(found.note) if found.value else found if not found.known else not_applicable("no label has slipped")
