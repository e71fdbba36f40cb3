"""A rare class and how often it is found, by reports and notes beside the log."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where
from mladvisor.features.report_said import HOW, said_of


def _least(m: Measures, what: str, *, most: bool = False) -> Measured:
    found = said_of(m, what)
    if isinstance(found, Measured):
        return found
    said, file = (max if most else min)(found, key=lambda each: each[0].value)
    return Measured(said.value, note=said.name, where=Where(file, said.name))


@feature("report.rare_share", unit="fraction", doc="Share of the rows that the rarest class has, by a report with a row"
         " for each class, or with counts of positives and hits", how=HOW, source="metric.prf")  # fmt: skip
def rare_share(m: Measures) -> Measured:
    return _least(m, "rare-share")


@feature("report.rare_recall", unit="fraction", doc="Share of the rows of that class that are found (or its F1, IoU)",
         how=HOW, source="metric.prf")  # fmt: skip
def rare_recall(m: Measures) -> Measured:
    return _least(m, "rare-recall")


@feature("report.accuracy", unit="fraction", doc="Accuracy that a note, the log or a report names beside recall or F1",
         how=HOW, source="metric.prf")  # fmt: skip
def accuracy(m: Measures) -> Measured:
    return _least(m, "accuracy-told")


@feature("report.recall", unit="fraction", doc="The largest of the recalls (or F1) of positives that such texts name",
         how=HOW, source="metric.prf")  # fmt: skip
def recall(m: Measures) -> Measured:
    return _least(m, "recall-told", most=True)
