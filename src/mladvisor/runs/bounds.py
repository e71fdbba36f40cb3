"""What some minimise and others maximise: the evidence bound of variational models, an objective; and a share of right
answers below the name of a loss.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mladvisor.runs.model import Role
from mladvisor.runs.roles import Columns

if TYPE_CHECKING:
    from mladvisor.runs.assign import Named

_DIVERGENCE = frozenset(("kl", "kld", "kldiv", "kl_div", "kl_divergence"))
_RECONSTRUCTION = frozenset(("rec", "recon", "recons", "reconstruction", "rec_err", "recon_err"))
_LEAST = 3
_KALDI = "objf"  # the log probability of the labels, or of sequences: at best zero
_OBJECTIVES = frozenset((_KALDI, "objective", "obj"))


def evidence_bound(named: list[Named], columns: Columns, assumed: list[str]) -> None:
    """Beside a divergence, "rec" is the error of reconstruction, and no recall; an "elbo" that starts above zero and
    falls is the negative bound, which is minimised: the loss, where nothing else is called so.
    """
    words = [frozenset(columns.words(one.raw.name)) for one in named]
    if not any(each & _DIVERGENCE for each in words):
        return
    for one, each in zip(named, words, strict=True):
        if one.role.name == "recall" and each & _RECONSTRUCTION:
            one.role = Role("loss", one.role.split or "train", "reconstruction", False, True, one.role.running)
    bounds = [one for one in named if one.role.name == "elbo"]
    if not bounds or any(one.role.kind == "loss" and not one.role.component for one in named):
        return
    if all(_is_minimised(one.raw.y) for one in bounds):
        for one in bounds:
            split = one.role.split or "train"
            meaning = one.meaning._replace(explicit_total=True)
            one.meaning, one.role = meaning, Role("loss", split, "total", False, False, one.role.running)
        assumed.append(f'"{bounds[0].raw.name}" is taken for the loss: it starts above zero and falls')


def _is_minimised(values: np.ndarray) -> bool:
    finite = values[np.isfinite(values)]
    return len(finite) >= _LEAST and float(finite[0]) > 0.0 and float(finite[-1]) < float(finite[0])


def objective_maximised(named: list[Named], columns: Columns, assumed: list[str]) -> None:
    """An objective that lies below zero and rises is maximised: its negative is the loss.

    Kaldi's `objf` is, whichever way it goes. Another is where a metric that should rise does so too: alone it may be a
    loss that runs away.
    """
    losses = [one for one in named if one.role.kind == "loss" and one.raw.role is None]
    found = [one for one in losses if not _OBJECTIVES.isdisjoint(columns.words(one.raw.name))]
    if not found or len(found) < len(losses):
        return
    kaldi = all(_KALDI in columns.words(one.raw.name) and _is_below_zero(one.raw.y) for one in found)
    if not kaldi and not all(_rises_below_zero(one.raw.y) for one in found):
        return
    if (
        not kaldi
        and not any(_KALDI in columns.words(one.raw.name) for one in found)
        and not any(map(_gets_better, named))
    ):
        return
    for one in found:
        one.raw.column = f"negative {one.raw.column or one.raw.name}"
        one.raw.y = -one.raw.y
        one.role = Role("loss", one.role.split or "train", "total", False, False, one.role.running)
    assumed.append(f'"{found[0].raw.name}" is taken for what is maximised: its negative is judged as the loss')


def _gets_better(one: Named) -> bool:
    known = one.raw.y[np.isfinite(one.raw.y)]
    better = one.role.higher_is_better
    return one.role.kind == "metric" and better is True and len(known) >= _LEAST and bool(known[-1] > known[0])


def _is_below_zero(values: np.ndarray) -> bool:
    known = values[np.isfinite(values)]
    return len(known) > 0 and float(known.max()) <= 0.0


def _rises_below_zero(values: np.ndarray) -> bool:
    known = values[np.isfinite(values)]
    return len(known) >= _LEAST and float(known.max()) <= 0.0 and float(known[-1]) > float(known[0])


_ERRORS = frozenset(("mse", "rmse", "mae"))
_FALLEN = 0.1  # of its start, to which an error falls that nobody would say has become worse
_RISEN = 0.1  # between 0 and 1: beyond what a penalty, or dropout, adds to a loss
_AGAINST = -0.8  # rank correlation: what goes against each other all the way, and not at the end alone


def share_called_loss(named: list[Named], assumed: list[str]) -> None:
    """What is called a loss is none where it lies between 0 and 1 and rises while the error of the same rows falls to a
    tenth: a header that was kept when another quantity was logged.
    """
    losses = [one for one in named if one.role.kind == "loss" and one.raw.role is None]
    trained = [one for one in losses if one.role.split == "train"]
    if len(trained) != 1 or not all(map(_is_share, losses)):
        return
    loss = trained[0]
    errors = [one for one in named if one.role.name in _ERRORS and one.role.kind == "metric" and one.file == loss.file]
    against = [one for one in errors if one.role.split == "train" and _goes_against(one.raw.y, loss.raw.y)]
    if not against:
        return
    for one in losses:
        one.role = Role("other", one.role.split, one.raw.name.strip().lower(), None, False, one.role.running)
    told = f'"{loss.raw.name}" rises from {loss.raw.y[0]:.3g} to {loss.raw.y[-1]:.3g}'
    error = f'"{against[0].raw.name}" falls from {against[0].raw.y[0]:.3g} to {against[0].raw.y[-1]:.3g}'
    assumed.append(
        f"{told}, as an accuracy may, while {error}: both cannot be said of one training, and the first is not judged. "
        "Do the names stand over the right columns?"
    )


def _is_share(one: Named) -> bool:
    y = one.raw.y
    return len(y) >= _LEAST and bool(np.isfinite(y).all() and y.min() >= 0.0 and y.max() <= 1.0)


def _goes_against(error: np.ndarray, loss: np.ndarray) -> bool:
    if len(error) != len(loss) or not np.isfinite(error).all():
        return False
    if not (error[-1] <= _FALLEN * error[0] and loss[-1] >= loss[0] + _RISEN):
        return False
    ranks = [np.argsort(np.argsort(values)).astype(float) for values in (error, loss)]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1]) <= _AGAINST
