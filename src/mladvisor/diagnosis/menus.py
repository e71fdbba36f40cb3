"""What a menu would tell: a question whose answer settles several findings at once.

The outcomes that are weighed are "only this option" for each option that is open, and "none of these". That several
hold is possible, and rarer than each alone; leaving it out keeps the outcomes few. Of a menu that opens others picking
an option says that something behind it is so, and leaves open what.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mladvisor.diagnosis.model import NextStep
from mladvisor.diagnosis.state import Believed
from mladvisor.inference import area_information, joint_information
from mladvisor.inference.ranking import BELIEVED
from mladvisor.rulebook.answers import NONE, picked, says_so
from mladvisor.rulebook.book import FindingRule, MenuRule
from mladvisor.rulebook.documents import FACTS

WEIGHED = 3
"""Menus whose joint outcomes are weighed: those whose options tell most one by one."""
_YES, _NO = FACTS["yes"] or 1.0, FACTS["no"] or 0.0


def menu_steps(
    state: Believed,
    bits: dict[str, float],
    is_open: Callable[[FindingRule], bool],
    limits: dict[str, Any],
    *,
    first: frozenset[str] = frozenset(),
    most: int | None = None,
) -> list[NextStep]:
    """The menus that are worth most.

    Args:
        bits: what each open finding would tell by itself.
        is_open: whether a finding is unknown and could be answered.
        limits: the arguments of inference, with the belief `now`.
        first: menus that are asked before all else.
        most: how many are weighed; None for `WEIGHED`.
    """
    found = []
    # Where one cause is believed, that is asked about. Curves that look sound close no area: who asks has a reason.
    believed = state.belief.probability.max(initial=0.0) >= BELIEVED
    for menu in state.rulebook.menus.values():
        if menu.id in state.answers or (menu.opens and believed):
            continue
        options = open_options(state, menu, is_open)
        if len(options) > (menu.id not in first):
            alone = sum(max(bits.get(finding, 0.0) for finding in findings) for findings in options.values())
            found.append((menu.id not in first, -alone, menu.id, menu, options))
    found.sort(key=lambda each: each[:3])
    return [
        _step(state, menu, options, limits, follows=menu.id in first)
        for *_, menu, options in found[: max(most or WEIGHED, len(first))]
    ]


def opened(state: Believed) -> frozenset[str]:
    """Menus behind options that were picked, until one of them has told what it was: they are asked first."""
    found: set[str] = set()
    for menu in state.rulebook.menus.values():
        words = picked(menu.opens, state.answers[menu.id]) if menu.id in state.answers else {}
        for option, word in words.items():
            behind = [state.judged[finding] for finding in menu.options.get(option, ())]
            told = any(one.state == "answered" and one.present for one in behind)
            if says_so(word) and not told:
                found.update(menu.opens[option])
    return frozenset(found - state.answers.keys())


def is_menu(step: NextStep) -> bool:
    """Whether a step is a menu, from which several options may be picked."""
    return step.choices[-1:] == [NONE]


def open_options(state: Believed, menu: MenuRule, is_open: Callable[[FindingRule], bool]) -> dict[str, tuple[str, ...]]:
    """The options of which something is still unknown, with the findings that are."""
    rules = state.rulebook.findings
    left = {
        option: tuple(one for one in findings if rules[one].arrows and is_open(rules[one]))
        for option, findings in menu.options.items()
    }
    return {option: findings for option, findings in left.items() if findings}


def _step(
    state: Believed, menu: MenuRule, options: dict[str, tuple[str, ...]], limits: dict[str, Any], *, follows: bool
) -> NextStep:
    if menu.opens:
        bits = area_information(state.network, list(map(partial(rows_of, state), options.values())), limits["now"])
    else:
        bits = joint_information(state.network, state.degrees, outcomes(state, list(options.values())), **limits).bits
    choices = [*options, NONE]
    return NextStep(menu.id, "ask", menu.doc.ask, bits, menu.doc.effort, choices, sets=menu.id, follows=follows)


def rows_of(state: Believed, findings: Sequence[str]) -> list[int]:
    """The rows of findings in the network."""
    return [state.network.findings.index(finding) for finding in findings]


def outcomes(
    state: Believed, options: Sequence[Sequence[str]], *, yes: float = _YES, no: float = _NO
) -> NDArray[np.float64]:
    """(K + 1, F) degrees after each of K options alone, and after none of them; nan where nothing is settled."""
    settled = [rows_of(state, findings) for findings in options]
    rows = np.full((len(options) + 1, len(state.network.findings)), np.nan)
    rows[:, [row for each in settled for row in each]] = no
    for index, each in enumerate(settled):
        rows[index, each] = yes
    return rows
