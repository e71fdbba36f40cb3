"""How features go with the label, by reports of all of them: importances, mutual information, correlations, areas."""

from __future__ import annotations

from math import log

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, not_applicable, unknown
from mladvisor.features.report_said import HOW, LEAST_COLUMNS, amounts_of, told


@feature("report.top_importance", unit="fraction", doc="Share of all importance that the most important feature has,"
         " by a report", how=HOW, source="test.label-as-feature")  # fmt: skip
def top_importance(m: Measures) -> Measured:
    # Libraries of boosted trees list the gain of those features alone that a tree cuts by.
    boosted = m.value("model.family") in ("boosting", "tree")
    found = amounts_of(m, "importance", least=1 if boosted else LEAST_COLUMNS)
    if isinstance(found, Measured):
        return found
    amounts, file = found
    total = sum(amounts.values())
    first = max(amounts, key=lambda name: amounts[name])
    return Measured(amounts[first] / total, note=first, where=Where(file, first)) if total > 0 else unknown(HOW)


@feature("report.best_mutual", unit="nats", doc="Largest mutual information of a feature and the label, by a report of"
         " all features", how=HOW, source="feat.nonlinear")  # fmt: skip
def best_mutual(m: Measures) -> Measured:
    return _largest(amounts_of(m, "mutual"))


@feature("report.best_correlation", unit="fraction", doc="Largest correlation of a feature with the label, by a report"
         " of all features, or a line of the log", how=HOW, source="feat.correlation")  # fmt: skip
def best_correlation(m: Measures) -> Measured:
    found = amounts_of(m, "related")
    told_most = [(said, file) for said, file in m.once(told) if said.what == "related-most"]
    if isinstance(found, Measured) and told_most:
        said, file = told_most[-1]
        return Measured(said.value, where=Where(file))
    return _largest(found)


@feature("report.next_correlation", unit="fraction", doc="Largest correlation with the label but one, by a report of"
         " all features", how=HOW, source="feat.correlation")  # fmt: skip
def next_correlation(m: Measures) -> Measured:
    found = amounts_of(m, "related")
    if isinstance(found, Measured):
        return found
    amounts, file = found
    second = sorted(amounts, key=lambda name: amounts[name])[-2]
    return Measured(amounts[second], note=second, where=Where(file, second))


def _largest(found: tuple[dict[str, float], str] | Measured) -> Measured:
    if isinstance(found, Measured):
        return found
    amounts, file = found
    first = max(amounts, key=lambda name: amounts[name])
    return Measured(amounts[first], note=first, where=Where(file, first))


@feature("report.best_iv", unit="index", doc="Largest information value of a feature, by a report of all features",
         how=HOW, source="feat.correlation")  # fmt: skip
def best_iv(m: Measures) -> Measured:
    return _largest(amounts_of(m, "iv"))


@feature("report.next_iv", unit="index", doc="The same of the best feature but one", how=HOW,
         source="feat.correlation")  # fmt: skip
def next_iv(m: Measures) -> Measured:
    found = amounts_of(m, "iv")
    if isinstance(found, Measured):
        return found
    amounts, file = found
    second = sorted(amounts, key=lambda name: amounts[name])[-2]
    return Measured(amounts[second], note=second, where=Where(file, second))


@feature("report.best_alone", unit="skill", doc="Skill of the best feature that ranks the label alone, by a report of"
         " all features: 0 is guessing, 1 is perfect", how=HOW, source="feat.correlation")  # fmt: skip
def best_alone(m: Measures) -> Measured:
    found = amounts_of(m, "alone", amount=lambda area: abs(2.0 * area - 1.0))
    return _largest(found)


@feature("report.next_alone", unit="skill", doc="The same of the best feature but one", how=HOW,
         source="feat.correlation")  # fmt: skip
def next_alone(m: Measures) -> Measured:
    found = amounts_of(m, "alone", amount=lambda area: abs(2.0 * area - 1.0))
    if isinstance(found, Measured):
        return found
    amounts, file = found
    second = sorted(amounts, key=lambda name: amounts[name])[-2]
    return Measured(amounts[second], note=second, where=Where(file, second))


_LEAST_BELOW = 2
"""Features below zero that tell how far chance alone goes."""


@feature("report.importance_over_noise", unit="ratio", doc="The largest importance of a feature over the size of the"
         " smallest, where several lie below zero, as shuffling a column that says nothing does by chance", how=HOW,
         source="feat.correlation")  # fmt: skip
def importance_over_noise(m: Measures) -> Measured:
    found = amounts_of(m, "importance", amount=lambda value: value)
    if isinstance(found, Measured):
        return found
    amounts, file = found
    below = [value for value in amounts.values() if value < 0]
    if len(below) < _LEAST_BELOW:
        return not_applicable("no importances below zero tell how far chance goes")
    first = max(amounts, key=lambda name: amounts[name])
    return Measured(amounts[first] / -min(below), note=first, where=Where(file, first))


@feature("report.best_power", unit="score", doc="Largest predictive power score of a feature, by a report of all"
         " features: what a tree of that feature alone gains", how=HOW, source="feat.nonlinear")  # fmt: skip
def best_power(m: Measures) -> Measured:
    told_so = {said.name for said, _ in m.once(told) if said.what == "alone" and _is_power(said.note)}
    found = amounts_of(m, "alone", amount=lambda area: abs(2.0 * area - 1.0))
    if isinstance(found, Measured) or not told_so.issuperset(found[0]):
        return found if isinstance(found, Measured) else unknown(HOW, "not-logged")
    return _largest(found)


def _is_power(note: str) -> bool:
    low = note.lower()
    return "pps" in low or "predictive power" in low


def information(m: Measures) -> list[tuple[float, str, str]]:
    """(share of what is to know of the class, column, file) of each column, the best first. Use `m.once`.

    A category that was coded into several columns ("kind=a", "kind=b") counts as one: each tells at most what there is
    to know of itself, so their sum is held against that of as many equal parts.
    """
    found = amounts_of(m, "mutual")
    whole = m.value("chance.loss")
    whole = whole if isinstance(whole, float) else _of_classes(m)
    if isinstance(found, Measured) or whole < _LEAST_WHOLE:
        return []
    amounts, file = found
    groups: dict[str, list[float]] = {}
    for name, amount in amounts.items():
        groups.setdefault(name.partition("=")[0], []).append(amount)
    shares = []
    for name, parts in groups.items():
        share = 1.0 / len(parts)
        most = whole if len(parts) == 1 else len(parts) * -(share * log(share) + (1.0 - share) * log(1.0 - share))
        shares.append((min(1.0, sum(parts) / most), name, file))
    return sorted(shares, reverse=True)


def _of_classes(m: Measures) -> float:
    """What there is to know of the class of a judged row, by how many each has; 0 where that is open."""
    rows = m["class.rows"]
    counts = [each.value for each in rows.values()] if isinstance(rows, dict) else []
    known = [float(each) for each in counts if isinstance(each, int | float) and each > 0]
    return -sum(each / sum(known) * log(each / sum(known)) for each in known)


_LEAST_WHOLE = 0.6
"""Nats: two classes of guessing; below it the loss is none of classes."""


@feature("report.best_share", unit="fraction", doc="Share of what is to know of the class that the best column tells,"
         " by its mutual information in a report of all features", how=HOW, source="feat.nonlinear")  # fmt: skip
def best_share(m: Measures) -> Measured:
    found = m.once(information)
    return Measured(found[0][0], note=found[0][1], where=Where(found[0][2], found[0][1])) if found else unknown(HOW)


@feature("report.next_share", unit="fraction", doc="The same of the best column but one", how=HOW,
         source="feat.nonlinear")  # fmt: skip
def next_share(m: Measures) -> Measured:
    found = m.once(information)
    return Measured(found[1][0], note=found[1][1], where=Where(found[1][2], found[1][1])) if found[1:] else unknown(HOW)
