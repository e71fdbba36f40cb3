"""Whether it is the rows in use that differ from training: what a model was asked, which no split has divided.

And what is not yet known of them: a column that stands still there, at the value that says "nothing yet".
"""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_drift import SURE, most_different
from mladvisor.features.data_splits import DRIFT, HOW
from mladvisor.features.data_tables import place, split_tables, tables
from mladvisor.features.measured import Items, Measured, Where, unknown


@feature(
    "data.drifts_in_use",
    type="choice",
    doc="The table of rows in use (served, scored) in which a column differs most from training; unknown where another"
    " table is the one that differs, or none does",
    how=HOW,
    source="data.splits",
    cost="cheap",
    job=DRIFT,
)
def drifts_in_use(m: Measures) -> Measured | None:
    served = m.run.files.get("serving", ())
    found = m.once(most_different) if served else None
    if not isinstance(found, dict):
        return None
    sure = [(drift.effect.size, column, other) for column, (other, drift, q) in found.items() if q < SURE]
    if not sure:
        return None
    _, column, other = max(sure, key=lambda one: one[:2])
    return Measured(other.file, where=Where(other.file, column)) if other.file in served else None


_LEAST_ROWS = 20


@feature(
    "column.idle_chance",
    type="number",
    unit="probability",
    each="column",
    doc="How likely rows like those of training would all show one and the same value of the column, in a later table"
    " in which they do; 1 where it varies in every table",
    how=HOW,
    source="test.label-as-feature",
    cost="cheap",
    job=DRIFT,
)
def idle_chance(m: Measures) -> Items | Measured:
    splits = m.once(split_tables, 2)
    if isinstance(splits, Measured):
        return splits
    train, label = splits.get("train"), m.once(tables).label_column
    result: dict[str, Measured] = {}
    for column in train.columns if train is not None else ():
        if column == label or train is None or not train.rows:
            continue
        codes = train.codes(column)
        counts = codes.counts()
        if len(counts) < 2:
            continue
        shares = dict(zip(codes.values, (counts / train.rows).tolist(), strict=True))
        result[column] = Measured(1.0)
        for other in splits.values():
            if other is train or column not in other or other.rows < _LEAST_ROWS:
                continue
            found = other.codes(column)
            if len(found.values) == 1 and bool((found.codes == 0).all()):
                # of a value that training never shows, no more is known than that it is rarer than one row
                chance = shares.get(found.values[0], 1.0 / (train.rows + 1)) ** other.rows
                if chance < float(result[column].value or 1.0):
                    result[column] = Measured(chance, where=place(other, column))
    return result or unknown(HOW)
