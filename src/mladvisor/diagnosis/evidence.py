"""What speaks for and against one cause: each finding by itself, and those of a kind together."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping

import numpy as np
from numpy.typing import NDArray

from mladvisor.diagnosis.model import Evidence
from mladvisor.diagnosis.state import Believed
from mladvisor.features.measured import Where

AUDIBLE = 0.1
"""Evidence under this many decibans (odds times 1.02) is left out."""
MORE = 2.0
"""Findings of a kind are told as one where together they say this many decibans (odds times 1.6) more than any does."""


def evidence_of(
    state: Believed,
    cause: int,
    decibans: NDArray[np.float64],
    told: Mapping[str, tuple[str, Where | None]],
    at_once: Callable[[tuple[int, ...]], NDArray[np.float64]],
) -> list[Evidence]:
    """What speaks for (first) and against one cause, strongest first.

    What is present and shows another cause can raise this one by leaving less room for the rest (at most three causes
    hold at once); nobody would take that for a reason, so it is left out.

    Args:
        cause: its column in the network.
        decibans: (F,) what each finding says, the others being known (`inference.evidence_table`).
        told: finding -> its sentence, and where it stands; of others nothing is said.
        at_once: what several rows say together (`inference.joint_evidence`).
    """
    arrows, names = state.network.arrows[:, cause], state.network.findings

    def evidence(row: int) -> Evidence:
        name, weight = names[row], round(float(decibans[row]), 2)
        return Evidence(name, state.rulebook.findings[name].doc.title, float(state.degrees[row]), weight, *told[name])

    audible = [row for row in np.flatnonzero(np.abs(decibans) >= AUDIBLE).tolist() if names[row] in told]
    mute = {row for row in audible if decibans[row] > 0.0 and state.degrees[row] > 0.5 and arrows[row] == 0.0}
    found = {row: evidence(row) for row in audible if row not in mute}
    for rows in _alike(state, arrows, told):
        together = round(float(at_once(rows)[cause]), 2)
        if together >= MORE + max(0.0, *(float(decibans[row]) for row in rows)):
            first = max(rows, key=lambda row: (arrows[row] / state.network.otherwise[row], names[row]))
            found = {**{row: evidence(row) for row in rows}, **found}
            found[first].together = together
            found[first].others = sorted(names[row] for row in rows if row != first)
    return sorted(found.values(), key=lambda each: (-each.weight, each.finding))


def _alike(state: Believed, arrows: NDArray[np.float64], told: Container[str]) -> list[tuple[int, ...]]:
    """Rows of present findings that measure the same and point to a cause, where there are several."""
    groups: dict[int, list[int]] = {}
    for row in np.flatnonzero((np.nan_to_num(state.degrees) > 0.5) & (arrows > 0.0)).tolist():
        if state.network.findings[row] in told:
            groups.setdefault(int(state.network.group[row]), []).append(row)
    return [tuple(rows) for rows in groups.values() if len(rows) > 1]
