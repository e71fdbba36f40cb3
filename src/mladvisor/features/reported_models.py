"""Scores of simple models that a report names, beside those of a constant answer and of the run's own model."""

from __future__ import annotations

from typing import NamedTuple

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.report_said import HOW, said_of
from mladvisor.runs.data_scores import ERRORS, bends, is_linear
from mladvisor.runs.data_verdicts import Said

LEAST_BASELINES = 2


@feature("report.best_baseline", unit="skill", doc="Skill of the best of several models by a report, at least one of"
         " them a simple one: 0 is a constant prediction, 1 is perfect", how=HOW, source="base.ladder")  # fmt: skip
def best_baseline(m: Measures) -> Measured:
    found = said_of(m, "baseline")
    if isinstance(found, Measured):
        return found
    levels, own = _levels(m), said_of(m, "own-score")
    skills: dict[str, tuple[float, str]] = {}
    for said, file in [*found, *(own if isinstance(own, list) else [])]:
        skill = _skill(said, levels)
        if skill is not None and said.name not in skills:  # areas stand before shares
            skills[said.name] = skill, file
    if len(skills) < LEAST_BASELINES and not any(map(bends, skills)):  # trees find what a sum of columns does not
        return unknown(f"scores of {LEAST_BASELINES} simple models, in a metric whose chance is known, are needed")
    best = max(skills, key=lambda name: skills[name][0])
    return Measured(skills[best][0], note=best, where=Where(skills[best][1]))


@feature("report.linear_skill", unit="skill", doc="The same of the best linear model that a report names", how=HOW,
         source="base.linear")  # fmt: skip
def linear_skill(m: Measures) -> Measured:
    found = said_of(m, "baseline")
    if isinstance(found, Measured):
        return found
    levels = _levels(m)
    skills = [
        (skill, file) for said, file in found if is_linear(said.name) and (skill := _skill(said, levels)) is not None
    ]
    return Measured(max(skills)[0], where=Where(max(skills)[1])) if skills else unknown(HOW, "not-logged")


@feature("report.baselines_bend", type="flag", doc="One of the simple models of a report is no weighted sum of its"
         " inputs: trees, neighbours, kernels", how=HOW, source="base.ladder")  # fmt: skip
def baselines_bend(m: Measures) -> Measured | None:
    found = said_of(m, "baseline")
    if isinstance(found, Measured):
        return None
    return Measured(any(bends(said.name) for said, _ in found), where=Where(found[0][1])) if found else None


def _levels(m: Measures) -> dict[str, float]:
    """Metric -> what a constant answer gets, the best of several."""
    found = said_of(m, "constant")
    levels: dict[str, float] = {}
    for said, _ in found if isinstance(found, list) else ():
        best = min if said.note in ERRORS else max
        levels[said.note] = best(said.value, levels.get(said.note, said.value))
    return levels


def _skill(said: Said, levels: dict[str, float]) -> float | None:
    """Of an error what it is less than that of a constant; a squared one where its root is given, as R2 is."""
    if said.note == "auc":
        return 2.0 * said.value - 1.0
    if said.note == "r2":
        return said.value
    level = levels.get(said.note)
    if said.note in ERRORS:
        power = 2.0 if said.note == "rmse" else 1.0
        return 1.0 - (said.value / level) ** power if level else None
    return (said.value - level) / (1.0 - level) if level is not None and level < 1.0 else None


def _reference(m: Measures) -> tuple[float, str, str] | Measured:
    """(lead over the run's own skill, name, file) of the best simple model that a report names. Use `m.once`."""
    from mladvisor.features.baselines import own_skill

    found = said_of(m, "baseline")
    if isinstance(found, Measured):
        return found
    rest = said_of(m, "constant", "own-score")
    others = rest if isinstance(rest, list) else []
    levels = _levels(m)
    best: tuple[float, str, str] | None = None
    for said, file in found:
        skill = _skill(said, levels)
        own = next((one for one, _ in others if one.what == "own-score" and one.note == said.note), None)
        ours = _skill(own, levels) if own is not None else None
        if ours is None:
            logged = m.once(own_skill)
            ours = logged[0] if not isinstance(logged, Measured) else None
        if skill is not None and ours is not None and (best is None or skill - ours > best[0]):
            best = skill - ours, said.name, file
    return best or unknown("the report names no score of the run's own model, and the log none with a known chance")


@feature("report.reference_lead", unit="skill", doc="How much more skill the best simple model of a report has than the"
         " run's own: 0 is a constant prediction, 1 is perfect", how=HOW, source="base.ladder")  # fmt: skip
def reference_lead(m: Measures) -> Measured:
    found = m.once(_reference)
    return found if isinstance(found, Measured) else Measured(found[0], note=found[1], where=Where(found[2], found[1]))


@feature("report.reference", type="choice", doc="The simple model of a report that does best", how=HOW,
         source="base.ladder")  # fmt: skip
def reference(m: Measures) -> Measured:
    found = m.once(_reference)
    return found if isinstance(found, Measured) else Measured(found[1], where=Where(found[2], found[1]))


@feature("report.reference_bends", type="flag", doc="That model is no weighted sum of its inputs: trees, neighbours,"
         " kernels", how=HOW, source="base.ladder")  # fmt: skip
def reference_bends(m: Measures) -> Measured:
    found = m.once(_reference)
    return found if isinstance(found, Measured) else Measured(bends(found[1]), where=Where(found[2], found[1]))


class _Carried(NamedTuple):
    """Skill with all features, the share of it that is lost without one feature, without the next one, its name, and
    the file.
    """

    skill: float
    lost: float
    next: float
    name: str
    file: str


def _carried(m: Measures) -> _Carried | Measured:
    """What one feature carries of the score. Use `m.once`."""
    found = said_of(m, "without")
    if isinstance(found, Measured):
        return found
    whole = next((one for one, _ in found if not one.name), None)
    if whole is None:
        return unknown("the report does not tell the score with all features")
    chance = 0.5 if whole.note == "auc" else 0.0
    skill = (whole.value - chance) / (1.0 - chance)
    lost = sorted(
        ((1.0 - (one.value - chance) / (whole.value - chance), one.name, file) for one, file in found
         if one.name and one.note == whole.note), reverse=True,
    ) if skill > 0 else []  # fmt: skip
    if len(lost) < LEAST_BASELINES:
        return unknown("a report of scores without one feature each names too few of them", "too-few-points")
    return _Carried(skill, lost[0][0], lost[1][0], lost[0][1], lost[0][2])


@feature("report.skill_with_all", unit="skill", doc="Skill with all features, by a report that leaves them out one by"
         " one: 0 is guessing, 1 is perfect", how=HOW, source="test.label-as-feature")  # fmt: skip
def skill_with_all(m: Measures) -> Measured:
    found = m.once(_carried)
    return found if isinstance(found, Measured) else Measured(found.skill, where=Where(found.file))


@feature("report.lost_without_one", unit="fraction", doc="Share of that skill that is gone without the one feature that"
         " it hangs on most", how=HOW, source="test.label-as-feature")  # fmt: skip
def lost_without_one(m: Measures) -> Measured:
    found = m.once(_carried)
    if isinstance(found, Measured):
        return found
    return Measured(found.lost, note=found.name, where=Where(found.file, found.name))


@feature("report.lost_without_next", unit="fraction", doc="The same of the feature that it hangs on second most",
         how=HOW, source="test.label-as-feature")  # fmt: skip
def lost_without_next(m: Measures) -> Measured:
    found = m.once(_carried)
    return found if isinstance(found, Measured) else Measured(found.next, where=Where(found.file))


@feature("report.carrying", type="choice", doc="The name of that one feature", how=HOW, source="test.label-as-feature")
def carrying(m: Measures) -> Measured:
    found = m.once(_carried)
    return found if isinstance(found, Measured) else Measured(found.name, where=Where(found.file))
