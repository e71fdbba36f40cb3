"""What to do next: every open question and experiment on one scale, expected bits for effort.

Heckerman, Breese and Rommelse, *Decision-theoretic troubleshooting* (1995): observations and repairs compete by what
they are expected to tell for what they cost.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mladvisor.diagnosis.handovers import MEASURED, handover_steps
from mladvisor.diagnosis.menus import menu_steps, opened
from mladvisor.diagnosis.model import NextStep
from mladvisor.diagnosis.state import UNTRAINED, Believed
from mladvisor.features.measured import Measured, Work
from mladvisor.inference import YES, information, joint_information, posterior, would_change
from mladvisor.rulebook.book import FindingRule
from mladvisor.rulebook.documents import ANSWERS, Question
from mladvisor.rulebook.evaluate import judge_with_parents

EFFORT = {"glance": 1.0, "check": 3.0, "minutes": 3.0, "experiment": 8.0, "one run": 8.0, "many runs": 25.0}
"""Relative cost of an answer; a glance is 1. Only the ratios matter: they decide when a dearer step is worth more."""
LEAST_BITS = 0.02
"""Below this an answer is expected to move no probability by more than a few percent, and asking is noise."""
IN_SETS = 2
"""Most causes in a set while answers are weighed: a third hardly moves their order, and costs four times as much."""
CURVES = {"loss.": "run.has_train_loss", "metric.": "run.has_metric"}
"""Families of measurements of curves, and the measurement that is known where a run has curves at all."""
WHO_ASKS = 0.3
"""By what the prior odds of no fault are multiplied while questions are weighed: who asks has a reason to. What is told
stays as it is."""
SETTLED = 0.9
"""From here on it takes an answer that changes what leads to be worth a question; below, several together may."""


def next_steps(state: Believed, *, most: int = 5, thorough: bool = True) -> list[NextStep]:
    """The most useful next steps, best first; empty when no answer is expected to change what is done first.

    Args:
        thorough: weigh several menus and requests for files, as a consultation does; a page shows one question, and
            only the one of each that promises most is weighed for it: each costs some milliseconds.
    """
    follow = opened(state)
    if _settled(state) and not follow:
        return []
    alone = _information(state)
    limits = _limits(state)
    limits["now"] = posterior(state.network, state.degrees, **limits)
    steps = [*_findings(state, alone), *_questions(state, limits)]
    weighed = None if thorough else 1
    steps += menu_steps(state, alone, partial(is_unknown, state), limits, first=follow, most=weighed)
    steps += handover_steps(state, alone, limits, most=weighed)
    steps.sort(
        key=lambda one: (not one.follows, _is_for_later(state, one), -one.bits / EFFORT[one.effort], one.finding)
    )
    return steps[:most]


def _is_for_later(state: Believed, step: NextStep) -> bool:
    """Whether a step about a run without curves waits: who hands over tables is asked how curves look after all else.

    Settings and a script alone belong to a training: how its curves look is what one asks first then.
    """
    if not state.in_part:
        return False
    menu = state.rulebook.menus.get(step.finding)
    asked = [step.finding] if menu is None else [name for names in menu.options.values() for name in names]
    missing = [name for one in asked if one in state.judged for name in state.judged[one].missing]
    return any(name.startswith(tuple(CURVES)) for name in missing) != (state.read <= UNTRAINED)


def _settled(state: Believed) -> bool:
    """Whether asking is idle: something leads surely, and no single finding would change what leads.

    Where there is a run, a finding counts as it would if it were measured: files may be handed over, and an area that
    nobody has looked at yet (the tables, of curves that look like overfitting) must not be closed by a doubt about
    people's answers. Where all that is known was told, the answers to come are no surer than that.
    """
    # A clean part of a run settles nothing of what was not looked at.
    healthy = 0.0 if state.unjudged else state.belief.healthy
    leading = max(float(state.belief.probability.max(initial=0.0)), healthy)
    if leading < SETTLED:
        return False
    has_run = bool(state.read) or any(_flag(state, flag) for flag in CURVES.values())
    yes = MEASURED if has_run else YES
    changes = would_change(state.network, state.degrees, _open_rows(state), yes=yes, no=1 - yes, **_limits(state))
    return not any(changes)


def _open_rows(state: Believed) -> list[int]:
    """Rows of the network whose findings are unknown and could be settled."""
    rules, menus = state.rulebook.findings, state.rulebook.menus
    listed = {name for menu in menus.values() for findings in menu.options.values() for name in findings}
    return [
        row
        for row, finding in enumerate(state.network.findings)
        if (finding in listed and is_unknown(state, rules[finding])) or _is_open(state, rules[finding])
    ]


def _limits(state: Believed) -> dict[str, Any]:
    limits = state.limits
    healthy = state.network.healthy if limits["healthy"] is None else limits["healthy"]
    asks = WHO_ASKS * healthy / (WHO_ASKS * healthy + 1.0 - healthy)
    return {**limits, "largest": min(IN_SETS, state.largest), "healthy": asks}


def _information(state: Believed) -> dict[str, float]:
    """Finding -> what it would tell by itself, of all that are unknown and that a person might know."""
    names, rules = state.network.findings, state.rulebook.findings
    rows = [row for row, finding in enumerate(names) if is_unknown(state, rules[finding])]
    if not rows:
        return {}
    gains = information(state.network, state.degrees, rows, **_limits(state)).tolist()
    return {names[row]: bits for row, bits in zip(rows, gains, strict=True)}


def _findings(state: Believed, alone: dict[str, float]) -> list[NextStep]:
    rules = state.rulebook.findings
    return [
        _step(state, rules[finding], bits)
        for finding, bits in alone.items()
        if bits >= LEAST_BITS and _is_open(state, rules[finding])
    ]


def is_unknown(state: Believed, rule: FindingRule) -> bool:
    """Whether nothing is known of a finding that may be asked about."""
    judged = state.judged[rule.id]
    skipped = rule.id in state.answers  # "unsure" was an answer: it is not asked again
    return judged.state == "unknown" and judged.askable and not skipped and not _is_of_the_log(state, rule)


def _is_open(state: Believed, rule: FindingRule) -> bool:
    """Whether a finding is unknown and has a question, an experiment or a measurement of its own."""
    if not is_unknown(state, rule):
        return False
    return bool(rule.doc.ask or rule.doc.try_) or _left_out(state, rule) is not None


def _is_of_the_log(state: Believed, rule: FindingRule) -> bool:
    """Whether what is missing is a measurement of curves, and the run has such curves, only not those or not enough.

    Nobody can see by a glance at the log what the log does not hold (a validation loss, an eighth point, the loss of a
    classifier in the losses of an agent): that it is missing is told, and nothing is asked.
    """
    logged = [family for family, flag in CURVES.items() if isinstance(_flag(state, flag), bool)]
    return any(name.startswith(family) for name in state.judged[rule.id].missing for family in logged)


def _flag(state: Believed, name: str) -> object:
    measured = state.scope.measured(name)
    return measured.value if isinstance(measured, Measured) and measured.known else None


def _step(state: Believed, rule: FindingRule, bits: float) -> NextStep:
    """What can be measured here; else the question, when a person can know by looking; else the experiment."""
    doc = rule.doc
    work = _left_out(state, rule)
    if work is not None:
        question = f"{doc.title}: shall I find out by {work.doc} (about {work.seconds:.1f} s of work)?"
        command = f"mladvisor diagnose RUN --budget {work.budget}"
        return NextStep(rule.id, "check", question, bits, "glance", ["yes", "no"], command=command)
    if doc.try_ is not None and (not doc.ask or doc.effort == "experiment"):
        # Without the question nobody knows what "yes" would mean: that it went well, or that the symptom showed.
        question = f"{doc.try_.do.rstrip('.')}. {doc.ask or f'Is this so: {doc.title}?'}"
        return NextStep(rule.id, "try", question, bits, doc.try_.effort, list(ANSWERS), command=doc.try_.command)
    return NextStep(rule.id, "ask", doc.ask, bits, doc.effort, list(ANSWERS))


def _left_out(state: Believed, rule: FindingRule) -> Work | None:
    """The work on this run's tables that alone is missing to settle a finding; None when something else is missing."""
    work = None
    for name in state.judged[rule.id].missing:
        measured = state.scope.raw.get(name)
        if not isinstance(measured, Measured) or measured.left_out is None:
            return None
        work = measured.left_out
    return work


def _questions(state: Believed, limits: dict[str, Any]) -> list[NextStep]:
    """Questions for the value of a feature."""
    steps = []
    for question in state.rulebook.questions.values():
        if question.question in state.answers or question.sets in state.answers:
            continue
        outcomes = _outcomes(state, question)
        if outcomes is not None:
            # Many a value leads to the same findings: each group of them is weighed once.
            rows, alike = np.unique(outcomes, axis=0, return_counts=True, equal_nan=True)
            bits = joint_information(state.network, state.degrees, rows, weights=alike, **limits).bits
            if bits >= LEAST_BITS:
                choices = list(question.choices) or ([] if question.kind == "number" else ["yes", "no"])
                effort = question.effort
                steps.append(
                    NextStep(question.question, "ask", question.ask, bits, effort, choices, sets=question.sets)
                )
    return steps


def _outcomes(state: Believed, question: Question) -> NDArray[np.float64] | None:
    """(K, F) degrees that each answer to a question for a value would give; None when it settles nothing.

    A number may be anything; the question's typical ones stand for all.
    """
    usual: dict[str, list[Any]] = {"yes-no": [True, False], "choice": question.choices, "number": question.typical}
    values = usual[question.kind]
    readers = [
        row
        for row, finding in enumerate(state.network.findings)
        if np.isnan(state.degrees[row]) and question.sets in state.judged[finding].missing
    ]
    if not values or not readers:
        return None
    rows = np.full((len(values), len(state.degrees)), np.nan)
    for index, value in enumerate(values):
        scope = state.rulebook.scope(state.scope.lookup, {**state.answers, question.question: value})
        for row in readers:
            rule = state.rulebook.findings[state.network.findings[row]]
            degree = judge_with_parents(state.rulebook, rule, scope).degree
            rows[index, row] = np.nan if degree is None else degree
    return None if np.isnan(rows).all() else rows
