"""Where labels come from, by settings, notes or the log: rules and single votes in training, experts in evaluation."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.report_said import written
from mladvisor.runs.label_lines import source_of_setting, sources_in

_HOW = "write where the labels come from into the configuration (`label_source:`, `val_label_source:`)"
_JUDGED = ("val", "test")


def sources(m: Measures) -> dict[str, tuple[int, Where]]:
    """Split -> 1 for labels by somebody who knows, -1 for cheap ones, and where it is said. Use `m.once`."""
    found: dict[str, tuple[int, Where]] = {}
    for key, setting in m.run.config.items():
        told = source_of_setting(key, setting.value)
        if told is not None:
            found.setdefault(told[0], (told[1], Where(setting.place.file, key)))
    for file, lines in m.once(written):
        for row, line in enumerate(lines, 1):
            for split, worth in sources_in(line):
                found.setdefault(split, (worth, Where(file, rows=(row, row))))
    return found


@feature(
    "labels.cheap_in_training",
    type="flag",
    doc="Training labels come from rules, a crowd, a single vote or another model, by settings, notes or the log",
    how=_HOW,
    source="data.quality",
)
def cheap_in_training(m: Measures) -> Measured:
    told = m.once(sources).get("train")
    return Measured(told[0] < 0, where=told[1]) if told is not None else unknown(_HOW, "not-logged")


@feature(
    "labels.careful_in_evaluation",
    type="flag",
    doc="Evaluation labels come from experts, a panel or several votes, by settings, notes or the log",
    how=_HOW,
    source="data.quality",
)
def careful_in_evaluation(m: Measures) -> Measured:
    told = next((found for split in _JUDGED if (found := m.once(sources).get(split))), None)
    return Measured(told[0] > 0, where=told[1]) if told is not None else unknown(_HOW, "not-logged")
