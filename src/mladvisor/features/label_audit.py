"""What a recheck of labels says: a table of rows that were labelled twice, for the data and again by somebody else."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from mladvisor.errors import ReadError
from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_tables import tables
from mladvisor.features.evaluation.intervals import Array, share_error, wilson
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.report_tables import report_tables
from mladvisor.runs.label_looks import Looks, is_check, label_looks, looks_at_label, reviewed_answers
from mladvisor.runs.label_verdicts import verdicts_in
from mladvisor.runs.log_table import LogTable, read_log_table

if TYPE_CHECKING:
    from mladvisor.tables.collection import Tables

HOW = (
    "label a hundred training rows again, by somebody who does not see the labels, and put both labels side by side"
    " into label_audit.csv"
)
_LEAST = 20  # rows: of fewer a share says little
_CLASSES = 20
_MAY_CHECK = ("label_audit", "data_report")
FAR: Final = 0.25
"""Two readings of a quantity differ from this part of its spread on: a repeated measurement seldom is so far off."""
_BLANK = ("", "nan", "none", "null", "na", "n/a", "?")


class Audit(NamedTuple):
    """Rows compared, rows that differ, file, the column of the second look, and that of the first."""

    rows: int
    differing: int
    file: str
    column: str
    first: str


def audit(m: Measures) -> Audit | None:
    """The first recheck of the folder that can be read. Use `m.once`."""
    for file, stem, table in report_tables(m, "label_audit"):
        looks, picked = label_looks(table.names, stem), reviewed_answers(table.names)
        either = looks or picked
        found = _of_looks(table, either, file) if either is not None else None
        if found is not None and looks is None:
            found = _among_all(m, found)
        found = found or _by_verdicts(m, table, file)
        if found is not None:
            m.assumed.append(f"{file}: {found.column} is a second look at the labels in {found.first}")
            return found
    return _by_label(m) or _by_annotators(m)


def _among_all(m: Measures, found: Audit) -> Audit | None:
    """Of rows that were picked for a review only those that it found wrong count, and among all that were judged: no
    fewer are wrong of these.
    """
    rows = m.value("predictions.rows")
    return found._replace(rows=int(rows)) if isinstance(rows, float) and rows > found.rows else None


def _by_verdicts(m: Measures, table: LogTable, file: str) -> Audit | None:
    """A look that says of each row whether its label is right; of doubtful rows only among all that there are."""
    told = verdicts_in({name: table.texts(name) for name in table.names}, file)
    if told is None:
        return None
    held: Tables | None = m.once(tables) if told.picked else None
    train = held.get("train") if held else None
    known = (train.rows if train else None, m.value("predictions.rows"), told.least)
    rows = max((int(each) for each in known if isinstance(each, int | float)), default=0) if told.picked else told.rows
    return Audit(rows, told.wrong, file, told.column, "the data") if rows >= max(_LEAST, told.rows) else None


def _by_label(m: Measures) -> Audit | None:
    """A table that is called a check, with the label of the data and something beside it that says nearly the same."""
    files = [file for kind in _MAY_CHECK for file in m.run.files.get(kind, ()) if is_check(file)]
    held: Tables | None = m.once(tables) if files else None
    label = held.label_column if held else None
    if held is None or label is None:
        return None
    for file in files:
        try:
            table = read_log_table(m.run.folder, file, growing=False)
        except ReadError:
            continue  # those who look for reports of its kind say why
        looks = looks_at_label(table.names, label, held.columns)
        if looks is None:
            continue
        for again in looks.again:
            found = _of_looks(table, Looks(looks.first, (again,)), file, in_other_words=True)
            if found is not None:
                m.assumed.append(f"{file}: {again}, by what it holds, is a second look at the labels in {looks.first}")
                return found
    return None


def _by_annotators(m: Measures) -> Audit | None:
    """The labels of the data beside those of the other of two annotators, in the training table itself.

    Only where the label is what one of them said: one that was settled between them, or among three, is none of theirs.
    """
    held: Tables | None = m.once(tables)
    label, columns = (held.label_column, held.labels_again) if held else (None, ())
    if held is None or label is None or not 0 < len(columns) <= _TWO:
        return None
    table = held.splits["train"]
    own, *others = (
        [_plain(str(cell)) for cell in table.series(name).tolist()[:_MOST_ROWS]] for name in (label, *columns)
    )
    alike = [sum(one == other for one, other in zip(own, each, strict=True)) / len(own) for each in others]
    if len(columns) == _TWO and max(alike) < _COPY:
        return None
    other = alike.index(min(alike))
    rows, odd = _compared(own, others[other])
    if rows < _LEAST:
        return None
    m.assumed.append(f"{table.file}: {' and '.join(columns)} hold labels of annotators, and are no inputs")
    return Audit(rows, odd, table.file, columns[other], label)


_TWO, _COPY = 2, 0.99
_MOST_ROWS = 100_000


def _of_looks(table: LogTable, looks: Looks, file: str, *, in_other_words: bool = False) -> Audit | None:
    """The first labels beside what all later looks say alike; where these seldom agree, the looks beside each other."""
    first = list(map(_plain, table.texts(looks.first)))
    looks = _by_others(table, looks, first)
    again = [list(map(_plain, table.texts(name))) for name in looks.again]
    alike = [cells[0] if len(set(cells)) == 1 else "" for cells in zip(*again, strict=True)]
    rows, odd = _compared(first, alike, in_other_words=in_other_words)
    if rows >= max(_LEAST, table.rows / 2):
        return Audit(rows, odd, file, " and ".join(looks.again), looks.first)
    if len(again) > 1:
        rows, odd = _compared(again[0], again[1])
        if rows >= _LEAST:
            return Audit(rows, odd, file, looks.again[1], looks.again[0])
        return None
    return Audit(rows, odd, file, looks.again[0], looks.first) if rows >= _LEAST else None


_SAME = 0.98


def _by_others(table: LogTable, looks: Looks, first: list[str]) -> Looks:
    """Without the look that the labels were taken from: where it agrees with another they are right by themselves."""
    own = [
        name
        for name in looks.again
        if sum(one == _plain(cell) for one, cell in zip(first, table.texts(name), strict=True)) >= _SAME * len(first)
    ]
    others = tuple(name for name in looks.again if name not in own)
    return looks._replace(again=others) if len(own) == 1 and others else looks


def _compared(first: list[str], second: list[str], *, in_other_words: bool = False) -> tuple[int, int]:
    """Rows with both labels, and those whose labels differ; (0, 0) where the columns hold different things.

    In other words the classes of one column stand for those of the other ("closed" for 1), and must go with them.
    """
    pairs = [
        (one, other) for one, other in zip(first, second, strict=True) if one not in _BLANK and other not in _BLANK
    ]
    numbers = _as_numbers(pairs)
    if numbers is not None:
        first_, second_ = numbers
        apart = np.abs(first_ - second_) > FAR * first_.std()
        alike = len(pairs) > _LEAST and abs(float(np.corrcoef(first_, second_)[0, 1])) > 3 / len(pairs) ** 0.5
        return (len(pairs), int(apart.sum())) if alike else (0, 0)
    labels = {one for one, _ in pairs}
    if not pairs or len(labels) > max(2.0, len(pairs) / 4):
        return 0, 0
    if sum(other in labels for _, other in pairs) < len(pairs) / 2:
        return _translated(pairs) if in_other_words else (0, 0)
    return len(pairs), sum(one != other for one, other in pairs)


def _translated(pairs: list[tuple[str, str]]) -> tuple[int, int]:
    """`_compared` where each class has another name in the second column: the one that stands beside it most often.

    (0, 0) unless names and classes match one to one, and agree more often than chance does, by three standard errors.
    """
    counts = Counter(pairs)
    firsts, seconds = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    stands_for: dict[str, str] = {}
    for (one, other), _ in counts.most_common():
        if one not in stands_for and other not in stands_for.values():
            stands_for[one] = other
    if not len(firsts) == len(seconds) == len(stands_for) > 1:
        return 0, 0
    rows = len(pairs)
    agree = sum(counts[pair] for pair in stands_for.items()) / rows
    chance = sum(firsts[one] * seconds[other] for one, other in stands_for.items()) / rows**2
    if agree - chance < 3 * (chance * (1 - chance) / rows) ** 0.5:
        return 0, 0
    return rows, rows - round(agree * rows)


def _as_numbers(pairs: list[tuple[str, str]]) -> tuple[Array, Array] | None:
    """Both sides of a quantity; None for classes, of which there are few, and for anything that is no number."""
    try:
        both = np.asarray([(float(one), float(other)) for one, other in pairs])
    except ValueError:
        return None
    if not len(both) or not np.isfinite(both).all() or len(np.unique(both[:, 0])) <= max(_CLASSES, len(both) / 4):
        return None
    return both[:, 0], both[:, 1]


def _plain(cell: str) -> str:
    """1, "1.0" and " 1" are one label."""
    low = cell.strip().lower()
    return low[:-2] if low.endswith(".0") else low


def _of(m: Measures) -> Audit | Measured:
    found: Audit | None = m.once(audit)
    return unknown(HOW) if found is None else found


@feature(
    "labels.recheck_rows", unit="rows", doc="Rows that were labelled a second time", how=HOW, source="data.quality"
)
def recheck_rows(m: Measures) -> Measured:
    found = _of(m)
    return found if isinstance(found, Measured) else Measured(float(found[0]), where=Where(found.file, found.column))


@feature("labels.recheck_differs", unit="fraction", doc="Share of the rows labelled twice whose labels differ", how=HOW, source="data.quality")  # fmt: skip  # noqa: E501
def recheck_differs(m: Measures) -> Measured:
    found = _of(m)
    if isinstance(found, Measured):
        return found
    rows, odd = found[0], found[1]
    return Measured(odd / rows, se=share_error(odd, rows), where=Where(found.file, found.column))


@feature("labels.recheck_differs_low", unit="fraction", doc="Lower end of the 95 % interval of labels.recheck_differs", how=HOW, source="data.quality")  # fmt: skip  # noqa: E501
def recheck_differs_low(m: Measures) -> Measured:
    found = _of(m)
    if isinstance(found, Measured):
        return found
    return Measured(wilson(found[1], found[0])[0], where=Where(found.file, found.column))
