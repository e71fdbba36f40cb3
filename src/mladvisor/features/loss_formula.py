"""A loss whose formula stands in settings, notes or prints, without a guard (`runs/formula_said`)."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import settings, text
from mladvisor.features.measured import Measured, Where, on_line, unknown
from mladvisor.features.printed import texts
from mladvisor.runs.formula_said import formula_in_file, formula_unguarded
from mladvisor.runs.tabled import opened

_HOW = "write the loss as a formula into the settings, or keep the file with it beside the log"
_SHOWN = 90


@feature(
    "loss.unguarded",
    type="any",
    doc="A formula of the loss in settings, notes, prints or code beside the log with a logarithm, a root, an arc"
    " cosine, a quotient or a sum of exponentials, and nothing in it that keeps that in bounds",
    how=_HOW,
    source="fig2",
)
def unguarded(m: Measures) -> Measured:
    for candidate in m.once(settings).get("loss", ()):
        written = text(candidate.setting.value)
        if written and formula_unguarded([f"loss: {written}"]):
            return Measured(written[:_SHOWN], where=on_line(candidate.setting.place, candidate.key))
    for file in m.run.files.get("formula_note", ()):
        found = formula_in_file(opened(m.run.folder, file))
        if found is not None:
            return Measured(found[:_SHOWN], where=Where(file))
    for printed in m.once(texts):
        found = formula_unguarded(line for _, line in printed.lines(b"log(", b"sqrt(", b"acos(", b"exp(", b".log()"))
        if found is not None:
            return Measured(found[:_SHOWN], where=Where(printed.file))
    return unknown(_HOW, "not-logged")


@feature("loss.weight_infinite", type="flag", doc="A table of weights of the loss, by class say, holds an infinite one;"
         " unknown where none does", how="keep the table of class weights beside the log", source="fig2")  # fmt: skip
def weight_infinite(m: Measures) -> Measured:
    files = m.run.files.get("infinite_weights", ())
    return Measured(True, where=Where(files[0])) if files else unknown("no table of weights holds an infinite one")
