"""What a sweep beside the log says of the run's own settings: how much better another value of one of them does.

Of each value the best try counts, whatever else was tried with it, so that a grid over two settings blames neither for
the other. A search that tries each value once beside other settings says nothing of one alone.
"""

from __future__ import annotations

from collections import defaultdict
from math import inf, isfinite
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.tuning_told import Judged, is_of_classes, judged, losses_apart
from mladvisor.features.vocabulary import squeezed_name

if TYPE_CHECKING:
    from mladvisor.runs.sweeps import Sweep

_HOW = "lay the table of the tries beside the log: a column for the setting (lr, batch_size ...), one for val_loss"
_FLOOR = 0.1  # of errors that are shares: from 1 % to 2 % is no doubling worth a word
_MOST = 10.0  # times: beyond that training broke down
_FURTHER = 0.7  # of the error: what is left between two trainings alike is less
_PERCENT = 100.0
_ROUNDED = 5e-3  # relative: what a table leaves of a value of the log
_NEAR = 1e-3  # relative: the same number, written twice
_SAID = {"rate": "config.learning_rate", "batch": "config.batch_size", "optimizer": "config.optimizer"}


class Verdict(NamedTuple):
    """How the run's own value of a setting does beside the best one.

    Attributes:
        lost: how much larger its error is, as a share of the smallest.
        larger: the best value is larger than the own one; None where they have no order.
        told: both in words. file: where.
    """

    lost: float
    larger: bool | None
    told: str
    file: str


def sweeps(m: Measures) -> list[Sweep]:
    """All sweeps beside the log. Use `m.once`."""
    from mladvisor.runs.sweeps import sweep_in
    from mladvisor.runs.tabled import opened

    files = [opened(m.run.folder, name) for name in m.run.files.get("sweep", ())]
    return [sweep for file in files if (sweep := sweep_in(file)) is not None]


def verdict(m: Measures, kind: str) -> Verdict | Measured:
    """The verdict of the first sweep over a setting that holds the run's own value. Use `m.once`."""
    told = [sweep for sweep in m.once(sweeps) if kind in sweep.settings]
    if not told:
        return _noted(m, kind) or unknown(_HOW, "not-logged")
    for sweep in told:
        own = _own(m, sweep, kind)
        if own is not None:
            found = _compared(sweep, kind, own, of_classes=_is_cross_entropy(m, sweep))
            if found is not None and not _went_further(m, sweep, kind, own):
                return found
    return unknown("no table of tries parts the settings, holds this run's and let it get as far as the run itself")


def _noted(m: Measures, kind: str) -> Verdict | None:
    """The same of a note, which tells of one other value."""
    if kind not in _SAID or not m.run.files.get("training_note"):
        return None
    found: Judged | None = m.once(judged, kind)
    return None if found is None else Verdict(*found)


def _own(m: Measures, sweep: Sweep, kind: str) -> str | None:
    """The cell of the sweep that is the run's own value."""
    cells = sweep.settings[kind]
    if sweep.chosen is not None:
        return cells[sweep.chosen]
    said = m.value(_SAID[kind]) if kind in _SAID else None
    values = [said] if said is not None else []
    column = sweep.columns[kind]
    values += [one.value for key, one in m.run.config.items() if _same_name(key, column)]
    for value in values:
        for cell in cells:
            if _is_same(value, cell):
                return cell
    return None


def _same_name(key: str, column: str) -> bool:
    """A setting and a column that are called alike, or by two names of one quantity ("wd", "weight_decay")."""
    from mladvisor.features.config_keys import meanings
    from mladvisor.runs.sweeps import leaf_of

    ours, theirs = leaf_of(key), leaf_of(column)
    alike = {quantity for quantity, _ in meanings(ours)} & {quantity for quantity, _ in meanings(theirs)}
    return ours == theirs or bool(alike)


def _is_same(value: object, cell: str) -> bool:
    from mladvisor.runs.readers.decoding import number

    ours, theirs = (number(str(value)), number(cell))
    if ours is not None and theirs is not None:
        return abs(ours - theirs) <= _NEAR * max(abs(ours), abs(theirs))
    return squeezed_name(str(value)) == squeezed_name(cell)


def _went_further(m: Measures, sweep: Sweep, kind: str, own: str) -> bool:
    """The run itself has a far smaller error than any try with its own value: those were shorter, or had less data."""
    from mladvisor.runs.roles import default_columns
    from mladvisor.runs.sweeps import leaf_of

    meaning = default_columns().meaning(leaf_of(sweep.score))
    tried = min((e for e, cell in zip(sweep.errors, sweep.settings[kind], strict=True) if cell == own), default=inf)
    for curve in m.run.having(meaning.kind, meaning.split or "val"):
        if meaning.kind == "metric" and curve.role.name != meaning.name:
            continue
        values = curve.y[np.isfinite(curve.y)]
        if len(values):
            best = float(values.max() if meaning.higher_is_better else values.min())
            whole = 1.0 if best <= 1.0 else _PERCENT
            ours, last = (1.0 - each / whole if sweep.share else each for each in (best, float(values[-1])))
            is_its_end = abs(last - tried) <= _ROUNDED * abs(tried)  # the table gives where each try ended
            return 0.0 <= ours < _FURTHER * tried and not is_its_end
    return False


_ENTROPIES = ("nll", "ce", "cross_entropy", "crossentropy", "xent", "logloss", "log_loss", "bits", "loss")


def _is_cross_entropy(m: Measures, sweep: Sweep) -> bool:
    """Its score is a loss of classes or tokens."""
    from mladvisor.runs.sweeps import leaf_of

    name = f"_{leaf_of(sweep.score)}_"
    return not sweep.share and any(f"_{word}_" in name for word in _ENTROPIES) and is_of_classes(m)


def _compared(sweep: Sweep, kind: str, own: str, *, of_classes: bool = False) -> Verdict | None:
    tries: dict[tuple[str, ...], list[int]] = defaultdict(list)
    names = [kind, *(other for other in sweep.settings if other != kind)]
    for at in range(len(sweep.errors)):
        others = (cells[at] for cells in sweep.others)
        tries[(*(sweep.settings[name][at] for name in names), *others)].append(at)
    best: dict[str, float] = {}
    at_best: dict[str, int] = {}
    counts: dict[str, int] = defaultdict(int)
    for key, rows in tries.items():
        error = sum(sweep.errors[at] for at in rows) / len(rows)  # other seeds
        counts[key[0]] += 1
        if error < best.get(key[0], inf) or key[0] not in best:
            best[key[0]], at_best[key[0]] = error, rows[0]
    alone = all(len({key[at] for key in tries}) == 1 for at in range(1, len(next(iter(tries)))))
    if not alone and max(counts.values()) == 1:
        return None  # each value was tried once, with other settings beside it
    winner = min(best, key=lambda value: best[value])
    if not isfinite(best[winner]):
        return None
    smallest = max(best[winner], _FLOOR if sweep.share else 0.0)
    lost = (best[own] - best[winner]) / smallest if smallest > 0 else 0.0
    if of_classes and isfinite(best[own]):
        lost = losses_apart(best[own], best[winner], of_classes=True) or lost
    told = f"{sweep.score} {_number(sweep, at_best[own])} with {own}, {_number(sweep, at_best[winner])} with {winner}"
    return Verdict(min(max(lost, 0.0), _MOST), _larger(sweep, kind, own, winner), told, sweep.file)


def _number(sweep: Sweep, at: int) -> str:
    value = sweep.values[at]
    return f"{value:.4g}" if isfinite(value) else "no number"


def _larger(sweep: Sweep, kind: str, own: str, winner: str) -> bool | None:
    from mladvisor.runs.sweeps import INVERSE, amount, leaf_of

    ours, theirs = amount(own), amount(winner)
    if ours is None or theirs is None or ours == theirs:
        return None
    return (theirs > ours) != (leaf_of(sweep.columns[kind]) in INVERSE)


def _measure(kind: str, name: str, doc: str, source: str, larger: bool | None) -> None:
    @feature(f"sweep.{name}", unit="fraction", doc=f"In a sweep beside the log: how much larger the error is with the"
             f" run's own value than with {doc}, as a share of the smallest; 0 where that is not best", how=_HOW,
             source=source)  # fmt: skip
    def compute(m: Measures) -> Measured:
        found = m.once(verdict, kind)
        if isinstance(found, Measured):
            return found
        counts = larger is None or found.larger is larger
        return Measured(found.lost if counts else 0.0, where=Where(found.file))


def _word(kind: str, doc: str, source: str) -> None:
    @feature(f"sweep.{kind}.told", type="choice", doc=f"What the sweep over the {doc} reached with the run's own value"
             " and with the best one", how=_HOW, source=source)  # fmt: skip
    def compute(m: Measures) -> Measured:
        found = m.once(verdict, kind)
        return found if isinstance(found, Measured) else Measured(found.told, where=Where(found.file))


_WORDS = (
    ("rate", "learning rate", "hyper.lr-effect", ("smaller", "larger")),
    ("batch", "batch size", "hyper.batch", ("smaller", "larger")),
    ("penalty", "penalty or dropout", "hyper.l1-l2", ("weaker", "stronger")),
    ("size", "size of the model", "hyper.depth", ("smaller", "larger")),
)
for _kind, _doc, _source, (_less, _more) in _WORDS:
    _measure(_kind, f"{_kind}.{_less}_better", f"a {_less} {_doc}", _source, False)
    _measure(_kind, f"{_kind}.{_more}_better", f"a {_more} {_doc}", _source, True)
    _word(_kind, _doc, _source)
_measure("optimizer", "optimizer.other_better", "another optimizer", "hyper.lr-default", None)
_word("optimizer", "optimizer", "hyper.lr-default")


@feature("sweep.optimizer.each_at_its_best", type="flag", doc="The sweep tried the run's own optimizer at several"
         " rates: what does better at a single one could do better still",
         how=_HOW, source="hyper.lr-default")  # fmt: skip
def each_at_its_best(m: Measures) -> Measured:
    found = m.once(verdict, "optimizer")
    if isinstance(found, Measured):
        return found
    sweep = next((one for one in m.once(sweeps) if one.file == found.file), None)
    if sweep is None:
        return Measured(False, where=Where(found.file))  # a note
    own = _own(m, sweep, "optimizer")
    if sweep.tuned:
        return Measured(True, note="a column gives the best rate of each", where=Where(found.file))
    tried = zip(sweep.settings["optimizer"], sweep.settings.get("rate", ()), strict=False)
    return Measured(len({rate for optimizer, rate in tried if optimizer == own}) > 1, where=Where(found.file))


@feature("sweep.size.over_chance", unit="fraction", doc="How far the best accuracy of a sweep over sizes, the largest"
         " four times the smallest or more, lies between guessing (0) and perfect (1)", how=_HOW,
         source="base.ladder")  # fmt: skip
def size_over_chance(m: Measures) -> Measured | None:
    from mladvisor.runs.roles import default_columns
    from mladvisor.runs.sweeps import amount, leaf_of

    chance = m.value("metric.val.chance")
    for sweep in m.once(sweeps):
        sizes = [size for cell in sweep.settings.get("size", ()) if (size := amount(cell)) is not None and size > 0]
        name = default_columns().meaning(leaf_of(sweep.score)).name
        if not sizes or max(sizes) < _APART * min(sizes) or not sweep.share or name != m.value("metric.name"):
            continue
        if isinstance(chance, float) and chance < 1.0:
            best = (1.0 - min(sweep.errors) - chance) / (1.0 - chance)
            return Measured(best, where=Where(sweep.file))
    return unknown(_HOW, "not-logged")


_APART = 4.0
