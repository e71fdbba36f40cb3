"""F1 as a program prints it when it is done: "micro F1 0.46  macro F1 0.24", "f1_macro: 0.24", "F1 score = 0.8"."""

from __future__ import annotations

import re

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured
from mladvisor.features.printed import texts

_MAX_LINE = 300
_MEAN = r"(macro|micro|weighted|samples)"
_F1 = re.compile(
    rf"(?:\b{_MEAN}[ _-]?)?(?:avg[ _-]?)?\bf1(?:[ _-]?score)?(?:[ _-]?\(?{_MEAN}\)?)?(?:[ _-]?avg)?"
    r"\s{0,4}[:=]?\s{0,4}([01](?:\.\d+)?|\.\d+)(?![\d.%\w])",
    re.IGNORECASE,
)
_OF_TRAINING = re.compile(r"(?i)\btrain(?:ing)?\b")
_ORDER = ("macro", "", "samples", "weighted", "micro")
"""The mean over classes tells most of the rare ones, that over all cells least."""


@feature(
    "printed.f1",
    unit="fraction",
    doc="F1 as it was printed last, not on training rows; of several the mean over classes",
    how="print F1 of each class, and their mean, on validation data",
    source="metric.prf",
)
def printed_f1(m: Measures) -> Measured | None:
    found: dict[str, Measured] = {}
    for text in m.once(texts):
        for at, whole in text.lines(b"f1"):
            line = whole[:_MAX_LINE].replace("_", " ")
            if _OF_TRAINING.search(line):
                continue
            for before, after, value in _F1.findall(line):
                found[(before or after).lower()] = Measured(float(value), where=text.where(at))
    return next((found[kind] for kind in _ORDER if kind in found), None)
