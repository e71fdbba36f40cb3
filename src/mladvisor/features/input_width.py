"""How wide the columns of the training table are, and whether the first layers answer in that size.

Which columns a script hands over, and whether it scales them, is measured in `code_scaling`; here no script is needed.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import log10
from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_tables import HOW, place, tables
from mladvisor.features.label_told import label_by_settings
from mladvisor.features.measured import Measured, Where, not_applicable
from mladvisor.features.report_said import LEAST_COLUMNS, not_left_out, told
from mladvisor.features.work import job
from mladvisor.runs.report_names import words_of
from mladvisor.runs.table_columns import LABELS
from mladvisor.runs.word_sets import word_set

if TYPE_CHECKING:
    from mladvisor.tables.table import Table


def _widest_reported(m: Measures) -> Measured | None:
    """The same by means and spreads that a report gives of the columns, where no table of training rows is there."""
    parts: dict[str, dict[str, tuple[float, str]]] = {}
    for said, file in m.once(told):
        if said.what in ("mean", "std") and said.split in (None, "train") and said.name.lower() not in LABELS:
            parts.setdefault(said.name, {}).setdefault(said.what, (said.value, file))
    whole = {name: both for name, both in parts.items() if len(both) == len(("mean", "std"))}
    label = m.once(label_by_settings)
    kept = [name for name in not_left_out(m, whole) if name.lower() not in label and not _is_identifier(name)]
    if len(kept) < LEAST_COLUMNS:
        return None
    width, name = max((float(np.hypot(whole[name]["mean"][0], whole[name]["std"][0])), name) for name in kept)
    return Measured(width, note=name, where=Where(whole[name]["mean"][1], name))


_IDENTIFIERS = word_set("id ids uuid guid rowid pk")


def _is_identifier(name: str) -> bool:
    """ "customer_id", "customerId": nobody feeds the number of a customer, however large it is."""
    return words_of(name)[-1:] != [] and words_of(name)[-1] in _IDENTIFIERS


WIDTHS = job("input-widths", "measuring how wide the columns are", nanoseconds=20, tables=("train",),
             otherwise=_widest_reported)  # fmt: skip


@feature(
    "data.widest_column",
    unit="root mean square",
    doc="Root mean square of the widest numeric column of the training table, label, identifiers and columns that the"
    " model does not get left out; without a table by the statistics of a report",
    how=HOW,
    source="+scaling LeCun et al. 1998",
    cost="cheap",
    job=WIDTHS,
)
def widest_column(m: Measures) -> Measured | None:
    from mladvisor.features.evaluation.columns import usable
    from mladvisor.tables.table import NUMBERS

    found = m.once(tables)
    table = found.get("train")
    if table is None:
        reported: Measured | None = m.once(_widest_reported)
        return reported
    if not table.rows or found.label_column is None:
        return None
    return widest(table, [column for column in usable(found, table) if table.kind(column) in NUMBERS])


def widest(table: Table, columns: Iterable[str]) -> Measured:
    """The largest root mean square of the columns, and which has it."""
    widths = []
    for column in columns:
        values = table.numbers(column)
        values = values[np.isfinite(values)]
        if len(values):
            widths.append((float(np.sqrt(np.mean(values**2))), column))
    if not widths:
        return not_applicable(f"{table.file} has no columns of numbers besides the label")
    width, column = max(widths)
    return Measured(width, note=column, where=place(table, column))


@feature(
    "layers.activation.beside_inputs",
    unit="decades",
    doc="Size of hidden activations when the log begins over that of the widest column of training, as a power"
    " of ten: about 0 where inputs come as they stand in the table",
    how="log activations into layers.csv, and put train.csv beside the log",
    source="+scaling LeCun et al. 1998",
    cost="cheap",
    job=WIDTHS,
)
def beside_inputs(m: Measures) -> Measured | None:
    hidden, widest = m.one("layers.activation.start_scale"), m.one("data.widest_column")
    if not isinstance(hidden.value, float) or not isinstance(widest.value, float) or widest.value <= 0:
        return None
    return Measured(hidden.value - log10(widest.value), note=widest.note, where=hidden.where)


@feature(
    "layers.activation.start_saturated",
    unit="fraction",
    doc="Share of the outputs of the first hidden layer that lie at the ends of its activation's range at the first"
    " logged point",
    how="log activations into layers.csv: `from mladvisor.probes import probe` writes them during training",
    source="+scaling LeCun et al. 1998",
)
def start_saturated(m: Measures) -> Measured | None:
    shares = m["layer.saturated_share_first"]
    first = next(iter(shares.values()), None) if isinstance(shares, dict) else None
    return first
