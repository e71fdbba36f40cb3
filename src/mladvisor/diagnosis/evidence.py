"""What speaks for and against one cause: each finding by itself, and those of a kind together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mladvisor.diagnosis.model import Evidence
from mladvisor.diagnosis.network import network_of
from mladvisor.diagnosis.state import Believed
from mladvisor.features.measured import Where
from mladvisor.inference.evidence import evidence_table
from mladvisor.rulebook import Rulebook

AUDIBLE = 0.1
"""Evidence under this many decibans (odds times 1.02) is left out."""
MORE = 2.0
"""Findings of a kind are told as one where together they say this many decibans (odds times 1.6) more than any does."""

AtOnce = Callable[[tuple[int, ...]], NDArray[np.float64]]
"""What several rows say together (`inference.joint_evidence`)."""


class Kind(NamedTuple):
    """Present findings that measure the same, as rows: the first stands for the others, with the decibans of all."""

    first: int
    others: tuple[int, ...]
    together: float


def kinds_of(state: Believed, cause: int, decibans: NDArray[np.float64], at_once: AtOnce) -> list[Kind]:
    """What is told as one: each says little beside the others, and together they speak for the cause.

    Only what points to the cause is of a kind; first is what would say most alone. Arguments as in `evidence_of`.
    """
    arrows = state.network.arrows[:, cause]
    groups: dict[int, list[int]] = {}
    for row in np.flatnonzero((np.nan_to_num(state.degrees) > 0.5) & (arrows > 0.0)).tolist():
        groups.setdefault(int(state.network.group[row]), []).append(row)
    found = []
    for rows in (tuple(each) for each in groups.values() if len(each) > 1):
        together = round(float(at_once(rows)[cause]), 2)
        if together >= MORE + max(0.0, *(float(decibans[row]) for row in rows)):
            first = max(rows, key=lambda row: (arrows[row] / state.network.otherwise[row], state.network.findings[row]))
            found.append(Kind(first, tuple(row for row in rows if row != first), together))
    return found


def evidence_of(
    state: Believed,
    cause: int,
    decibans: NDArray[np.float64],
    told: Mapping[str, tuple[str, Where | None]],
    at_once: AtOnce,
) -> list[Evidence]:
    """What speaks for (first) and against one cause, strongest first.

    What is present and shows another cause can raise this one by leaving less room for the rest (at most three causes
    hold at once); nobody would take that for a reason, so it is left out.

    Args:
        cause: its column in the network.
        decibans: (F,) what each finding says, the others being known (`inference.evidence_table`).
        told: finding -> its sentence, and where it stands; of others nothing is said.
    """
    arrows, names = state.network.arrows[:, cause], state.network.findings

    def evidence(row: int) -> Evidence:
        name, weight = names[row], round(float(decibans[row]), 2)
        return Evidence(name, state.rulebook.findings[name].doc.title, float(state.degrees[row]), weight, *told[name])

    audible = [row for row in np.flatnonzero(np.abs(decibans) >= AUDIBLE).tolist() if names[row] in told]
    mute = {row for row in audible if decibans[row] > 0.0 and state.degrees[row] > 0.5 and arrows[row] == 0.0}
    found = {row: evidence(row) for row in audible if row not in mute}
    for first, others, together in kinds_of(state, cause, decibans, at_once) if told else ():
        found = {**{row: evidence(row) for row in (first, *others)}, **found}
        found[first].together = together
        found[first].others = sorted(names[row] for row in others)
    return sorted(found.values(), key=lambda each: (-each.weight, each.finding))


def by_itself(rulebook: Rulebook, finding: str, degree: float) -> dict[str, float]:
    """Decibans that one finding adds for each cause it is an arrow of, when nothing else is known; most first."""
    network = network_of(rulebook)
    if finding not in network.findings:  # a fact, or a view that takes no part in inference
        return {}
    degrees = np.full(len(network.findings), np.nan)
    row = network.findings.index(finding)
    degrees[row] = degree
    weights = evidence_table(network, degrees)[row]
    told = {cause: float(weights[network.causes.index(cause)]) for cause in rulebook.findings[finding].arrows}
    return dict(sorted(told.items(), key=lambda each: -abs(each[1])))
