"""Bad things that are counted, beside how much there was of everything: more orders bring more returns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.evaluation.intervals import Array
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

if TYPE_CHECKING:
    from mladvisor.tables.table import Table

_VOLUME = (
    word_set("orders sales shipments deliveries purchases transactions trips bookings policies loans"),
    word_set("customers users clients patients accounts subscribers"),
    word_set("sessions visits impressions requests calls cases"),
)
"""What is counted of everything, what lies nearest to its faults first."""
_RATE = word_set("per rate share pct percent percentage ratio fraction mean avg average median score index p95 p99")


def beside_volume(table: Table, column: str) -> Array:
    """The values of a column; where it counts, and the table says of how many orders, customers or visits: per one.

    Returns shape (rows,).
    """
    values = table.numbers(column)
    fine = values[np.isfinite(values)]
    if not _is_count(column) or not (fine >= 0).all() or not (fine == np.round(fine)).all():
        return values
    whole = next((name for words in _VOLUME for name in table.columns if _counts(name, words) and name != column), None)
    if whole is None:
        return values
    volume = table.numbers(whole)
    if not (volume[np.isfinite(volume)] > 0).all() or float(np.nanmedian(volume)) < float(np.nanmedian(values)):
        return values
    return values / volume


def _is_count(name: str) -> bool:
    return _RATE.isdisjoint(words_of(name))


def _counts(name: str, words: frozenset[str]) -> bool:
    """ "orders", "n_orders", "total_sessions": a count of all, and of no part of them."""
    own = set(words_of(name)) - {"n", "total", "num", "number", "of", "count", "all"}
    return len(own) == 1 and not own.isdisjoint(words)
