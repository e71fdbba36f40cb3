"""Columns that settings list as features and a report calls blank: the model gets nothing in them."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Items, Measured, unknown
from mladvisor.features.report_said import HOW
from mladvisor.tables.left_out import listed_features


@feature("column.listed_blank", each="column", unit="fraction", doc="Share of the cells that a report calls blank, of a"
         " column that the settings list as a feature", how=HOW, source="test.missing-inputs")  # fmt: skip
def listed_blank(m: Measures) -> Items | Measured:
    blank = m["column.reported_blank"]
    if isinstance(blank, Measured):
        return blank
    listed = listed_features({key: setting.value for key, setting in m.run.config.items()})
    found: Items = {name: each for name, each in blank.items() if name in listed}
    return found or unknown("the settings list none of the columns that a report looks at", "no-config")
