"""What to do: fixes in the order in which to try them, each told once, and good practice that accuses nobody."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from mladvisor.diagnosis.model import FindingResult, Fix, Hypothesis
from mladvisor.diagnosis.phrases import begun
from mladvisor.diagnosis.reasons import Reason

WORTH_FIXING = 0.2
"""From here on a cause that the verdict does not name is argued and its fixes are offered: a cheap try pays at such
odds; below, a fix would be a false alarm in disguise."""


class Advice(msgspec.Struct):
    """A fix and the cause it is for; `clears` are titles of findings that should be gone afterwards, `why` is what good
    practice is advised for."""

    do: str
    steps: list[str]
    cost: str
    against: str
    clears: list[str]
    source: str
    why: str = ""


def fixes_in_order(
    suspects: Sequence[Hypothesis], hypotheses: Sequence[Hypothesis], findings: dict[str, str]
) -> list[Advice]:
    """Fixes in order of belief over cost; a root's fixes before those of the mechanism it works through, where it is
    itself worth a try (dear work for a root of 7 % does not come before a few minutes for a mechanism of 20 %)."""
    from mladvisor.diagnosis.steps import EFFORT

    roots = {one.because_of for one in suspects if one.because_of}
    named = {one.cause for one in suspects}
    ruled_out: set[str] = set()  # by a likelier cause: its fixes would say the opposite
    ranked: list[tuple[bool, bool, float, Advice]] = []
    leading = suspects[0].cause if suspects else ""
    for hypothesis in hypotheses:
        if hypothesis.cause in ruled_out:
            continue
        root = hypothesis.cause in roots and hypothesis.probability >= WORTH_FIXING
        if hypothesis.cause in roots or hypothesis.cause in named or hypothesis.probability >= WORTH_FIXING:
            ruled_out.update(hypothesis.excludes)
            for number, fix in enumerate(hypothesis.fixes):
                # What the page argues for is answered first, however dear; then belief over cost decides.
                first = hypothesis.cause == leading and number == 0
                worth = hypothesis.probability / EFFORT.get(fix.cost, EFFORT["one run"])
                ranked.append((not root, not first, -worth, _advice(fix, hypothesis.title, findings)))
    ordered: dict[str, Advice] = {}
    for *_, advice in sorted(ranked, key=lambda entry: entry[:3]):
        ordered.setdefault(gist(advice.do), advice)
    return list(ordered.values())


def remedies(seen: Sequence[Reason]) -> list[Advice]:
    """What the pages of the findings say to do, where no cause is likely enough for its fixes: a run that plainly fails
    is sent on with the steps that tell its causes apart. Each is told once.
    """
    told: dict[str, Advice] = {}
    for one in seen:
        if one.do:
            told.setdefault(
                gist(one.do.partition(". ")[0]), Advice(begun(one.do).removesuffix("."), [], "", "", [], "")
            )
    return list(told.values())


def practice(fix: Fix, findings: Sequence[FindingResult]) -> Advice:
    """Advice with what was measured, instead of what would be gone: nobody is accused of anything."""
    why = [one.because or one.title for one in findings if one.finding in fix.clears]
    return Advice(fix.do, list(fix.steps), fix.cost, "", [], fix.source, "; ".join(why))


def _advice(fix: Fix, against: str, findings: dict[str, str]) -> Advice:
    clears = [findings.get(name, name) for name in fix.clears]
    return Advice(fix.do, list(fix.steps), fix.cost, against, clears, fix.source)


def gist(do: str) -> str:
    """What a fix asks for without its numbers: the same thing is not told twice ("divide the rate by 10", "by 3")."""
    start = re.split(r"[;:,] | \(", do, maxsplit=1)[0].lower()
    words = [word for word in start.split() if not any(mark.isdigit() for mark in word) and word not in ("to", "or")]
    return " ".join(words)
