"""What names leave open, told from the curves beside: a bare split, an objective, a rate called eta, "a" and "b"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from mladvisor.runs.model import Role
from mladvisor.runs.roles import Columns

if TYPE_CHECKING:
    from mladvisor.runs.assign import Named

_FEW = 3
_PAIR = 2
_FAR = 10.0
_PERCENT = 100.5
# Last words of two names of one quantity, of which the first is training, as people number and letter their sets.
_PAIRS = (("a", "b"), ("in", "out"), ("1", "2"), ("0", "1"), ("i", "o"))
_PLAYERS = frozenset(("g", "d", "gen", "disc", "generator", "discriminator", "real", "fake", "cycle", "adv", "idt"))


_DEVELOPED = frozenset(("dev", "devel", "development"))


def developed(named: list[Named], columns: Columns, assumed: list[str]) -> None:
    """`dev.auc` beside `holdout.auc` or `oot.auc`, and nothing of training: what lending calls dev was learned from."""
    judged = [one for one in named if one.role.kind in ("loss", "metric") and one.raw.role is None]
    theirs = [
        one for one in judged if one.role.split == "val" and not _DEVELOPED.isdisjoint(columns.words(one.raw.name))
    ]
    others = {(one.meaning.kind, one.meaning.name) for one in judged if one.role.split == "val" and one not in theirs}
    if any(one.meaning.split in (None, "train") for one in judged if one.role.kind == "loss"):
        return
    alike = [one for one in theirs if (one.meaning.kind, one.meaning.name) in others and len(one.raw.y) >= _FEW]
    if not alike:
        return
    for one in theirs:
        one.role = msgspec.structs.replace(one.role, split="train")
        one.meaning = one.meaning._replace(split="train")
    assumed.append(
        f'"{alike[0].raw.name}" is taken for training data: beside it another sample is held out, and none is called'
        " training"
    )


def objectness(named: list[Named], columns: Columns) -> None:
    """A bare `obj` is the objective, but beside `box` or `cls` (YOLO's) it is the part of the loss for objects."""
    words = {word for one in named for word in columns.words(one.raw.name)}
    if not words.isdisjoint(("box", "cls", "bbox", "giou", "noobj")):
        for one in named:
            if one.role.kind == "loss" and not one.meaning.literal and "obj" in columns.words(one.raw.name):
                one.role = msgspec.structs.replace(one.role, component=True, name="obj")


def step_twins(named: list[Named], columns: Columns) -> None:
    """Of two training losses in one file, one in the very rows of the validation loss and one between them, the other
    is that of single steps ("obj" at each step, "fit_obj" beside the validation's "obj"): it is called so.
    """
    losses = [one for one in named if one.role.kind == "loss" and one.raw.role is None and one.raw.rows is not None]
    for mean in losses:
        if mean.role.split != "train" or mean.role.component or mean.role.running or len(mean.raw.y) < _FEW:
            continue
        if not any(one.role.split == "val" and one.file == mean.file and _in_rows_of(one, mean) for one in losses):
            continue
        for one in losses:
            alike = one.file == mean.file and one.role == mean.role and one is not mean
            if alike and not one.meaning.twin and len(one.raw.y) > len(mean.raw.y) and not _meet(one, mean):
                one.raw.column = one.raw.column or one.raw.name
                one.raw.name = f"{one.raw.name} batch"
                one.meaning = columns.meaning(one.raw.name)


def _in_rows_of(one: Named, other: Named) -> bool:
    return np.array_equal(one.raw.rows, other.raw.rows)  # type: ignore[arg-type]


def _meet(one: Named, other: Named) -> bool:
    """Some row has both."""
    return bool(np.isin(one.raw.rows, other.raw.rows).any())  # type: ignore[arg-type]


_SURELY_A_RATE = 0.1
"""Hours that are left would be six minutes."""


def rate_called_eta(named: list[Named], columns: Columns) -> None:
    """`eta` is the time that is left; where no rate is logged, and it stays, climbs or is tiny, it is the rate."""
    if any(one.role.kind == "learning-rate" for one in named):
        return
    for one in named:
        known = one.raw.y[np.isfinite(one.raw.y)]
        counts = columns.x_kind(one.raw.name)
        if counts is not None and counts[0] == "step" and known.size and known.min() > 0 and known.max() < 1:
            one.role = Role("learning-rate", None, "step", None)  # how long each step is
        if columns.words(one.raw.name)[-1:] == ("eta",) and one.role.kind == "time":
            if not known.size or known.min() < 0 or not 0 < known.max() <= 1:
                continue
            if known.min() == known.max() or known[0] < 0.5 * known.max() or known.max() <= _SURELY_A_RATE:
                one.role = Role("learning-rate", None, "eta", None)


_OF_CLASSES = frozenset(("accuracy", "balanced_accuracy", "auc", "average_precision", "f1", "precision", "recall"))


def likelihood_above_zero(named: list[Named], assumed: list[str]) -> None:
    """`ll` beside an accuracy is a log loss where it lies above 0: no log likelihood of classes does, one of a density
    may.
    """
    found = [one for one in named if one.role.name == "log_likelihood" and one.raw.role is None and len(one.raw.y)]
    if not found or _OF_CLASSES.isdisjoint(one.role.name for one in named):
        return
    if all(bool((one.raw.y[np.isfinite(one.raw.y)] > 0).all()) for one in found):
        for one in found:
            one.role = Role("loss", one.role.split or "train", "total")
        assumed.append(f'"{found[0].raw.name}" is taken for a log loss: the log likelihood of classes is below 0')


_NEAR = 0.05
"""A loss in nats is the logarithm of its perplexity; means over other batches differ by a few per cent."""


def energy_for_loss(named: list[Named], columns: Columns, assumed: list[str]) -> None:
    """What is called an energy is taken for the loss where nothing else is, and that is said.

    Beside a perplexity that is not its exponential it is what some layers minimise (predictive coding, an energy-based
    model): it may rise while tokens are predicted better, and whoever reads the verdict should know.
    """
    losses = [one for one in named if one.role.kind == "loss" and one.raw.role is None]
    energies = [one for one in losses if "energy" in columns.words(one.raw.name)]
    if not energies or len(energies) < len(losses):
        return
    perplexities = [one for one in named if one.role.kind == "metric" and one.role.name == "perplexity"]
    said = f'no column is called a loss: "{energies[0].raw.name}" is judged as one'
    if not perplexities:
        assumed.append(said)
    elif not any(_exponential(loss, other) for loss in energies for other in perplexities):
        assumed.append(f"{said}, though it is not the logarithm of the perplexity beside it")


def _exponential(loss: Named, perplexity: Named) -> bool:
    """The perplexity, or its logarithm, is that of the loss."""
    a, b = np.median(loss.raw.y), np.median(perplexity.raw.y)
    if loss.role.split != (perplexity.role.split or "train") or not (a > 0 and b > 1):
        return False
    return bool(abs(a - np.log(b)) <= _NEAR * a)


def bare_splits(named: list[Named], assumed: list[str]) -> None:
    """`val 0.31` beside `loss 0.28`: what has no name but that of its data is the loss, unless it may be a score."""
    losses = [one for one in named if one.role.kind == "loss" and not one.role.running and not one.role.component]
    ours = [one for one in losses if one.role.split == "train"]
    for one in named:
        split = one.meaning.split
        if one.role.kind != "other" or one.meaning.name or split not in ("val", "test") or not ours:
            continue
        if any(loss.role.split == split for loss in losses) or _may_be_score(one.raw.y, ours[0].raw.y):
            continue
        one.role = Role("loss", split, "total", False)
        assumed.append(
            f'"{one.raw.name}" has no name but that of its data: taken for the loss, as "{ours[0].raw.name}"'
        )


def only_named_by_split(named: list[Named], assumed: list[str]) -> None:
    """`fit` and `dev` (`J_fit` and `J_dev`) beside `acc`, and no loss: what falls in training is the loss.

    Nor any of training: what is called a loss of the other rows ("dev recon") is then a part of theirs.
    """
    others = [one for one in named if one.role.kind in ("loss", "reward")]
    if any(one.role.kind == "reward" or one.role.split in (None, "train") for one in others):
        return
    bare = [one for one in named if one.role.kind == "other" and one.meaning.split and len(one.meaning.name) < _PAIR]
    train = [one for one in bare if one.meaning.split == "train"]
    if (
        len(train) != 1
        or len({one.meaning.split for one in bare}) != len(bare)
        or len({o.meaning.name for o in bare}) > 1
    ):
        return
    y = train[0].raw.y
    falls = len(y) >= _FEW and bool(y[-1] < y[0] or not np.isfinite(y[-1]))
    if len(bare) < _PAIR or not (falls or _is_no_score(bare, named)):
        return
    for one in bare:
        one.role = Role("loss", one.meaning.split, "total", False)
    for one in others:
        one.role = msgspec.structs.replace(one.role, component=True)
    said = " and ".join(f'"{one.raw.name}"' for one in bare)
    why = "since the training value falls" if falls else "since a score has a name beside them, and they are none"
    assumed.append(f"{said} have no name but that of their data: taken for the loss, {why}")


_SHARES = frozenset((*_OF_CLASSES, "r2"))
_AGAINST = -0.5
_LEAST_POINTS = 5


def _is_no_score(bare: list[Named], named: list[Named]) -> bool:
    """A score of at most 1 has a name of its own; bare values that pass 1, or fall where it rises, are no score."""
    scores = [one for one in named if one.role.kind == "metric" and one.role.name in _SHARES and len(one.raw.y)]
    if not scores or any(bool((one.raw.y > 1).any()) for one in scores):  # per cent, as the bare values may be
        return False
    known = np.concatenate([one.raw.y[np.isfinite(one.raw.y)] for one in bare])
    if not known.size or known.min() < 0:
        return False
    return bool(known.max() > 1) or any(_runs_against(one, score) for one in bare for score in scores)


def _runs_against(one: Named, score: Named) -> bool:
    """Of the same rows, the one falls where the other rises."""
    if one.role.split != score.role.split or len(one.raw.y) != len(score.raw.y) or len(one.raw.y) < _LEAST_POINTS:
        return False
    a, b = one.raw.y, score.raw.y
    known = np.isfinite(a) & np.isfinite(b)
    if known.sum() < _LEAST_POINTS or not a[known].std() or not b[known].std():
        return False
    return bool(np.corrcoef(a[known], b[known])[0, 1] < _AGAINST)


def _may_be_score(y: np.ndarray, loss: np.ndarray) -> bool:
    """Between 0 and 1 and rising, or 0 and 100 and far from the training loss."""
    known, ours = y[np.isfinite(y)], loss[np.isfinite(loss)]
    if not known.size or not ours.size or known.min() < 0:
        return False
    if known.max() <= 1:
        return bool(known[-1] > known[0])
    return bool(known.max() <= _PERCENT and known[-1] > known[0] and np.median(known) > _FAR * np.median(ours))


def paired(named: list[Named], columns: Columns, assumed: list[str]) -> None:
    """Two losses of one name but for "a" and "b" ("in" and "out"), in the same rows: training and validation."""
    losses = [one for one in named if one.role.kind == "loss" and not one.role.running]
    if len(losses) != _PAIR or any(one.meaning.split or one.raw.split or one.raw.role for one in losses):
        return
    words = [columns.words(one.raw.name) for one in losses]
    ends = (words[0][-1], words[1][-1])
    if words[0][:-1] != words[1][:-1] or ends not in _PAIRS or not _PLAYERS.isdisjoint(words[0] + words[1]):
        return
    if len(losses[0].raw.y) != len(losses[1].raw.y):
        return
    for one, split in zip(losses, ("train", "val"), strict=True):
        one.role = Role("loss", split, "total", False)  # type: ignore[arg-type]
    for one in named:
        end = columns.words(one.raw.name)[-1:]
        if one.role.kind == "metric" and one.role.split is None and end and end[0] in ends:
            one.role = msgspec.structs.replace(one.role, split="train" if end[0] == ends[0] else "val")
    assumed.append(
        f'"{losses[0].raw.name}" is taken for the training loss, "{losses[1].raw.name}" for the validation loss'
    )
