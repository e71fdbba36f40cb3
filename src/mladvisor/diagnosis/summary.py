"""A diagnosis in a few lines, for `print` and a notebook."""

from __future__ import annotations

from mladvisor.diagnosis.model import Diagnosis
from mladvisor.diagnosis.phrases import percent
from mladvisor.diagnosis.verdict import judge

MENTIONED = 0.05
FEW = 4


def lines(diagnosis: Diagnosis) -> list[str]:
    """The verdict of a run, then one line for each cause that is worth one."""
    verdict = judge(diagnosis)
    sure = f" ({percent(verdict.probability)})" if verdict.probability is not None else ""
    told = [f"{diagnosis.run or 'what you told'}: {verdict.sentence}{sure}"]
    if verdict.kind in ("unreadable", "not-enough"):
        return told
    likely = [one for one in diagnosis.hypotheses[:FEW] if one.probability >= MENTIONED]
    told += [f"{percent(one.probability):>5}  {one.title}" for one in likely]
    if diagnosis.healthy is not None:
        told.append(f"{percent(diagnosis.healthy):>5}  Nothing is wrong")
    return told
