"""What notes beside the log say of the run's rate, batches and optimizer, set against what the log shows."""

from __future__ import annotations

from math import exp, inf, isfinite, isnan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mladvisor.features import vocabulary
from mladvisor.runs.model import Place, Setting
from mladvisor.runs.readers.decoding import decode
from mladvisor.runs.tuning_diffs import changed_in
from mladvisor.runs.tuning_outcomes import Outcome, outcome_of_change
from mladvisor.runs.tuning_said import Tried, Unit, tried_in, units_of
from mladvisor.runs.tuning_stated import stated_in

if TYPE_CHECKING:
    from mladvisor.features.catalogue import Measures

MOST_BYTES = 20_000
_FLOOR, _MOST, _PERCENT = 0.1, 10.0, 100.0
_BY_WORDS = 1.0
"""As much as twice the error, where words alone say that another choice settled what was wrong."""
_LAST = 3
_KEYS = {"rate": "learning_rate", "batch": "batch_size", "optimizer": "optimizer", "momentum": "momentum"}
_OWN = {"rate": "config.learning_rate", "batch": "config.batch_size", "optimizer": "config.optimizer"}


class Notes(NamedTuple):
    """What all notes say.

    Attributes:
        tried: (what, file) of other choices.
        stated: settings, where no two notes differ.
        updates: updates of an epoch, and where.
    """

    tried: list[tuple[Tried, str]]
    stated: dict[str, Setting]
    updates: tuple[float, Place] | None


def notes(m: Measures) -> Notes:
    """Use `m.once`."""
    tried: list[tuple[Tried, str]] = []
    stated: dict[str, list[Setting]] = {}
    for file in m.run.files.get("training_note", ()):
        try:
            lines = decode((m.run.folder / file).read_bytes()[:MOST_BYTES]).splitlines()
        except OSError:
            continue
        units = units_of(lines)
        tried += [(each, file) for each in tried_in(units)]
        told = [(each.key, each.value, each.row) for each in stated_in(units)]
        for change in changed_in(lines):
            kind = "optimizer" if change.kind == "momentum" else change.kind
            larger = (
                change.old > change.new if isinstance(change.old, float) and isinstance(change.new, float) else None
            )
            if kind in _OWN:
                outcome = _of_diff(units)
                text = f"{_KEYS[change.kind]} {change.old} before, {change.new} now"
                tried.append((Tried(kind, larger, change.old, change.new, outcome, change.row, text), file))
            if change.kind in _KEYS:
                told = [each for each in told if each[0] != _KEYS[change.kind]]
                told.append((_KEYS[change.kind], change.new, change.row))
        for key, value, row in told:
            stated.setdefault(key, []).append(Setting(value, Place(file, row=row)))
    sure = {key: each[0] for key, each in stated.items() if len({repr(one.value) for one in each}) == 1}
    updates = sure.pop("updates_per_epoch", None)
    return Notes(tried, sure, (float(updates.value), updates.place) if updates is not None else None)


def _of_diff(units: list[Unit]) -> Outcome:
    for at in range(len(units)):
        found = outcome_of_change([units[at].text], " ".join(unit.text for unit in units[max(0, at - 1) : at]))
        if found.score is not None:
            return found
    return Outcome()


class Judged(NamedTuple):
    """How another choice of a setting did beside the run's own.

    Attributes:
        lost: how much larger the error of the run is, as a share of the other's.
        larger: the other value is the larger one; None where they have no order.
        told: in words. file: where.
    """

    lost: float
    larger: bool | None
    told: str
    file: str


def judged(m: Measures, kind: str) -> Judged | None:
    """What notes tell of another choice of a setting; the first that can be judged. Use `m.once`."""
    told: Notes = m.once(notes)
    for tried, file in told.tried:
        if tried.kind != kind:
            continue
        own = m.value(_OWN[kind])
        larger = tried.larger
        if isinstance(tried.value, float) and kind != "optimizer":
            if not isinstance(own, float) or _is_same(own, tried.value) or _is_other(own, tried.own):
                continue
            larger = tried.value > own
        if kind == "optimizer" and not _may_be_other(own, tried):
            continue
        lost = _lost(m, tried)
        if lost is not None:
            said = f'{file} says: "{tried.text}"'
            return Judged(min(max(lost, 0.0), _MOST), larger, said, file)
    return None


_NEAR = 1e-3


def _is_same(a: float, b: float) -> bool:
    return abs(a - b) <= _NEAR * max(abs(a), abs(b))


def _is_other(own: float, said: float | str | None) -> bool:
    """The change was made to another value than the run has."""
    return isinstance(said, float) and not _is_same(own, said)


def _may_be_other(own: object, tried: Tried) -> bool:
    """The optimizer that was tried is another one than the run's, and the run's is the one that it is set against."""
    theirs = vocabulary.optimizer(str(tried.value))
    ours = vocabulary.optimizer(str(tried.own)) if isinstance(tried.own, str) else None
    if not isinstance(own, str):
        return True
    plain = ("sgd", "momentum")
    if theirs is not None and (own == theirs or (own in plain and theirs in plain)):
        return False
    return ours is None or own == ours or (own in plain and ours in plain)


def _lost(m: Measures, tried: Tried) -> float | None:
    outcome = tried.outcome
    if outcome.score is None:
        return None if outcome.better is None else _BY_WORDS if outcome.better else 0.0
    ours = outcome.ours if outcome.ours is not None else _reached(m, outcome.is_metric)
    if ours is None:
        return None
    theirs = outcome.score
    if isnan(theirs):
        return 0.0
    if outcome.is_metric:
        whole = 1.0 if max(theirs, 0.0 if isnan(ours) else ours) <= 1.0 else _PERCENT
        if not 0.0 <= theirs <= whole:
            return None
        error = max(1.0 - theirs / whole, _FLOOR)
        lost = (1.0 if isnan(ours) else 1.0 - ours / whole) / error - 1.0
        return max(lost, _BY_WORDS) if theirs > _SOME * whole and ours < theirs / _TIMES else lost
    return losses_apart(ours, theirs, of_classes=is_of_classes(m))


_SOME, _TIMES = 0.05, 3.0
"""A recall of 0.1 beside one of 0.3: with both near nothing the share that is missed does not tell them apart."""
_OF_CLASSES = ("binary", "multiclass", "classification", "language-modelling")
_RIGHT_OR_WRONG = ("accuracy", "balanced_accuracy", "perplexity")


def is_of_classes(m: Measures) -> bool:
    """The loss is one of classes or tokens: by the task, or as the log counts right answers."""
    return m.value("task") in _OF_CLASSES or any(curve.role.name in _RIGHT_OR_WRONG for curve in m.run.having("metric"))


def losses_apart(ours: float, theirs: float, *, of_classes: bool) -> float | None:
    """How much larger a loss is than another one, as a share of it; cross-entropies above 1 by their perplexity.

    Of characters or words 2.2 and 2.6 nats are far apart, though they are a fifth of each other.
    """
    if isnan(ours):
        return inf
    if theirs <= 0:
        return None
    apart = ours / theirs - 1.0
    if of_classes and min(ours, theirs) > 1.0:
        return max(apart, exp(min(ours - theirs, _MOST)) - 1.0)
    return apart


def _reached(m: Measures, is_metric: bool) -> float | None:
    """Where the run ended: the better of training and validation, so that what is only overfitted counts as learnt."""
    if is_metric:
        best = [_end(curve.y) for curve in m.run.having("metric", "val") if curve.role.higher_is_better]
        known = [each for each in best if each is not None]
        return max(known) if known else None
    ends = []
    for split in ("train", "val"):
        curves = [curve for curve in m.run.having("loss", split) if not curve.role.component and not curve.role.running]
        end = _end(curves[0].y) if curves else None
        ends += [end] if end is not None else []
    return min(ends, key=lambda each: inf if isnan(each) else each) if ends else None


def _end(y: np.ndarray) -> float | None:
    """The middle of the last third; NaN where it ends so."""
    if not len(y):
        return None
    if not isfinite(float(y[-1])):
        return float("nan")
    part = y[-max(1, len(y) // _LAST) :]
    return float(np.median(part[np.isfinite(part)]))
