"""Whether labels can be meant: those that the rules find nearly impossible, and labels that might as well be dealt out.

A fit to labels that are mixed up lowers the log loss too: it learns that nothing means anything. So labels are looked
at before the verdict on a fit, with the rules as they were before it.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from mladvisor.calibration.labelled import Labelled
from mladvisor.calibration.score import LEAST, Beliefs, beliefs, likelihoods, outcomes
from mladvisor.calibration.verdict import ENOUGH
from mladvisor.calibration.words import counted
from mladvisor.inference import Network
from mladvisor.rulebook.word_model import HEALTHY

UNLIKELY, AGAINST = 0.05, 1 / 20
"""A label is doubtful that has a probability below the first, and whose odds the evidence has lowered by more than the
second: evidence is called strong from twenty to one on. The second alone would count what is likely all the same, the
first alone every rare cause of which the folder says nothing."""
MANY = 0.15
"""From this share of all runs on doubtful labels are no longer single mistakes. Of 75 runs of two outsiders, of which
the rules named five sixths rightly, no label was doubtful; with their labels shuffled 13 to 30 % of them were, and 25
to 43 % of 28 curves of three plain kinds."""
DRAWS, CHANCE = 500, 0.05
"""So often labels are dealt anew among the runs; labels that a deal fits as well as often as this may be a deal."""
MOVED = -2 * float(np.log(LEAST))
"""Nats by which labels must fit better when all of them are moved by a row: more than two labels can make alone."""


class Doubtful(NamedTuple):
    """A label that the rules find nearly impossible: its probability, and what they say instead."""

    run: str
    label: str
    likely: float
    says: str
    said: float

    def __str__(self) -> str:
        return (
            f"{self.run}: labelled {self.label} ({100 * self.likely:.1f} %),"
            f" the rules say {self.says} ({100 * self.said:.0f} %)"
        )


def doubtful(network: Network, found: Beliefs, labelled: Labelled) -> list[Doubtful]:
    """The labels to be checked, least likely first.

    Args:
        found: what the rules believe before any fit.
    """
    unknown = msgspec.structs.replace(labelled, degrees=np.full_like(labelled.degrees, np.nan))
    before, after = likelihoods(beliefs(network, unknown), labelled), likelihoods(found, labelled)
    lowered = _odds(after) / _odds(before)
    each = outcomes(found, labelled)
    rows = np.flatnonzero((after < UNLIKELY) & (lowered < AGAINST) & ~each.right)
    told = []
    for row in sorted(rows.tolist(), key=lambda at: float(after[at])):
        ill = each.top[row] > found.healthy[row]
        says = network.causes[each.leads[row]] if ill else HEALTHY
        label = labelled.label[row]
        name = network.causes[label] if label >= 0 else HEALTHY
        told.append(Doubtful(labelled.runs[row], name, float(after[row]), says, float(each.said[row])))
    return told


def _odds(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    kept = np.clip(probability, 1e-9, 1 - 1e-9)
    return np.asarray(kept / (1 - kept), dtype=np.float64)


def mixed_up(found: Beliefs, labelled: Labelled, doubts: int) -> str:
    """Why the labels as a whole may not be meant; "" where nothing says so, or too few runs could.

    Args:
        doubts: how many of them are doubtful one by one.
    """
    runs, label = len(labelled.runs), labelled.label
    if len({*labelled.alike}) < ENOUGH:
        return ""
    table = np.log(np.maximum(np.column_stack([found.causes, found.healthy]), LEAST))
    row = np.arange(runs)
    if len(np.unique(label)) > 1:
        random = np.random.default_rng(0)
        own = float(table[row, label].sum())  # -1, healthy, is the last column
        dealt = np.array([table[row, random.permutation(label)].sum() for _ in range(DRAWS)])
        moved, by = max((float(table[row, np.roll(label, by)].sum()), by) for by in (-1, 1))
        if moved > max(own + MOVED, dealt.max()):
            return f"they fit far better when each is moved {'down' if by > 0 else 'up'} by one row"
        if float((dealt >= own).mean()) > CHANCE:
            return "they fit what the rules see no better than labels that are dealt out at random"
    if doubts > MANY * runs:
        return f"the rules find {counted(doubts, 'label')} of {runs} nearly impossible"
    return ""
