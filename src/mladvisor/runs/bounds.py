"""Logs of variational models: an evidence bound that is minimised, and the two terms that it is made of."""

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
