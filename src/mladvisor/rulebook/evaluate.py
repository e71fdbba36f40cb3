"""Findings judged by measurements and answers. Whatever goes wrong in one rule makes that rule unknown, with a note."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mladvisor.features.measured import Measured
from mladvisor.rulebook.answers import by_menus
from mladvisor.rulebook.answers import degree as degree_of
from mladvisor.rulebook.book import FindingRule, Judged
from mladvisor.rulebook.documents import PRESENT
from mladvisor.rulebook.expression.compile import Compiled
from mladvisor.rulebook.expression.names import Closure
from mladvisor.rulebook.expression.scope import ItemScope, Scope
from mladvisor.rulebook.expression.values import Uncertain

if TYPE_CHECKING:
    from mladvisor.rulebook.book import Rulebook


def holds(condition: Compiled, scope: Scope) -> bool | None:
    """Whether a condition holds (degree of at least one half); None when it is unknown or crashes."""
    try:
        degree = condition.run(scope)
    except Exception as error:
        scope.note(f"a condition failed ({type(error).__name__}: {error})")
        return None
    return None if degree is None else degree >= PRESENT


def evaluate(book: Rulebook, scope: Scope, answers: Mapping[str, Any]) -> dict[str, Judged]:
    """Every finding of the rulebook, judged; see `Rulebook.evaluate`."""
    judged: dict[str, Judged] = {}
    told = by_menus(book, answers) if answers else {}
    for finding in book.findings.values():
        result = _judge(finding, scope, judged)
        if answers:
            result = _answer(result, _said(finding, result, answers, told))
        judged[finding.id] = result
    return judged


def judge_with_parents(book: Rulebook, finding: FindingRule, scope: Scope) -> Judged:
    """One finding, after those that it refines."""
    chain = [finding]
    while chain[-1].parent:
        chain.append(book.findings[chain[-1].parent])
    judged: dict[str, Judged] = {}
    for one in reversed(chain):
        judged[one.id] = _judge(one, scope, judged)
    return judged[finding.id]


def _judge(finding: FindingRule, scope: Scope, judged: Mapping[str, Judged]) -> Judged:
    if finding.applies is not None and holds(finding.applies, scope) is False:
        return Judged(finding.id, "not-applicable", None, note="it does not apply to this run", askable=False)
    askable = True
    if finding.parent:
        parent = judged[finding.parent]
        askable = parent.present and parent.askable
        if parent.degree is not None and not parent.present:
            note = f"it refines {finding.parent}, which is absent"
            return Judged(finding.id, "not-applicable", None, note=note, askable=False)
        if parent.degree is None:
            state = "not-applicable" if parent.state == "not-applicable" else "unknown"
            note = f"it refines {finding.parent}, of which nothing is known"
            return Judged(finding.id, state, None, missing=parent.missing, note=note, askable=False)  # type: ignore[arg-type]
    if not finding.when:
        return Judged(finding.id, "unknown", None, note="nothing measures it", askable=askable)
    notes = len(scope.notes)
    try:
        result = _judge_items(finding, scope) if finding.doc.each else _judge_run(finding, scope)
    except Exception as error:
        note = f"the rule failed ({type(error).__name__}: {error})"
        return Judged(finding.id, "unknown", None, note=note, askable=askable)
    result.askable = askable and result.state != "not-applicable"
    raw = scope.raw
    result.features = {name: raw[name] for name in finding.leaves if name in raw}
    if result.state == "measured":
        if scope.answers and not scope.answers.keys().isdisjoint(finding.leaves):
            result.state = "answered"
        elif finding.heavy:
            result.state = "checked"
    elif result.state == "unknown":
        result.missing = tuple(name for name in finding.leaves if _is_missing(raw.get(name)))
        result.note = result.note or "; ".join(scope.notes[notes:]) or _missing_note(result)
    return result


def _is_missing(measured: Any) -> bool:
    if isinstance(measured, Measured):
        return measured.state == "unknown"
    return measured is not None and not any(getattr(value, "state", "") == "known" for value in measured.values())


def _missing_note(result: Judged) -> str:
    notes = (value.note for name in result.missing if isinstance(value := result.features[name], Measured))
    kept: dict[str, str] = {}
    for note in notes:
        if note:
            # "5 points are needed" and "8 points are needed" are one thing to do, and the larger number says it.
            words = note.translate(_NO_DIGITS)
            kept[words] = max(kept.get(words, ""), note, key=lambda one: (len(one), one))
    return "; ".join(kept.values())


_NO_DIGITS = dict.fromkeys(map(ord, "0123456789"))


def _judge_run(finding: FindingRule, scope: Scope) -> Judged:
    when = finding.when
    if len(when) == 1:
        degree = when[0][1](scope)
        case = when[0][0] if degree is not None and degree >= PRESENT else ""
    else:
        degree, case = _cases(when, scope)
    if degree is None:
        return Judged(finding.id, "unknown", None)
    return Judged(finding.id, "measured", degree, case=case or None)


def _cases(when: tuple[tuple[str, Closure], ...], scope: Scope) -> tuple[float | None, str]:
    """The degree that some case holds, and the surest case.

    Kleene's `or`, but for cases of which one holds more than not while another is unknown: cases are often measured in
    different files, and that the one holds to at least this degree is worth more than silence.
    """
    high, name, missing = 0.0, "", False
    for case, closure in when:
        degree = closure(scope)
        if degree is None:
            missing = True
        elif degree > high:
            high, name = degree, case
    if missing and high < PRESENT:
        return None, ""
    return high, name if high >= PRESENT else ""


def _judge_items(finding: FindingRule, scope: Scope) -> Judged:
    names: dict[str, None] = {}
    for leaf in finding.item_leaves:
        names.update(dict.fromkeys(scope.by_item(leaf)))
    if not names:
        states = [scope.measured(leaf) for leaf in finding.item_leaves]
        if states and all(isinstance(state, Measured) and state.state == "not-applicable" for state in states):
            note = "it has no meaning for this run"
            return Judged(finding.id, "not-applicable", None, note=note)
        return Judged(finding.id, "unknown", None)
    measured: list[tuple[float, float, int, str, str]] = []
    skipped = 0
    for order, item in enumerate(names):
        inside = ItemScope(scope, finding.doc.each or "", item)
        degree, case = _cases(finding.when, inside) if len(finding.when) > 1 else (finding.when[0][1](inside), "")
        if degree is None:
            skipped += 1
        else:
            measured.append((-degree, -_extent(finding, inside), order, item, case))
    if not measured:
        return Judged(finding.id, "unknown", None)
    measured.sort()
    needed = needed_items(finding.doc.at_least, len(measured))
    if needed <= len(measured):
        degree = -measured[needed - 1][0]
    elif needed <= len(measured) + skipped:
        return Judged(
            finding.id, "unknown", None, note=f"only {len(measured)} of the {needed} items needed are measured"
        )
    else:
        degree = 0.0
    items = tuple(item for minus, _, _, item, _ in measured if minus <= -PRESENT)
    return Judged(finding.id, "measured", degree, items=items, worst=measured[0][3], case=measured[0][4] or None)


def needed_items(at_least: float, measured: int) -> int:
    """How many items must hold: a count, or a share (below 1) of those measured, at least one."""
    return max(1, math.ceil(at_least * measured - 1e-9)) if at_least < 1 else math.ceil(at_least)


def _extent(finding: FindingRule, scope: Scope) -> float:
    """How far an item goes in the direction of the finding, to tell the worst among equals."""
    if finding.direction is None:
        return 0.0
    name, sign = finding.direction
    value = scope[name]
    if isinstance(value, Uncertain):
        value = value.value
    return sign * value if isinstance(value, float) else -math.inf


def _said(finding: FindingRule, result: Judged, answers: Mapping[str, Any], told: Mapping[str, str]) -> float | None:
    """The degree that a person gives to a finding: by an answer about it, else by a menu that it stood on.

    What was not picked from a menu says nothing against a measurement: nobody was asked about that one thing.
    """
    fact = finding.is_fact
    direct = degree_of(answers.get(finding.id), fact=fact)
    if direct is not None:
        return direct
    degree = degree_of(told.get(finding.id), fact=fact)
    return None if degree is None or (degree < PRESENT and result.degree is not None) else degree


def _answer(result: Judged, degree: float | None) -> Judged:
    """The result when a person has answered this finding: an answer beats a measurement, where the finding applies.

    Who says what was measured takes nothing away from it: a measurement that is as sure stays as it is.
    """
    if degree is None or result.state == "not-applicable":
        return result
    known = result.degree
    if known is not None and (known >= degree >= PRESENT or known <= degree < PRESENT):
        return result
    result.measured = result.degree
    result.state, result.degree, result.missing, result.note = "answered", degree, (), ""
    if degree < PRESENT:
        result.items, result.case = (), None
    return result
