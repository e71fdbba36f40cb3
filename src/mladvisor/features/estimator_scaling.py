"""Whether what is printed of an estimator of scikit-learn shows a step that scales its inputs, and columns of prepared
features that such a step has left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.label_told import label_by_settings
from mladvisor.features.made_names import of_spreads
from mladvisor.features.measured import Items, Measured, Where, unknown
from mladvisor.features.printed import START, texts
from mladvisor.features.report_said import HOW
from mladvisor.runs.plain_settings import is_estimator

_MINDS = re.compile(
    rb"\b(?:MLP(?:Classifier|Regressor)|(?:Nu|Linear)?SV[CR]|SGD(?:Classifier|Regressor)|Perceptron"
    rb"|KNeighbors(?:Classifier|Regressor)|GaussianProcess(?:Classifier|Regressor))\("
)
"""Estimators that measure distances, or go down a gradient step by step."""
_SCALES = re.compile(rb"(?i)scal|standardi[sz]|normali[sz]|min[-_ ]?max|z[-_ ]?score|whiten|QuantileTransf|PowerTransf")


@feature(
    "estimator.scales_inputs",
    type="flag",
    doc="Whether the printed estimator or pipeline has a step that scales; false where it is one that minds (a network,"
    " distances, a support vector machine) and nothing printed speaks of scaling; unknown where a script is there",
    how="print the whole pipeline (`print(pipe)`) beside the scores",
    source="+scaling",
)
def scales_inputs(m: Measures) -> Measured | None:
    if m.run.script is not None:
        return None
    minds: Where | None = None
    for data, where in _printed(m):
        if _SCALES.search(data):
            return Measured(True, where=where)
        minds = minds or (where if _MINDS.search(data) else None)
    return Measured(False, where=minds) if minds is not None else None


def _printed(m: Measures) -> Iterator[tuple[bytes, Where]]:
    yield from ((text.bare, Where(text.file)) for text in m.once(texts))
    for file in m.run.files.get("model_text", ()):
        try:
            with (m.run.folder / file).open("rb") as stream:
                yield stream.read(START), Where(file)
        except OSError:
            continue
    yield from _told_by_settings(m)


def _told_by_settings(m: Measures) -> Iterator[tuple[bytes, Where]]:
    """A pipeline that is kept as a file of settings: printed, or the parameters that scikit-learn gives back of it."""
    estimator = m.run.config.get("estimator")
    if estimator is not None and isinstance(estimator.value, str) and is_estimator(estimator.value):
        try:
            with (m.run.folder / estimator.place.file).open("rb") as stream:
                yield stream.read(START), Where(estimator.place.file)
        except OSError:
            return
    steps = m.run.config.get("steps")
    if steps is not None and "memory" in m.run.config:
        yield str(steps.value).encode(), Where(steps.place.file)


_CENTRE, _NARROW, _WIDE, _LEAST = 0.1, 0.8, 1.25, 2
"""Standardised columns lie so near to 0 and 1; and as many there must be."""


@feature("column.reported_left_unscaled", each="column", unit="standard deviations", doc="How wide a column spreads in"
         " a report by which most columns of training data have a mean of 0 and a spread of 1", how=HOW,
         source="+scaling")  # fmt: skip
def left_unscaled(m: Measures) -> Items | Measured:
    label = m.once(label_by_settings)
    found: dict[str, Measured] = {}
    for columns in m.once(of_spreads):
        scaled = [each for each in columns.values() if abs(each[0]) <= _CENTRE and _NARROW <= each[1] <= _WIDE]
        if len(scaled) < _LEAST or 2 * len(scaled) <= len(columns):
            continue
        for name, (_, spread, where) in columns.items():
            if name.lower() not in label:
                found[name] = Measured(spread, where=where)
    return found or unknown("no report shows that most columns were standardised", "not-logged")
