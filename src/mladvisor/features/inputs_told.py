"""What reports and settings count of inputs that are no numbers."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Items, Measured, Where, unknown
from mladvisor.features.report_said import HOW, told
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

_NO_NUMBER = word_set("nonfinite nan nans infs notfinite unfilled gaps")
_BESIDE = word_set(
    "n num number count counts total of with in input inputs feature features value values cell cells row rows sample "
    "samples sequence sequences window windows train training data x share rate fraction frac pct raw left non finite "
    "sensor missing"
)
_CONFIG = "say in the configuration how many inputs are not finite (`nonfinite_inputs_train: 0`)"


@feature(
    "column.reported_nan_fed",
    unit="fraction",
    each="column",
    doc="Share of the cells that are NaN in training data, by a report that counts NaN and infinite numbers apart, as"
    " one does for arrays and tables that go to the model",
    how=HOW,
    source="test.nan-inputs",
)
def reported_nan_fed(m: Measures) -> Items | Measured:
    found: dict[str, Measured] = {}
    for said, file in m.once(told):
        if said.what != "nan-fed" or said.split not in (None, "train") or _is_of_raw(file):
            continue
        if said.name not in found or said.value > float(found[said.name].value or 0.0):
            found[said.name] = Measured(said.value, where=Where(file, said.name))
    return found or unknown(HOW, "not-logged")


@feature(
    "column.reported_nan_evaluated",
    unit="fraction",
    each="column",
    doc="Share of the cells that are NaN in validation or test data, by a report that counts NaN and infinite numbers"
    " apart, where one says that training data has none: blanks in both are filled in, or meant to be there",
    how=HOW,
    source="test.nan-inputs",
)
def reported_nan_evaluated(m: Measures) -> Items | Measured:
    found: dict[str, Measured] = {}
    told_of_training = False
    for said, file in m.once(told):
        if said.what in ("nan-fed", "missing") and said.split in (None, "train"):
            told_of_training = told_of_training or said.split == "train"
            if said.value > 0.0:
                return unknown("training data has blank cells as well")
        if said.what != "nan-fed" or said.split in (None, "train", "serving") or _is_of_raw(file):
            continue
        if said.name not in found or said.value > float(found[said.name].value or 0.0):
            found[said.name] = Measured(said.value, note=str(said.split), where=Where(file, said.name))
    if not told_of_training:
        return unknown("no report says that training data has none")
    return found or unknown(HOW, "not-logged")


_RAW = word_set("raw source original before unfilled")


def _is_of_raw(file: str) -> bool:
    """A report on data as they were before blanks were filled: "stats_raw.json"."""
    return not _RAW.isdisjoint(words_of(stem_and_suffix(file.rpartition("/")[2])[0]))


@feature(
    "config.inputs_not_finite",
    unit="cells",
    doc="Inputs of training (cells, rows or their share) that are NaN or infinite, by a setting that counts them"
    " (`nonfinite_inputs_train: 20`)",
    how=_CONFIG,
    source="test.nan-inputs",
)
def config_inputs_not_finite(m: Measures) -> Measured:
    best: Measured | None = None
    for key, setting in m.run.config.items():
        value = setting.value
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
            continue
        own = set(words_of(key.rpartition(".")[2]))
        counted = not own.isdisjoint(_NO_NUMBER) or {"non", "finite"} <= own
        if counted and own <= _NO_NUMBER | _BESIDE and own & (_BESIDE - {"non", "finite"}):
            place = Where(setting.place.file, key)
            if best is None or value > float(best.value or 0.0):
                best = Measured(float(value), where=place)
    return best or unknown(_CONFIG, "not-logged")
