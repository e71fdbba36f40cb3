"""Whether settings list the label among the columns that the model gets."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.runs.other_languages import english
from mladvisor.runs.report_names import words_of
from mladvisor.runs.table_columns import FEATURE_LISTS, FEATURE_PARTS, LABEL_SETTINGS
from mladvisor.runs.word_sets import word_set

HOW = "write the target and the list of features into the settings: target: churned, features: [age, fee]"
_ALL = frozenset(("all_features", "all_columns", "x_cols", "numeric", "categorical"))

_OF_TIME = word_set(
    "window windows lookback look_back seq sequence lag lags horizon forecast forecasting history timesteps context "
    "prediction_length freq"
)


@feature("config.label_listed", type="flag", doc="The settings list the column that they call the target among the"
         " features", how=HOW, source="test.label-as-feature")  # fmt: skip
def label_listed(m: Measures) -> Measured:
    last = {key: english(key.rpartition(".")[2]).lower() for key in m.run.config}
    targets = {
        str(m.run.config[key].value)
        for key, name in last.items()
        if name in LABEL_SETTINGS and isinstance(m.run.config[key].value, str)
    }
    if any(not _OF_TIME.isdisjoint(words_of(name)) for name in last.values()):
        return unknown("what the label was before is an honest input of a forecast", "not-logged")
    told = False
    for key, name in last.items():
        value = m.run.config[key].value
        if name not in FEATURE_LISTS and name not in FEATURE_PARTS and name not in _ALL:
            continue
        if isinstance(value, list | tuple) and len(value) > 1 and targets:
            told = True
            both = targets.intersection(map(str, value))
            if both:
                return Measured(True, note=min(both), where=Where(m.run.config[key].place.file, key))
    return Measured(False) if told else unknown(HOW, "not-logged")
