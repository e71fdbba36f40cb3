"""Inputs that are no numbers, as the log of the training counts them batch by batch ("x_nonfinite", "nan_inputs")."""

from __future__ import annotations

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.signal import step_signal
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

_HOW = "log how many inputs of each batch are NaN or infinite: `(~torch.isfinite(x)).sum()`"
_NO_NUMBER = word_set("nan nans nonfinite inf infs infinite notfinite")
_OF_INPUTS = word_set("x xb input inputs feature features feat feats batch data row rows cell cells")
_BESIDE = _NO_NUMBER | _OF_INPUTS | word_set("n num count counts number of in total train values non finite not")


def _counts_inputs(name: str) -> bool:
    words = words_of(name)
    told = not _NO_NUMBER.isdisjoint(words) or ("finite" in words and not {"non", "not"}.isdisjoint(words))
    return told and not _OF_INPUTS.isdisjoint(words) and _BESIDE.issuperset(words)


@feature(
    "loss.inputs_not_finite",
    unit="values",
    doc="Most inputs that are NaN or infinite in a batch, by a column of the log, up to where the training loss is"
    " first no number; in the whole log where it always is one",
    how=_HOW,
    source="test.nan-inputs",
)
def inputs_not_finite(m: Measures) -> Measured:
    curves = [curve for curve in m.run.curves if _counts_inputs(curve.name) and len(curve)]
    if not curves:
        return unknown(_HOW, "not-logged")
    loss = m.once(step_signal, "train")
    curve = curves[0]
    until = float(loss.curve.x[loss.bad[0]]) if loss is not None and len(loss.bad) else float("inf")
    counted = curve.y[(curve.x <= until) & np.isfinite(curve.y)]
    where = Where(curve.place.file, curve.place.column, curve.x_unit, float(curve.x[0]), min(until, float(curve.x[-1])))
    return Measured(float(counted.max()) if len(counted) else 0.0, where=where)
