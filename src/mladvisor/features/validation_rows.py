"""How many rows a model is validated on: by its settings, its table, or the shares of them that accuracy counts."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import number, pick, say
from mladvisor.features.measured import Measured, unknown
from mladvisor.features.rows_by_shares import rows_by_shares
from mladvisor.runs.data_names import is_sample

_HOW = say("n_val")


def _rows(value: object) -> float | None:
    """A whole number of rows; a share of the rows is none."""
    found = number(value)
    return found if found is not None and found >= 2 and found == int(found) else None


@feature(
    "run.val_rows",
    unit="rows",
    doc="Rows of the validation data: by the settings, else of its table, else those of which accuracies are shares",
    how=_HOW,
    source="hyper.batch",
    cost="cheap",
)
def val_rows(m: Measures) -> Measured:
    told = pick(m, "val_rows", _rows)
    if told is not None:
        return Measured(told.value, where=told.where())
    from mladvisor.features.data_tables import place, split_tables

    splits = m.once(split_tables)
    table = None if isinstance(splits, Measured) else splits.get("val")
    if table is not None and not is_sample(table.file):
        return Measured(float(round(table.rows / table.share)), where=place(table))
    found = m.once(rows_by_shares, "val")
    return unknown(_HOW) if found is None else Measured(float(found[0]), note="accuracies are shares", where=found[1])
